//! `cargo xtask bench`: figures with a named baseline, so that they mean something elsewhere too.
//!
//! Logs: the extraction alone ([`logs`]), and fetch-logs on a large log against `wc -l` and `grep -c` on the
//! same file. Supervision and the loop of runs ([`supervise`]). The gateway to a model against a direct
//! connection. The search's candidates a second ([`repair`]). Start-up: `--help` against `true`. Fix rate: the bugs of the demo.

mod logs;
mod repair;
mod supervise;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use crate::chore::{self, ChoreError};
use crate::place::{PROGRAMS, Place};
use crate::{demo, measure, tools};

/// Measure throughput, memory, start-up and fix rate against named baselines.
#[derive(Debug, Clone, Args)]
pub(crate) struct BenchArguments {
    /// What to measure; everything when it is left out.
    #[arg(value_enum)]
    what: Option<What>,
    /// Size of the log in MiB.
    #[arg(long, default_value_t = 1024)]
    log_size: u64,
    /// Measure the release build that is there, whatever it was built from.
    #[arg(long)]
    no_build: bool,
    /// Leave the demo bugs out.
    #[arg(long)]
    no_fixes: bool,
}

/// A part of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// How fast logs are read, by the library alone.
    Logs,
    /// The programs: fetch-logs on a large log, start-up.
    Programs,
    /// What supervision costs, and the loop of runs against those of test tools.
    Supervise,
    /// What the gateway between an agent and its model costs.
    Gateway,
    /// How fast the search's candidates are judged.
    Repair,
    /// How many of the demo's bugs are fixed, and how fast.
    Fixes,
}

/// The gateway to a model against a direct connection to the same service.
fn gateway(place: &Place, build: bool) -> Result<(), ChoreError> {
    if build {
        let call = ["build", "-q", "--release", "-p", "regreen-gateway", "--example", "gateway_cost"];
        chore::run(&mut place.cargo(&call))?;
    }
    println!("\nGateway (median of 200, in turn)");
    chore::run(&mut Command::new(place.target().join("release").join("examples").join("gateway_cost")))
}

/// Measures and prints.
pub(crate) fn run(place: &Place, arguments: &BenchArguments) -> Result<(), ChoreError> {
    let wanted = |part: What| arguments.what.is_none_or(|what| what == part);
    if wanted(What::Logs) {
        logs::run(place, arguments.log_size, !arguments.no_build)?;
    }
    if wanted(What::Supervise) {
        supervise::run(place, !arguments.no_build)?;
    }
    if wanted(What::Gateway) {
        gateway(place, !arguments.no_build)?;
    }
    if matches!(arguments.what, Some(What::Logs | What::Supervise | What::Gateway)) {
        return Ok(());
    }
    tools::install(place, tools::ToolSet::Demo)?;
    if wanted(What::Repair) {
        repair::run(place, !arguments.no_build)?;
    }
    if matches!(arguments.what, Some(What::Repair)) {
        return Ok(());
    }
    if !arguments.no_build {
        demo::build(place, "release")?;
    }
    if wanted(What::Programs) {
        program_on_log(place, arguments.log_size)?;
        start_up(place)?;
    }
    if arguments.no_fixes || !wanted(What::Fixes) {
        return Ok(());
    }
    let mut fixed = 0;
    let bugs = demo::names(place, "release")?;
    let mut lines = Vec::new();
    for bug in &bugs {
        let outcome = demo::one(place, "release", bug)?;
        fixed += usize::from(outcome.status == "success");
        lines.push(format!("{bug:12} {:8} {:>7.1} s", outcome.status, outcome.seconds));
    }
    println!("\nFix rate on the demo bugs: {fixed} of {}\n{}", bugs.len(), lines.join("\n"));
    Ok(())
}

fn program_on_log(place: &Place, size: u64) -> Result<(), ChoreError> {
    let folder = place.target().join("bench");
    fs::create_dir_all(&folder).map_err(ChoreError::io("create", &folder))?;
    let log = folder.join(format!("log-{size}.txt"));
    if fs::metadata(&log).map_or(0, |found| found.len()) < size * 1024 * 1024 {
        write_log(&log, size)?;
    }
    let case = folder.join("case");
    let mut fetch = Command::new(place.program("release", "fetch-logs"));
    fetch.args(["--prompt", "measure the extraction of failures", "--deterministic", "true", "--raw-logs"]);
    fetch.arg(&log).arg("--case").arg(&case);
    let mut wc = Command::new("wc");
    wc.arg("-l").arg(&log);
    let mut grep = Command::new("grep");
    grep.args(["-c", "-E", "FAILED|error|panicked"]).arg(&log);
    // Warm: the file is in memory for all three.
    measured(&mut wc)?;
    let baseline = measured(&mut wc)?;
    println!("\nLog of {size} MiB");
    println!("{:12} {:>8} {:>9} {:>9} {:>12}", "", "seconds", "MiB/s", "peak MiB", "times wc -l");
    let others = [("grep -c -E", measured(&mut grep)?), ("fetch-logs", measured(&mut fetch)?)];
    for (name, (took, peak)) in [("wc -l", baseline)].into_iter().chain(others) {
        let seconds = took.as_secs_f64().max(1e-6);
        println!(
            "{name:12} {seconds:>8.2} {:>9.0} {:>9.1} {:>12.1}",
            f64::from(u32::try_from(size).unwrap_or(u32::MAX)) / seconds,
            f64::from(peak) / 1024.0,
            seconds / baseline.0.as_secs_f64().max(1e-6)
        );
    }
    Ok(())
}

fn start_up(place: &Place) -> Result<(), ChoreError> {
    let baseline = measure::median(&mut Command::new("true"))?;
    println!("\nStart-up (`--help`, median of 21)\n{:14} {:>8} {:>12}", "", "ms", "times `true`");
    for name in PROGRAMS {
        let took = measure::start_up(place, name)?;
        let times = took.as_secs_f64() / baseline.as_secs_f64().max(1e-9);
        println!("{name:14} {:>8.1} {times:>12.1}", took.as_secs_f64() * 1000.0);
    }
    Ok(())
}

/// A log as CI writes it: mostly noise, one failed test near the end.
fn write_log(path: &Path, size: u64) -> Result<(), ChoreError> {
    let io = |error| ChoreError::io("write", path)(error);
    let mut file = BufWriter::new(File::create(path).map_err(io)?);
    let (mut written, mut number) = (0, 0_u64);
    while written < size * 1024 * 1024 {
        let line = format!(
            "2026-02-05T10:00:{:02}.{:07}Z tests/test_module_{number}.py::test_case PASSED [ {:2}%]\n",
            number % 60,
            number % 10_000_000,
            number % 100
        );
        file.write_all(line.as_bytes()).map_err(io)?;
        written += line.len() as u64;
        number += 1;
    }
    file.write_all(
        b"2026-02-05T10:01:00.0000000Z FAILED tests/test_last.py::test_it - assert 1 == 2\n\
          2026-02-05T10:01:00.0000000Z ============ 1 failed in 9.99s ============\n\
          2026-02-05T10:01:00.0000000Z ##[error]Process completed with exit code 1.\n",
    )
    .map_err(io)?;
    file.flush().map_err(io)
}

/// Wall-clock time and peak memory in KiB (Linux; 0 elsewhere).
fn measured(command: &mut Command) -> Result<(Duration, u32), ChoreError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let since = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| ChoreError::NotStarted { program: program.clone(), source })?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = 0;
    loop {
        peak = fs::read_to_string(&status).ok().and_then(|text| high_water(&text)).unwrap_or(0).max(peak);
        match child.try_wait() {
            Ok(Some(_)) => return Ok((since.elapsed(), peak)),
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Err(source) => return Err(ChoreError::NotStarted { program, source }),
        }
    }
}

fn high_water(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

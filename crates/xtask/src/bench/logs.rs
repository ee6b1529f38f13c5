//! `cargo xtask bench logs`: how fast logs are read, against programs that everybody knows, on the same
//! generated log and on the labelled set, in the same run.
//!
//! Baselines: `cat >/dev/null` (reading alone), `rg` with twelve alternatives whatever their case (what
//! people do by hand), `unzip -p` (unpacking alone). Everything is measured warm, best of three.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::measured;
use crate::chore::{self, ChoreError};
use crate::place::Place;

/// What people search a log for by hand.
const ALTERNATIVES: &str =
    "error|fail|panic|exception|fatal|traceback|assert|abort|timeout|killed|denied|not found";

/// Version of ripgrep that is built when none is on the PATH.
const RIPGREP: &str = "ripgrep@14.1.1";

/// One measurement.
struct Row {
    name: String,
    took: Duration,
    peak: u32,
}

/// Measures and prints.
pub(super) fn run(place: &Place, size: u64, build: bool) -> Result<(), ChoreError> {
    let reader = reader(place, build)?;
    let rg = ripgrep(place)?;
    let folder = place.target().join("bench");
    fs::create_dir_all(&folder).map_err(ChoreError::io("create", &folder))?;
    let log = folder.join(format!("mixed-{size}.log"));
    if fs::metadata(&log).map_or(0, |found| found.len()) < size * 1024 * 1024 {
        write(&log, size)?;
    }
    let search = |paths: &[PathBuf]| {
        let mut rg = Command::new(&rg);
        rg.args(["--no-config", "--threads", "1", "-c", "-i", "-e", ALTERNATIVES]).args(paths);
        rg
    };
    let one = [log.clone()];
    print(
        &format!("Generated log of {size} MiB"),
        bytes(&one),
        &[
            best("cat >/dev/null", || with("cat", &one))?,
            best("rg -i, 12 words", || search(&one))?,
            best("extraction", || with(&reader, &one))?,
        ],
    );
    let set = unpacked(place, &folder)?;
    print(
        &format!("Labelled set, {} logs", set.len()),
        bytes(&set),
        &[
            best("cat >/dev/null", || with("cat", &set))?,
            best("rg -i, 12 words", || search(&set))?,
            best("extraction", || with(&reader, &set))?,
        ],
    );
    let Some(archive) = zipped(&log, &folder)? else {
        println!("\nzip: not measured, for there is no `zip` on the PATH");
        return Ok(());
    };
    let unzip = || {
        let mut unzip = Command::new("unzip");
        unzip.arg("-p").arg(&archive);
        unzip
    };
    let archives = [archive.clone()];
    let rows = [best("unzip -p", unzip)?, best("extraction", || with(&reader, &archives))?];
    print("The generated log as a zip", bytes(&one), &rows);
    Ok(())
}

fn with(program: impl AsRef<std::ffi::OsStr>, paths: &[PathBuf]) -> Command {
    let mut command = Command::new(program);
    command.args(paths);
    command
}

fn bytes(paths: &[PathBuf]) -> u64 {
    paths.iter().filter_map(|path| fs::metadata(path).ok()).map(|found| found.len()).sum()
}

/// Best of three: what else runs on the machine only makes a program slower.
fn best(name: &str, command: impl Fn() -> Command) -> Result<Row, ChoreError> {
    let mut row = Row { name: name.to_owned(), took: Duration::MAX, peak: 0 };
    for _ in 0..3 {
        let (took, peak) = measured(&mut command())?;
        row.took = row.took.min(took);
        row.peak = row.peak.max(peak);
    }
    Ok(row)
}

fn print(title: &str, bytes: u64, rows: &[Row]) {
    println!("\n{title} ({:.1} MiB)", bytes as f64 / f64::from(1 << 20));
    let Some(first) = rows.first() else { return };
    println!(
        "{:16} {:>8} {:>9} {:>9} {:>16}",
        "",
        "seconds",
        "MB/s",
        "peak MiB",
        format!("times {}", first.name.split(' ').next().unwrap_or_default())
    );
    for row in rows {
        let seconds = row.took.as_secs_f64().max(1e-6);
        println!(
            "{:16} {seconds:>8.3} {:>9.0} {:>9.1} {:>16.2}",
            row.name,
            bytes as f64 / 1e6 / seconds,
            f64::from(row.peak) / 1024.0,
            seconds / first.took.as_secs_f64().max(1e-6)
        );
    }
    if let [_, baseline, last] = rows {
        println!(
            "{} takes {:.2} times as long as {}",
            last.name,
            last.took.as_secs_f64() / baseline.took.as_secs_f64().max(1e-6),
            baseline.name
        );
    }
}

/// The program that reads: the library and nothing else.
fn reader(place: &Place, build: bool) -> Result<PathBuf, ChoreError> {
    if build {
        chore::run(Command::new(env!("CARGO")).current_dir(place.root()).args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "regreen-logs",
            "--example",
            "throughput",
        ]))?;
    }
    Ok(place.target().join("release").join("examples").join("throughput"))
}

/// ripgrep of the PATH, or one built into the tools.
fn ripgrep(place: &Place) -> Result<PathBuf, ChoreError> {
    if Command::new("rg").arg("--version").output().is_ok_and(|out| out.status.success()) {
        return Ok("rg".into());
    }
    let root = place.tools().join("ripgrep");
    let program = root.join("bin").join("rg");
    if !program.is_file() {
        println!("bench: building {RIPGREP}");
        chore::run(
            Command::new(env!("CARGO"))
                .args(["install", "--quiet", "--locked", RIPGREP, "--root"])
                .arg(&root),
        )?;
    }
    Ok(program)
}

/// The labelled logs, unpacked, each twenty times: they are small.
fn unpacked(place: &Place, folder: &Path) -> Result<Vec<PathBuf>, ChoreError> {
    let set = place.root().join("crates").join("logs").join("corpus");
    let mut logs = Vec::new();
    for entry in fs::read_dir(&set).map_err(ChoreError::io("read", &set))?.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".gz") else { continue };
        let plain = folder.join(name);
        let file = File::create(&plain).map_err(ChoreError::io("create", &plain))?;
        chore::run(Command::new("gzip").arg("-dc").arg(&path).stdout(file))?;
        logs.push(plain);
    }
    logs.sort();
    Ok(logs.iter().cycle().take(logs.len() * 20).cloned().collect())
}

fn zipped(log: &Path, folder: &Path) -> Result<Option<PathBuf>, ChoreError> {
    let archive = log.with_extension("zip");
    if archive.is_file() {
        return Ok(Some(archive));
    }
    if Command::new("zip").arg("-v").output().is_err() {
        return Ok(None);
    }
    let name = log.file_name().unwrap_or_default();
    chore::run(Command::new("zip").current_dir(folder).arg("-q").arg(&archive).arg(name))?;
    Ok(Some(archive))
}

/// A log as CI writes it: many tools that do well, a warning now and then, one failed test at the end.
fn write(path: &Path, size: u64) -> Result<(), ChoreError> {
    let io = |error| ChoreError::io("write", path)(error);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(io)?);
    let (mut written, mut number) = (0, 0_u64);
    while written < size * 1024 * 1024 {
        // A linear congruential step is chance enough to mix the tools.
        let chance =
            number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
        let line = format!(
            "2026-02-05T10:{:02}:{:02}.{:07}Z {}\n",
            number / 60 % 60,
            number % 60,
            number % 10_000_000,
            output(number, chance)
        );
        file.write_all(line.as_bytes()).map_err(io)?;
        written += line.len() as u64;
        number += 1;
    }
    file.write_all(FAILURE.as_bytes()).map_err(io)?;
    file.flush().map_err(io)
}

fn output(n: u64, chance: u64) -> String {
    let name = ["core", "http", "parse", "net", "store", "auth", "cache", "graph"][(chance % 8) as usize];
    if n.is_multiple_of(97) {
        return format!(
            "warning: unused variable `error_{n}` in {name}; connection timeout, attempt {}",
            n % 3
        );
    }
    match chance / 8 % 10 {
        0 => format!(
            "tests/test_{name}_{}.py::test_case_{}[{}-x] PASSED [ {:2}%]",
            n % 977,
            n % 31,
            n % 7,
            n % 100
        ),
        1 => format!("   Compiling {name}-client v{}.{}.{}", n % 9, n % 23, n % 5),
        2 => format!("npm http fetch GET 200 registry/{name}-{} {}ms (cache hit)", n % 500, n % 300),
        3 => format!(
            "[INFO] Downloaded from central: repo/org/{name}/{name}-{}.jar (12 kB at 3.2 MB/s)",
            n % 9
        ),
        4 => format!("test {name}::tests::handles_case_{} ... ok", n % 4000),
        5 => format!("ok  \texample.org/acme/{name}/v{}\t0.{:03}s", n % 9, n % 999),
        6 => format!(
            "Get:{} archive stable/main amd64 lib{name}{} amd64 1.2.{}-1 [{} kB]",
            n % 700,
            n % 10,
            n % 30,
            n % 900
        ),
        7 => format!("    ✓ renders {name} when the user clicks ({} ms)", n % 90),
        8 => format!("{name}.js | {}.5 | 88.2 | 91.1 | 90.0 | {}-{}", n % 100, n % 300, n % 300 + 9),
        _ => format!(
            "INFO  10:00:01,{:03} [worker-{}] c.a.{name}.Server - handled request {n} in {} ms",
            n % 1000,
            n % 8,
            n % 70
        ),
    }
}

/// The end of the generated log.
const FAILURE: &str = "\
2026-02-05T11:00:00.0000000Z ============================= test session starts ==============================
2026-02-05T11:00:00.0000000Z =========================== short test summary info ============================
2026-02-05T11:00:00.0000000Z FAILED tests/test_last.py::test_it - assert 1 == 2
2026-02-05T11:00:00.0000000Z ============================== 1 failed in 9.99s ===============================
2026-02-05T11:00:00.0000000Z ##[error]Process completed with exit code 1.
";

//! The known-rate suite: projects whose test fails now and then, at a rate that is known by construction
//! where it can be, each given to the real `reproduce` with its limit of five minutes.
//!
//! Prints a table: what was reproduced, by which amplifier, the measured rate with its interval, the true
//! rate, and whether the one holds the other. With `--repairs`, each is repaired for good, and once more
//! so that it only fails less often, and `verify-stress` has its say. `cargo xtask eval flaky` runs it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a measurement for developers"
)]

use regreen_case::{FailureRate, Verification, VerificationStatus};
use regreen_tests::flaky::{Repair, Seen, projects};

/// What was counted over all projects.
#[derive(Default)]
struct Counts {
    all: u32,
    reproduced: u32,
    known: u32,
    covered: u32,
    proven: u32,
    wrongly_proven: u32,
}

fn main() {
    let mut only = String::new();
    let mut limit = "5m".to_owned();
    let mut repairs = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--only" => only = arguments.next().expect("--only takes a part of a name"),
            "--time-limit" => limit = arguments.next().expect("--time-limit takes a time"),
            "--repairs" => repairs = true,
            other => panic!("unknown argument {other}"),
        }
    }
    let more = if repairs { [" real repair | rarer |", " --- | --- |"] } else { [""; 2] };
    println!(
        "| case | language | kind | reproduced | shown by | measured | 95 % interval | true rate | covered | plain | s |{}",
        more[0]
    );
    println!("| --- | --- | --- | --- | --- | ---: | --- | ---: | --- | --- | ---: |{}", more[1]);
    let mut counts = Counts::default();
    for folder in projects() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains(&only) {
            continue;
        }
        counts.all += 1;
        match Seen::of(&folder, &limit) {
            Ok(seen) => row(&name, &seen, repairs, &mut counts),
            Err(why) => println!("| {name} | no document: {why} |"),
        }
    }
    println!(
        "\n{} of {} reproduced; the interval holds the true rate in {} of {} where it is known",
        counts.reproduced, counts.all, counts.covered, counts.known
    );
    if repairs {
        println!(
            "real repairs proven: {} of {}; repairs that only make it rarer, proven: {}",
            counts.proven, counts.reproduced, counts.wrongly_proven
        );
    }
}

/// Prints the row of a project.
fn row(name: &str, seen: &Seen, repairs: bool, counts: &mut Counts) {
    let (found, truth) = (&seen.found, &seen.truth);
    let percent = |rate: f64| format!("{:.1} %", rate * 100.0);
    let interval = |rate: FailureRate| format!("{} to {}", percent(rate.low), percent(rate.high));
    let measured = found.trials.iter().find(|trial| trial.rate.is_some() && trial.rate == found.rate);
    let shown_by = measured.map(|trial| trial.how.replace(", to measure the rate", ""));
    let covered = seen.is_covered();
    counts.reproduced += u32::from(seen.is_reproduced());
    counts.known += u32::from(covered.is_some());
    counts.covered += u32::from(covered == Some(true));
    print!(
        "| {name} | {} | {} | {} | {} | {} ({}) | {} | {} | {} | {} | {} |",
        truth.language,
        truth.kind,
        if seen.is_reproduced() { "yes" } else { found.reason.as_deref().unwrap_or("no") },
        shown_by.unwrap_or_else(|| "-".to_owned()),
        found.rate.map_or("-".to_owned(), |rate| percent(rate.rate)),
        found.rate.map_or("-".to_owned(), |rate| format!("{} of {}", rate.failures, rate.runs)),
        found.rate.map_or("-".to_owned(), interval),
        seen.true_rate().map_or("not known".to_owned(), percent),
        covered.map_or("-", |covered| if covered { "yes" } else { "NO" }),
        found.plain_rate.map_or("-".to_owned(), interval),
        seen.seconds,
    );
    if repairs && seen.is_reproduced() {
        let rarer = seen.judge(Repair::Rarer);
        let real = seen.judge(Repair::Real);
        let is_proven = |judged: &Result<(Verification, u64), String>| {
            judged.as_ref().is_ok_and(|(found, _)| found.status == VerificationStatus::Proven)
        };
        counts.proven += u32::from(is_proven(&real));
        counts.wrongly_proven += u32::from(is_proven(&rarer));
        print!(" {} | {} |", verdict(&real), verdict(&rarer));
    }
    println!();
}

/// What `verify-stress` said of a repair, after how many runs and seconds.
fn verdict(judged: &Result<(Verification, u64), String>) -> String {
    let (found, seconds) = match judged {
        Ok(judged) => judged,
        Err(why) => return why.replace('\n', " "),
    };
    let runs = found.green.as_ref().map_or(0, |stage| stage.runs);
    match found.status {
        VerificationStatus::Proven => format!("proven, {runs} clean runs, {seconds} s"),
        _ => {
            let why = found.reason.as_deref().unwrap_or_default();
            format!("{:?} after {runs} runs, {seconds} s: {why}", found.status)
        }
    }
}

//! `cargo xtask eval kills`: random kills of real runs, and a table of what they left.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]

use std::process::ExitCode;

use regreen_tests::kills::{self, Plan, Record};

fn main() -> ExitCode {
    let mut plan = Plan { count: 200, seed: 1, only: None, quick: false, side_by_side: 2 };
    let mut words = std::env::args().skip(1);
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        let number = value.parse().ok();
        match (option.as_str(), number) {
            ("--count", Some(count)) => plan.count = usize::try_from(count).unwrap_or(usize::MAX),
            ("--seed", Some(seed)) => plan.seed = seed,
            ("--workers", Some(workers)) => plan.side_by_side = usize::try_from(workers).unwrap_or(1),
            ("--only", _) => plan.only = Some(value),
            _ => {
                eprintln!(
                    "error: `{option} {value}`: expected --count N, --seed N, --workers N or --only PART"
                );
                return ExitCode::from(2);
            }
        }
    }
    for (kind, why) in kills::not_run() {
        println!("not run: {}: {why}", kind.name());
    }
    let records = kills::run(&plan, &say);
    println!("\n{}", kills::render(&records));
    let problems = records.iter().filter(|record| !record.problems.is_empty()).count();
    println!("{} kills, {problems} with problems; seeds from {}", records.len(), plan.seed);
    ExitCode::from(u8::from(problems > 0))
}

fn say(record: &Record) {
    let Record { seed, kind, phase, moment, scene, problems, .. } = record;
    let who = scene.alone.map_or("regreen run", |phase| phase.name());
    let well = if problems.is_empty() { "ok" } else { "PROBLEMS" };
    println!(
        "seed {seed}: {} in {phase} after {:.2} s of {who} ({:?}): {well}",
        kind.name(),
        moment.as_secs_f64(),
        scene.bug
    );
    for problem in problems {
        println!("    {}", problem.replace('\n', "\n      "));
    }
}

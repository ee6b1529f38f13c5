//! The known-rate suite: projects whose test fails now and then, at a rate that is known by construction
//! where it can be, each given to the real `reproduce` with its limit of five minutes.
//!
//! Prints a table: what was reproduced, by which amplifier, the measured rate with its interval, the true
//! rate, and whether the one holds the other. `cargo xtask eval flaky` runs it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a measurement for developers"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{
    CaseDir, Conditions, FailureRate, Limits, Redactor, Reproduction, ReproductionStatus, Source, Task,
    Timing, WorkKind,
};
use regreen_tests::{Program, TestRepository, tools};
use serde::Deserialize;

/// What a fixture says about itself, in `flaky.json`.
#[derive(Debug, Deserialize)]
struct Truth {
    language: String,
    kind: String,
    test: String,
    /// Of a plain run, when it is known by construction.
    rate: Option<f64>,
    /// The same, in random order among the tests of its file.
    shuffled: Option<f64>,
    /// The same, many times in one process.
    repeated: Option<f64>,
    /// The draw happens once for the process: repeats in it change nothing.
    #[serde(default)]
    once_per_process: bool,
}

impl Truth {
    /// The true rate under conditions.
    fn under(&self, conditions: &Conditions) -> Option<f64> {
        if conditions.random_order {
            return self.shuffled;
        }
        match (conditions.repeats, self.rate) {
            (Some(_), Some(rate)) if self.once_per_process => Some(rate),
            (Some(repeats), Some(rate)) if rate > 0.0 => {
                Some(1.0 - (1.0 - rate).powi(i32::try_from(repeats).unwrap_or(i32::MAX)))
            }
            (Some(_), _) => self.repeated,
            (None, rate) => rate,
        }
    }
}

fn main() {
    let mut only = String::new();
    let mut limit = "5m".to_owned();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--only" => only = arguments.next().expect("--only takes a part of a name"),
            "--time-limit" => limit = arguments.next().expect("--time-limit takes a time"),
            other => panic!("unknown argument {other}"),
        }
    }
    let root = tools::fixtures().join("flaky");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(&root).unwrap().flatten().map(|entry| entry.path()).collect();
    cases.sort();
    println!(
        "| case | language | kind | reproduced | shown by | measured | 95 % interval | true rate | covered | plain | s |"
    );
    println!("| --- | --- | --- | --- | --- | ---: | --- | ---: | --- | --- | ---: |");
    let (mut reproduced, mut covered, mut known, mut all) = (0, 0, 0, 0);
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains(&only) {
            continue;
        }
        let row = run(&name, &case, &limit);
        all += 1;
        reproduced += u32::from(row.0);
        known += u32::from(row.1.is_some());
        covered += u32::from(row.1 == Some(true));
    }
    println!(
        "\n{reproduced} of {all} reproduced; the interval holds the true rate in {covered} of {known} where it is known"
    );
}

/// Runs one case and prints its row. Says whether it was reproduced, and whether the interval holds the truth.
fn run(name: &str, folder: &Path, limit: &str) -> (bool, Option<bool>) {
    let truth: Truth =
        serde_json::from_slice(&std::fs::read(folder.join("flaky.json")).unwrap()).expect("flaky.json");
    let repository = TestRepository::new();
    copy(folder, folder, &repository);
    repository.commit("Something that fails now and then");
    let case = CaseDir::create(repository.beside("case")).unwrap();
    case.write(&task(&truth), &Redactor::default()).unwrap();
    let began = Instant::now();
    let finished = Program::new("reproduce")
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .args(["--time-limit", limit])
        .limit(Duration::from_secs(400))
        .run();
    let seconds = began.elapsed().as_secs();
    let Ok(found) = case.read::<Reproduction>() else {
        println!("| {name} | no document: {} |", finished.stderr);
        return (false, None);
    };
    let conditions = found.conditions.clone().unwrap_or_default();
    let is_reproduced = found.status == ReproductionStatus::Reproduced;
    let real = truth.under(&conditions).filter(|_| is_reproduced);
    let covers = found.rate.zip(real).map(|(rate, real)| rate.low <= real && real <= rate.high);
    let percent = |rate: f64| format!("{:.1} %", rate * 100.0);
    let interval = |rate: FailureRate| format!("{} to {}", percent(rate.low), percent(rate.high));
    let measured = found.trials.iter().find(|trial| trial.rate.is_some() && trial.rate == found.rate);
    let shown_by = measured.map(|trial| trial.how.replace(", to measure the rate", ""));
    println!(
        "| {name} | {} | {} | {} | {} | {} ({}) | {} | {} | {} | {} | {seconds} |",
        truth.language,
        truth.kind,
        if is_reproduced { "yes" } else { found.reason.as_deref().unwrap_or("no") },
        shown_by.unwrap_or_else(|| "-".to_owned()),
        found.rate.map_or("-".to_owned(), |rate| percent(rate.rate)),
        found.rate.map_or("-".to_owned(), |rate| format!("{} of {}", rate.failures, rate.runs)),
        found.rate.map_or("-".to_owned(), interval),
        real.map_or("not known".to_owned(), percent),
        covers.map_or("-", |covers| if covers { "yes" } else { "NO" }),
        found.plain_rate.map_or("-".to_owned(), interval),
    );
    (is_reproduced, covers)
}

fn task(truth: &Truth) -> Task {
    Task {
        prompt: "It fails now and then".to_owned(),
        deterministic: false,
        work: WorkKind::Intermittent,
        source: Source::Prompt,
        existing_test_path: Some(truth.test.clone()),
        performance: None,
        slug: "now-and-then".to_owned(),
        limits: Limits::default(),
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

fn copy(root: &Path, folder: &Path, repository: &TestRepository) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            copy(root, &path, repository);
        } else if path.file_name().is_some_and(|name| name != "flaky.json") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            repository.write(&name, std::fs::read(&path).unwrap());
        }
    }
}

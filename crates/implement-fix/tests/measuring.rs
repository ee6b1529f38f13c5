//! Measurements of fixers that work side by side: each has the machine to itself.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use regreen_case::{AttemptOutcome, PerformanceGoal, Target, WorkKind};
use support::{Bug, command, target};

#[path = "support/mod.rs"]
mod support;

const ID: &str = "tests/test_sums.py::test_total";
const SLOW: &str = "import time\n\n\ndef total(values):\n    time.sleep(1.5)\n    return sum(values)\n";
const FASTER: &str =
    "path = pathlib.Path('sums.py')\npath.write_text(path.read_text().replace('1.5', '1.0'))";

/// A test that tells when and where it ran, each time in a file of its own in this folder.
fn test_that_tells(folder: &Path) -> String {
    format!(
        "import os, time\nfrom sums import total\n\n\ndef test_total():\n    begin = time.monotonic()\n    \
         assert total([1, 2]) == 3\n    end = time.monotonic()\n    print(f'took {{(end - begin) * 1000:.1f}} ms')\n    \
         with open(f'{}/{{os.getpid()}}', 'w') as file:\n        print(begin, end, os.getcwd(), file=file)\n",
        folder.display()
    )
}

/// A measurement: when it began and ended, and in which checkout.
fn told_in(folder: &Path) -> Vec<(f64, f64, String)> {
    let mut told: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let words: Vec<&str> = text.split_whitespace().collect();
            (words[0].parse().unwrap(), words[1].parse().unwrap(), words[2].to_owned())
        })
        .collect();
    told.sort_by(|one: &(f64, _, _), other| one.0.total_cmp(&other.0));
    told
}

#[test]
fn fixers_side_by_side_take_turns_to_measure() {
    let times = tempfile::tempdir().unwrap();
    let mut bug = Bug::with(&[
        ("sums.py", SLOW),
        ("tests/test_sums.py", &test_that_tells(times.path())),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    bug.task.work = WorkKind::Performance;
    let metric = Some(r"took ([\d.]+) ms".to_owned());
    bug.task.performance = Some(PerformanceGoal { metric, target: Target::Below(1400.0) });
    bug.reproduction.tests = vec![target(ID)];
    bug.reproduction.command = Some(command(ID));
    bug.reproduction.protected = vec!["tests/test_sums.py".to_owned()];
    bug.hire(&[("one", FASTER), ("other", FASTER)]);
    let mut config = bug.config("one,other");
    (config.parallel, config.best_of, config.attempts) = (2, true, 1);
    config.sandbox = config.sandbox.writing(times.path());
    let fix = bug.run(&config).unwrap();
    assert!(fix.attempts.iter().all(|attempt| attempt.outcome == AttemptOutcome::Green), "{fix:#?}");
    assert_eq!(fix.attempts.len(), 2, "{fix:#?}");

    let told = told_in(times.path());
    let places: BTreeSet<&str> = told.iter().map(|(_, _, place)| place.as_str()).collect();
    assert!(places.len() > 2, "the base and two fixers measured: {told:?}");
    for pair in told.windows(2) {
        assert!(pair[0].1 <= pair[1].0, "two at once: {pair:?} of {told:#?}");
    }
}

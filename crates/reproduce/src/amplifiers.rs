//! The ladder of amplifiers as plain data: ways to run a test that make a failure which comes and goes
//! likelier, or show it cheaper. The cheap and plain ones come first.

use regreen_case::Conditions;
use regreen_proof::under;

use crate::lab::Experiment;

/// Repeats in one process of the first such way; the second does ten times as many.
const REPEATS: u32 = 20;
/// How far runs stand back behind the busy threads.
const NICE: u32 = 10;

/// One way to run.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) conditions: Conditions,
    /// With the other tests of its file or package.
    pub(crate) company: bool,
    pub(crate) experiment: Experiment,
}

impl Way {
    /// In words.
    pub(crate) fn how(&self) -> String {
        let how = self.conditions.to_string();
        match (self.company, how.as_str()) {
            (false, _) => how,
            (true, "plain") => COMPANY.to_owned(),
            (true, _) => format!("{COMPANY}, {how}"),
        }
    }

    /// Nothing was done to it, apart from running side by side.
    pub(crate) fn is_plain(&self) -> bool {
        !self.company && self.conditions.is_plain()
    }

    /// Alone and undisturbed: what differs from CI here differs because of this machine.
    pub(crate) fn is_calm(&self) -> bool {
        self.is_plain() && self.conditions.workers == 1
    }
}

/// What company is called.
const COMPANY: &str = "with the other tests of its file";

/// The ladder for one test: everything that its framework can do. `whole` is the test with the others of
/// its file, `workers` how many runs go side by side, `cores` what the machine has.
pub(crate) fn ladder(
    experiment: &Experiment,
    whole: Option<&Experiment>,
    workers: u32,
    cores: u32,
    seed: u64,
) -> Vec<Way> {
    let plain = Conditions { seed, ..Conditions::default() };
    let side = Conditions { workers, ..plain.clone() };
    let alone = [
        plain.clone(),
        side.clone(),
        Conditions { random_seed: true, ..side.clone() },
        Conditions { repeats: Some(REPEATS), ..side.clone() },
        Conditions { busy: cores, nice: NICE, ..side.clone() },
        Conditions { cores: Some(1), ..side.clone() },
        Conditions { pauses: true, random_seed: true, ..side.clone() },
        Conditions { race_detector: true, ..side.clone() },
        // A limit of time that is too tight for a busy machine: what it waits for takes a few milliseconds,
        // and only many of them in a row are hit by a pause.
        Conditions { repeats: Some(REPEATS), pauses: true, ..side.clone() },
        Conditions { timeout_percent: Some(50), busy: cores, nice: NICE, ..side.clone() },
        Conditions { repeats: Some(REPEATS * 10), ..side.clone() },
        Conditions { repeats: Some(REPEATS), busy: cores, nice: NICE, random_seed: true, ..side.clone() },
    ];
    let together = [
        side.clone(),
        Conditions { random_order: true, random_seed: true, ..side.clone() },
        Conditions { busy: cores, nice: NICE, threads: Some(cores * 4), ..side.clone() },
    ];
    let mut ways: Vec<Way> = Vec::new();
    let mut add = |conditions: Conditions, company: bool, experiment: &Experiment| {
        let known = ways.iter().any(|way| way.company == company && way.conditions == conditions);
        if !known && can(experiment, &conditions) {
            ways.push(Way { conditions, company, experiment: experiment.clone() });
        }
    };
    let (first, rest) = alone.split_at(3);
    first.iter().for_each(|conditions| add(conditions.clone(), false, experiment));
    if let Some(whole) = whole {
        together.iter().for_each(|conditions| add(conditions.clone(), true, whole));
    }
    rest.iter().for_each(|conditions| add(conditions.clone(), false, experiment));
    ways
}

/// Whether the framework can do it at all.
fn can(experiment: &Experiment, conditions: &Conditions) -> bool {
    let linux = cfg!(target_os = "linux");
    (linux || (conditions.cores.is_none() && conditions.nice == 0 && !conditions.pauses))
        && under(&experiment.command, conditions, 1).is_some()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use regreen_case::{Framework, TestCommand};

    use super::*;

    fn experiment(framework: Framework, argv: &[&str]) -> Experiment {
        Experiment {
            command: TestCommand {
                framework,
                argv: argv.iter().map(|word| (*word).to_owned()).collect(),
                cwd: String::new(),
                env: BTreeMap::new(),
            },
            targets: Vec::new(),
            expected: None,
            overlays: Vec::new(),
        }
    }

    /// The ladder of a Python test.
    pub(crate) fn ways() -> Vec<Way> {
        let alone = experiment(Framework::Pytest, &["python3", "-m", "pytest", "t.py::test_a"]);
        ladder(&alone, None, 2, 2, 7)
    }

    #[test]
    fn the_ladder_begins_plain_and_holds_no_way_twice_and_none_that_cannot_be() {
        let alone = experiment(Framework::Pytest, &["python3", "-m", "pytest", "t.py::test_a"]);
        let whole = experiment(Framework::Pytest, &["python3", "-m", "pytest", "t.py"]);
        for workers in [1, 2, 4] {
            let ways = ladder(&alone, Some(&whole), workers, 2, 7);
            assert!(ways[0].is_calm());
            let names: Vec<String> = ways.iter().map(Way::how).collect();
            let mut once = names.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{names:?}");
            assert!(names.iter().any(|name| name.starts_with(COMPANY)));
        }
        let other = experiment(Framework::Generic, &["make", "check"]);
        let ways = ladder(&other, None, 2, 2, 7);
        assert!(ways.iter().all(|way| !way.conditions.random_seed && way.conditions.repeats.is_none()));
        assert!(ways.len() >= 4, "a busy machine needs no framework");
    }
}

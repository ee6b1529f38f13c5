//! A failure that happens every time: three runs, all red, with the failure's own signature.

use std::collections::BTreeMap;

use regreen_case::Grade;
use regreen_proof::Verdict;

use crate::ReproduceError;
use crate::lab::{Experiment, Lab, Place};
use crate::tally::{Observation, Tally};

/// Runs that have to be red.
pub(crate) const RUNS: u32 = 3;

/// Runs the experiment on one fresh worktree, until a run says something else than red or green.
pub(crate) fn run(
    lab: &Lab<'_>,
    experiment: &Experiment,
    commit: &str,
    how: &str,
) -> Result<Tally, ReproduceError> {
    series(lab, experiment, commit, how, RUNS)
}

/// As [`run`], with another number of runs.
pub(crate) fn series(
    lab: &Lab<'_>,
    experiment: &Experiment,
    commit: &str,
    how: &str,
    runs: u32,
) -> Result<Tally, ReproduceError> {
    let worktree = lab.worktree(commit, &experiment.overlays)?;
    let env = BTreeMap::new();
    let mut tally = Tally::new(how);
    let mut experiment = experiment.clone();
    for number in 1..=runs {
        lab.check()?;
        if lab.deadline.is_over() {
            break;
        }
        (lab.progress)(&format!("run {number} of {runs} ({how})"));
        let keep_log = commit == lab.base && how == "plain";
        let place = Place {
            checkout: worktree.path(),
            env: &env,
            deadline: lab.deadline,
            stop: lab.cancel,
            log: if keep_log { lab.kept_log(number) } else { lab.scratch.join("run.log") },
        };
        let seen = lab.run(&experiment, &place)?;
        lab.check()?;
        tally.add(&seen, u64::from(number), experiment.expected.as_ref());
        (lab.progress)(&format!("run {number}: {}", word(&seen)));
        // One that passes may fail the next time; anything else will not get better.
        if !seen.matches() && seen.verdict != Verdict::Green {
            break;
        }
        if !seen.matches() {
            continue;
        }
        // What CI's failure looked like is not always known: then the first run says it.
        if experiment.expected.is_none() {
            experiment.expected = seen.signature(None);
        }
    }
    Ok(tally)
}

/// The verdict in a word.
pub(crate) fn word(seen: &Observation) -> String {
    match &seen.verdict {
        Verdict::Green => "passed".to_owned(),
        Verdict::Red(Grade::Same) => "failed with the same failure".to_owned(),
        Verdict::Red(Grade::SameKind) => "failed with the same kind of failure".to_owned(),
        Verdict::Red(Grade::Different) => "failed with another failure".to_owned(),
        Verdict::Uncounted(why) => format!("no counted result: {why}"),
    }
}

//! A test that is too slow: it counts as red while its number misses the target.

use std::collections::BTreeMap;

use regreen_case::{Framework, PerformanceGoal, Signature, TestCommand, TestTarget};
use regreen_proof::{CountedRun, Verdict, check_metric, measured};

use crate::ReproduceError;
use crate::lab::{Experiment, Lab, Place};
use crate::tally::Tally;

/// Runs whose median is compared with the target.
const RUNS: u32 = 5;

/// What was measured.
pub(crate) struct Measured {
    pub(crate) tally: Tally,
    pub(crate) values: Vec<f64>,
    /// Middle of the values.
    pub(crate) median: Option<f64>,
    /// Whether it reaches the target already.
    pub(crate) met: bool,
    pub(crate) signature: Signature,
}

/// Measures the test on the base.
pub(crate) fn run(
    lab: &Lab<'_>,
    experiment: &Experiment,
    goal: &PerformanceGoal,
) -> Result<Measured, ReproduceError> {
    goal.metric.as_deref().map_or(Ok(()), check_metric)?;
    let worktree = lab.worktree(lab.base, &experiment.overlays)?;
    let env = BTreeMap::new();
    let mut tally = Tally::new("plain, measured");
    let mut values = Vec::new();
    // The first run builds and warms caches: it is not measured.
    for number in 0..=RUNS {
        lab.check()?;
        if lab.deadline.is_over() {
            break;
        }
        (lab.progress)(&format!("measurement {number} of {RUNS}"));
        let place = Place {
            checkout: worktree.path(),
            env: &env,
            deadline: lab.deadline,
            stop: lab.cancel,
            log: if number == 0 { lab.scratch.join("warm-up.log") } else { lab.kept_log(number) },
        };
        let seen = lab.run(experiment, &place)?;
        lab.check()?;
        if number == 0 && matches!(seen.verdict, Verdict::Green | Verdict::Red(_)) {
            continue;
        }
        tally.add(&seen, u64::from(number), None);
        if let Verdict::Uncounted(_) = seen.verdict {
            break;
        }
        values.extend(value(goal, &seen.run, &experiment.targets));
    }
    let median = median(&values);
    let met = median.is_some_and(|median| goal.target.is_met_by(median));
    Ok(Measured { tally, met, median, values, signature: signature(experiment, goal) })
}

/// What every case about this test and this goal has in common.
fn signature(experiment: &Experiment, goal: &PerformanceGoal) -> Signature {
    let test = experiment.targets.first();
    let id = test.map(|target| {
        if target.id.is_empty() { target.file.clone().unwrap_or_default() } else { target.id.clone() }
    });
    let metric = goal.metric.as_deref().unwrap_or("duration in milliseconds");
    let message = format!("{metric} misses its target");
    Signature::new(test.map(|target| target.framework), id.as_deref(), "too slow", &message, None)
}

/// What the metric says, or without one the duration of the tests in milliseconds, or of the whole run.
fn value(goal: &PerformanceGoal, run: &CountedRun, targets: &[TestTarget]) -> Option<f64> {
    let whole = || goal.metric.is_none().then_some(run.duration_s * 1000.0);
    measured(run, targets, goal.metric.as_deref()).or_else(whole)
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        even if even % 2 == 0 => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
        _ => Some(sorted[middle]),
    }
}

/// The command with the output of passing tests shown: that is where the number stands.
pub(crate) fn showing_output(mut command: TestCommand) -> TestCommand {
    let behind = |word: &str, argv: &[String]| argv.iter().position(|known| known == word).map(|at| at + 1);
    match command.framework {
        Framework::Pytest => {
            let at = behind("pytest", &command.argv).unwrap_or(command.argv.len());
            command.argv.insert(at, "-rP".to_owned());
        }
        Framework::CargoTest => match behind("--", &command.argv) {
            Some(at) => command.argv.insert(at, "--show-output".to_owned()),
            None => command.argv.extend(["--".to_owned(), "--show-output".to_owned()]),
        },
        Framework::GoTest => {
            let at = behind("test", &command.argv).unwrap_or(command.argv.len());
            command.argv.insert(at, "-v".to_owned());
        }
        _ => {}
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_values_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }
}

//! A test that is too slow: it counts as red while its number misses the target.

use std::collections::BTreeMap;

use regreen_case::{PerformanceGoal, Signature};
use regreen_proof::{Verdict, check_metric, measured, median};

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
        values.extend(measured(&seen.run, &experiment.targets, goal.metric.as_deref()));
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

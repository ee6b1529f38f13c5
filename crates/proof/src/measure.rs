//! Numbers before and after: taken in turn, so that a machine that gets slower or faster meanwhile
//! weighs on both sides alike.

use regex::Regex;
use regreen_case::{PerformanceGoal, PerformanceResult, Signature, TestCommand, TestTarget};

use crate::adapter::adapter;
use crate::counted::{CountedRun, TestOutcome, run_counted};
use crate::error::ProofError;
use crate::judge::{Verdict, judge, results_of};
use crate::request::{Checkouts, ProofRequest};
use crate::stage::Progress;

/// Pairs of measurements.
const PAIRS: usize = 5;

/// The same command with the output of passing tests shown: a number in it can be read.
#[must_use]
pub fn showing_output(command: &TestCommand) -> TestCommand {
    adapter(command.framework).showing_output(command)
}

/// The number of a run: what the metric's first group matches last, else the targets' own duration
/// in milliseconds. `None` when there is none.
#[must_use]
pub fn measured(run: &CountedRun, targets: &[TestTarget], metric: Option<&str>) -> Option<f64> {
    if let Some(metric) = metric {
        let pattern = Regex::new(metric).ok()?;
        let found = pattern.captures_iter(&run.output).last()?;
        let text = found.get(1).or_else(|| found.get(0))?.as_str().trim().replace([',', '_'], "");
        return text.parse().ok().filter(|number: &f64| number.is_finite());
    }
    let seconds: Vec<f64> = targets
        .iter()
        .flat_map(|target| results_of(run, target))
        .filter_map(|result| result.seconds)
        .collect();
    (!seconds.is_empty()).then(|| seconds.iter().sum::<f64>() * 1000.0)
}

/// Judges a run against a number to reach: a test that passes without reaching it is red.
#[must_use]
pub fn judge_goal(
    run: &CountedRun,
    targets: &[TestTarget],
    expected: Option<&Signature>,
    goal: &PerformanceGoal,
) -> Verdict {
    match judge(run, targets, expected) {
        Verdict::Green => match measured(run, targets, goal.metric.as_deref()) {
            None => Verdict::Uncounted("the run shows no number to measure".to_owned()),
            Some(number) if goal.target.is_met_by(number) => Verdict::Green,
            Some(_) => Verdict::Red(regreen_case::Grade::Same),
        },
        other => other,
    }
}

/// Checks that a metric can be used.
///
/// # Errors
/// [`ProofError::BadMetric`].
pub fn check_metric(metric: &str) -> Result<(), ProofError> {
    let bad = |detail: String| ProofError::BadMetric { pattern: metric.to_owned(), detail };
    let pattern = Regex::new(metric).map_err(|error| bad(error.to_string()))?;
    if pattern.captures_len() > 2 {
        return Err(bad("it has more than one group".to_owned()));
    }
    Ok(())
}

/// Measures in turn. `None` when no pair could be measured.
///
/// # Errors
/// A metric that is none, or a command that cannot be started.
pub fn measure(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    goal: &PerformanceGoal,
    progress: Progress<'_>,
) -> Result<Option<PerformanceResult>, ProofError> {
    if let Some(metric) = &goal.metric {
        check_metric(metric)?;
    }
    let (before_at, after_at) = match (checkouts.before().first(), checkouts.after().first()) {
        (Some(before), Some(after)) => (*before, *after),
        _ => return Ok(None),
    };
    let command = showing_output(request.command);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for pair in 1..=PAIRS {
        for (name, checkout, values) in [("before", before_at, &mut before), ("after", after_at, &mut after)]
        {
            if request.deadline.is_over() || request.cancel.is_cancelled() {
                break;
            }
            let log = request.logs.join(format!("measure_{name}_{pair}.log"));
            let run = run_counted(&command, &request.context(checkout, request.deadline, Some(log)))?;
            // A slow base may fail its own test: its number counts. One that did not run has none.
            let ran = request.targets.iter().flat_map(|target| results_of(&run, target)).any(|result| {
                result.outcome == TestOutcome::Passed
                    || (name == "before" && result.outcome == TestOutcome::Failed)
            });
            if let Some(number) = measured(&run, request.targets, goal.metric.as_deref()).filter(|_| ran) {
                progress(&format!("measured {name} {pair}/{PAIRS}: {number}"));
                values.push(number);
            }
        }
    }
    Ok(result(goal, before, after))
}

fn result(goal: &PerformanceGoal, before: Vec<f64>, after: Vec<f64>) -> Option<PerformanceResult> {
    let (median_before, median_after) = (median(&before)?, median(&after)?);
    let change = if median_before == 0.0 { 0.0 } else { (median_after - median_before) / median_before };
    Some(PerformanceResult {
        metric: goal.metric.clone().unwrap_or_else(|| "duration of the test in milliseconds".to_owned()),
        target: goal.target,
        met: goal.target.is_met_by(median_after),
        before,
        after,
        median_before,
        median_after,
        change,
        after_interval: None,
        ratio_interval: None,
        unit: None,
        noise: None,
    })
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::Target;

    #[test]
    fn medians_and_changes_are_right() {
        let goal = PerformanceGoal { metric: None, target: Target::Below(100.0) };
        let found = result(&goal, vec![200.0, 400.0, 210.0], vec![90.0, 50.0]).unwrap();
        assert_eq!((found.median_before, found.median_after, found.met), (210.0, 70.0, true));
        assert!((found.change + 2.0 / 3.0).abs() < 1e-9);
        assert!(result(&goal, vec![1.0], vec![]).is_none());
    }

    #[test]
    fn a_metric_must_be_a_pattern_with_one_group() {
        assert!(check_metric("took ([0-9.]+) ms").is_ok());
        assert!(check_metric("took (").is_err());
        assert!(check_metric("(a)(b)").is_err());
    }
}

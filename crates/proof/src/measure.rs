//! Numbers before and after: taken in turn, so that a machine that gets slower or faster meanwhile
//! weighs on both sides alike.
//!
//! After a warm-up of each side pairs are measured; every other pair begins with the other side. The
//! median of the after side has to reach the target with the whole of its interval. While the interval
//! still holds the target, more pairs are measured, at two further looks, and when even the last one
//! cannot tell, that is said: noise is no proof, in neither direction.

use regreen_case::{Metric, PerformanceGoal, PerformanceResult, Signature, TestCommand, TestTarget};

use crate::adapter::adapter;
use crate::bootstrap::{self, median};
use crate::counted::{CountedRun, run_counted};
use crate::error::ProofError;
use crate::judge::{Verdict, judge};
use crate::metric::{check_metric, measured, name_of};
use crate::request::{Checkouts, ProofRequest};
use crate::stage::Progress;

/// Pairs of measurements at each look at the numbers.
const LOOKS: [usize; 3] = [7, 14, 21];
/// Of the time left, this share is for the numbers.
const SHARE: f64 = 0.6;

/// The same command with the output of passing tests shown: a number in it can be read. One that shows it
/// already stays as it is: some runners take the option only once.
#[must_use]
pub fn showing_output(command: &TestCommand) -> TestCommand {
    let shown = adapter(command.framework).showing_output(command);
    let longer = shown.argv.len() > command.argv.len();
    let added = shown.argv.iter().zip(&command.argv).find(|(new, old)| new != old).map(|(new, _)| new);
    if longer && added.is_some_and(|word| command.argv.contains(word)) { command.clone() } else { shown }
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
    let gauge = Gauge { request, goal, command: &command, deadline: crate::prove::share(request, SHARE) };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    // What is built, cached and compiled at the first run weighs on neither side.
    gauge.take("before", before_at, 0)?;
    gauge.take("after", after_at, 0)?;
    let mut found = None;
    for look in LOOKS {
        for pair in before.len() + 1..=look {
            let (old, new) = if pair % 2 == 1 {
                let old = gauge.take("before", before_at, pair)?;
                (old, gauge.take("after", after_at, pair)?)
            } else {
                let new = gauge.take("after", after_at, pair)?;
                (gauge.take("before", before_at, pair)?, new)
            };
            // Only whole pairs are compared.
            let (Some(old), Some(new)) = (old, new) else { break };
            progress(&format!("measured pair {pair}/{look}: {old} before, {new} after"));
            before.push(old);
            after.push(new);
        }
        found = result(goal, &before, &after, request.seed);
        let undecided = found.as_ref().is_some_and(|found| found.noise.is_some());
        if before.len() < look || !undecided {
            break;
        }
    }
    Ok(found)
}

struct Gauge<'a> {
    request: &'a ProofRequest<'a>,
    goal: &'a PerformanceGoal,
    command: &'a TestCommand,
    deadline: regreen_supervise::Deadline,
}

impl Gauge<'_> {
    /// The number of one run; `None` when it has none or the time is over.
    fn take(&self, name: &str, checkout: &std::path::Path, number: usize) -> Result<Option<f64>, ProofError> {
        let request = self.request;
        if self.deadline.is_over() || request.cancel.is_cancelled() {
            return Ok(None);
        }
        let log = request.logs.join(format!("measure_{name}_{number}.log"));
        let run = run_counted(self.command, &request.context(checkout, self.deadline, Some(log)))?;
        let verdict = judge(&run, request.targets, request.expected);
        Ok(measured(&run, request.targets, self.goal.metric.as_deref()).filter(|_| counts(name, &verdict)))
    }
}

/// Whether a run's number counts: a slow base may fail its own test; with the patch every test has to pass.
fn counts(side: &str, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Green => true,
        Verdict::Red(_) => side == "before",
        Verdict::Uncounted(_) => false,
    }
}

fn result(goal: &PerformanceGoal, before: &[f64], after: &[f64], seed: u32) -> Option<PerformanceResult> {
    let (median_before, median_after) = (median(before)?, median(after)?);
    let change = if median_before == 0.0 { 0.0 } else { (median_after - median_before) / median_before };
    // Looking three times at growing numbers finds what it wants thrice as often: each look gets a third.
    let confidence = 1.0 - 0.05 / LOOKS.len() as f64;
    let intervals = bootstrap::intervals(before, after, confidence, u64::from(seed));
    let unit = match &goal.metric {
        Some(metric) => Metric::parse(metric).ok().and_then(|metric| metric.unit().map(str::to_owned)),
        None => Some("ms".to_owned()),
    };
    let mut found = PerformanceResult {
        metric: name_of(goal.metric.as_deref()),
        target: goal.target,
        met: false,
        before: before.to_vec(),
        after: after.to_vec(),
        median_before,
        median_after,
        change,
        after_interval: Some(intervals.after),
        ratio_interval: intervals.ratio,
        unit,
        noise: None,
    };
    let reached = |number: f64| goal.target.is_met_by(number);
    let (low, high) = (intervals.after.low, intervals.after.high);
    let few = before.len() < LOOKS[0];
    found.met = reached(low) && reached(high) && !few;
    if few && reached(median_after) {
        let pairs = before.len();
        found.noise = Some(format!("there was time for {pairs} of {} pairs of runs only", LOOKS[0]));
    } else if reached(low) != reached(high) {
        found.noise = Some(format!(
            "the numbers scatter too much to tell: the 95 % interval of the median after, {} to {}, holds the \
             target",
            short(low),
            short(high)
        ));
    }
    Some(found)
}

/// A number with four significant digits.
fn short(number: f64) -> String {
    let digits = if number == 0.0 { 0 } else { 3 - number.abs().log10().floor() as i32 };
    format!("{number:.*}", usize::try_from(digits.clamp(0, 6)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use regreen_case::{Framework, Target};

    fn found(target: Target, before: &[f64], after: &[f64]) -> PerformanceResult {
        result(&PerformanceGoal { metric: None, target }, before, after, 1).unwrap()
    }

    #[test]
    fn medians_and_changes_are_right() {
        let before = [200.0, 400.0, 210.0, 205.0, 211.0, 209.0, 212.0];
        let after = [90.0, 50.0, 55.0, 54.0, 53.0, 56.0, 57.0];
        let steady = found(Target::Below(100.0), &before, &after);
        assert_eq!((steady.median_before, steady.median_after, steady.met), (210.0, 55.0, true));
        assert!((steady.change + 155.0 / 210.0).abs() < 1e-9 && steady.noise.is_none());
        let ratio = steady.ratio_interval.unwrap();
        assert!(ratio.low > 0.1 && ratio.high < 0.5, "{ratio:?}");
        assert_eq!(steady.unit.as_deref(), Some("ms"));
        let goal = PerformanceGoal { metric: None, target: Target::Below(1.0) };
        assert!(result(&goal, &[1.0], &[], 1).is_none());
    }

    #[test]
    fn only_runs_that_count_are_measured() {
        let red = Verdict::Red(regreen_case::Grade::Same);
        let uncounted = Verdict::Uncounted("two tests, one of them skipped".to_owned());
        for side in ["before", "after"] {
            assert!(counts(side, &Verdict::Green) && !counts(side, &uncounted), "{side}");
            assert_eq!(counts(side, &red), side == "before");
        }
    }

    #[test]
    fn output_is_asked_for_once() {
        let nextest = "cargo nextest run -E test(=a)";
        for (framework, line) in [
            (Framework::CargoTest, "cargo test -- --exact a"),
            (Framework::CargoTest, nextest),
            (Framework::Pytest, "python3 -m pytest t.py::test_a"),
            (Framework::Unittest, "python3 -m unittest -b t.T.test_a"),
        ] {
            let argv = line.split(' ').map(str::to_owned).collect();
            let command = TestCommand { framework, argv, cwd: String::new(), env: BTreeMap::new() };
            let once = showing_output(&command);
            assert_ne!(once, command, "{line}");
            assert_eq!(showing_output(&once), once, "{line}");
        }
    }

    #[test]
    fn noise_is_said_and_proves_nothing() {
        let before = [200.0; 7];
        let after = [50.0, 190.0, 60.0, 150.0, 55.0, 170.0, 90.0];
        let noisy = found(Target::Below(100.0), &before, &after);
        assert!(noisy.median_after < 100.0 && !noisy.met);
        assert!(noisy.noise.unwrap().contains("scatter"));
        let missed = found(Target::Below(10.0), &before, &after);
        assert!(!missed.met && missed.noise.is_none(), "it is missed for sure");
        let few = found(Target::Below(100.0), &before[..2], &[50.0, 50.0]);
        assert!(!few.met && few.noise.unwrap().contains("2 of 7"));
    }
}

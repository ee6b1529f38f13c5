//! The performance goal of a case, read from test runs.

use regreen_case::{PerformanceGoal, TestCommand, TestTarget};
use regreen_proof::{CountedRun, ProofError, check_metric, measured, showing_output};

/// A goal whose metric can be used.
#[derive(Debug)]
pub(crate) struct Goal {
    goal: PerformanceGoal,
}

impl Goal {
    pub(crate) fn new(goal: &PerformanceGoal) -> Result<Self, ProofError> {
        goal.metric.as_deref().map_or(Ok(()), check_metric)?;
        Ok(Goal { goal: goal.clone() })
    }

    /// The number of this run.
    pub(crate) fn value(&self, run: &CountedRun, targets: &[TestTarget]) -> Option<f64> {
        measured(run, targets, self.goal.metric.as_deref())
    }

    /// Whether these numbers, taken together, reach the target: their median decides.
    pub(crate) fn is_met_by(&self, values: &[f64]) -> bool {
        median(values).is_some_and(|value| self.goal.target.is_met_by(value))
    }

    /// The goal in words, with the number of now.
    pub(crate) fn sentence(&self, now: Option<f64>) -> String {
        let what = match &self.goal.metric {
            Some(metric) => format!("The number that `{metric}` finds in the test's output"),
            None => "The duration of the test in milliseconds".to_owned(),
        };
        let now = now.map(|value| format!("; it is {value} now")).unwrap_or_default();
        format!("{what} has to be {}{now}.", self.goal.target)
    }
}

/// The command with its output shown, so that a number in it can be read. One that shows it
/// already stays as it is: some runners take the option only once.
pub(crate) fn with_output(command: &TestCommand) -> TestCommand {
    let shown = showing_output(command);
    let added = shown.argv.iter().zip(&command.argv).find(|(new, old)| new != old).map(|(new, _)| new);
    if added.is_some_and(|word| command.argv.contains(word)) { command.clone() } else { shown }
}

/// The middle of the values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        even if even % 2 == 0 => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
        _ => Some(sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regreen_case::{Framework, Target};

    use super::*;

    #[test]
    fn the_median_decides() {
        let goal = Goal::new(&PerformanceGoal { metric: None, target: Target::Below(400.0) }).unwrap();
        assert!(goal.is_met_by(&[300.0, 900.0, 310.0]) && !goal.is_met_by(&[300.0, 900.0, 410.0]));
        assert!(!goal.is_met_by(&[]) && !goal.is_met_by(&[f64::NAN]));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert!(
            goal.sentence(Some(9.0)).ends_with("milliseconds has to be <400; it is 9 now."),
            "{}",
            goal.sentence(Some(9.0))
        );
        let wrong = PerformanceGoal { metric: Some("(".to_owned()), target: Target::Below(1.0) };
        assert!(Goal::new(&wrong).is_err());
    }

    #[test]
    fn output_is_asked_for_once() {
        let command = TestCommand {
            framework: Framework::CargoTest,
            argv: ["cargo", "test", "--", "--exact", "a"].map(str::to_owned).to_vec(),
            cwd: String::new(),
            env: BTreeMap::new(),
        };
        let once = with_output(&command);
        assert_ne!(once, command);
        assert_eq!(with_output(&once), once);
    }
}

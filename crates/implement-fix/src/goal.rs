//! The performance goal of a case, read from test runs.

use regreen_case::{Metric, PerformanceGoal, Preset, TestTarget};
use regreen_proof::{CountedRun, ProofError, check_metric, measured, median};

/// A goal whose metric can be used.
#[derive(Debug, Clone)]
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
        let what = self.goal.metric.as_deref().map(Metric::parse).and_then(Result::ok).map_or_else(
            || "The duration of the test in milliseconds".to_owned(),
            |metric| in_words(&metric),
        );
        let now = now.map(|value| format!("; it is {value} now")).unwrap_or_default();
        format!("{what} has to be {}{now}.", self.goal.target)
    }
}

/// What is measured, as somebody has to know who is to change it.
fn in_words(metric: &Metric) -> String {
    match metric {
        Metric::Wall => "The wall-clock time of the whole test run in milliseconds".to_owned(),
        Metric::PeakMemory => "The peak memory of the test run's largest process in MiB".to_owned(),
        Metric::Json { file, pointer } => {
            format!("The number at `{pointer}` of the file `{file}` that the test writes")
        }
        Metric::Preset(Preset::Duration) => "The duration that the test prints, in milliseconds".to_owned(),
        Metric::Preset(Preset::Milliseconds) => {
            "The last time with a unit that the test prints, in milliseconds".to_owned()
        }
        Metric::Preset(Preset::SamplesPerSecond) => "The samples per second that the test prints".to_owned(),
        Metric::Preset(Preset::TokensPerSecond) => "The tokens per second that the test prints".to_owned(),
        Metric::Pattern(pattern) => format!("The number that `{pattern}` finds in the test's output"),
    }
}

#[cfg(test)]
mod tests {
    use regreen_case::Target;

    use super::*;

    #[test]
    fn the_median_decides() {
        let goal = Goal::new(&PerformanceGoal { metric: None, target: Target::Below(400.0) }).unwrap();
        assert!(goal.is_met_by(&[300.0, 900.0, 310.0]) && !goal.is_met_by(&[300.0, 900.0, 410.0]));
        assert!(!goal.is_met_by(&[]) && !goal.is_met_by(&[f64::NAN]));
        assert!(
            goal.sentence(Some(9.0)).ends_with("milliseconds has to be <400; it is 9 now."),
            "{}",
            goal.sentence(Some(9.0))
        );
        let wrong = PerformanceGoal { metric: Some("(".to_owned()), target: Target::Below(1.0) };
        assert!(Goal::new(&wrong).is_err());
    }

    #[test]
    fn the_goal_is_said_by_what_its_metric_means() {
        for (metric, said) in [
            ("wall", "The wall-clock time of the whole test run in milliseconds"),
            ("peak-memory", "MiB"),
            ("json:bench.json#/mean", "`/mean` of the file `bench.json`"),
            ("samples/s", "samples per second that the test prints"),
            (r"took (\d+)", r"`took (\d+)` finds in the test's output"),
        ] {
            let metric = Some(metric.to_owned());
            let goal = Goal::new(&PerformanceGoal { metric, target: Target::Below(4.0) }).unwrap();
            assert!(goal.sentence(None).contains(said), "{}", goal.sentence(None));
        }
    }
}

//! The performance goal of a case, read from a test run.

use regex::Regex;
use regreen_case::{PerformanceGoal, TestTarget};
use regreen_proof::{CountedRun, ProofError};

/// A goal whose metric is ready for use.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) goal: PerformanceGoal,
    pattern: Option<Regex>,
}

impl Goal {
    pub(crate) fn new(goal: &PerformanceGoal) -> Result<Self, ProofError> {
        let bad =
            |pattern: &str, detail: String| ProofError::BadMetric { pattern: pattern.to_owned(), detail };
        let pattern = match goal.metric.as_deref() {
            None => None,
            Some(text) => {
                let regex = Regex::new(text).map_err(|error| bad(text, error.to_string()))?;
                if regex.captures_len() < 2 {
                    return Err(bad(text, "it has no group around the number".to_owned()));
                }
                Some(regex)
            }
        };
        Ok(Goal { goal: goal.clone(), pattern })
    }

    /// The number of this run: the last match in its output, or without a metric the duration of
    /// the tests in milliseconds.
    pub(crate) fn value(&self, run: &CountedRun, targets: &[TestTarget]) -> Option<f64> {
        match &self.pattern {
            Some(pattern) => {
                let last = pattern.captures_iter(&run.output).last()?;
                last.get(1)?.as_str().replace(['_', ','], "").parse().ok()
            }
            None => {
                let seconds: Vec<f64> = run
                    .results
                    .iter()
                    .filter(|result| {
                        targets.iter().any(|target| target.id.is_empty() || target.id == result.id)
                    })
                    .filter_map(|result| result.seconds)
                    .collect();
                let whole = if seconds.is_empty() { run.duration_s } else { seconds.iter().sum() };
                Some(whole * 1000.0)
            }
        }
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

/// The middle of the values.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        even if even % 2 == 0 => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
        _ => Some(sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use regreen_case::Target;
    use regreen_supervise::End;

    use super::*;

    fn run(output: &str) -> CountedRun {
        CountedRun {
            results: Vec::new(),
            end: End::Exited(0),
            duration_s: 0.25,
            output: output.to_owned(),
            problem: None,
            cause: None,
        }
    }

    #[test]
    fn the_number_comes_from_the_output_or_the_clock() {
        let goal = |metric: Option<&str>| {
            Goal::new(&PerformanceGoal { metric: metric.map(str::to_owned), target: Target::Below(400.0) })
        };
        let output = "took 900 ms\ntook 1,234.5 ms";
        assert_eq!(goal(Some(r"took ([\d,.]+) ms")).unwrap().value(&run(output), &[]), Some(1234.5));
        assert_eq!(goal(Some(r"x(\d+)")).unwrap().value(&run(output), &[]), None);
        assert_eq!(goal(None).unwrap().value(&run(output), &[]), Some(250.0));
        assert!(goal(Some("no group")).is_err() && goal(Some("(")).is_err());
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}

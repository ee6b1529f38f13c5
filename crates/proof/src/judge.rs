//! The verdict on one run: green, red, or nothing that counts.

use regreen_case::{Grade, Signature, TestTarget};

use crate::adapter::adapter;
use crate::counted::{CountedRun, TestOutcome, TestResult};

/// What one run says about the tests in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every target has a counted result, and all of them passed.
    Green,
    /// A target failed; how well the failure matches the expected one.
    Red(Grade),
    /// Nothing that counts, and why: skipped, not collected, crashed, contradicted.
    Uncounted(String),
}

/// Judges a run. Without an expected signature every failure is the expected one.
#[must_use]
pub fn judge(run: &CountedRun, targets: &[TestTarget], expected: Option<&Signature>) -> Verdict {
    let failed: Vec<&TestResult> = targets
        .iter()
        .flat_map(|target| results_of(run, target))
        .filter(|result| result.outcome == TestOutcome::Failed)
        .collect();
    if !failed.is_empty() {
        let grade = grade(&failed, expected);
        // A run with a contradiction proves no more than that it is not green: only a failure that
        // is recognised counts.
        return match &run.problem {
            Some(problem) if expected.is_none() || grade == Grade::Different => {
                Verdict::Uncounted(problem.clone())
            }
            _ => Verdict::Red(grade),
        };
    }
    if let (Some(cause), Some(expected)) = (&run.cause, expected)
        && expected.test.is_none()
        && cause.compare(expected) != Grade::Different
    {
        return Verdict::Red(cause.compare(expected));
    }
    if let Some(problem) = &run.problem {
        return Verdict::Uncounted(problem.clone());
    }
    if targets.is_empty() {
        return Verdict::Uncounted("no test was named".to_owned());
    }
    for target in targets {
        if let Some(why) = why_uncounted(run, target) {
            return Verdict::Uncounted(why);
        }
    }
    Verdict::Green
}

/// The best match among the failures: with several failing tests the signature is of one of them.
fn grade(failed: &[&TestResult], expected: Option<&Signature>) -> Grade {
    let Some(expected) = expected else { return Grade::Same };
    failed
        .iter()
        .filter_map(|result| result.failure.as_ref())
        .map(|failure| failure.signature.compare(expected))
        .max()
        .unwrap_or(Grade::Different)
}

fn why_uncounted(run: &CountedRun, target: &TestTarget) -> Option<String> {
    let name = || {
        if target.id.is_empty() { target.file.clone().unwrap_or_default() } else { target.id.clone() }
    };
    let results: Vec<_> = results_of(run, target).collect();
    if results.is_empty() {
        return Some(format!("`{}` was not among the tests that ran", name()));
    }
    let exact = results.len() == 1 || results.iter().any(|result| result.id == target.id);
    let skipped = results.iter().filter(|result| result.outcome == TestOutcome::Skipped).count();
    if skipped == results.len() || (exact && skipped > 0) {
        return Some(format!("`{}` was skipped, ignored or expected to fail", name()));
    }
    None
}

/// The results that belong to a target.
pub(crate) fn results_of<'a>(
    run: &'a CountedRun,
    target: &'a TestTarget,
) -> impl Iterator<Item = &'a TestResult> {
    let adapter = adapter(target.framework);
    run.results.iter().filter(move |result| adapter.belongs(target, result))
}

//! The verdict on one run: green, red, or nothing that counts.

use std::collections::BTreeMap;

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

/// What a run of several repeats says about the tests in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RepeatCount {
    /// Repeats in which a target gave a pass or the failure that was looked for.
    pub runs: u32,
    /// Of these, repeats in which a target failed as expected.
    pub failures: u32,
    /// Repeats in which a target failed in another way, or was skipped.
    pub others: u32,
}

/// Counts the repeats of a run one by one: the first result of every target, the second, and so on. `None`
/// when nothing of the run counts; failures that are recognised count also beside a contradiction, as for
/// [`judge`], but then no passes do.
#[must_use]
pub fn count_repeats(
    run: &CountedRun,
    targets: &[TestTarget],
    expected: Option<&Signature>,
) -> Option<RepeatCount> {
    let mut seen: BTreeMap<(Option<&str>, &str), usize> = BTreeMap::new();
    // Failed as expected, failed otherwise, skipped, passed: the first that holds for a repeat.
    let mut worst: Vec<u8> = Vec::new();
    for result in &run.results {
        let belongs = |target: &TestTarget| adapter(target.framework).belongs(target, result);
        if !targets.iter().any(belongs) {
            continue;
        }
        let repeat = seen.entry((result.suite.as_deref(), result.id.as_str())).or_default();
        let rank = match result.outcome {
            TestOutcome::Failed if grade(&[result], expected) > Grade::Different => 0,
            TestOutcome::Failed => 1,
            TestOutcome::Skipped => 2,
            TestOutcome::Passed => 3,
        };
        match worst.get_mut(*repeat) {
            Some(found) => *found = rank.min(*found),
            None => worst.push(rank),
        }
        *repeat += 1;
    }
    let count = |wanted: &[u8]| {
        u32::try_from(worst.iter().filter(|rank| wanted.contains(rank)).count()).unwrap_or(u32::MAX)
    };
    let failures = count(&[0]);
    let passes = if run.problem.is_some() { 0 } else { count(&[3]) };
    let uncounted = worst.is_empty() || (run.problem.is_some() && (failures == 0 || expected.is_none()));
    (!uncounted).then(|| RepeatCount { runs: failures + passes, failures, others: count(&[1, 2]) })
}

/// The results that belong to a target.
pub(crate) fn results_of<'a>(
    run: &'a CountedRun,
    target: &'a TestTarget,
) -> impl Iterator<Item = &'a TestResult> {
    let adapter = adapter(target.framework);
    run.results.iter().filter(move |result| adapter.belongs(target, result))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::Framework;
    use regreen_supervise::End;

    fn result(id: &str, outcome: TestOutcome) -> TestResult {
        let failure = (outcome == TestOutcome::Failed)
            .then(|| crate::failures::plain(Framework::Pytest, id, None, "ValueError: no"));
        TestResult { id: id.to_owned(), suite: None, outcome, failure, seconds: None }
    }

    fn run(results: Vec<TestResult>, problem: Option<&str>) -> CountedRun {
        CountedRun {
            began: std::time::SystemTime::UNIX_EPOCH,
            checkout: std::path::PathBuf::new(),
            results,
            end: End::Exited(0),
            duration_s: 0.1,
            usage: None,
            confinement: regreen_case::Confinement::default(),
            output: String::new(),
            problem: problem.map(str::to_owned),
            cause: None,
        }
    }

    #[test]
    fn repeats_are_counted_by_their_place() {
        use TestOutcome::{Failed, Passed, Skipped};
        let target = |id: &str| TestTarget {
            framework: Framework::Pytest,
            id: id.to_owned(),
            file: None,
            suite: None,
        };
        let results = |outcomes: &[(&str, TestOutcome)]| {
            outcomes.iter().map(|(id, outcome)| result(id, *outcome)).collect::<Vec<_>>()
        };
        let all = results(&[
            ("a", Passed),
            ("b", Passed),
            ("c", Failed),
            ("a", Failed),
            ("b", Failed),
            ("a", Passed),
            ("b", Passed),
            ("a", Passed),
            ("b", Skipped),
        ]);
        let targets = [target("a"), target("b")];
        let found = count_repeats(&run(all.clone(), None), &targets, None).unwrap();
        assert_eq!(found, RepeatCount { runs: 3, failures: 1, others: 1 });
        assert_eq!(judge(&run(all.clone(), None), &targets, None), Verdict::Red(Grade::Same));
        assert_eq!(count_repeats(&run(all.clone(), Some("forged")), &targets, None), None);
        assert_eq!(count_repeats(&run(all, None), &[target("gone")], None), None);
    }

    #[test]
    fn what_fails_beside_the_tests_in_question_is_not_theirs() {
        use TestOutcome::{Failed, Passed};
        let target = |id: &str| TestTarget {
            framework: Framework::NodeTest,
            id: id.to_owned(),
            file: None,
            suite: None,
        };
        let seen = run(vec![result("all > a", Failed), result("all > b", Failed), result("c", Passed)], None);
        let ids = |targets: &[TestTarget]| -> Vec<String> {
            seen.failures_of(targets).into_iter().map(|failure| failure.id).collect()
        };
        assert_eq!(ids(&[target("all > b")]), ["all > b"]);
        assert_eq!(ids(&[target("c")]), ["all > a", "all > b"], "where none is theirs, all may say why");
    }
}

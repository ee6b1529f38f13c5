//! Gives the failures of a local run the same shape and signature as those read from CI's log.

use std::collections::BTreeSet;

use regreen_case::{FailedTest, Framework, Signature};
use regreen_supervise::End;

use crate::counted::{TestOutcome, TestResult};

/// Puts the parsed failures to the failed results. A parsed failure without a result is added only
/// when nothing was counted: then a crash is all there is to see.
pub(crate) fn attach(framework: Framework, text: &str, results: &mut Vec<TestResult>) {
    let nothing_counted = results.is_empty();
    let mut told = BTreeSet::new();
    for failure in regreen_logs::failures_in(framework, text) {
        let same_suite = |result: &TestResult| match (&result.suite, &failure.suite) {
            (Some(ours), Some(theirs)) => {
                ours == theirs || ours.ends_with(theirs.as_str()) || theirs.ends_with(ours.as_str())
            }
            _ => true,
        };
        let is_its = |result: &TestResult| {
            result.id == failure.id && result.outcome == TestOutcome::Failed && same_suite(result)
        };
        let all: Vec<usize> = (0..results.len()).filter(|at| is_its(&results[*at])).collect();
        // A test that ran several times has a failure for each; the last one stands for those that the
        // output does not show again.
        let at = all.iter().find(|at| !told.contains(*at)).or(all.last());
        match at {
            Some(at) => {
                told.insert(*at);
                let later = all.iter().filter(|other| *other >= at);
                later.for_each(|other| results[*other].failure = Some(failure.clone()));
            }
            None if nothing_counted => results.push(TestResult {
                id: failure.id.clone(),
                suite: failure.suite.clone(),
                outcome: TestOutcome::Failed,
                failure: Some(failure),
                seconds: None,
            }),
            None => {}
        }
    }
}

/// Fingerprint of what broke when no test failed by name.
pub(crate) fn cause(text: &str, end: End) -> Option<Signature> {
    if end == End::Exited(0) {
        return None;
    }
    let extraction = regreen_logs::extract(std::io::Cursor::new(text), "output").ok()?;
    extraction.signature
}

/// A failure from what the channel says, for when the output does not show it.
pub(crate) fn plain(framework: Framework, id: &str, file: Option<String>, message: &str) -> FailedTest {
    let first = message.lines().next().unwrap_or_default();
    let named = first.split_once(':').map(|(kind, _)| kind).filter(|kind| {
        !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    });
    let kind = match (framework, named) {
        (Framework::Pytest, Some(kind)) if kind.ends_with("Error") || kind.ends_with("Exception") => {
            kind.rsplit('.').next().unwrap_or(kind)
        }
        (Framework::Pytest, _) if first.starts_with("assert") => "AssertionError",
        _ => "failure",
    };
    let message: String = message.chars().take(1024).collect();
    FailedTest {
        id: id.to_owned(),
        framework,
        file,
        line: None,
        kind: kind.to_owned(),
        frames: Vec::new(),
        log: None,
        suite: None,
        signature: Signature::new(Some(framework), Some(id), kind, &message, None),
        message,
    }
}

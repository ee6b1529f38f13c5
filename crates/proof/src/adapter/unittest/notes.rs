//! What the counting result noted, against the summary that unittest printed.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::Framework;
use serde::Deserialize;

use crate::adapter::Counted;
use crate::adapter::left_file::{self, Unread};
use crate::counted::{TestOutcome, TestResult};

const MAX_NOTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Note {
    Begin {
        #[allow(dead_code, reason = "it tells the form")]
        begin: bool,
    },
    End {
        end: BTreeMap<String, u64>,
        /// What of unittest itself was replaced by code that is no test.
        #[serde(default)]
        replaced: String,
    },
    Test {
        test: String,
        outcome: String,
        #[serde(default)]
        kind: String,
        #[serde(default)]
        message: String,
    },
}

pub(super) fn count(notes: &Path, text: &str) -> Counted {
    let read = match left_file::text(notes, MAX_NOTES) {
        Ok(read) => read,
        Err(Unread::Missing) => return Counted::problem("no run of unittest began: it ended before"),
        Err(why) => return Counted::problem(format!("the file of unittest's results {why}")),
    };
    let mut results = Vec::new();
    let (mut begun, mut ends) = (0, Vec::new());
    for line in read.lines() {
        match serde_json::from_str::<Note>(line) {
            Ok(Note::Begin { .. }) => begun += 1,
            Ok(Note::End { end, replaced }) => ends.push((end, replaced)),
            Ok(Note::Test { test, outcome, kind, message }) => {
                results.push(result(&test, &outcome, &kind, &message));
            }
            Err(_) => {
                return Counted { results, problem: Some("unittest's results cannot be read".to_owned()) };
            }
        }
    }
    let problem = match (begun, ends.as_slice()) {
        (0, _) => Some("no run of unittest began: it ended before".to_owned()),
        (1, [(_, replaced)]) if !replaced.is_empty() => {
            Some(format!("the code under test replaced `{replaced}` of unittest"))
        }
        (1, [(end, _)]) => contradiction(&results, end, text),
        (1, []) => Some("the run of unittest did not come to its end".to_owned()),
        (runs, _) => Some(format!("unittest ran {runs} times in one process: which one counts is unknown")),
    };
    Counted { results, problem }
}

fn result(test: &str, outcome: &str, kind: &str, message: &str) -> TestResult {
    // The reader of logs takes the first line for the id too.
    let id = test.lines().next().unwrap_or_default().to_owned();
    let outcome = match outcome {
        "passed" => TestOutcome::Passed,
        "skipped" => TestOutcome::Skipped,
        _ => TestOutcome::Failed,
    };
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let said =
            if kind.is_empty() { "UNEXPECTED SUCCESS".to_owned() } else { format!("{kind}: {message}") };
        let mut failure = crate::failures::plain(Framework::Unittest, &id, None, &said);
        if !kind.is_empty() {
            kind.clone_into(&mut failure.kind);
        }
        failure
    });
    TestResult { id, suite: None, outcome, failure, seconds: None }
}

/// Why the notes, their own sums and the printed summary cannot all be true.
fn contradiction(results: &[TestResult], end: &BTreeMap<String, u64>, text: &str) -> Option<String> {
    let of = |name: &str| end.get(name).copied().unwrap_or_default();
    if results.is_empty() {
        return Some("unittest ran no test".to_owned());
    }
    let failed = results.iter().filter(|result| result.outcome == TestOutcome::Failed).count() as u64;
    if failed != of("failures") + of("errors") + of("unexpected successes") {
        return Some("unittest's results and their sum contradict each other".to_owned());
    }
    let Some((ran, numbers)) = summary(text) else {
        return Some("unittest printed no summary".to_owned());
    };
    let agree = ran == of("ran")
        && ["failures", "errors", "skipped", "expected failures", "unexpected successes"]
            .iter()
            .all(|name| numbers.get(*name).copied().unwrap_or_default() == of(name));
    (!agree).then(|| "unittest's summary and its results contradict each other".to_owned())
}

/// `Ran 3 tests in 0.1s`, and the numbers of `OK (skipped=1)` or `FAILED (errors=2)` below: the last ones.
fn summary(text: &str) -> Option<(u64, BTreeMap<&str, u64>)> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let ran = |line: &str| -> Option<u64> {
        let (number, rest) = line.strip_prefix("Ran ")?.split_once(" test")?;
        rest.contains(" in ").then(|| number.parse().ok())?
    };
    let at = lines.iter().rposition(|line| ran(line).is_some())?;
    let verdict = |line: &&&str| ["OK", "FAILED", "NO TESTS RAN"].iter().any(|word| line.starts_with(word));
    let verdict = lines[at..].iter().find(verdict)?;
    let mut numbers = BTreeMap::new();
    if let Some((_, list)) = verdict.split_once('(') {
        for part in list.trim_end_matches(')').split(", ") {
            let (name, number) = part.split_once('=')?;
            numbers.insert(name, number.parse().ok()?);
        }
    }
    Some((ran(lines[at])?, numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: &str = "{\"begin\": true}\n{\"test\": \"test_a (m.T.test_a)\", \"outcome\": \"passed\"}\n";
    const END: &str = "{\"end\": {\"ran\": 1, \"failures\": 0, \"errors\": 0, \"skipped\": 0}}\n";

    fn counted(notes: &str, text: &str) -> Counted {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes");
        std::fs::write(&path, notes).unwrap();
        count(&path, text)
    }

    #[test]
    fn all_three_must_agree() {
        let said = "Ran 1 test in 0.001s\n\nOK\n";
        let good = counted(&format!("{PASSED}{END}"), said);
        assert_eq!((good.problem, good.results.len()), (None, 1));
        for (notes, text, why) in [
            (format!("{PASSED}{END}"), "Ran 2 tests in 0.001s\n\nOK\n", "contradict"),
            (format!("{PASSED}{END}"), "Ran 1 test in 0.001s\n\nOK (skipped=1)\n", "contradict"),
            (format!("{PASSED}{END}"), "bye\n", "no summary"),
            (PASSED.to_owned(), said, "not come to its end"),
            (format!("{PASSED}{END}{PASSED}{END}"), said, "2 times"),
            (format!("{{\"begin\": true}}\n{END}"), said, "no test"),
            (
                format!("{PASSED}{}", END.replace("}}", "}, \"replaced\": \"TestCase.assertEqual\"}")),
                said,
                "replaced `TestCase.assertEqual`",
            ),
            (PASSED[..40].to_owned(), said, "cannot be read"),
            (String::new(), said, "began"),
        ] {
            let problem = counted(&notes, text).problem.unwrap_or_default();
            assert!(problem.contains(why), "{problem} is not {why}");
        }
    }
}

//! Results in the lines of a command's output, by an expression of the user's.

use regreen_case::Framework;

use crate::adapter::Counted;
use crate::counted::{TestOutcome, TestResult};

/// More results than this are no tests.
const MAX_RESULTS: usize = 200_000;
const PASSED: &[&str] =
    &["ok", "pass", "passed", "passes", "success", "succeeded", "successful", "✓", "✔", "."];
const SKIPPED: &[&str] = &[
    "skip", "skipped", "skips", "ignored", "ignore", "pending", "todo", "disabled", "xfail", "xfailed",
    "not run", "notrun", "s",
];

pub(super) fn count(text: &str, pattern: &str) -> Counted {
    let expression = match crate::results::compiled(pattern) {
        Ok(expression) => expression,
        Err(error) => return Counted::problem(error.to_string()),
    };
    let mut results = Vec::new();
    for found in text.lines().filter_map(|line| expression.captures(line)) {
        let (Some(test), Some(outcome)) = (found.name("test"), found.name("outcome")) else { continue };
        let (id, outcome) = (test.as_str().trim().to_owned(), outcome_of(outcome.as_str()));
        let failure = (outcome == TestOutcome::Failed)
            .then(|| crate::failures::plain(Framework::Generic, &id, None, &format!("`{id}` failed")));
        results.push(TestResult { id, suite: None, outcome, failure, seconds: None });
        if results.len() > MAX_RESULTS {
            return Counted::problem("the command prints more results than there can be tests");
        }
    }
    let problem = results.is_empty().then(|| format!("no line of the output fits `{pattern}`"));
    Counted { results, problem }
}

/// What is not known to be good is a failure.
fn outcome_of(word: &str) -> TestOutcome {
    let word = word.trim().to_lowercase();
    match word.as_str() {
        word if PASSED.contains(&word) => TestOutcome::Passed,
        word if SKIPPED.contains(&word) => TestOutcome::Skipped,
        _ => TestOutcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_results() {
        let text = "ok 1 - adds\nnoise\nnot ok 2 - größe (c)\nSKIP 3 - later\n";
        let counted = count(text, r"^(?P<outcome>ok|not ok|SKIP) \d+ - (?P<test>.+)$");
        let seen: Vec<_> = counted.results.iter().map(|one| (one.id.as_str(), one.outcome)).collect();
        assert_eq!(
            seen,
            [
                ("adds", TestOutcome::Passed),
                ("größe (c)", TestOutcome::Failed),
                ("later", TestOutcome::Skipped)
            ]
        );
        assert!(count("x", "(?P<test>y)(?P<outcome>z)").problem.unwrap().contains("no line"));
        assert_eq!(outcome_of("weird"), TestOutcome::Failed);
    }
}

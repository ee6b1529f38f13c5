//! ctest's own lines: its summary against the report, and the results of repeated tests one by one.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;

use crate::adapter::Counted;
use crate::counted::{TestOutcome, TestResult};

/// Why the summary and the report cannot both be true; `None` when they agree.
pub(super) fn contradiction(text: &str, results: &[TestResult]) -> Option<String> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let line = LINE
        // CMake 4 says nothing of failures when there are none.
        .get_or_init(|| Regex::new(r"^\d+% tests passed(?:, (\d+) tests? failed)? out of (\d+)$").ok())
        .as_ref()?;
    if results.is_empty() {
        return Some("no test matched".to_owned());
    }
    let Some(found) = text.lines().rev().find_map(|one| line.captures(one.trim_end())) else {
        return Some("ctest printed no summary".to_owned());
    };
    let number = |at: usize| found.get(at).map_or(0, |text| text.as_str().parse().unwrap_or(usize::MAX));
    let failed = results.iter().filter(|one| one.outcome == TestOutcome::Failed).count();
    // Disabled tests are in the report and not in the summary.
    let agree = number(1) == failed && number(2) <= results.len();
    (!agree).then(|| {
        format!(
            "ctest's summary and its report contradict each other: {} of {} failed against {failed} of {}",
            number(1),
            number(2),
            results.len()
        )
    })
}

/// How often each test is asked for, by `--repeat until-fail:N`.
pub(super) fn times(words: &[String]) -> u32 {
    let value = words.windows(2).find(|pair| pair[0] == "--repeat").map(|pair| pair[1].as_str());
    value.and_then(|text| text.strip_prefix("until-fail:")?.parse().ok()).unwrap_or(1)
}

/// Sets an option with a value of ctest's own.
pub(super) fn set(words: &mut Vec<String>, option: &str, value: &str) {
    if let Some(at) = words.iter().position(|word| word == option) {
        words.drain(at..(at + 2).min(words.len()));
    }
    words.splice(1..1, [option.to_owned(), value.to_owned()]);
}

/// The results of a run in which ctest repeated each test until it failed: the report has the last of
/// each, the lines have all of them.
pub(super) fn repeated(text: &str, last: &[TestResult], times: u32, problem: Option<String>) -> Counted {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = LINE.get_or_init(|| {
        Regex::new(r"^ *(?:\d+/\d+ )?Test +#\d+: (.+?) \.+ *(\*\*\*|)([A-Z][A-Za-z ]*).*?([0-9.]+) sec$").ok()
    });
    let Some(line) = pattern else { return Counted::problem("ctest's lines cannot be read") };
    let mut seen: BTreeMap<String, Vec<TestOutcome>> = BTreeMap::new();
    let mut results = Vec::new();
    for found in text.lines().filter_map(|one| line.captures(one.trim_end())) {
        let Some(final_one) = last.iter().find(|one| one.id == found[1]) else { continue };
        // A pass of a test that is expected to fail is none, whatever the line says.
        let outcome = match (found[2].is_empty(), found[3].trim()) {
            (true, "Passed") if final_one.outcome == TestOutcome::Skipped => TestOutcome::Skipped,
            (true, "Passed") => TestOutcome::Passed,
            (_, "Skipped" | "Not Run") if final_one.outcome != TestOutcome::Failed => TestOutcome::Skipped,
            _ => TestOutcome::Failed,
        };
        seen.entry(final_one.id.clone()).or_default().push(outcome);
        results.push(super::result(&final_one.id, outcome, found[4].parse().ok()));
    }
    let wrong = last.iter().find(|one| {
        let outcomes = seen.get(&one.id).map(Vec::as_slice).unwrap_or_default();
        let ended = outcomes.last() == Some(&one.outcome);
        // It stops at a failure, and never goes on beyond what was asked for.
        let whole = outcomes.len() == times as usize || one.outcome != TestOutcome::Passed;
        let early = outcomes.iter().rev().skip(1).any(|outcome| *outcome == TestOutcome::Failed);
        !ended || !whole || early || outcomes.len() > times as usize
    });
    let problem = problem.or_else(|| {
        wrong.map(|one| format!("ctest's lines about `{}` and its report contradict each other", one.id))
    });
    Counted { results, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "    Start 3: a - b\n    Test #3: a - b ........................   Passed    0.00 sec\n    Start 3: a - b\n1/1 Test #3: a - b ........................***Failed    0.01 sec\n\n0% tests passed, 1 tests failed out of 1\n";

    fn last(outcome: TestOutcome) -> Vec<TestResult> {
        vec![super::super::result("a - b", outcome, None)]
    }

    #[test]
    fn repeats_are_read_from_the_lines() {
        let counted = repeated(TEXT, &last(TestOutcome::Failed), 20, None);
        let outcomes: Vec<_> = counted.results.iter().map(|one| one.outcome).collect();
        assert_eq!((counted.problem, outcomes), (None, vec![TestOutcome::Passed, TestOutcome::Failed]));
        assert!(repeated(TEXT, &last(TestOutcome::Passed), 20, None).problem.is_some());
        assert!(repeated(TEXT, &last(TestOutcome::Failed), 1, None).problem.is_some(), "more than asked for");
    }

    #[test]
    fn the_summary_has_to_agree() {
        assert_eq!(contradiction(TEXT, &last(TestOutcome::Failed)), None);
        assert!(contradiction(TEXT, &last(TestOutcome::Passed)).is_some());
        assert!(contradiction("", &last(TestOutcome::Passed)).is_some());
        for passed in ["100% tests passed, 0 tests failed out of 1", "100% tests passed out of 1"] {
            assert_eq!(contradiction(passed, &last(TestOutcome::Passed)), None);
            assert!(contradiction(passed, &last(TestOutcome::Failed)).is_some());
        }
        assert_eq!(contradiction(TEXT, &[]).as_deref(), Some("no test matched"));
    }

    #[test]
    fn options_are_set_once() {
        let mut words: Vec<String> = ["ctest", "-R", "x"].map(str::to_owned).to_vec();
        set(&mut words, "--repeat", "until-fail:3");
        set(&mut words, "--repeat", "until-fail:9");
        assert_eq!(words, ["ctest", "--repeat", "until-fail:9", "-R", "x"]);
        assert_eq!(times(&words), 9);
    }
}

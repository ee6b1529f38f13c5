//! GoogleTest's own lines against its report, and the results of repeated tests one by one: the report
//! has only the last of the rounds.

use crate::counted::{TestOutcome, TestResult};

/// Results by their lines, in the order in which they ended, and the number of rounds.
fn printed(text: &str) -> (Vec<(String, TestOutcome)>, u32) {
    let (mut results, mut rounds, mut in_list) = (Vec::new(), 0, false);
    for line in text.lines() {
        if line.starts_with("[==========] ") && line.contains(" ran.") {
            // The list of failures that follows names them again.
            (rounds, in_list) = (rounds + 1, true);
            continue;
        }
        if line.starts_with("[==========] Running ") {
            in_list = false;
        }
        // What a test printed without an end of line stands in front of its result.
        let marks = [
            ("[       OK ] ", TestOutcome::Passed),
            ("[  FAILED  ] ", TestOutcome::Failed),
            ("[  SKIPPED ] ", TestOutcome::Skipped),
        ];
        let found = marks.iter().find_map(|(mark, outcome)| Some((line.split_once(mark)?.1, *outcome)));
        if let Some((rest, outcome)) = found.filter(|_| !in_list)
            && let Some((name, _)) = rest.rsplit_once(" (").filter(|_| rest.ends_with(" ms)"))
        {
            let name = name.split(", where ").next().unwrap_or(name);
            results.push((name.to_owned(), outcome));
        }
    }
    (results, rounds)
}

/// How often the program is asked to run everything.
pub(super) fn times(words: &[String]) -> u32 {
    let value = words.iter().rev().find_map(|word| word.strip_prefix("--gtest_repeat="));
    value.and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// Why the lines and the report cannot both be true; `None` when they agree.
pub(super) fn contradiction(text: &str, results: &[TestResult]) -> Option<String> {
    let (lines, rounds) = printed(text);
    if rounds != 1 {
        return Some(format!("GoogleTest printed {rounds} ends of its run, not one"));
    }
    compare(&lines, results)
}

fn compare(lines: &[(String, TestOutcome)], results: &[TestResult]) -> Option<String> {
    // Disabled tests are in the report, and have no line.
    let ran = results.iter().filter(|one| one.outcome != TestOutcome::Skipped);
    let of = |id: &str, outcome| lines.iter().filter(|(name, other)| name == id && *other == outcome).count();
    let mut count = 0;
    for result in ran {
        count += 1;
        if of(&result.id, result.outcome) != 1 {
            return Some(format!(
                "GoogleTest's lines and its report contradict each other about `{}`",
                result.id
            ));
        }
    }
    let told = lines.iter().filter(|(_, outcome)| *outcome != TestOutcome::Skipped).count();
    (told != count).then(|| "GoogleTest printed results of tests that its report does not know".to_owned())
}

/// The results of all rounds, from the lines; the report confirms the last.
pub(super) fn repeated(text: &str, last: &[TestResult], times: u32) -> (Vec<TestResult>, Option<String>) {
    let (lines, rounds) = printed(text);
    let results: Vec<TestResult> = lines
        .iter()
        .map(|(id, outcome)| TestResult {
            id: id.clone(),
            suite: None,
            outcome: *outcome,
            failure: (*outcome == TestOutcome::Failed).then(|| {
                let framework = regreen_case::Framework::Gtest;
                crate::failures::plain(framework, id, None, &format!("`{id}` failed"))
            }),
            seconds: None,
        })
        .collect();
    let ran: Vec<&TestResult> = last.iter().filter(|one| one.outcome != TestOutcome::Skipped).collect();
    let told: Vec<&(String, TestOutcome)> =
        lines.iter().filter(|(_, outcome)| *outcome != TestOutcome::Skipped).collect();
    let expected = ran.len().saturating_mul(times as usize);
    let problem = if rounds != times || told.len() != expected {
        let tests = ran.len();
        Some(format!(
            "GoogleTest printed {} results in {rounds} rounds, not {tests} in each of {times}",
            told.len()
        ))
    } else {
        let end: Vec<(String, TestOutcome)> =
            told[told.len() - ran.len()..].iter().map(|one| (*one).clone()).collect();
        compare(&end, last)
    };
    (results, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: &str = "[==========] Running 2 tests from 1 test suite.\n[ RUN      ] A.x\nhalf[       OK ] A.x (0 ms)\n[ RUN      ] P/A.y/0\n[  FAILED  ] P/A.y/0, where GetParam() = \"a (1 ms)\" (0 ms)\n[==========] 2 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 1 test.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] P/A.y/0, where GetParam() = \"a (1 ms)\"\n";

    fn result(id: &str, outcome: TestOutcome) -> TestResult {
        TestResult { id: id.to_owned(), suite: None, outcome, failure: None, seconds: None }
    }

    #[test]
    fn lines_and_report_have_to_agree() {
        let honest = [result("A.x", TestOutcome::Passed), result("P/A.y/0", TestOutcome::Failed)];
        assert_eq!(contradiction(ROUND, &honest), None);
        let forged = [result("A.x", TestOutcome::Passed), result("P/A.y/0", TestOutcome::Passed)];
        assert!(contradiction(ROUND, &forged).is_some());
        assert!(contradiction("", &honest).is_some());
        assert!(contradiction(&ROUND.repeat(2), &honest).is_some());
        assert!(contradiction(ROUND, &honest[..1]).is_some());
    }

    #[test]
    fn rounds_are_counted_one_by_one() {
        let last = [result("A.x", TestOutcome::Passed), result("P/A.y/0", TestOutcome::Failed)];
        let (all, problem) = repeated(&ROUND.repeat(3), &last, 3);
        assert_eq!((all.len(), problem), (6, None));
        assert!(repeated(&ROUND.repeat(3), &last, 4).1.is_some());
        assert!(repeated(&ROUND.repeat(3), &[], 3).1.is_some());
    }
}

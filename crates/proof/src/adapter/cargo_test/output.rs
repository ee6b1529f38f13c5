//! The harness's lines on standard output, and its log file, against each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Framework;
use regreen_supervise::End;

use crate::adapter::{Counted, left_file};
use crate::counted::{TestOutcome, TestResult};

const MAX_LOG: u64 = 64 * 1024 * 1024;

/// What standard output says: results by name, and the sums of the `test result:` lines.
#[derive(Debug, Default)]
struct Printed {
    results: Vec<TestResult>,
    passed: usize,
    failed: usize,
    ignored: usize,
    summaries: usize,
}

pub(super) fn count(text: &str, logs: &Path, end: End) -> Counted {
    let mut printed = parse(text);
    let logged = read_logs(logs);
    for result in &mut printed.results {
        if result.outcome == TestOutcome::Failed {
            let message = format!("`{}` failed", result.id);
            result.failure = Some(crate::failures::plain(Framework::CargoTest, &result.id, None, &message));
        }
    }
    let problem = problem(&printed, &logged, text, end);
    Counted { results: printed.results, problem }
}

/// What a program of tests printed, for a first opinion.
pub(super) fn first_results(text: &str) -> Vec<TestResult> {
    parse(text).results
}

fn problem(
    printed: &Printed,
    logged: &BTreeMap<(String, TestOutcome), usize>,
    text: &str,
    end: End,
) -> Option<String> {
    if printed.summaries == 0 {
        let built = !text.contains("error: could not compile") && !text.contains("error[E");
        return Some(if built { "no test ran to its end" } else { "the tests do not compile" }.to_owned());
    }
    let mut counted: BTreeMap<(String, TestOutcome), usize> = BTreeMap::new();
    for result in printed.results.iter().filter(|result| !is_doc(result.suite.as_deref())) {
        *counted.entry((result.id.clone(), result.outcome)).or_default() += 1;
    }
    if counted != *logged {
        let missing = counted.iter().find(|(key, number)| logged.get(*key) != Some(number));
        let extra = logged.iter().find(|(key, number)| counted.get(*key) != Some(number));
        let name = missing.or(extra).map_or("", |((name, _), _)| name.as_str());
        return Some(format!("the harness's log does not confirm what was printed about `{name}`"));
    }
    let sum = |outcome| printed.results.iter().filter(|result| result.outcome == outcome).count();
    let sums = (sum(TestOutcome::Passed), sum(TestOutcome::Failed), sum(TestOutcome::Skipped));
    if sums != (printed.passed, printed.failed, printed.ignored) {
        return Some("the harness's lines and its summary contradict each other".to_owned());
    }
    if printed.results.is_empty() {
        return Some("no test matched".to_owned());
    }
    if end == End::Exited(101) && printed.failed == 0 {
        return Some("cargo reports a failure that no test explains".to_owned());
    }
    None
}

fn parse(text: &str) -> Printed {
    let mut printed = Printed::default();
    let mut suite: Option<String> = None;
    // With one thread, or without capture, a test's output stands between its name and its outcome.
    let mut begun: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_end();
        if let Some(found) = suite_of(line) {
            suite = Some(found);
            begun = None;
            continue;
        }
        if line.starts_with("test result: ") {
            summarise(line, &mut printed);
            begun = None;
            continue;
        }
        if let Some((id, rest)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) {
            let id = id.strip_suffix(" - should panic").unwrap_or(id).to_owned();
            match outcome(rest) {
                Some(outcome) => push(&mut printed, id, &suite, outcome),
                None => begun = Some(id),
            }
        } else if let Some(outcome) = outcome(line).filter(|_| !line.is_empty())
            && let Some(id) = begun.take()
        {
            push(&mut printed, id, &suite, outcome);
        }
    }
    printed
}

fn push(printed: &mut Printed, id: String, suite: &Option<String>, outcome: TestOutcome) {
    printed.results.push(TestResult { id, suite: suite.clone(), outcome, failure: None, seconds: None });
}

/// `ok`, `FAILED`, `ignored, why`, each possibly with a time.
fn outcome(text: &str) -> Option<TestOutcome> {
    let text = text.split(" <").next().unwrap_or(text).trim();
    match text {
        "ok" => Some(TestOutcome::Passed),
        "FAILED" => Some(TestOutcome::Failed),
        _ if text == "ignored" || text.starts_with("ignored, ") => Some(TestOutcome::Skipped),
        _ if text.starts_with("FAILED (") => Some(TestOutcome::Failed),
        _ => None,
    }
}

/// `     Running unittests src/lib.rs (target/debug/deps/x-1f)` → `lib:x`, in the words of the log
/// reader.
fn suite_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("doc:{}", name.trim()));
    }
    let rest = line.strip_prefix("Running ")?;
    let (what, binary) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let (name, _) = binary.rsplit('/').next()?.rsplit_once('-')?;
    let kind = match what.strip_prefix("unittests ") {
        Some(source) if source.ends_with("main.rs") || source.contains("bin/") => "bin",
        Some(_) => "lib",
        None => "test",
    };
    Some(format!("{kind}:{name}"))
}

fn is_doc(suite: Option<&str>) -> bool {
    suite.is_some_and(|suite| suite.starts_with("doc:"))
}

fn summarise(line: &str, printed: &mut Printed) {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = LINE.get_or_init(|| {
        Regex::new(r"^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored;").ok()
    });
    let Some(found) = pattern.as_ref().and_then(|pattern| pattern.captures(line)) else { return };
    let number = |at: usize| found[at].parse::<usize>().unwrap_or(usize::MAX / 4);
    printed.passed += number(1);
    printed.failed += number(2);
    printed.ignored += number(3);
    printed.summaries += 1;
    // The harness times whole binaries: with one test in it, that is the test's time.
    if number(1) + number(2) == 1
        && let Some(seconds) =
            line.rsplit_once("finished in ").and_then(|(_, rest)| rest.trim_end_matches('s').parse().ok())
        && let Some(only) =
            printed.results.iter_mut().rev().find(|result| result.outcome != TestOutcome::Skipped)
    {
        only.seconds = Some(seconds);
    }
}

/// Lines `ok name`, `failed name`, `ignored name` of all log files.
pub(super) fn read_logs(folder: &Path) -> BTreeMap<(String, TestOutcome), usize> {
    let mut logged = BTreeMap::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return logged };
    for entry in entries.flatten() {
        let Ok(text) = left_file::text(&entry.path(), MAX_LOG) else { continue };
        for line in text.lines() {
            let Some((word, name)) = line.split_once(' ') else { continue };
            let outcome = match word {
                "ok" => TestOutcome::Passed,
                "failed" => TestOutcome::Failed,
                "ignored" => TestOutcome::Skipped,
                _ if word.starts_with("ignored") => TestOutcome::Skipped,
                _ => continue,
            };
            let name = name.strip_suffix(" - should panic").unwrap_or(name);
            *logged.entry((name.to_owned(), outcome)).or_default() += 1;
        }
    }
    logged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(lines: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (number, line) in lines.iter().enumerate() {
            std::fs::write(folder.path().join(number.to_string()), line).unwrap();
        }
        folder
    }

    const HONEST: &str = "     Running unittests src/lib.rs (target/debug/deps/x-1)\n\nrunning 3 tests\ntest a ... ok\ntest b - should panic ... FAILED\ntest c ... ignored, slow\n\nfailures:\n\ntest result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";

    #[test]
    fn agreeing_channels_count() {
        let folder = logs(&["ok a\nfailed b - should panic\n", "ignored c\n"]);
        let counted = count(HONEST, folder.path(), End::Exited(101));
        assert_eq!(counted.problem, None);
        let seen: Vec<_> = counted.results.iter().map(|one| (one.id.as_str(), one.outcome)).collect();
        assert_eq!(
            seen,
            [("a", TestOutcome::Passed), ("b", TestOutcome::Failed), ("c", TestOutcome::Skipped)]
        );
        assert_eq!(counted.results[0].suite.as_deref(), Some("lib:x"));
    }

    #[test]
    fn printed_lines_without_the_log_do_not_count() {
        let forged = "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let counted = count(forged, logs(&[]).path(), End::Exited(0));
        assert!(counted.problem.unwrap().contains("does not confirm"));
        let twice = format!("{forged}{forged}");
        assert!(count(&twice, logs(&["ok a\n"]).path(), End::Exited(0)).problem.is_some());
        assert!(count("warning: unused\n", logs(&[]).path(), End::Exited(0)).problem.is_some());
    }

    #[test]
    fn output_between_name_and_outcome_is_seen_through() {
        let text =
            "test a ... hello\nworld\nok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n";
        let counted = count(text, logs(&["ok a\n"]).path(), End::Exited(0));
        assert_eq!((counted.problem, counted.results.len()), (None, 1));
    }
}

//! What the launcher said on the side: records in the order of their numbers, each made with the key of
//! this run, read as they came through the pipe. A file could be rewritten; a pipe's past cannot.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::adapter::junit_report::Case;
use crate::adapter::records::{checked, digest_of};
use crate::counted::TestOutcome;

/// What one test gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// pytest's node id, relative to its root.
    pub(super) id: String,
    pub(super) outcome: TestOutcome,
    /// Failures in it: a test and its teardown can both fail.
    pub(super) failures: usize,
}

/// A sealed stream.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) tests: Vec<Told>,
    /// Files that could not be collected, or were skipped as a whole.
    pub(super) files: Vec<Told>,
}

impl Stream {
    /// Why the records and the report cannot both be true; `None` when they agree.
    pub(super) fn contradiction(&self, cases: &[Case]) -> Option<String> {
        let told = || self.tests.iter().chain(&self.files);
        let count = |outcome| told().filter(|one| one.outcome == outcome).count();
        let failures: usize = told().map(|one| one.failures).sum();
        let reported: usize =
            cases.iter().map(|case| usize::from(case.failed) + usize::from(case.errored)).sum();
        let passed: Vec<&Case> =
            cases.iter().filter(|case| !case.failed && !case.errored && !case.skipped).collect();
        if failures != reported || passed.len() != count(TestOutcome::Passed) {
            return Some(format!(
                "pytest's report and its records contradict each other: {} passed, {reported} failed against {}, {failures}",
                passed.len(),
                count(TestOutcome::Passed)
            ));
        }
        let names: BTreeSet<&str> = self
            .tests
            .iter()
            .filter(|one| one.outcome == TestOutcome::Passed)
            .map(|one| name_of(&one.id))
            .collect();
        // What XML cannot hold stands in the report as `#x1B`.
        let stranger =
            passed.iter().find(|case| !names.contains(case.name.as_str()) && !case.name.contains("#x"))?;
        Some(format!("pytest's records know no pass of `{}`", stranger.name))
    }
}

/// The last part of a node id, as the report names the test.
fn name_of(id: &str) -> &str {
    let end = id.find('[').unwrap_or(id.len());
    id[..end].rfind("::").map_or(id, |at| &id[at + 2..])
}

/// Reads the records, or says why they prove nothing.
pub(super) fn read(records: &[String], key: &[u8], report: &Path) -> Result<Stream, String> {
    let mut stream = Stream::default();
    let mut open: Option<Told> = None;
    let (mut finished, mut sealed) = (false, false);
    for (number, line) in records.iter().enumerate() {
        let fields = checked(line, key, number)
            .ok_or("something other than pytest wrote into the records of this run")?;
        if sealed {
            return Err("pytest's records go on after their end".to_owned());
        }
        let text = |at: usize| fields.get(at).and_then(Value::as_str).unwrap_or_default();
        match text(1) {
            "collected" => stream.files.push(Told {
                id: text(2).to_owned(),
                outcome: outcome_of(text(3)),
                failures: usize::from(text(3) == "failed"),
            }),
            "test" => {
                take_phase(&mut stream.tests, &mut open, [text(2), text(3), text(4)]);
            }
            "tampered" => return Err(format!("the code under test changed its own runner: {}", text(2))),
            "elsewhere" => return Err("a plugin ran the tests in other processes".to_owned()),
            "finished" => finished = true,
            "sealed" => {
                sealed = true;
                check_report(report, text(3))?;
            }
            _ => {}
        }
    }
    if !finished || !sealed || open.is_some() {
        return Err("pytest ended before it had finished".to_owned());
    }
    Ok(stream)
}

/// A phase of a test: its set-up, itself, its teardown, which is the last of it.
fn take_phase(tests: &mut Vec<Told>, open: &mut Option<Told>, [id, when, outcome]: [&str; 3]) {
    if open.as_ref().is_some_and(|told| told.id != id) {
        tests.extend(open.take());
    }
    let told =
        open.get_or_insert_with(|| Told { id: id.to_owned(), outcome: TestOutcome::Passed, failures: 0 });
    match outcome_of(outcome) {
        TestOutcome::Failed => {
            told.outcome = TestOutcome::Failed;
            told.failures += 1;
        }
        // A test that fails as expected is reported as skipped with a word of why; so is one that skips.
        TestOutcome::Skipped if told.outcome != TestOutcome::Failed => told.outcome = TestOutcome::Skipped,
        _ => {}
    }
    if when == "teardown" {
        tests.extend(open.take());
    }
}

fn outcome_of(word: &str) -> TestOutcome {
    match word {
        // Plugins that run a failed test again call that `rerun`; the summary counts them.
        "passed" | "rerun" => TestOutcome::Passed,
        "skipped" => TestOutcome::Skipped,
        _ => TestOutcome::Failed,
    }
}

fn check_report(report: &Path, digest: &str) -> Result<(), String> {
    if digest.is_empty() {
        return Err("pytest wrote no report: it ended before it had finished".to_owned());
    }
    if digest_of(report) == digest {
        Ok(())
    } else {
        Err("pytest's report was changed after pytest had ended".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::records::tests::record as keyed;

    const KEY: &[u8] = b"0123456789abcdef";

    fn record(number: usize, fields: &str) -> String {
        keyed(KEY, number, fields)
    }

    fn sealed(fields: &[&str]) -> (tempfile::TempDir, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("r"), "report").unwrap();
        let seal = format!("\"sealed\", 0, \"{}\"", digest_of(&folder.path().join("r")));
        let all = fields.iter().copied().chain(["\"finished\", 1, 0", &seal]);
        let lines = all.enumerate().map(|(number, fields)| record(number, fields)).collect();
        (folder, lines)
    }

    const PHASES: [&str; 3] = [
        r#""test", "t.py::a", "setup", "passed""#,
        r#""test", "t.py::a", "call", "failed""#,
        r#""test", "t.py::a", "teardown", "passed""#,
    ];

    #[test]
    fn phases_make_a_test() {
        let (folder, lines) = sealed(&PHASES);
        let stream = read(&lines, KEY, &folder.path().join("r")).unwrap();
        let expected = Told { id: "t.py::a".to_owned(), outcome: TestOutcome::Failed, failures: 1 };
        assert_eq!(stream.tests, [expected]);
    }

    #[test]
    fn what_is_forged_repeated_left_out_or_added_proves_nothing() {
        let (folder, lines) = sealed(&PHASES);
        let report = folder.path().join("r");
        let broken = |change: &dyn Fn(&mut Vec<String>)| {
            let mut lines = lines.clone();
            change(&mut lines);
            read(&lines, KEY, &report).unwrap_err()
        };
        broken(&|lines| lines[1] = lines[1].replace("failed", "passed"));
        broken(&|lines| drop(lines.remove(1)));
        broken(&|lines| lines.insert(2, lines[1].clone()));
        broken(&|lines| drop(lines.pop()));
        assert!(broken(&|lines| lines.push(record(lines.len(), PHASES[0]))).contains("go on"));
        assert!(broken(&|lines| drop(lines.splice(2..3, []))).contains("other than pytest"));
        assert!(read(&lines, b"another key", &report).is_err());
        std::fs::write(&report, "another").unwrap();
        assert!(read(&lines, KEY, &report).unwrap_err().contains("changed after"));
    }
}

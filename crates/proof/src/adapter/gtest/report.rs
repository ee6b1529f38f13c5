//! GoogleTest's JSON report.

use std::path::Path;

use regreen_case::Framework;
use serde::Deserialize;

use crate::adapter::left_file::{self, Unread};
use crate::counted::{TestOutcome, TestResult};

/// A report is smaller than this, or it is not one we read.
const MAX_REPORT: u64 = 64 * 1024 * 1024;
/// Reports of one folder.
const MAX_REPORTS: usize = 10_000;

#[derive(Debug, Deserialize)]
struct Report {
    #[serde(default)]
    testsuites: Vec<Suite>,
}

#[derive(Debug, Deserialize)]
struct Suite {
    name: String,
    #[serde(default)]
    testsuite: Vec<Reported>,
}

/// One test of the report.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Reported {
    name: String,
    #[serde(skip)]
    suite: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    failures: Vec<Failure>,
}

#[derive(Debug, Default, Deserialize)]
struct Failure {
    #[serde(default)]
    failure: String,
}

impl Reported {
    fn id(&self) -> String {
        format!("{}.{}", self.suite, self.name)
    }

    /// As a result; `None` for a test that the filter left out.
    pub(super) fn result(&self) -> Option<TestResult> {
        let outcome = match (self.status.as_str(), self.result.as_str()) {
            _ if !self.failures.is_empty() && self.result != "SKIPPED" => TestOutcome::Failed,
            ("RUN", "COMPLETED") => TestOutcome::Passed,
            // Left out by the filter; or disabled, which the filter's own test is when it is asked for.
            ("NOTRUN", "SUPPRESSED") => TestOutcome::Skipped,
            ("NOTRUN", _) => return None,
            _ => TestOutcome::Skipped,
        };
        let id = self.id();
        let message = self.failures.first().map_or("", |found| found.failure.as_str());
        let failure = (outcome == TestOutcome::Failed)
            .then(|| crate::failures::plain(Framework::Gtest, &id, None, message));
        let seconds = self.time.trim_end_matches('s').parse().ok().filter(|value: &f64| value.is_finite());
        Some(TestResult { id, suite: None, outcome, failure, seconds })
    }
}

/// All tests of a report, or why there are none.
pub(super) fn read(path: &Path) -> Result<Vec<Reported>, String> {
    let text = left_file::bytes(path, MAX_REPORT).map_err(|why| match why {
        Unread::Missing => "GoogleTest wrote no report: the program left before it had finished".to_owned(),
        why => format!("GoogleTest's report {why}"),
    })?;
    let report: Report =
        serde_json::from_slice(&text).map_err(|_| "GoogleTest's report is not complete".to_owned())?;
    let suites = report.testsuites.into_iter();
    Ok(suites
        .flat_map(|suite| {
            let name = suite.name;
            suite.testsuite.into_iter().map(move |test| Reported { suite: name.clone(), ..test })
        })
        .collect())
}

/// A whole report in which nothing failed.
#[derive(Debug)]
pub(in crate::adapter) struct Good {
    file: String,
    passed: Vec<String>,
}

impl Good {
    /// Whether a program of that name wrote it, as `name.json`, `name_1.json`, ….
    pub(in crate::adapter) fn is_of(&self, program: &str) -> bool {
        let Some(rest) = self.file.strip_suffix(".json").and_then(|stem| stem.strip_prefix(program)) else {
            return false;
        };
        let number = rest.strip_prefix('_').unwrap_or_default();
        rest.is_empty() || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    pub(in crate::adapter) fn has_passed(&self, id: &str) -> bool {
        self.passed.iter().any(|passed| passed == id)
    }
}

/// The whole reports in a folder in which nothing failed.
pub(in crate::adapter) fn good_in(folder: &Path) -> Vec<Good> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten().take(MAX_REPORTS) {
        let Ok(tests) = read(&entry.path()) else { continue };
        let results: Vec<TestResult> = tests.iter().filter_map(Reported::result).collect();
        if results.iter().all(|result| result.outcome != TestOutcome::Failed) {
            let passed = results.into_iter().filter(|result| result.outcome == TestOutcome::Passed);
            let file = entry.file_name().to_string_lossy().into_owned();
            found.push(Good { file, passed: passed.map(|result| result.id).collect() });
        }
    }
    found
}

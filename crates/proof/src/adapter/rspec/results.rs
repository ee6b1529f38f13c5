//! RSpec's JSON, against the last summary that it printed.

use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Framework;
use serde::Deserialize;

use crate::adapter::Counted;
use crate::adapter::left_file::{self, Unread};
use crate::counted::{TestOutcome, TestResult};

const MAX_REPORT: u64 = 64 * 1024 * 1024;

#[derive(Debug, Deserialize)]
struct Report {
    examples: Vec<Example>,
    summary: Summary,
}

#[derive(Debug, Deserialize)]
struct Example {
    #[serde(default)]
    id: String,
    full_description: String,
    status: String,
    #[serde(default)]
    file_path: String,
    #[serde(default)]
    run_time: Option<f64>,
    #[serde(default)]
    exception: Option<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(default)]
    class: String,
    #[serde(default)]
    message: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Summary {
    example_count: usize,
    failure_count: usize,
    pending_count: usize,
    #[serde(default)]
    errors_outside_of_examples_count: usize,
}

pub(super) fn count(path: &Path, text: &str) -> Counted {
    let json = match left_file::text(path, MAX_REPORT) {
        Ok(json) if !json.is_empty() => json,
        Ok(_) | Err(Unread::Missing) => {
            return Counted::problem("rspec wrote no report: it ended before it had finished");
        }
        Err(why) => return Counted::problem(format!("rspec's report {why}")),
    };
    let Ok(report) = serde_json::from_str::<Report>(&json) else {
        return Counted::problem("rspec's report is not complete");
    };
    let results: Vec<TestResult> = report.examples.iter().map(result).collect();
    let problem = contradiction(&report, &results, text);
    Counted { results, problem }
}

fn result(example: &Example) -> TestResult {
    // As the reader of logs has it.
    let id = example.full_description.replace('\n', " ");
    let outcome = match example.status.as_str() {
        "passed" => TestOutcome::Passed,
        "pending" => TestOutcome::Skipped,
        _ => TestOutcome::Failed,
    };
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let said = example.exception.as_ref();
        let message = said.and_then(|said| said.message.as_deref()).unwrap_or_default().trim();
        let file = example.file_path.trim_start_matches("./").to_owned();
        let mut failure = crate::failures::plain(Framework::Rspec, &id, Some(file), message);
        if let Some(said) = said {
            said.class.clone_into(&mut failure.kind);
        }
        failure
    });
    TestResult { id, suite: Some(example.id.clone()), outcome, failure, seconds: example.run_time }
}

/// Why the examples, the sums and the printed line cannot all be true.
fn contradiction(report: &Report, results: &[TestResult], text: &str) -> Option<String> {
    let sums = &report.summary;
    if results.is_empty() {
        return Some(match sums.errors_outside_of_examples_count {
            0 => "no example matched".to_owned(),
            _ => "an error outside of the examples kept them from running".to_owned(),
        });
    }
    let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
    let counted = (results.len(), count(TestOutcome::Failed), count(TestOutcome::Skipped));
    if counted != (sums.example_count, sums.failure_count, sums.pending_count) {
        return Some("rspec's examples and their sums contradict each other".to_owned());
    }
    match printed(text) {
        None => Some("rspec printed no summary".to_owned()),
        Some(said) if said != counted => {
            Some("rspec's summary and its report contradict each other".to_owned())
        }
        Some(_) => None,
    }
}

/// `8 examples, 2 failures, 2 pending`: the last such line.
fn printed(text: &str) -> Option<(usize, usize, usize)> {
    static LINE: OnceLock<Option<Regex>> = OnceLock::new();
    let line = LINE
        .get_or_init(|| {
            Regex::new(r"^(\d+) examples?, (\d+) failures?(?:, (\d+) pending)?(?:, \d+ errors? occurred outside of examples)?$")
                .ok()
        })
        .as_ref()?;
    let found = text.lines().rev().find_map(|one| line.captures(one.trim_end()))?;
    let number = |at: usize| found.get(at).map_or(Some(0), |digits| digits.as_str().parse().ok());
    Some((number(1)?, number(2)?, number(3)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(json: &str, text: &str) -> Counted {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.json");
        std::fs::write(&path, json).unwrap();
        count(&path, text)
    }

    const JSON: &str = r#"{"examples":[{"id":"./spec/a_spec.rb[1:1]","full_description":"A does","status":"passed","run_time":0.1}],"summary":{"example_count":1,"failure_count":0,"pending_count":0}}"#;

    #[test]
    fn the_report_its_sums_and_the_line_must_agree() {
        let good = counted(JSON, "1 example, 0 failures\n");
        assert_eq!((good.problem, good.results[0].id.as_str()), (None, "A does"));
        for (json, text, why) in [
            (JSON, "2 examples, 0 failures\n", "contradict"),
            (JSON, "1 example, 0 failures, 1 pending\n", "contradict"),
            (JSON, "bye\n", "no summary"),
            (&JSON.replace("\"failure_count\":0", "\"failure_count\":1"), "1 example, 0 failures\n", "sums"),
            (&JSON[..60], "1 example, 0 failures\n", "not complete"),
            ("", "1 example, 0 failures\n", "no report"),
        ] {
            let problem = counted(json, text).problem.unwrap_or_default();
            assert!(problem.contains(why), "{problem} is not {why}");
        }
    }
}

//! What a check found, in one shape for all tools, and as counted results.

use std::collections::{BTreeMap, BTreeSet};

use regreen_case::{FailedTest, Framework, Signature};

use super::place::Roots;
use crate::adapter::Counted;
use crate::counted::{TestOutcome, TestResult};

/// More results than this help nobody.
const MAX_RESULTS: usize = 20_000;
const MAX_MESSAGE: usize = 1024;

/// The rule of formatters.
pub(super) const FORMAT: &str = "format";

/// One complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Complaint {
    /// File as printed.
    pub(super) file: String,
    pub(super) line: Option<u32>,
    /// The tool's name for it.
    pub(super) rule: String,
    pub(super) message: String,
}

impl Complaint {
    /// A formatter's complaint: the file is not as it would write it.
    pub(super) fn unformatted(file: &str, line: Option<u32>) -> Self {
        Complaint {
            file: file.to_owned(),
            line,
            rule: FORMAT.to_owned(),
            message: "the file is not formatted".to_owned(),
        }
    }
}

/// What a check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// Files that it says it looked at, as printed.
    pub(super) looked_at: Vec<String>,
    pub(super) complaints: Vec<Complaint>,
}

/// Id of what is said about a file: a rule that it breaks, or the check that it passes.
pub(super) fn id(file: &str, what: &str) -> String {
    format!("{file}: {what}")
}

impl Report {
    /// One failure for each rule that a file breaks; one pass for each other file.
    pub(super) fn counted(self, check: &str, roots: &Roots) -> Counted {
        let mut failures: BTreeMap<String, TestResult> = BTreeMap::new();
        let mut complained: BTreeSet<String> = BTreeSet::new();
        let mut outside = None;
        for complaint in self.complaints {
            let Some(file) = roots.relative(&complaint.file) else {
                outside = Some(complaint);
                continue;
            };
            let id = id(&file, &complaint.rule);
            complained.insert(file.clone());
            failures.entry(id.clone()).or_insert_with(|| failed(check, id, file, complaint));
        }
        let passed = self
            .looked_at
            .iter()
            .filter_map(|file| roots.relative(file))
            .filter(|file| !complained.contains(file))
            .collect::<BTreeSet<String>>();
        let passed = passed.into_iter().map(|file| TestResult {
            id: id(&file, check),
            suite: Some(check.to_owned()),
            outcome: TestOutcome::Passed,
            failure: None,
            seconds: None,
        });
        let results: Vec<TestResult> = failures.into_values().chain(passed).take(MAX_RESULTS).collect();
        let problem = match outside {
            Some(one) => {
                Some(format!("it complains about {}, outside of the checkout: {}", one.file, one.message))
            }
            None if results.is_empty() => Some(format!("{check} looked at no file")),
            None => None,
        };
        Counted { results, problem }
    }
}

fn failed(check: &str, id: String, file: String, complaint: Complaint) -> TestResult {
    let message: String = complaint.message.chars().take(MAX_MESSAGE).collect();
    let signature = Signature::new(Some(Framework::Checker), Some(&id), &complaint.rule, &message, None);
    let failure = FailedTest {
        id: id.clone(),
        framework: Framework::Checker,
        file: Some(file),
        line: complaint.line,
        kind: complaint.rule,
        message,
        frames: Vec::new(),
        log: None,
        suite: Some(check.to_owned()),
        signature,
    };
    TestResult {
        id,
        suite: failure.suite.clone(),
        outcome: TestOutcome::Failed,
        failure: Some(failure),
        seconds: None,
    }
}

/// The output as people read it: what only we asked the tools for is left out.
pub(super) fn readable(printed: &str) -> String {
    let ours = |line: &str| line.contains("][DEBUG] ") || line.starts_with("Spent ");
    printed.lines().filter(|line| !ours(line)).flat_map(|line| [line, "\n"]).collect()
}

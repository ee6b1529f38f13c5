//! Everything the sections draw from, gathered once.

use std::path::Path;

use jiff::Timestamp;
use regreen_case::{CaseDir, Cost, Fix, Layout, Person, Phase, PhaseReport, Timing};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::conclusion::{Conclusion, WorkflowResult, conclude};
use crate::documents::{Documents, Read};

/// More of a file of the case is never read into a report.
const MAX_EXCERPT: u64 = 64 * 1024;

/// What the report is about.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) case: CaseDir,
    pub(crate) documents: Documents,
    pub(crate) conclusion: Conclusion,
    pub(crate) people: Vec<Person>,
    pub(crate) phases: Vec<PhaseReport>,
    pub(crate) cost: Cost,
    pub(crate) now: Timestamp,
    pub(crate) duration_s: f64,
}

impl Facts {
    /// Reads the case. `people` are asked for only when no pull request names any.
    pub(crate) fn gather(
        case: CaseDir,
        workflow: Option<WorkflowResult>,
        now: Timestamp,
        people: impl FnOnce(&Documents) -> Vec<Person>,
    ) -> Self {
        let documents = Documents::read(&case);
        let patch = std::fs::read(case.path(Layout::PATCH)).ok().map(|bytes| sha256(&bytes));
        let conclusion = conclude(&documents, patch.as_deref(), workflow);
        let named = documents.pull_request.get().map(|found| found.people.clone()).unwrap_or_default();
        let people = if named.is_empty() { people(&documents) } else { named };
        let duration_s =
            documents.started_at().map_or(0.0, |start| now.duration_since(start).as_secs_f64().max(0.0));
        let cost = documents.fix.get().map(|fix| fix.cost).unwrap_or_default();
        let phases = phases(&documents, now);
        Facts { case, documents, conclusion, people, phases, cost, now, duration_s }
    }

    /// Beginning of a file that a document names; `None` when it cannot be had.
    pub(crate) fn excerpt(&self, named: &str) -> Option<String> {
        let path = self.case.resolve(named).ok()?;
        beginning(&path)
    }

    /// What to call the case: the prompt's first line, else its slug.
    pub(crate) fn title(&self) -> String {
        let prompt = self.documents.task.get().map(|task| task.prompt.trim()).unwrap_or_default();
        let first = prompt.lines().next().unwrap_or_default();
        if first.is_empty() { self.slug() } else { first.chars().take(120).collect() }
    }

    /// For the file's name: from the task, `case` when there is none. Not trusted: documents may
    /// have been tampered with, and this becomes a path.
    pub(crate) fn slug(&self) -> String {
        let slug: String = self
            .documents
            .task
            .get()
            .map(|task| task.slug.as_str())
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
            .take(40)
            .collect();
        let slug = slug.trim_matches('-');
        if slug.is_empty() { "case".to_owned() } else { slug.to_owned() }
    }
}

/// The word an enum has in the documents.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "unknown".to_owned(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn beginning(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(MAX_EXCERPT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn phases(documents: &Documents, now: Timestamp) -> Vec<PhaseReport> {
    fn of<D>(
        phase: Phase,
        read: &Read<D>,
        facts: impl Fn(&D) -> (String, Option<String>, Timing),
    ) -> PhaseReport {
        match read {
            Read::Found(document) => {
                let (status, reason, timing) = facts(document);
                PhaseReport { phase, status, reason, timing: Some(timing) }
            }
            Read::Missing => PhaseReport { phase, status: "missing".to_owned(), reason: None, timing: None },
            other => {
                PhaseReport { phase, status: "unreadable".to_owned(), reason: other.problem(), timing: None }
            }
        }
    }
    vec![
        of(Phase::FetchLogs, &documents.failure, |d| (word(&d.status), d.reason.clone(), d.timing)),
        of(Phase::Reproduce, &documents.reproduction, |d| (word(&d.status), d.reason.clone(), d.timing)),
        of(Phase::ImplementFix, &documents.fix, |d: &Fix| (word(&d.status), d.reason.clone(), d.timing)),
        of(Phase::VerifyStress, &documents.verification, |d| (word(&d.status), d.reason.clone(), d.timing)),
        of(Phase::OpenPr, &documents.pull_request, |d| (word(&d.status), d.reason.clone(), d.timing)),
        PhaseReport {
            phase: Phase::WriteReport,
            status: "written".to_owned(),
            reason: None,
            timing: Some(Timing { started_at: now, duration_s: 0.0 }),
        },
    ]
}

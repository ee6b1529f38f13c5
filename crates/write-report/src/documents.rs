//! What the case holds: every document as found, or why it could not be.

use jiff::Timestamp;
use regreen_case::{
    CaseDir, CaseError, Document, Failure, Fix, PullRequest, Reproduction, Task, Timing, Verification,
};

/// Clocks of two runners may differ by this much before a document counts as left over.
const CLOCK_SKEW_S: f64 = 60.0;

/// A document as found.
#[derive(Debug, Clone, Default)]
pub enum Read<D> {
    /// It is there.
    Found(Box<D>),
    /// It is not: its phase did not run, or was killed before it could write.
    #[default]
    Missing,
    /// It is there but cannot be used; the text says why.
    Unreadable(String),
    /// It is older than the document it builds on: an earlier run of the same case left it.
    LeftOver,
}

impl<D> Read<D> {
    /// The document, when it can be used.
    #[must_use]
    pub fn get(&self) -> Option<&D> {
        match self {
            Read::Found(document) => Some(document),
            _ => None,
        }
    }

    /// Why it cannot be used; `None` when it can.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        match self {
            Read::Found(_) => None,
            Read::Missing => Some("missing".to_owned()),
            Read::Unreadable(why) => Some(format!("unreadable: {why}")),
            Read::LeftOver => Some("left over from an earlier run, not used".to_owned()),
        }
    }
}

impl<D: Document> Read<D> {
    fn from_case(case: &CaseDir) -> Self {
        match case.read::<D>() {
            Ok(document) => Read::Found(Box::new(document)),
            Err(CaseError::Missing { .. }) => Read::Missing,
            Err(error) => Read::Unreadable(error.to_string()),
        }
    }
}

/// All documents of a case but the report.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    /// `task.json`
    pub task: Read<Task>,
    /// `failure.json`
    pub failure: Read<Failure>,
    /// `reproduction.json`
    pub reproduction: Read<Reproduction>,
    /// `fix.json`
    pub fix: Read<Fix>,
    /// `verification.json`
    pub verification: Read<Verification>,
    /// `pull-request.json`
    pub pull_request: Read<PullRequest>,
}

impl Documents {
    /// Reads what is there.
    #[must_use]
    pub fn read(case: &CaseDir) -> Self {
        let mut documents = Documents {
            task: Read::from_case(case),
            failure: Read::from_case(case),
            reproduction: Read::from_case(case),
            fix: Read::from_case(case),
            verification: Read::from_case(case),
            pull_request: Read::from_case(case),
        };
        documents.drop_left_overs();
        documents
    }

    /// A document that began before one it builds on is from an earlier run.
    fn drop_left_overs(&mut self) {
        let mut newest: Option<Timestamp> = self.task.get().map(|task| task.timing.started_at);
        check(&mut self.failure, &mut newest, |document| document.timing);
        check(&mut self.reproduction, &mut newest, |document| document.timing);
        check(&mut self.fix, &mut newest, |document| document.timing);
        check(&mut self.verification, &mut newest, |document| document.timing);
        check(&mut self.pull_request, &mut newest, |document| document.timing);
    }

    /// When the first phase began.
    #[must_use]
    pub fn started_at(&self) -> Option<Timestamp> {
        [
            self.task.get().map(|document| document.timing),
            self.failure.get().map(|document| document.timing),
            self.reproduction.get().map(|document| document.timing),
            self.fix.get().map(|document| document.timing),
            self.verification.get().map(|document| document.timing),
            self.pull_request.get().map(|document| document.timing),
        ]
        .into_iter()
        .flatten()
        .map(|timing| timing.started_at)
        .min()
    }
}

fn check<D>(read: &mut Read<D>, newest: &mut Option<Timestamp>, timing: impl Fn(&D) -> Timing) {
    let Some(started) = read.get().map(|document| timing(document).started_at) else {
        return;
    };
    match *newest {
        Some(before) if before.duration_since(started).as_secs_f64() > CLOCK_SKEW_S => *read = Read::LeftOver,
        Some(before) if before > started => {}
        _ => *newest = Some(started),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_older_than_what_it_builds_on_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let case = CaseDir::create(folder.path()).unwrap();
        let write = |file: &str, rest: &str, minute: u32| {
            let text = format!(
                r#"{{"schema":1,{rest},"timing":{{"started_at":"2026-01-02T03:{minute:02}:00Z","duration_s":1}}}}"#
            );
            std::fs::write(case.path(file), text).unwrap();
        };
        write("failure.json", r#""status":"tests-failed""#, 10);
        write("reproduction.json", r#""status":"reproduced""#, 11);
        write("fix.json", r#""status":"patch-found""#, 20);
        write("verification.json", r#""status":"proven""#, 5);
        std::fs::write(case.path("pull-request.json"), "{\"schema\":1").unwrap();
        let documents = Documents::read(&case);
        assert!(documents.fix.get().is_some());
        assert!(matches!(documents.verification, Read::LeftOver));
        assert!(matches!(documents.pull_request, Read::Unreadable(_)));
        assert!(matches!(documents.task, Read::Missing));
        assert_eq!(documents.started_at().unwrap().to_string(), "2026-01-02T03:10:00Z");
    }
}

//! What is known of the run of one target of `cargo test`, and who is to blame when it does not end well.

use super::cargo_lines::Totals;
use super::cargo_transcript::{Transcript, text_of};
use super::{Found, MAX_TESTS};
use crate::text::clip;

/// The run of one target.
#[derive(Default)]
pub(super) struct Run {
    /// N of `running N tests`.
    pub(super) announced: u64,
    /// Tests whose line says FAILED.
    pub(super) failed: Vec<(String, u64)>,
    /// Tests that have been running for long.
    pub(super) slow: Vec<(String, u64)>,
    /// Test whose line has no result yet.
    pub(super) started: Option<(String, u64)>,
    /// What was printed.
    pub(super) transcript: Transcript,
    /// Names of the list that is being read.
    pub(super) list: Option<Vec<String>>,
    /// The result in hand: names, totals, where.
    pub(super) result: Option<(Vec<String>, Totals, u64)>,
    /// Line that tells how the process died.
    pub(super) death: Option<(String, u64)>,
}

impl Run {
    pub(super) fn describe(&self, id: &str, suite: Option<&str>) -> Found {
        let announced = self.failed.iter().find(|(name, _)| name == id).map(|(_, at)| *at);
        let mut found = self.transcript.describe(id, announced);
        found.suite = suite.map(str::to_owned);
        found
    }

    /// The test that took the process down with it.
    pub(super) fn victim(&self, suite: Option<&str>) -> Option<Found> {
        let named = self.transcript.last_words();
        let (id, at) = match (&named, &self.started) {
            (Some(words), _) => (words.thread.clone(), words.at),
            (None, Some((name, at))) => (name.clone(), *at),
            (None, None) => return None,
        };
        let (message, cause_at) = match (named, &self.death) {
            (Some(words), _) => (words.text, words.at),
            (None, Some((text, at))) => (text.clone(), *at),
            (None, None) => ("the test process died while this test was running".to_owned(), at),
        };
        let block = text_of(&message, self.death.as_ref().map(|(text, _)| text.as_str()));
        let place = self.transcript.describe(&id, None);
        let (file, line) = (place.file, place.line);
        let kind = "crash".to_owned();
        let suite = suite.map(str::to_owned);
        Some(Found { id, suite, kind, message, block, at, cause_at, file, line, ..Found::default() })
    }
}

/// A test that was still running when the log ended.
pub(super) fn overdue(id: &str, suite: Option<&str>, at: u64) -> Found {
    Found {
        id: id.to_owned(),
        suite: suite.map(str::to_owned),
        kind: "timeout".to_owned(),
        message: format!("test {id} has been running for over 60 seconds"),
        at,
        ..Found::default()
    }
}

/// Adds a name, bounded; repeats that stand close together count once.
pub(super) fn push(list: &mut Vec<(String, u64)>, name: &str, at: u64) {
    if list.len() < MAX_TESTS && !list.iter().rev().take(50).any(|(known, _)| known == name) {
        list.push((clip(name, 1024), at));
    }
}

//! What all fixers of a run share: the numbers of their attempts, how these ended, and what is told meanwhile.
//!
//! Promises: a number is given once; an attempt that is over is saved at once; fixers that work side by side see each
//! other's outcomes in the order of the numbers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use regreen_agents::Previous;
use regreen_case::Attempt;

/// Told what is being done, a line at a time.
pub(crate) type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// The journal of a run.
pub(crate) struct Journal<'a> {
    progress: Progress<'a>,
    /// Called when an attempt is over, so that nothing done so far can be lost.
    save: &'a (dyn Fn(&[Attempt]) + Sync),
    entries: Mutex<Entries>,
}

/// What is in it.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    begun: u32,
    /// By number.
    pub(crate) attempts: Vec<Attempt>,
    /// The same for those who try next, by number.
    previous: Vec<Previous>,
    /// Whether a proposal was refused for tampering.
    pub(crate) cheating: bool,
}

impl<'a> Journal<'a> {
    pub(crate) fn new(progress: Progress<'a>, save: &'a (dyn Fn(&[Attempt]) + Sync)) -> Self {
        Journal { progress, save, entries: Mutex::default() }
    }

    pub(crate) fn say(&self, text: &str) {
        (self.progress)(text);
    }

    /// For those who tell more than a line.
    pub(crate) fn progress(&self) -> Progress<'a> {
        self.progress
    }

    /// Number of the attempt that begins now.
    pub(crate) fn begin(&self) -> u32 {
        let mut entries = self.entries();
        entries.begun = entries.begun.saturating_add(1);
        entries.begun
    }

    /// Takes down an attempt that is over.
    pub(crate) fn finish(&self, attempt: Attempt) {
        let mut entries = self.entries();
        let at = entries.attempts.partition_point(|other| other.number < attempt.number);
        entries.attempts.insert(at, attempt);
        (self.save)(&entries.attempts);
    }

    /// Takes down what the next ones should know of an attempt.
    pub(crate) fn remember(&self, previous: Previous) {
        let mut entries = self.entries();
        let at = entries.previous.partition_point(|other| other.number < previous.number);
        entries.previous.insert(at, previous);
    }

    /// What came of the attempts since this one, or of all.
    pub(crate) fn previous(&self, since: Option<u32>) -> Vec<Previous> {
        let entries = self.entries();
        let known =
            entries.previous.partition_point(|previous| since.is_some_and(|since| previous.number < since));
        entries.previous[known..].to_vec()
    }

    /// The diff of an attempt that is over.
    pub(crate) fn diff_of(&self, number: u32) -> Option<String> {
        let entries = self.entries();
        entries.attempts.iter().find(|attempt| attempt.number == number)?.diff.clone()
    }

    pub(crate) fn note_cheating(&self) {
        self.entries().cheating = true;
    }

    /// Everything in it.
    pub(crate) fn close(self) -> Entries {
        self.entries.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// A fixer that panicked has left nothing half done in here.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

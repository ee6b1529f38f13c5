//! Which lines tests executed, as whoever ran them saw it. Plain data: nothing here runs a test.

use std::collections::{BTreeMap, BTreeSet};

/// What one test executed, or several of which only the sum is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Executed {
    /// One-based lines, by file relative to the checkout.
    pub lines: BTreeMap<String, BTreeSet<u32>>,
    /// How many tests it is the sum of.
    pub tests: usize,
    /// Whether a part of it ran where no lines were recorded: in another process.
    pub elsewhere: bool,
}

impl Executed {
    /// Whether a line of the file was executed.
    pub(crate) fn has(&self, file: &str, line: u32) -> bool {
        self.lines.get(file).is_some_and(|lines| lines.contains(&line))
    }
}

/// Lines executed by the tests that fail and by those that pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By the tests in question, which failed while they were watched.
    pub failing: Vec<Executed>,
    /// By tests that passed.
    pub passing: Vec<Executed>,
    /// Endings of the names of files whose lines are recorded: `py`. Of others nothing is known.
    pub endings: Vec<String>,
}

impl Coverage {
    /// For readers: `1 failing and 14 passing tests`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let count = |side: &[Executed]| side.iter().map(|one| one.tests).sum::<usize>();
        let (failing, passing) = (count(&self.failing), count(&self.passing));
        let tests = if passing == 1 || (passing == 0 && failing == 1) { "test" } else { "tests" };
        format!("{failing} failing and {passing} passing {tests}")
    }

    /// Whether lines of such a file are recorded.
    pub(crate) fn sees(&self, file: &str) -> bool {
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        self.endings.iter().any(|one| one == ending)
    }
}

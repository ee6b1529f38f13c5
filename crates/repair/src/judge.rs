//! Who says whether a candidate is right. Never the search itself.

use regreen_case::FailedTest;

use crate::Batch;

/// The answer for the candidate that the checkout holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Every test in question passed, counted.
    Green,
    /// They did, but others that failed with them before still do.
    Incomplete,
    /// They did, but others that passed before do not any more.
    Harmful,
    /// They ran, and at least one failed.
    Red(Vec<FailedTest>),
    /// They did not run: does not compile, crashes at import, hangs. Says why.
    Broken(String),
    /// Do not ask again: out of time, cancelled, environment gone.
    Stop,
}

/// What is known of a candidate before its turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Foresight {
    /// Nothing: it has to be judged.
    Unknown,
    /// As good as judged, and not green.
    Known(Judgement),
}

/// Runs the tests in question on the checkout as it is now.
pub trait Judge {
    /// Judges the candidate that the checkout holds.
    fn judge(&mut self) -> Judgement;

    /// How many candidates should be put into one batch now; less than two: none are.
    fn batch_size(&self) -> usize {
        0
    }

    /// Looks at candidates that can be compiled together. One answer for each, in order; none for those at the end that it
    /// did not get to. The checkout is as before afterwards.
    fn foresee(&mut self, _batch: &Batch<'_>) -> Vec<Foresight> {
        Vec::new()
    }
}

impl<F: FnMut() -> Judgement> Judge for F {
    fn judge(&mut self) -> Judgement {
        self()
    }
}

//! Who says whether a candidate is right. Never the search itself.

use regreen_case::FailedTest;

/// The answer for the candidate that the checkout holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    /// Every test in question passed, counted.
    Green,
    /// They ran, and at least one failed.
    Red(Vec<FailedTest>),
    /// They did not run: does not compile, crashes at import, hangs. Says why.
    Broken(String),
    /// Do not ask again: out of time, cancelled, environment gone.
    Stop,
}

/// Runs the tests in question on the checkout as it is now.
pub trait Judge {
    /// Judges the candidate that the checkout holds.
    fn judge(&mut self) -> Judgement;
}

impl<F: FnMut() -> Judgement> Judge for F {
    fn judge(&mut self) -> Judgement {
        self()
    }
}

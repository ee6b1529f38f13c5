//! What a search is asked to do.

use std::path::Path;
use std::time::Instant;

use regreen_case::{FailedTest, TestTarget};

use crate::{Coverage, Priors};

/// Who changed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// One of the last commits.
    Lately,
    /// The commit that broke the test.
    ByCulprit,
}

/// Lines that the history calls suspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Relative to the checkout.
    pub file: String,
    /// One-based, in the checkout as it is.
    pub first: u32,
    /// Inclusive.
    pub last: u32,
    /// By whom.
    pub by: Changed,
    /// For readers: `changed by 1a2b3c4, which broke the test`.
    pub why: String,
}

/// The question put to [`search`](crate::search). Borrowed throughout: a search owns nothing of the caller's.
#[derive(Clone, Copy)]
pub struct SearchRequest<'a> {
    /// Directory whose files are edited one candidate at a time, and are as before afterwards.
    pub checkout: &'a Path,
    /// The tests that have to turn green. They are never edited.
    pub tests: &'a [TestTarget],
    /// How they fail: stacks, messages. May be empty; the bodies of the tests then lead the way.
    pub failures: &'a [FailedTest],
    /// Files relative to the checkout, `/`-separated, that no candidate may touch.
    pub protected: &'a [String],
    /// When to stop at the latest. A judge call that is running is not interrupted.
    pub deadline: Instant,
    /// Asked between candidates: true stops the search.
    pub cancelled: &'a dyn Fn() -> bool,
    /// Breaks ties among candidates of equal score. Same seed and checkout: same order.
    pub seed: u64,
    /// Lines that were changed lately, or by the commit that broke the test.
    pub touched: &'a [Touched],
    /// Look only where that commit changed something.
    pub only_culprit: bool,
    /// Asked when there are many places to look: the lines that failing tests and others execute, where that can be
    /// seen. The checkout is the base then.
    pub coverage: &'a dyn Fn() -> Option<&'a Coverage>,
    /// What earlier repairs teach. It changes the order, nothing else.
    pub priors: Option<&'a Priors>,
    /// Candidates that an earlier search with the same request was through with: this one goes on behind them.
    pub skip: usize,
    /// How many candidates may be judged, those before included.
    pub max_candidates: usize,
    /// How many survivors are worth collecting before ranking them.
    pub max_survivors: usize,
}

impl<'a> SearchRequest<'a> {
    /// A request with the usual bounds: 20,000 candidates, five survivors, seed 0, never cancelled.
    #[must_use]
    pub fn new(checkout: &'a Path, tests: &'a [TestTarget], deadline: Instant) -> Self {
        SearchRequest {
            checkout,
            tests,
            failures: &[],
            protected: &[],
            deadline,
            cancelled: &|| false,
            seed: 0,
            touched: &[],
            only_culprit: false,
            coverage: &|| None,
            priors: None,
            skip: 0,
            max_candidates: 20_000,
            max_survivors: 5,
        }
    }
}

impl std::fmt::Debug for SearchRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchRequest")
            .field("checkout", &self.checkout)
            .field("tests", &self.tests)
            .field("max_candidates", &self.max_candidates)
            .field("max_survivors", &self.max_survivors)
            .finish_non_exhaustive()
    }
}

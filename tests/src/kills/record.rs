//! What one kill showed, as plain data.

use std::time::Duration;

use super::kind::Kind;
use super::scene::Scene;

/// What one kill showed.
#[derive(Debug, Clone)]
pub struct Record {
    /// Says it again: `--seed`.
    pub seed: u64,
    /// How.
    pub kind: Kind,
    /// On what.
    pub scene: Scene,
    /// When, after the start.
    pub moment: Duration,
    /// Which phase ran.
    pub phase: String,
    /// Whether the checkout was as before, right away and after the next run.
    pub intact: bool,
    /// Processes that were left.
    pub left: usize,
    /// Whether there was a report.
    pub reported: bool,
    /// From the kill to the end of everything, where something had to end.
    pub to_end: Option<Duration>,
    /// All that should have been otherwise.
    pub problems: Vec<String>,
}

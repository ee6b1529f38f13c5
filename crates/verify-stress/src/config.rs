//! What the phase is asked to do: validated options, nothing read from the environment any more.

use std::path::PathBuf;
use std::time::Duration;

use regreen_case::{PerformanceGoal, Redactor, Shard};
use regreen_supervise::{Sandbox, SandboxMode};

use crate::inputs::Claim;

/// Options of the phase.
#[derive(Debug)]
pub struct Config {
    /// Directory of the case.
    pub case: PathBuf,
    /// A path in the user's repository.
    pub repo: PathBuf,
    /// Clean runs asked for; never fewer than the failure needs.
    pub runs: Option<u32>,
    /// A number to reach, in place of the task's.
    pub goal: Option<PerformanceGoal>,
    /// Command for the neighbours, in place of those chosen by name.
    pub regression_command: Option<String>,
    /// Limit over everything; without one, the task's.
    pub time_limit: Option<Duration>,
    /// Runs side by side; without a number, one for a failure that happens every time, else as many as
    /// when its rate was measured, or one per processor.
    pub workers: Option<usize>,
    /// The part of the clean runs to see; `None` for all.
    pub shard: Option<Shard>,
    /// What the order of runs is drawn from; without a number, from the patch.
    pub seed: Option<u32>,
    /// Drop the parts of the patch that are not needed, when what is left is proven just the same.
    pub minimize: bool,
    /// Cases, or folders of cases, whose parts are merged; nothing is run then.
    pub merge: Vec<PathBuf>,
    /// Keep a finished `verification.json` of the same patch.
    pub resume: bool,
    /// What tests and agents may touch.
    pub sandbox: Sandbox,
    /// Keeps secrets out of what is stored.
    pub redactor: Redactor,
}

impl Config {
    /// The defaults.
    #[must_use]
    pub fn new(case: impl Into<PathBuf>, repo: impl Into<PathBuf>) -> Self {
        Config {
            case: case.into(),
            repo: repo.into(),
            runs: None,
            goal: None,
            regression_command: None,
            time_limit: None,
            workers: None,
            shard: None,
            seed: None,
            minimize: false,
            merge: Vec::new(),
            resume: false,
            sandbox: Sandbox::for_tools(SandboxMode::Auto),
            redactor: Redactor::default(),
        }
    }

    /// Runs side by side.
    pub(crate) fn workers(&self, claim: &Claim) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
        self.workers.unwrap_or(match (&claim.rate, &claim.conditions) {
            (None, _) => 1,
            (Some(_), Some(conditions)) => conditions.workers.clamp(1, 64) as usize,
            (Some(_), None) => processors,
        })
    }
}

//! The six phases, in the order in which they run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the six programs of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Opens the case: validated task, logs, typed failure.
    FetchLogs,
    /// Makes the failure happen here.
    Reproduce,
    /// Proposes a change that turns the failing test green.
    ImplementFix,
    /// Proves the patch from nothing.
    VerifyStress,
    /// Opens or updates the draft pull request.
    OpenPr,
    /// Writes the report, whatever happened.
    WriteReport,
}

impl Phase {
    /// All phases in running order.
    pub const ALL: [Phase; 6] = [
        Phase::FetchLogs,
        Phase::Reproduce,
        Phase::ImplementFix,
        Phase::VerifyStress,
        Phase::OpenPr,
        Phase::WriteReport,
    ];

    /// Name of the phase, which is also the name of its program and of its action.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Phase::FetchLogs => "fetch-logs",
            Phase::Reproduce => "reproduce",
            Phase::ImplementFix => "implement-fix",
            Phase::VerifyStress => "verify-stress",
            Phase::OpenPr => "open-pr",
            Phase::WriteReport => "write-report",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

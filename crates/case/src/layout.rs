//! Names within a case.

/// Names of what lies in a case beside the documents.
#[derive(Debug, Clone, Copy)]
pub struct Layout;

impl Layout {
    /// Logs as CI wrote them, redacted.
    pub const LOGS: &'static str = "logs";
    /// The reproduction folder.
    pub const REPRODUCTION: &'static str = "reproduction";
    /// The proposed patch.
    pub const PATCH: &'static str = "fix.patch";
    /// A folder per attempt.
    pub const ATTEMPTS: &'static str = "attempts";
    /// Outputs of the verification's runs.
    pub const VERIFICATION: &'static str = "verification";
    /// The pull request's text.
    pub const PULL_REQUEST_BODY: &'static str = "pull-request.md";
    /// What earlier runs were found to be, so that nobody asks twice.
    pub const HISTORY: &'static str = "history";
    /// Reports for people.
    pub const OUTPUTS: &'static str = "outputs";
    /// Scratch space: worktrees, build caches. Not part of what is handed on.
    pub const SCRATCH: &'static str = "scratch";

    /// Everything of ours.
    pub(crate) const ALL: [&'static str; 16] = [
        "task.json",
        "failure.json",
        "reproduction.json",
        "fix.json",
        "verification.json",
        "pull-request.json",
        "report.json",
        Self::LOGS,
        Self::REPRODUCTION,
        Self::PATCH,
        Self::ATTEMPTS,
        Self::VERIFICATION,
        Self::PULL_REQUEST_BODY,
        Self::HISTORY,
        Self::OUTPUTS,
        Self::SCRATCH,
    ];
}

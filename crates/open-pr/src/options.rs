//! What the user can say.

use std::path::PathBuf;
use std::time::Duration;

/// Where the pull request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ForgeKind {
    /// A GitHub server, over its API.
    Github,
    /// A branch in the local repository and the text as a file.
    Local,
}

/// What to do where drafts are not supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DraftPolicy {
    /// Open nothing but a draft.
    Require,
    /// Open an ordinary pull request instead, and say so.
    Prefer,
}

/// What is good enough to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Publish {
    /// Only what was proven.
    Proven,
    /// Also what nothing speaks against, as a draft that says so.
    Unproven,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Directory of the case.
    pub case: PathBuf,
    /// A local repository: the target of `--forge local`, otherwise only asked who wrote lines.
    pub repo: PathBuf,
    /// Where the pull request goes.
    pub forge: ForgeKind,
    /// Send nothing.
    pub dry_run: bool,
    /// What to do where drafts are not supported.
    pub draft: DraftPolicy,
    /// What is good enough.
    pub publish: Publish,
    /// Branch to merge into.
    pub base: Option<String>,
    /// `OWNER/NAME`.
    pub repository: Option<String>,
    /// Further protected paths.
    pub protect: Vec<String>,
    /// Protected paths that may be changed after all.
    pub allow: Vec<String>,
    /// Most files a patch may change.
    pub max_files: Option<usize>,
    /// Logins and `ORG/TEAM`s to ask for a review.
    pub reviewers: Vec<String>,
    /// Labels to set.
    pub labels: Vec<String>,
    /// Limit for everything.
    pub time_limit: Duration,
    /// How long to look for CI runs.
    pub ci_wait: Duration,
    /// Keep a finished document.
    pub resume: bool,
    /// Values that must not be printed.
    pub redact: Vec<String>,
}

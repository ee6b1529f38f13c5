//! Where a pull request goes. Two places, one code path: a GitHub server and the local repository.

use regreen_case::{CiStart, PullRequestStatus};
use regreen_workspace::{ChangedFiles, Patch};

use crate::error::OpenPrError;

mod github;
mod local;
mod pull;

pub(crate) use github::GitHubForge;
pub(crate) use local::LocalForge;

/// The commit that the branch starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tip {
    pub(crate) commit: String,
    pub(crate) branch: Option<String>,
}

/// A branch with one commit on `base`.
#[derive(Debug)]
pub(crate) struct BranchRequest<'a> {
    pub(crate) name: &'a str,
    pub(crate) base: &'a str,
    pub(crate) patch: &'a Patch,
    /// What the patch does to the files of `base`.
    pub(crate) changed: &'a ChangedFiles,
    pub(crate) message: &'a str,
    /// An existing branch is moved only when its newest commit carries this fingerprint.
    pub(crate) fingerprint: &'a str,
}

/// A branch that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BranchWritten {
    pub(crate) commit: String,
    pub(crate) signed: Option<bool>,
}

/// What is proposed.
#[derive(Debug)]
pub(crate) struct Proposal<'a> {
    pub(crate) title: &'a str,
    pub(crate) body: &'a str,
    pub(crate) branch: &'a str,
    pub(crate) base: &'a str,
    /// Whether nothing but a draft will do.
    pub(crate) draft_only: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) status: PullRequestStatus,
    pub(crate) number: Option<u64>,
    pub(crate) url: Option<String>,
    pub(crate) draft: bool,
    pub(crate) reason: Option<String>,
    pub(crate) warnings: Vec<String>,
}

/// A place for pull requests. Reading comes before writing: a dry run only reads.
pub(crate) trait Forge {
    /// The newest commit of the branch to merge into.
    fn tip(&self) -> Result<Tip, OpenPrError>;

    /// Mode and content of a file in a commit.
    fn file(&self, commit: &str, path: &str) -> Result<Option<(u32, Vec<u8>)>, OpenPrError>;

    /// Paths of the files directly in a folder of a commit.
    fn list(&self, commit: &str, folder: &str) -> Result<Vec<String>, OpenPrError>;

    /// Makes the branch, or moves it when it is ours.
    fn write_branch(&self, request: &BranchRequest<'_>) -> Result<BranchWritten, OpenPrError>;

    /// Opens the pull request, or updates the one that is open for the branch.
    fn propose(&self, proposal: &Proposal<'_>) -> Result<Proposed, OpenPrError>;

    /// Whether CI started for a commit; `None` where there is no CI.
    fn ci(&self, commit: &str) -> Option<CiStart>;

    /// Replaces the text of a pull request.
    fn rewrite(&self, number: u64, body: &str) -> Result<(), OpenPrError>;

    /// Sets labels and asks for reviews; returns what did not work, in words.
    fn decorate(&self, number: u64, labels: &[String], reviewers: &[String]) -> Vec<String>;

    /// People who changed a file last, best first, as `@login` or name, with the reason.
    fn authors(&self, commit: &str, path: &str) -> Vec<(String, String)>;
}

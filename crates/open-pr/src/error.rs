//! What can keep a pull request from being opened.

use regreen_case::{CaseError, Ending};
use regreen_github::GitHubError;
use regreen_workspace::{ApplyError, PatchError, WorkspaceError};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum OpenPrError {
    /// The case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The patch cannot be read.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// The patch is not the one that was proven.
    #[error("fix.patch is not the patch that {document} is about: its SHA-256 is {found}, not {expected}")]
    OtherPatch {
        /// The document.
        document: &'static str,
        /// As found.
        found: String,
        /// As it should be.
        expected: String,
    },
    /// The local repository.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The server.
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    /// It is not known which repository is meant.
    #[error("it is not known which repository the pull request is for")]
    NoRepository,
    /// Two repositories are meant.
    #[error("the failure is in {failure}, but this job belongs to {job}")]
    TwoRepositories {
        /// Of the failure.
        failure: String,
        /// Of the job.
        job: String,
    },
    /// Not `OWNER/NAME`.
    #[error("`{0}` is not OWNER/NAME")]
    BadRepository(String),
    /// There is no such branch.
    #[error("{repository} has no branch `{branch}`")]
    NoBranch {
        /// Repository.
        repository: String,
        /// Branch.
        branch: String,
    },
    /// A directory that the server lists only in part.
    #[error("a directory of {0} has too many entries to be listed")]
    DirectoryTooLarge(String),
    /// The branch holds somebody else's commits.
    #[error("the branch `{0}` exists and its newest commit is not Regreen's for this failure")]
    BranchTaken(String),
    /// The base has moved on and the patch no longer fits.
    #[error("the base has moved on to {base} and the patch no longer applies: {source}")]
    NoLongerApplies {
        /// Commit of the base.
        base: String,
        /// Why not.
        source: ApplyError,
    },
    /// Somebody stopped the run.
    #[error("cancelled")]
    Cancelled,
}

impl OpenPrError {
    /// 2 bad input, 3 environment, 4 broken case, 130 cancelled. What is an answer has 0.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            OpenPrError::Case(error) => error.exit_code(),
            OpenPrError::Patch(error) => error.exit_code(),
            OpenPrError::OtherPatch { .. } => 4,
            OpenPrError::Workspace(error) => error.exit_code(),
            OpenPrError::GitHub(error) => error.exit_code(),
            OpenPrError::NoRepository
            | OpenPrError::TwoRepositories { .. }
            | OpenPrError::BadRepository(_)
            | OpenPrError::NoBranch { .. } => 2,
            OpenPrError::DirectoryTooLarge(_) => 3,
            OpenPrError::BranchTaken(_) | OpenPrError::NoLongerApplies { .. } => 0,
            OpenPrError::Cancelled => 130,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            OpenPrError::Case(error) => return error.hint(),
            OpenPrError::Patch(error) => return error.hint(),
            OpenPrError::OtherPatch { .. } => {
                "run `verify-stress` again: only the very bytes that were proven are published".to_owned()
            }
            OpenPrError::Workspace(error) => return error.hint(),
            OpenPrError::GitHub(error) => return error.hint(),
            OpenPrError::NoRepository | OpenPrError::BadRepository(_) => {
                "name it: --repository OWNER/NAME; or write the pull request locally: --forge local"
                    .to_owned()
            }
            OpenPrError::TwoRepositories { .. } => {
                "say which one is meant: --repository OWNER/NAME".to_owned()
            }
            OpenPrError::NoBranch { .. } => "name another branch with --base".to_owned(),
            OpenPrError::BranchTaken(branch) => {
                format!("look at its commits; delete or merge `{branch}`, then run again")
            }
            OpenPrError::NoLongerApplies { .. } => "run the case again from implement-fix".to_owned(),
            OpenPrError::DirectoryTooLarge(_) | OpenPrError::Cancelled => return None,
        })
    }

    /// The ending that follows from it, where it is not "proven but not published".
    #[must_use]
    pub const fn ending(&self) -> Option<Ending> {
        match self {
            OpenPrError::GitHub(GitHubError::RateLimited { .. }) => Some(Ending::RateLimited),
            OpenPrError::GitHub(GitHubError::Cancelled) | OpenPrError::Cancelled => Some(Ending::Cancelled),
            OpenPrError::GitHub(GitHubError::DeadlineReached { .. }) => Some(Ending::OutOfTime),
            OpenPrError::NoRepository
            | OpenPrError::TwoRepositories { .. }
            | OpenPrError::BadRepository(_)
            | OpenPrError::NoBranch { .. } => Some(Ending::BadInput),
            _ => None,
        }
    }

    /// Whether it speaks against this patch rather than against the surroundings.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            OpenPrError::Patch(_)
                | OpenPrError::OtherPatch { .. }
                | OpenPrError::BranchTaken(_)
                | OpenPrError::NoLongerApplies { .. }
        )
    }
}

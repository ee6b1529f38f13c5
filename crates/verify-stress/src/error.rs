//! Why the phase could not do its work. "Not proven" is an answer, not an error.

use regreen_case::CaseError;
use regreen_proof::ProofError;
use regreen_runner::{PublicError, RunnerError};
use regreen_supervise::SuperviseError;
use regreen_workspace::{PatchError, WorkspaceError};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The case cannot be read or written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The repository or a worktree cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The patch is none.
    #[error("fix.patch cannot be read: {0}")]
    Patch(#[from] PatchError),
    /// The tests cannot be run.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A process cannot be supervised.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
    /// The runner's files cannot be written.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// A document of the case does not hold together.
    #[error("the case is not consistent: {0}")]
    Inconsistent(String),
    /// A file cannot be handled.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: std::path::PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl PublicError for VerifyError {
    fn exit_code(&self) -> u8 {
        match self {
            VerifyError::Case(error) => error.exit_code(),
            VerifyError::Workspace(error) => error.exit_code(),
            VerifyError::Patch(error) => error.exit_code(),
            VerifyError::Proof(error) => error.exit_code(),
            VerifyError::Supervise(error) => error.exit_code(),
            VerifyError::Runner(_) | VerifyError::File { .. } => 3,
            VerifyError::Inconsistent(_) => 4,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            VerifyError::Case(error) => error.hint(),
            VerifyError::Workspace(error) => error.hint(),
            VerifyError::Patch(error) => error.hint(),
            VerifyError::Proof(error) => error.hint(),
            VerifyError::Supervise(error) => error.hint(),
            VerifyError::Runner(_) => Some("check the runner's output files".to_owned()),
            VerifyError::Inconsistent(_) => {
                Some("run `reproduce` and `implement-fix` on this case again".to_owned())
            }
            VerifyError::File { .. } => Some("check permissions and free disk space".to_owned()),
        }
    }
}

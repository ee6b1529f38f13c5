//! Why the phase could not do its work. "Not reproduced" is an answer, not an error.

use std::path::{Path, PathBuf};

use regreen_agents::AgentError;
use regreen_case::{CaseError, Ending};
use regreen_proof::ProofError;
use regreen_runner::{PublicError, RunnerError};
use regreen_supervise::SuperviseError;
use regreen_workspace::WorkspaceError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// The case cannot be read or written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The repository or a worktree cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The tests cannot be run.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// An agent cannot be used.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// A process cannot be supervised.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
    /// The runner's files cannot be written.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// An option cannot be used.
    #[error("`--{option} {value}` cannot be used: {problem}")]
    Option {
        /// Its long name.
        option: &'static str,
        /// As given.
        value: String,
        /// What is wrong.
        problem: String,
    },
    /// A file cannot be copied, read or written.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Somebody stopped the run.
    #[error("cancelled")]
    Cancelled {
        /// 130 or 143.
        exit_code: u8,
    },
}

impl ReproduceError {
    pub(crate) fn file(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| ReproduceError::File { action, path, source }
    }

    /// The ending of a case in which this happened.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            ReproduceError::Cancelled { .. } | ReproduceError::Proof(ProofError::Cancelled) => {
                Ending::Cancelled
            }
            error if error.exit_code() == regreen_runner::BAD_INPUT => Ending::BadInput,
            ReproduceError::Proof(_) | ReproduceError::Agent(_) => Ending::NotReproduced,
            _ => Ending::InternalError,
        }
    }
}

impl PublicError for ReproduceError {
    fn exit_code(&self) -> u8 {
        match self {
            ReproduceError::Case(error) => error.exit_code(),
            ReproduceError::Workspace(error) => error.exit_code(),
            ReproduceError::Proof(error) => error.exit_code(),
            ReproduceError::Agent(error) => error.exit_code(),
            ReproduceError::Supervise(error) => error.exit_code(),
            ReproduceError::Runner(_) | ReproduceError::File { .. } => regreen_runner::ENVIRONMENT,
            ReproduceError::Option { .. } => regreen_runner::BAD_INPUT,
            ReproduceError::Cancelled { exit_code } => *exit_code,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            ReproduceError::Case(error) => error.hint(),
            ReproduceError::Workspace(error) => error.hint(),
            ReproduceError::Proof(error) => error.hint(),
            ReproduceError::Agent(error) => error.hint(),
            ReproduceError::Supervise(error) => error.hint(),
            ReproduceError::Runner(_) => Some("check the runner's output files".to_owned()),
            ReproduceError::Option { .. } => Some("see `reproduce --help`".to_owned()),
            ReproduceError::File { .. } => Some("check permissions and free disk space".to_owned()),
            ReproduceError::Cancelled { .. } => None,
        }
    }
}

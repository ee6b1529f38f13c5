//! Why the phase could not do its work. "No fix was found" is an answer, not an error.

use regreen_agents::AgentError;
use regreen_case::CaseError;
use regreen_proof::ProofError;
use regreen_repair::RepairError;
use regreen_runner::{PublicError, RunnerError};
use regreen_supervise::SuperviseError;
use regreen_workspace::WorkspaceError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ImplementError {
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
    /// The search broke.
    #[error(transparent)]
    Repair(#[from] RepairError),
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
    /// A document of the case does not hold together.
    #[error("the case is not consistent: {0}")]
    Inconsistent(String),
    /// A file cannot be copied, read or written.
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

impl PublicError for ImplementError {
    fn exit_code(&self) -> u8 {
        match self {
            ImplementError::Case(error) => error.exit_code(),
            ImplementError::Workspace(error) => error.exit_code(),
            ImplementError::Proof(error) => error.exit_code(),
            ImplementError::Agent(error) => error.exit_code(),
            ImplementError::Repair(error) => error.exit_code(),
            ImplementError::Supervise(error) => error.exit_code(),
            ImplementError::Runner(_) | ImplementError::File { .. } => 3,
            ImplementError::Option { .. } => 2,
            ImplementError::Inconsistent(_) => 4,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            ImplementError::Case(error) => error.hint(),
            ImplementError::Workspace(error) => error.hint(),
            ImplementError::Proof(error) => error.hint(),
            ImplementError::Agent(error) => error.hint(),
            ImplementError::Repair(error) => error.hint(),
            ImplementError::Supervise(error) => error.hint(),
            ImplementError::Runner(_) => Some("check the runner's output files".to_owned()),
            ImplementError::Option { .. } => Some("see `implement-fix --help`".to_owned()),
            ImplementError::Inconsistent(_) => Some("run `reproduce` on this case again".to_owned()),
            ImplementError::File { .. } => Some("check permissions and free disk space".to_owned()),
        }
    }
}

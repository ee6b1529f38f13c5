//! Why a run could not be conducted. What goes wrong inside a phase is the phase's to say.

use std::path::PathBuf;

use regreen_case::{CaseError, Phase};
use regreen_supervise::SuperviseError;

/// Why a run could not be conducted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// A program of the suite is neither beside this one nor on the path.
    #[error("the program `{0}` was not found")]
    NoProgram(Phase),
    /// Two ways of saying where the case is from, or none.
    #[error("{0}")]
    Input(String),
    /// The case directory cannot be used.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// A program could not be supervised.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
    /// A program could not be started.
    #[error("cannot start {phase}: {source}")]
    Start {
        /// Which.
        phase: Phase,
        /// Why not.
        source: std::io::Error,
    },
    /// A left-over document could not be removed.
    #[error("cannot remove {path}: {source}", path = path.display())]
    Remove {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl RunError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            RunError::Input(_) => regreen_runner::BAD_INPUT,
            RunError::Case(error) => error.exit_code(),
            RunError::NoProgram(_)
            | RunError::Supervise(_)
            | RunError::Start { .. }
            | RunError::Remove { .. } => regreen_runner::ENVIRONMENT,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            RunError::NoProgram(_) => {
                Some("install all seven programs into one directory, or put them on PATH".to_owned())
            }
            RunError::Input(_) => {
                Some("give --info FILE, or --prompt TEXT with --deterministic true|false".to_owned())
            }
            RunError::Case(error) => error.hint(),
            RunError::Supervise(_) | RunError::Start { .. } => None,
            RunError::Remove { .. } => Some("give another --case DIR".to_owned()),
        }
    }
}

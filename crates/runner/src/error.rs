//! What can go wrong between a program and its runner.

use std::path::PathBuf;

use crate::exit;

/// The runner's files could not be written, or a value does not fit them.
#[derive(Debug, thiserror::Error)]
pub enum RunnerError {
    /// A file that the runner offers could not be written.
    #[error("cannot write the runner's file {path} ({variable}): {source}")]
    Write {
        /// Variable that names the file.
        variable: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// An output's name is not one the runner can take.
    #[error("output name {0:?} is not made of letters, digits, `-` and `_`")]
    OutputName(String),
    /// A value contains the delimiter that was to enclose it.
    #[error("the value of output {0:?} contains its own delimiter")]
    Delimiter(String),
    /// The system has no randomness to offer.
    #[error("the system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl RunnerError {
    /// Exit code that fits.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        exit::ENVIRONMENT
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            RunnerError::Write { variable, .. } => {
                Some(format!("check the file that {variable} names, or unset {variable} outside Actions"))
            }
            RunnerError::OutputName(_) | RunnerError::Delimiter(_) | RunnerError::Random(_) => None,
        }
    }
}

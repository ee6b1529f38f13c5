//! What can go wrong before or beside the child itself. A child that fails is an
//! [`End`](crate::End), not an error.

use std::io;
use std::path::PathBuf;

/// Why a process could not be supervised.
#[derive(Debug, thiserror::Error)]
pub enum SuperviseError {
    /// An empty argument vector.
    #[error("there is no program to run: the command is empty")]
    EmptyCommand,
    /// The program is not there.
    #[error("the program `{program}` was not found")]
    ProgramNotFound {
        /// The program as asked for.
        program: String,
    },
    /// The program is there but does not start.
    #[error("cannot start `{program}` in {cwd}: {source}")]
    Start {
        /// The program as asked for.
        program: String,
        /// Its working directory.
        cwd: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file for the process could not be used.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The system refused something that supervision needs.
    #[error("cannot {action}: {source}")]
    System {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The sandbox is required and the kernel has none.
    #[error("a sandbox is required, but {why}")]
    SandboxMissing {
        /// What is missing.
        why: &'static str,
    },
    /// The kernel has a sandbox and refuses ours.
    #[error("the sandbox cannot be set up: {what}")]
    SandboxFailed {
        /// What went wrong.
        what: String,
    },
}

impl SuperviseError {
    /// 2 for an empty command, 3 for everything the machine refuses.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            SuperviseError::EmptyCommand => 2,
            _ => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            SuperviseError::EmptyCommand => Some("give a program and its arguments".to_owned()),
            SuperviseError::ProgramNotFound { program } => {
                Some(format!("install `{program}`, or put its directory on PATH"))
            }
            SuperviseError::Start { .. } => {
                Some("check that the file is executable and the directory exists".to_owned())
            }
            SuperviseError::File { .. } => {
                Some("check that the directory exists, is writable and has space left".to_owned())
            }
            SuperviseError::SandboxMissing { .. } => Some(
                "use --sandbox auto, or Linux 5.19 or later (6.7 to refuse TCP) with `landlock` among the security modules (`lsm=`)"
                    .to_owned(),
            ),
            SuperviseError::SandboxFailed { .. } => {
                Some("use --sandbox off where losing the protection is acceptable".to_owned())
            }
            SuperviseError::System { .. } => None,
        }
    }
}

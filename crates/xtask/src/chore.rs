//! Running programs for a chore, and what can go wrong with one.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Why a chore did not get done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoreError {
    /// Not run from within the workspace.
    #[error("{0} does not lie in the workspace")]
    NoWorkspace(PathBuf),
    /// A program is not on this machine.
    #[error("`{program}` cannot be started: {source}")]
    NotStarted {
        /// Which.
        program: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A program failed.
    #[error("`{command}` failed with {status}")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The file system refused.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A check did not hold.
    #[error("{0}")]
    Check(String),
}

impl ChoreError {
    /// 1 for a check that does not hold, 3 for the machine.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            ChoreError::Check(_) | ChoreError::Failed { .. } => 1,
            _ => 3,
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            ChoreError::NoWorkspace(_) => {
                Some("run it as `cargo xtask …` in a clone of the repository".to_owned())
            }
            ChoreError::NotStarted { program, .. } => Some(format!(
                "install `{program}` and put it on PATH; the chores need cargo, git, python3 and npm"
            )),
            ChoreError::Failed { command, .. } if command.contains("pip ") || command.starts_with("npm ") => {
                Some(
                    "check that the package registry can be reached, then run `cargo xtask tools` again"
                        .to_owned(),
                )
            }
            _ => None,
        }
    }

    /// Makes the closure that turns an I/O error into one of ours.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| ChoreError::Io { action, path, source }
    }
}

/// The command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs a command with our own output; an error unless it exits with 0.
pub(crate) fn run(command: &mut Command) -> Result<(), ChoreError> {
    let status = command.stdin(Stdio::null()).status().map_err(|source| ChoreError::NotStarted {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })?;
    if status.success() { Ok(()) } else { Err(ChoreError::Failed { command: line(command), status }) }
}

/// Runs a command and returns what it prints on standard output.
pub(crate) fn read(command: &mut Command) -> Result<String, ChoreError> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|source| {
        ChoreError::NotStarted { program: command.get_program().to_string_lossy().into_owned(), source }
    })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(ChoreError::Failed { command: line(command), status: output.status })
    }
}

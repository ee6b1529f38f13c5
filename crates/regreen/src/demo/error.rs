//! Why the demo cannot run.

use std::path::PathBuf;

use crate::run::RunError;

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The name is none of the bugs'.
    #[error("there is no bug `{name}`")]
    NoSuchBug {
        /// As given.
        name: String,
        /// All names.
        known: Vec<String>,
    },
    /// A description in the program itself is wrong.
    #[error("the demo `{name}` is described wrongly: {detail}")]
    Description {
        /// Which.
        name: String,
        /// How.
        detail: String,
    },
    /// The folder holds something else.
    #[error("{0} is not empty and not from a demo")]
    NotADemo(PathBuf),
    /// A tool that the project needs is missing or failed.
    #[error("`{command}` failed: {detail}")]
    Tool {
        /// The command line.
        command: String,
        /// What it said.
        detail: String,
    },
    /// The tests of the project are not red.
    #[error("the tests of `{0}` do not fail here")]
    NotRed(String),
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
    /// The run could not be conducted.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl DemoError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            DemoError::NoSuchBug { .. } | DemoError::NotADemo(_) => regreen_runner::BAD_INPUT,
            DemoError::Run(error) => error.exit_code(),
            _ => regreen_runner::ENVIRONMENT,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            DemoError::NoSuchBug { known, .. } => Some(format!("the bugs are {}", known.join(", "))),
            DemoError::NotADemo(_) => Some("give --dir a folder that does not exist yet".to_owned()),
            DemoError::Tool { .. } | DemoError::NotRed(_) => Some(
                "the projects in Python need `python` with pytest, those in Rust need cargo; all need git"
                    .to_owned(),
            ),
            DemoError::Run(error) => error.hint(),
            DemoError::Description { .. } | DemoError::Io { .. } => None,
        }
    }
}

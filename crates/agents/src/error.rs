//! Why an agent could not be driven. An agent that ran and failed is an answer, not an error.

use std::path::PathBuf;

use regreen_gateway::GatewayError;
use regreen_supervise::SuperviseError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// Nobody of that name.
    #[error("there is no agent `{name}`")]
    Unknown {
        /// The name as given.
        name: String,
        /// Names that exist.
        known: Vec<String>,
        /// The most similar one.
        nearest: Option<String>,
    },
    /// The preset says nothing about what to run, and neither does the caller.
    #[error("the agent `{name}` has no command")]
    NoCommand {
        /// Name of the preset.
        name: String,
    },
    /// A preset is not what it should be.
    #[error("the agent preset `{name}` is not valid: {detail}")]
    BadPreset {
        /// Its name.
        name: String,
        /// What is wrong.
        detail: String,
    },
    /// The program is not on this machine.
    #[error("the agent `{name}` is not installed: `{program}` was not found")]
    NotInstalled {
        /// Name of the preset.
        name: String,
        /// The program.
        program: String,
        /// How to get it.
        install: Option<String>,
    },
    /// A plain model, and no service that has one.
    #[error("the agent `{name}` has no service to talk to: none of its keys is set")]
    NoService {
        /// Name of the preset.
        name: String,
        /// The variables of its keys.
        keys: Vec<String>,
    },
    /// A plain model that nobody names.
    #[error("the agent `{name}` does not know which model to ask for")]
    NoModel {
        /// Name of the preset.
        name: String,
    },
    /// The task or the record could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no way to its model.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// It could not be run.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
}

impl AgentError {
    /// 2 when the input names something wrong, 3 when the machine lacks something.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            AgentError::Unknown { .. }
            | AgentError::NoCommand { .. }
            | AgentError::NoService { .. }
            | AgentError::NoModel { .. }
            | AgentError::BadPreset { .. } => 2,
            AgentError::NotInstalled { .. } | AgentError::File { .. } => 3,
            AgentError::Gateway(error) => error.exit_code(),
            AgentError::Supervise(error) => error.exit_code(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            AgentError::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            AgentError::Unknown { known, .. } => Some(format!("known are {}", known.join(", "))),
            AgentError::NoCommand { .. } => Some(
                "give the program with --agent-command, for example '[\"python3\", \"fix.py\"]'".to_owned(),
            ),
            AgentError::BadPreset { .. } => {
                Some("compare it with the presets that come with regreen (crates/agents/presets)".to_owned())
            }
            AgentError::NoService { keys, .. } => Some(format!(
                "set one of {}, or REGREEN_MODEL_URL to the address of a server of your own",
                keys.join(", ")
            )),
            AgentError::NoModel { .. } => Some("name it with --model".to_owned()),
            AgentError::NotInstalled { install, program, .. } => Some(match install {
                Some(install) => format!("install it: {install}"),
                None => format!("install `{program}`, or put its directory on PATH"),
            }),
            AgentError::File { .. } => Some("check permissions and free disk space".to_owned()),
            AgentError::Gateway(error) => error.hint(),
            AgentError::Supervise(error) => error.hint(),
        }
    }
}

//! Why there is no gateway.

use std::path::PathBuf;

/// Why there is no gateway.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The address of the model's service is none.
    #[error("`{address}` is not the address of a model's service: {detail}")]
    BadAddress {
        /// As given.
        address: String,
        /// What is wrong.
        detail: String,
    },
    /// The key holds what no header can.
    #[error("the key of the model's service holds characters that no HTTP header can carry")]
    BadKey,
    /// A table of prices cannot be read.
    #[error("the prices {place} cannot be used: {detail}")]
    BadPrices {
        /// Which table.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// The machine refused.
    #[error("the gateway to the model cannot {action}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// The transcript cannot be written.
    #[error("cannot write {path}: {source}", path = path.display())]
    Transcript {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl GatewayError {
    /// 2 for input, 3 for the machine.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            GatewayError::BadAddress { .. } | GatewayError::BadKey | GatewayError::BadPrices { .. } => 2,
            GatewayError::Io { .. } | GatewayError::Transcript { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            GatewayError::BadAddress { .. } => {
                Some("give it like https://api.example.com or http://127.0.0.1:11434".to_owned())
            }
            GatewayError::BadKey => Some("look for line ends or quotes around the key".to_owned()),
            GatewayError::BadPrices { .. } => Some(
                "give a table per model with `input` and `output`, in US dollars for a million tokens"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    pub(crate) fn io(action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| GatewayError::Io { action, source }
    }
}

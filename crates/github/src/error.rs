//! Why GitHub did not do what it was asked to.
//!
//! The variants tell apart what a phase answers differently; every message holds GitHub's own
//! words and names the call.

use std::fmt::Write;

use jiff::Timestamp;

/// GitHub's answer to a call it refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The call: `GET /repos/o/r/actions/runs/1`.
    pub call: String,
    /// Status code.
    pub status: u16,
    /// GitHub's message, bounded.
    pub message: String,
    /// The entries of `errors`, in words.
    pub errors: Vec<String>,
    /// Permissions that the call needs, when GitHub names them (`actions=read`).
    pub permissions: Option<String>,
}

impl Refusal {
    /// Whether the message or one of the errors holds `text`, in any case.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        std::iter::once(&self.message).chain(&self.errors).any(|said| said.to_lowercase().contains(&text))
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} answered {}", self.call, self.status)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        let mut further = String::new();
        for error in self.errors.iter().filter(|error| !self.message.contains(error.as_str())) {
            let _ = write!(further, "{}{error}", if further.is_empty() { "" } else { "; " });
        }
        if further.is_empty() { Ok(()) } else { write!(f, " ({further})") }
    }
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// 404: it does not exist, or the token may not know that it does.
    #[error("not found: {0}")]
    NotFound(Box<Refusal>),
    /// 401: the token is missing, wrong or expired.
    #[error("not authorised: {0}")]
    Unauthorized(Box<Refusal>),
    /// 403 that is no rate limit.
    #[error("forbidden: {0}")]
    Forbidden(Box<Refusal>),
    /// 410: it was there once.
    #[error("gone: {0}")]
    Gone(Box<Refusal>),
    /// 409, e.g. an empty repository.
    #[error("conflict: {0}")]
    Conflict(Box<Refusal>),
    /// 422: GitHub understood and says why not.
    #[error("not accepted: {0}")]
    Unprocessable(Box<Refusal>),
    /// 5xx, after retries where the call could be repeated.
    #[error("GitHub failed: {0}")]
    Server(Box<Refusal>),
    /// Any other status.
    #[error("unexpected answer: {0}")]
    Unexpected(Box<Refusal>),
    /// A rate limit that lasts longer than there is time.
    #[error("rate limited until {retry_at}: {refusal}")]
    RateLimited {
        /// What GitHub said.
        refusal: Box<Refusal>,
        /// When it may be tried again.
        retry_at: Timestamp,
        /// Seconds already waited.
        waited_s: u64,
    },
    /// There is no log yet, for the job still runs.
    #[error("{0} is still in progress")]
    StillRunning(String),
    /// There is no log and never will be: the job was skipped or cancelled before it started.
    #[error("{0} has no log: it never started")]
    NoLog(String),
    /// No answer.
    #[error("no answer to {call}: {detail}")]
    Network {
        /// The call.
        call: String,
        /// What went wrong.
        detail: String,
    },
    /// More bytes than the limit.
    #[error("the answer to {call} is larger than {limit} bytes")]
    TooLarge {
        /// The call.
        call: String,
        /// The limit.
        limit: u64,
    },
    /// An answer that is not what the API describes.
    #[error("the answer to {call} is not understood: {detail}")]
    Malformed {
        /// The call.
        call: String,
        /// What is wrong with it.
        detail: String,
    },
    /// What was downloaded could not be stored.
    #[error("cannot store the answer to {call}: {source}")]
    Store {
        /// The call.
        call: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The server's address is unusable.
    #[error("`{url}` is no GitHub server: {detail}")]
    BadServer {
        /// The address.
        url: String,
        /// Why not.
        detail: String,
    },
    /// The token holds characters that no token has.
    #[error("the GitHub token holds characters that cannot be sent")]
    BadToken,
    /// The client itself could not be set up.
    #[error("cannot set up the connection: {0}")]
    SetUp(String),
    /// Somebody stopped the run.
    #[error("cancelled")]
    Cancelled,
    /// Time is over.
    #[error("the time limit was reached during {call}")]
    DeadlineReached {
        /// The call.
        call: String,
    },
}

impl GitHubError {
    /// GitHub's answer, where there was one.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            GitHubError::NotFound(refusal)
            | GitHubError::Unauthorized(refusal)
            | GitHubError::Forbidden(refusal)
            | GitHubError::Gone(refusal)
            | GitHubError::Conflict(refusal)
            | GitHubError::Unprocessable(refusal)
            | GitHubError::Server(refusal)
            | GitHubError::Unexpected(refusal)
            | GitHubError::RateLimited { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// Whether a write may have happened although it failed, so that the caller must look before
    /// trying again.
    #[must_use]
    pub const fn is_uncertain(&self) -> bool {
        matches!(self, GitHubError::Server(_) | GitHubError::Network { .. })
    }

    /// 2 for an unusable address, 130 when cancelled, 3 for everything the surroundings refuse.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            GitHubError::BadServer { .. } => 2,
            GitHubError::Cancelled => 130,
            _ => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            GitHubError::NotFound(_) => {
                "check the URL; for a private repository the token in GITHUB_TOKEN or GH_TOKEN must be able to read it"
            }
            GitHubError::Unauthorized(_) => "set GITHUB_TOKEN or GH_TOKEN to a valid token for this server",
            GitHubError::Forbidden(refusal) => {
                return Some(match &refusal.permissions {
                    Some(needed) => format!("give the token these permissions: {needed}"),
                    None => "the token lacks a permission: reading logs needs `actions: read`, publishing needs `contents: write` and `pull-requests: write`".to_owned(),
                });
            }
            GitHubError::Gone(_) => "rerun the failed job for a fresh log, or paste the log as raw-logs",
            GitHubError::RateLimited { .. } => {
                "run again after that time, or use a token with a higher limit"
            }
            GitHubError::StillRunning(_) => "wait until the run is completed and run again",
            GitHubError::Network { .. } => "check the network, the proxy and GITHUB_API_URL",
            GitHubError::Server(_) => "try again; see the server's status page if it repeats",
            GitHubError::BadServer { .. } => "use https://HOST, as in GITHUB_SERVER_URL",
            GitHubError::BadToken => "check for line breaks or quotes in GITHUB_TOKEN or GH_TOKEN",
            GitHubError::DeadlineReached { .. } => "raise --time-limit",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

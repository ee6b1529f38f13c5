//! Why the case could not be opened as asked.

use std::path::PathBuf;

use regreen_case::{CaseError, Ending, RunUrlError};
use regreen_github::GitHubError;
use regreen_logs::LogsError;

/// What is wrong with the input.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// info.json cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// info.json is no JSON object.
    #[error("{path} is not a JSON object: {detail}")]
    NotAnObject {
        /// The file.
        path: PathBuf,
        /// What the parser says.
        detail: String,
    },
    /// A key that does not exist.
    #[error("unknown key `{key}`{}", nearest.as_ref().map(|key| format!(", did you mean `{key}`?")).unwrap_or_default())]
    UnknownKey {
        /// The key.
        key: String,
        /// The nearest one that exists.
        nearest: Option<&'static str>,
    },
    /// A key that is there twice.
    #[error("the key `{0}` is there twice")]
    TwiceKey(String),
    /// A value of the wrong type.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Something required is missing.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// The URL names no run.
    #[error("`url`: {0}")]
    Url(RunUrlError),
    /// A test path that cannot be one.
    #[error("`existing-test-path` is `{path}`: {detail}")]
    TestPath {
        /// The path.
        path: String,
        /// What is wrong.
        detail: &'static str,
    },
    /// The performance goal makes no sense.
    #[error("`{key}` is `{value}`: {detail}")]
    Performance {
        /// `metric` or `target`.
        key: &'static str,
        /// What was given.
        value: String,
        /// What is wrong.
        detail: String,
    },
    /// A duration that is none.
    #[error("`{key}`: {detail}")]
    Limit {
        /// The option.
        key: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The logs are not where the input says.
    #[error("`raw-logs`: cannot read {path}: {source}")]
    RawLogs {
        /// As given.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A report is not where the input says.
    #[error("`report`: cannot read {path}: {source}")]
    Report {
        /// As given.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// An archive that is broken or abusive.
    #[error("`{key}`: {origin} cannot be unpacked: {detail}")]
    Archive {
        /// The option.
        key: &'static str,
        /// As given.
        origin: String,
        /// What is wrong.
        detail: String,
    },
}

impl InputError {
    fn hint(&self) -> String {
        match self {
            InputError::Unreadable { .. } => "give the path of an existing info.json".to_owned(),
            InputError::NotAnObject { .. } => {
                "info.json looks like {\"prompt\": \"...\", \"deterministic\": true}".to_owned()
            }
            InputError::UnknownKey { .. } | InputError::TwiceKey(_) => {
                format!("the keys are {}, each at most once", crate::info::KEYS.join(", "))
            }
            InputError::WrongType { key: "deterministic", .. } | InputError::Missing("deterministic") => {
                "set deterministic to true when the failure happens every time, else to false".to_owned()
            }
            InputError::Missing("prompt") => {
                "say what is to be done: what fails, and what should happen instead".to_owned()
            }
            InputError::Url(error) => error.hint().to_owned(),
            InputError::TestPath { .. } => {
                "give the test's path relative to the repository, such as tests/test_x.py or tests/test_x.py::test_a".to_owned()
            }
            InputError::Performance { key: "metric", .. } => {
                "give wall, peak-memory, json:FILE#/POINTER, a unit such as ms, or a regular expression whose first group is the number, such as 'took ([0-9.]+) ms', and a target".to_owned()
            }
            InputError::Performance { .. } => "give a target such as '<400' or '>=1.5'".to_owned(),
            InputError::Limit { .. } => "give a duration such as 300, 90s, 5m or 1h30m".to_owned(),
            InputError::RawLogs { .. } => {
                "give the path of a log, a zip or a gz file, the text itself, or - for standard input".to_owned()
            }
            InputError::Report { .. } => {
                "give the path of a JUnit XML or TRX file, of a folder of them, or of a zip".to_owned()
            }
            InputError::Archive { key: "report", .. } => "unpack it and give the folder".to_owned(),
            InputError::Archive { .. } => "unpack it and give the log of the failed job".to_owned(),
            InputError::WrongType { .. } | InputError::Missing(_) => "correct info.json or the option".to_owned(),
        }
    }
}

/// Why the phase ended without logs.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The input is unusable.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The case is broken.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// GitHub refused.
    #[error("{doing}: {source}")]
    GitHub {
        /// What was being done.
        doing: String,
        /// Why not.
        source: GitHubError,
    },
    /// There is no log, and asking again would not change that: an answer, not a failure.
    #[error("{0}")]
    NoLogs(String),
    /// The log cannot be read.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// The file system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Time is over.
    #[error("the time limit was reached while {0}")]
    OutOfTime(String),
    /// Somebody stopped the run; the exit code says how.
    #[error("cancelled")]
    Cancelled(u8),
}

impl FetchError {
    /// How the case ends for it.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        match self {
            FetchError::Input(_) => Ending::BadInput,
            FetchError::GitHub { source: GitHubError::RateLimited { .. }, .. } => Ending::RateLimited,
            FetchError::GitHub { source: GitHubError::BadServer { .. }, .. } => Ending::BadInput,
            FetchError::GitHub { .. } | FetchError::NoLogs(_) => Ending::NoLogs,
            FetchError::OutOfTime(_) => Ending::OutOfTime,
            FetchError::Cancelled(_) => Ending::Cancelled,
            FetchError::Case(_) | FetchError::Logs(_) | FetchError::Io { .. } => Ending::InternalError,
        }
    }

    /// Whether it is an answer: the phase did its job, the answer is that there is nothing to read.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        matches!(self, FetchError::NoLogs(_) | FetchError::OutOfTime(_))
    }
}

impl regreen_runner::PublicError for FetchError {
    fn exit_code(&self) -> u8 {
        match self {
            FetchError::Input(_) => regreen_runner::BAD_INPUT,
            FetchError::Case(error) => error.exit_code(),
            FetchError::GitHub { source, .. } => source.exit_code(),
            FetchError::NoLogs(_) | FetchError::OutOfTime(_) => regreen_runner::ANSWERED,
            FetchError::Logs(error) => error.exit_code(),
            FetchError::Io { .. } => regreen_runner::ENVIRONMENT,
            FetchError::Cancelled(code) => *code,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            FetchError::Input(error) => Some(error.hint()),
            FetchError::Case(error) => error.hint(),
            FetchError::GitHub { source, .. } => source.hint(),
            FetchError::Logs(error) => error.hint(),
            FetchError::NoLogs(_) => Some("rerun the failed job, or paste its log as raw-logs".to_owned()),
            FetchError::OutOfTime(_) => Some("raise --time-limit".to_owned()),
            FetchError::Io { .. } => Some("check permissions and free space".to_owned()),
            FetchError::Cancelled(_) => None,
        }
    }
}

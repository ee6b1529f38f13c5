//! What comes out of a log, and the three entry points.

use std::collections::BTreeMap;
use std::io::BufRead;

use regreen_case::{Cause, CiCommand, FailedTest, Framework, Infrastructure, Signature};

/// Why a log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    /// The reader failed.
    #[error("cannot read the log {path}: {source}")]
    Io {
        /// Path of the log in the case.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl LogsError {
    /// 3: the environment refused.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            LogsError::Io { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            LogsError::Io { .. } => Some("check that the log exists, is readable and is complete".to_owned()),
        }
    }
}

/// What a log says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extraction {
    /// Failed tests, first one first; each test once.
    pub tests: Vec<FailedTest>,
    /// The line that explains the failure.
    pub cause: Option<Cause>,
    /// Command of the failed step.
    pub command: Option<CiCommand>,
    /// Set when the infrastructure failed and not the code.
    pub infrastructure: Option<Infrastructure>,
    /// Fingerprint: of the first failed test, else of the cause.
    pub signature: Option<Signature>,
    /// Excerpt for people and agents, at most 16 KiB; says what it leaves out.
    pub excerpt: String,
    /// What was cut or could not be read, in words.
    pub cut: Vec<String>,
    /// What the reader should know, e.g. "the runner's count and the named tests differ".
    pub warnings: Vec<String>,
    /// Versions that the log mentions: `python` → `3.12.1`, `runner image` → `ubuntu-24.04`.
    pub tools: BTreeMap<String, String>,
    /// Lines read.
    pub lines: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Reads a log as a stream. `case_path` is where the log lies in the case, for the positions.
///
/// # Errors
/// [`LogsError::Io`] when the reader fails.
pub fn extract(reader: impl BufRead, case_path: &str) -> Result<Extraction, LogsError> {
    let _ = (reader, case_path);
    Ok(Extraction::default())
}

/// Joins what several logs of one run say, in their order.
#[must_use]
pub fn merge(extractions: Vec<Extraction>) -> Extraction {
    extractions.into_iter().next().unwrap_or_default()
}

/// Failed tests in the output of a local run of one framework; the same parsers as [`extract`] uses.
#[must_use]
pub fn failures_in(framework: Framework, output: &str) -> Vec<FailedTest> {
    let _ = (framework, output);
    Vec::new()
}

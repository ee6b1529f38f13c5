//! What can keep a report from being written: only the file system.

use std::path::PathBuf;

use regreen_case::CaseError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The case directory cannot be made or written.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The folder for reports cannot be written.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl ReportError {
    /// 3 when the file system refuses, 4 when the case itself is broken.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            ReportError::Case(error) => error.exit_code(),
            ReportError::Io { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ReportError::Case(error) => error.hint(),
            ReportError::Io { .. } => Some("give a writable folder with --outputs DIR".to_owned()),
        }
    }
}

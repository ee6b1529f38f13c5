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
    /// It could not be stored in its place, but it was told elsewhere.
    #[error("{source}; the report is in {place}")]
    Elsewhere {
        /// Why not in its place.
        source: Box<ReportError>,
        /// Where it is.
        place: String,
    },
    /// It could be stored nowhere: its text comes along.
    #[error("{source}; there is no other place for the report either:\n{markdown}")]
    Nowhere {
        /// Why not in its place.
        source: Box<ReportError>,
        /// The report.
        markdown: String,
    },
}

impl ReportError {
    /// 3 when the file system refuses, 4 when the case itself is broken.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            ReportError::Case(error) => error.exit_code(),
            ReportError::Io { .. } | ReportError::Elsewhere { .. } | ReportError::Nowhere { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            ReportError::Case(error) => error.hint(),
            ReportError::Io { .. } => Some(
                "check that the disk has space left, or give a writable folder with --outputs DIR".to_owned(),
            ),
            ReportError::Elsewhere { source, .. } | ReportError::Nowhere { source, .. } => source.hint(),
        }
    }
}

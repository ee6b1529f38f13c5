//! The logs of the case: stored redacted, one after the other, each whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use regreen_case::{CaseDir, Layout, LogFile, Redactor};
use regreen_supervise::{Cancel, Deadline};

use crate::FetchError;
use crate::log_writer::LogWriter;

/// Most that is stored of one log.
pub(crate) const MAX_LOG: u64 = 4 << 30;

/// When to stop.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    pub(crate) cancel: Cancel,
    pub(crate) deadline: Deadline,
}

impl Stop {
    /// Whether to go on.
    pub(crate) fn check(&self, doing: &str) -> Result<(), FetchError> {
        if self.cancel.is_cancelled() {
            return Err(FetchError::Cancelled(self.cancel.exit_code()));
        }
        if self.deadline.is_over() {
            return Err(FetchError::OutOfTime(doing.to_owned()));
        }
        Ok(())
    }
}

/// The folder, being filled.
pub(crate) struct LogFolder<'a> {
    case: &'a CaseDir,
    redactor: &'a Redactor,
    pub(crate) stop: Stop,
    pub(crate) files: Vec<LogFile>,
    pub(crate) redactions: u64,
    pub(crate) cut: Vec<String>,
}

impl<'a> LogFolder<'a> {
    pub(crate) fn new(case: &'a CaseDir, redactor: &'a Redactor, stop: Stop) -> Self {
        LogFolder { case, redactor, stop, files: Vec::new(), redactions: 0, cut: Vec::new() }
    }

    /// Stores what `fill` writes as `logs/NAME.log`; returns that path. `fill` says whether it
    /// wrote everything there was.
    pub(crate) fn store(
        &mut self,
        name: &str,
        source: &str,
        fill: impl FnOnce(&mut dyn Write) -> Result<bool, FetchError>,
    ) -> Result<String, FetchError> {
        let path = format!("{}/{name}.log", Layout::LOGS);
        let folder = self.case.path(Layout::LOGS);
        let io = |action, path: PathBuf| move |source| FetchError::Io { action, path, source };
        std::fs::create_dir_all(&folder).map_err(io("create", folder.clone()))?;
        let beside = tempfile::Builder::new()
            .prefix(&format!(".{}", regreen_case::owned_prefix()))
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(&folder)
            .map_err(io("write in", folder.clone()))?;
        let mut writer = LogWriter::new(BufWriter::new(beside.as_file()), self.redactor);
        let mut watched = Watched { to: &mut writer, stop: &self.stop };
        let complete =
            fill(&mut watched).map_err(|error| self.stop.check("storing a log").err().unwrap_or(error))?;
        let written = writer.finish().map_err(io("write", self.case.path(&path)))?;
        beside.persist(self.case.path(&path)).map_err(|error| FetchError::Io {
            action: "rename to",
            path: self.case.path(&path),
            source: error.error,
        })?;
        if !complete {
            self.cut.push(format!("{path}: cut after {} bytes", written.bytes));
        }
        if written.cut_lines > 0 {
            self.cut.push(format!("{path}: {} lines longer than 1 MiB are cut", written.cut_lines));
        }
        self.redactions += written.redactions;
        self.files.push(LogFile {
            path: path.clone(),
            bytes: written.bytes,
            lines: written.lines,
            source: source.to_owned(),
        });
        Ok(path)
    }
}

/// Stops a copy when the user or the clock says so.
struct Watched<'a> {
    to: &'a mut dyn Write,
    stop: &'a Stop,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.check("").is_err() {
            return Err(io::Error::other("stopped"));
        }
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

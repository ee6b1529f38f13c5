//! Test reports beside the logs: artifacts of the run, and files that the user names.
//!
//! Promises: number and size of what is fetched and unpacked are bounded; reports are redacted before
//! they are read; whatever goes wrong with an artifact is a warning, for the logs have been read already.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use regreen_case::Redactor;
use regreen_github::{Artifact, Run};
use regreen_logs::{Extraction, NamedReport, read_report, reconcile};
use regreen_runner::Heartbeat;

use crate::archive::Archive;
use crate::connection::Connection;
use crate::log_folder::Stop;
use crate::{FetchError, InputError};

/// Most artifacts that are fetched.
const MAX_ARTIFACTS: usize = 10;
/// Largest artifact that is fetched.
const MAX_ARTIFACT: u64 = 64 << 20;
/// Most report files.
const MAX_FILES: usize = 500;
/// Largest report file.
const MAX_FILE: u64 = 32 << 20;
/// Most bytes of all report files together.
const MAX_TOTAL: u64 = 256 << 20;
/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 6;

/// Reports being gathered.
pub(crate) struct ReportFiles<'a> {
    redactor: &'a Redactor,
    stop: &'a Stop,
    found: Vec<NamedReport>,
    warnings: Vec<String>,
    /// How many secrets were masked.
    pub(crate) redactions: u64,
    /// Bytes that were fetched.
    pub(crate) fetched: u64,
    files: usize,
    bytes_left: u64,
}

impl<'a> ReportFiles<'a> {
    pub(crate) fn new(redactor: &'a Redactor, stop: &'a Stop) -> Self {
        let (found, warnings) = (Vec::new(), Vec::new());
        ReportFiles {
            redactor,
            stop,
            found,
            warnings,
            redactions: 0,
            fetched: 0,
            files: 0,
            bytes_left: MAX_TOTAL,
        }
    }

    /// The run's artifacts that look like reports.
    ///
    /// # Errors
    /// [`FetchError::Cancelled`]; everything else becomes a warning.
    pub(crate) fn take_artifacts(
        &mut self,
        connection: &Connection,
        run: &Run,
        heartbeat: &Heartbeat,
    ) -> Result<(), FetchError> {
        match self.artifacts(connection, run, heartbeat) {
            Err(error @ FetchError::Cancelled(_)) => Err(error),
            Err(error) => {
                self.warnings.push(format!("reports among the run's artifacts: {error}"));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn artifacts(
        &mut self,
        connection: &Connection,
        run: &Run,
        heartbeat: &Heartbeat,
    ) -> Result<(), FetchError> {
        let repo = connection.repo();
        let mut artifacts = repo.artifacts(run.id).map_err(|error| connection.failed(error))?;
        artifacts.retain(|artifact| is_of_reports(&artifact.name) && is_of_attempt(artifact, run));
        for artifact in artifacts.iter().take(MAX_ARTIFACTS) {
            self.stop.check("fetching the reports")?;
            let name = shown(&artifact.name);
            if artifact.expired || artifact.size_in_bytes > MAX_ARTIFACT {
                let why = if artifact.expired { "has expired" } else { "is too large" };
                self.warnings.push(format!("artifact {name} is not read: it {why}"));
                continue;
            }
            heartbeat.say(format!("fetching the artifact {name}"));
            let Ok(mut file) = tempfile::tempfile() else { continue };
            self.fetched += artifact.size_in_bytes;
            let fetched = repo.artifact_zip(artifact.id, &mut file, MAX_ARTIFACT);
            let read = fetched.map_err(|error| connection.failed(error)).and_then(|()| self.zip(file, &name));
            match read {
                Err(error @ (FetchError::Cancelled(_) | FetchError::OutOfTime(_))) => return Err(error),
                Err(error) => self.warnings.push(format!("artifact {name} is not read: {error}")),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Files, folders and zips that the user names.
    ///
    /// # Errors
    /// [`InputError::Report`] for what cannot be read.
    pub(crate) fn take_files(&mut self, paths: &[PathBuf]) -> Result<(), FetchError> {
        for path in paths {
            let shown = path.display().to_string();
            let unreadable = |source| InputError::Report { path: shown.clone(), source };
            if path.is_dir() {
                self.folder(path, 0).map_err(unreadable)?;
                continue;
            }
            let mut file = File::open(path).map_err(unreadable)?;
            let mut start = [0; 2];
            let is_zip = file.read_exact(&mut start).is_ok() && start == *b"PK";
            file.rewind().map_err(unreadable)?;
            if is_zip {
                self.zip(file, &shown)?;
            } else {
                let mut bytes = Vec::new();
                let _ = file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
                self.report(&shown, &bytes, true);
            }
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path, depth: usize) -> std::io::Result<()> {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            // Links are not followed: they may lead round in circles.
            let kind = std::fs::symlink_metadata(&path)?.file_type();
            if kind.is_dir() && depth < MAX_DEPTH {
                self.folder(&path, depth + 1)?;
            } else if kind.is_file() && is_report_file(&path.to_string_lossy()) {
                let mut bytes = Vec::new();
                let _ = File::open(&path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
                self.report(&path.display().to_string(), &bytes, false);
            }
        }
        Ok(())
    }

    fn zip(&mut self, file: File, source: &str) -> Result<(), FetchError> {
        let refused = |detail: String| {
            FetchError::from(InputError::Archive { key: "report", origin: source.to_owned(), detail })
        };
        let mut archive = Archive::open(file).map_err(|error| refused(error.to_string()))?;
        for name in archive.names().into_iter().filter(|name| is_report_file(name)) {
            self.stop.check("reading the reports")?;
            let mut bytes = Bounded { bytes: Vec::new() };
            if let Err(error) = archive.copy(&name, &mut bytes) {
                self.warnings.push(format!("{source}: {} is not read: {error}", shown(&name)));
                continue;
            }
            self.report(&format!("{source}: {}", shown(&name)), &bytes.bytes, false);
        }
        Ok(())
    }

    /// Reads one file. That it is no report is told only of a file that the user named: XML of other
    /// kinds lies beside reports.
    fn report(&mut self, source: &str, bytes: &[u8], named: bool) {
        self.files += 1;
        let size = bytes.len() as u64;
        if self.files > MAX_FILES || size > MAX_FILE || size > self.bytes_left {
            self.warnings.push(format!("{source} is not read: there is too much of it"));
            return;
        }
        self.bytes_left -= size;
        // What is no UTF-8 is read as it is: the document is redacted as a whole once more.
        let (text, masked) = match std::str::from_utf8(bytes) {
            Ok(text) => self.redactor.redact(text),
            Err(_) => ("".into(), 0),
        };
        let bytes = if text.is_empty() { bytes } else { text.as_bytes() };
        match read_report(bytes) {
            Ok(report) => {
                self.redactions += masked;
                self.found.push(NamedReport { source: source.to_owned(), report });
            }
            Err(error) if named => self.warnings.push(format!("{source} is not read: {error}")),
            Err(_) => {}
        }
    }

    /// Joins what was gathered with what the logs say.
    pub(crate) fn join(mut self, extraction: &mut Extraction, may_add: bool) {
        // A folder that is told in hundreds of warnings would hide the others.
        if self.warnings.len() > 20 {
            let more = self.warnings.len() - 20;
            self.warnings.truncate(20);
            self.warnings.push(format!("{more} further reports are not read"));
        }
        extraction.warnings.append(&mut self.warnings);
        reconcile(extraction, &self.found, may_add);
    }
}

/// Whether an artifact's name promises test reports.
fn is_of_reports(name: &str) -> bool {
    let name = name.to_lowercase();
    let promised = ["junit", "xunit", "test", "report", "result", "surefire", "failsafe", "trx", "spec"];
    let other = ["coverage", "screenshot", "regreen-", "html", "video"];
    promised.iter().any(|word| name.contains(word)) && !other.iter().any(|word| name.contains(word))
}

/// Whether an artifact was uploaded by the attempt whose logs are read; all attempts share one list.
fn is_of_attempt(artifact: &Artifact, run: &Run) -> bool {
    let Some(created) = artifact.created_at else { return true };
    let slack = SignedDuration::from_mins(2);
    let begun = run.run_started_at.is_none_or(|begin| created >= begin);
    let ended = !run.is_completed()
        || run.updated_at.is_none_or(|end| created <= end.saturating_add(slack).unwrap_or(end));
    begun && ended
}

fn is_report_file(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".xml") || name.ends_with(".trx") || name.ends_with(".junit")
}

/// A stranger's name for a message.
fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

/// Refuses more than a report may have.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if (self.bytes.len() + bytes.len()) as u64 > MAX_FILE {
            return Err(std::io::Error::other("it is too large for a report"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_chosen_by_name() {
        for name in ["junit", "test-results-ubuntu", "Test Report (3.12)", "surefire-reports", "xunit.trx"] {
            assert!(is_of_reports(name), "{name}");
        }
        for name in ["wheels", "coverage-report", "regreen-report-1", "playwright-html-report", "binaries"] {
            assert!(!is_of_reports(name), "{name}");
        }
    }

    #[test]
    fn an_artifact_belongs_to_the_attempt_that_ran_when_it_was_uploaded() {
        let run: Run = serde_json::from_str(
            r#"{"id": 7, "status": "completed", "run_attempt": 2, "run_started_at": "2026-01-05T10:00:00Z",
                "updated_at": "2026-01-05T10:10:00Z"}"#,
        )
        .unwrap();
        for (created, expected) in [
            (Some("2026-01-05T09:59:00Z"), false),
            (Some("2026-01-05T10:05:00Z"), true),
            (Some("2026-01-05T10:11:00Z"), true),
            (Some("2026-01-05T11:00:00Z"), false),
            (None, true),
        ] {
            let artifact = Artifact {
                id: 1,
                name: "junit".to_owned(),
                size_in_bytes: 1,
                expired: false,
                created_at: created.map(|time| time.parse().unwrap()),
            };
            assert_eq!(is_of_attempt(&artifact, &run), expected, "{created:?}");
        }
    }
}

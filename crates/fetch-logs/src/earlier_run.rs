//! One earlier run: whether it failed as the run in question did.
//!
//! Its logs are redacted before they are read, as all logs are, or a masked value would make the same
//! failure look like another. They are not kept; the answer is.

use std::io::{BufWriter, Write};

use regreen_case::{Layout, Signature};
use regreen_github::{GitHubError, Job, JobFilter, Repo, Run};
use regreen_logs::Extraction;
use serde::{Deserialize, Serialize};

use crate::FetchError;
use crate::download::times;
use crate::log_writer::LogWriter;
use crate::reading::{Part, read_log};
use crate::repeats::{Search, is_same};
use crate::report_files::ReportFiles;

/// Most logs of one run; jobs of the same names come first.
const MAX_JOBS: usize = 5;
/// Most that is read of one log.
const MAX_LOG: u64 = 128 << 20;
/// Largest answer that is believed to be one of ours.
const MAX_REMEMBERED: u64 = 64 * 1024;

/// What an earlier run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// It failed the same way.
    Same,
    /// It failed otherwise.
    Other,
    /// Its logs cannot be had.
    Unknown(String),
}

/// The answer as it lies in the case.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    repository: String,
    run_id: u64,
    attempt: u32,
    /// Hash of the signature that it was compared with.
    signature: String,
    verdict: Verdict,
}

/// An earlier run.
pub(crate) struct EarlierRun<'a> {
    pub(crate) search: &'a Search<'a>,
    pub(crate) repo: &'a Repo<'a>,
    pub(crate) run: &'a Run,
}

impl EarlierRun<'_> {
    /// Compares it, or remembers that it was compared. Takes what it fetches off `bytes_left`.
    ///
    /// # Errors
    /// What makes asking on pointless: cancelled, out of time, rate limited.
    pub(crate) fn verdict(&self, wanted: &Signature, bytes_left: &mut u64) -> Result<Verdict, FetchError> {
        if let Some(known) = self.remembered(wanted) {
            return Ok(known);
        }
        let (verdict, lasts) = match self.compared(wanted, bytes_left) {
            Ok(verdict) => (verdict, true),
            // Logs that are gone stay gone.
            Err(FetchError::NoLogs(reason)) => (Verdict::Unknown(reason), true),
            Err(
                error @ (FetchError::Cancelled(_)
                | FetchError::OutOfTime(_)
                | FetchError::GitHub { source: GitHubError::RateLimited { .. }, .. }),
            ) => return Err(error),
            Err(error) => (Verdict::Unknown(error.to_string()), false),
        };
        if lasts {
            self.remember(wanted, &verdict)?;
        }
        Ok(verdict)
    }

    fn compared(&self, wanted: &Signature, bytes_left: &mut u64) -> Result<Verdict, FetchError> {
        let failed = |error| self.search.connection.failed(error);
        let mut jobs: Vec<Job> = self.repo.jobs(self.run.id, JobFilter::Latest).map_err(failed)?;
        jobs.retain(Job::has_failed);
        if jobs.is_empty() {
            return Err(FetchError::NoLogs("none of its jobs failed".to_owned()));
        }
        jobs.sort_by_key(|job| !self.search.jobs.contains(&job.name));
        let mut missing = None;
        let mut read = 0;
        for job in jobs.iter().take(MAX_JOBS) {
            match self.signatures(job, bytes_left) {
                Ok(seen) if is_same(seen.iter(), wanted) => return Ok(Verdict::Same),
                Ok(_) => read += 1,
                Err(error @ FetchError::NoLogs(_)) => missing = Some(error),
                Err(error) => return Err(error),
            }
        }
        if self.search.reports && self.reported(wanted, bytes_left)? {
            return Ok(Verdict::Same);
        }
        match missing {
            Some(error) if read == 0 => Err(error),
            _ => Ok(Verdict::Other),
        }
    }

    /// What failed in one job.
    fn signatures(&self, job: &Job, bytes_left: &mut u64) -> Result<Vec<Signature>, FetchError> {
        let io = |source| FetchError::Io { action: "write", path: std::env::temp_dir(), source };
        let file = tempfile::NamedTempFile::new().map_err(io)?;
        let mut writer = LogWriter::new(BufWriter::new(file.as_file()), self.search.redactor);
        let mut to = Counted { to: &mut writer, bytes: 0 };
        let fetched = self.repo.job_log(job.id, &mut to, MAX_LOG.min(*bytes_left));
        *bytes_left = bytes_left.saturating_sub(to.bytes);
        fetched.map_err(|error| self.search.connection.failed(error))?;
        writer.finish().map_err(io)?;
        let part = Part { path: format!("job {}", job.id), step: times(job) };
        let read = read_log(file.path(), &part, self.search.stop)?;
        Ok(read.tests.into_iter().map(|test| test.signature).chain(read.signature).collect())
    }

    /// Whether its reports name the failure.
    fn reported(&self, wanted: &Signature, bytes_left: &mut u64) -> Result<bool, FetchError> {
        let mut reports = ReportFiles::new(self.search.redactor, self.search.stop);
        reports.take_artifacts(self.search.connection, self.run, self.search.heartbeat)?;
        *bytes_left = bytes_left.saturating_sub(reports.fetched);
        let mut found = Extraction::default();
        reports.join(&mut found, true);
        Ok(is_same(found.tests.iter().map(|test| &test.signature), wanted))
    }

    fn name(&self) -> String {
        format!("{}/run-{}-{}.json", Layout::HISTORY, self.run.id, self.attempt())
    }

    fn attempt(&self) -> u32 {
        self.run.run_attempt.unwrap_or(1)
    }

    fn remembered(&self, wanted: &Signature) -> Option<Verdict> {
        let path = self.search.case.path(self.name());
        if std::fs::metadata(&path).ok()?.len() > MAX_REMEMBERED {
            return None;
        }
        let known: Remembered = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        let is_ours = known.repository == self.repo.slug()
            && known.run_id == self.run.id
            && known.attempt == self.attempt()
            && known.signature == wanted.hash;
        is_ours.then_some(known.verdict)
    }

    fn remember(&self, wanted: &Signature, verdict: &Verdict) -> Result<(), FetchError> {
        let known = Remembered {
            repository: self.repo.slug(),
            run_id: self.run.id,
            attempt: self.attempt(),
            signature: wanted.hash.clone(),
            verdict: verdict.clone(),
        };
        if let Ok(text) = serde_json::to_string(&known) {
            self.search.case.write_text(&self.name(), &text, self.search.redactor)?;
        }
        Ok(())
    }
}

/// Counts what passes.
struct Counted<'a> {
    to: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

//! Logs and artifacts: downloads that are streamed, bounded and never mistaken for error pages.

use std::io::Write;

use jiff::Timestamp;
use serde::Deserialize;

use crate::transport::Call;
use crate::{GitHubError, Repo};

/// A finished download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Download {
    /// Whether it was cut at the limit.
    pub cut: bool,
}

/// An artifact of a run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Artifact {
    /// Id.
    pub id: u64,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Size.
    #[serde(default)]
    pub size_in_bytes: u64,
    /// Whether it is gone.
    #[serde(default)]
    pub expired: bool,
    /// When it was uploaded.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Artifacts {
    #[serde(default)]
    artifacts: Vec<Artifact>,
}

impl Repo<'_> {
    /// The log of a job, copied into `to` as it arrives, at most `limit` bytes.
    ///
    /// # Errors
    /// [`GitHubError::StillRunning`] and [`GitHubError::NoLog`] tell why there is none, which the
    /// log endpoint does not; otherwise see [`GitHubError`].
    pub fn job_log(&self, id: u64, to: &mut dyn Write, limit: u64) -> Result<Download, GitHubError> {
        let call = Call::get(self.route(&format!("/actions/jobs/{id}/logs")));
        match self.transport().stream(&call, to, limit) {
            Ok(complete) => Ok(Download { cut: !complete }),
            Err(GitHubError::NotFound(refusal)) => Err(self.why_no_log(id, refusal)),
            Err(error) => Err(error),
        }
    }

    /// The storage answers 404 for jobs that still run, never ran, or do not exist.
    fn why_no_log(&self, id: u64, refusal: Box<crate::Refusal>) -> GitHubError {
        match self.job(id) {
            Ok(job) if !job.is_completed() => GitHubError::StillRunning(format!("job `{}`", job.name)),
            Ok(job) if job.steps.is_empty() || !job.has_failed() => {
                GitHubError::NoLog(format!("job `{}`", job.name))
            }
            // It ran and failed, and yet the storage has nothing: the log has been removed.
            Ok(_) => GitHubError::Gone(refusal),
            Err(GitHubError::NotFound(_)) => GitHubError::NotFound(refusal),
            Err(error) => error,
        }
    }

    /// The logs of a run (of one attempt) as a zip, copied into `to`, at most `limit` bytes.
    ///
    /// # Errors
    /// [`GitHubError::TooLarge`] above the limit, [`GitHubError::Malformed`] when it is no zip;
    /// otherwise see [`GitHubError`].
    pub fn run_logs_zip(
        &self,
        run: u64,
        attempt: Option<u32>,
        to: &mut dyn Write,
        limit: u64,
    ) -> Result<(), GitHubError> {
        let attempt = attempt.map_or(String::new(), |attempt| format!("/attempts/{attempt}"));
        let call = Call::get(self.route(&format!("/actions/runs/{run}{attempt}/logs")));
        self.zip(&call, to, limit)
    }

    /// The artifacts of a run, the first 100.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn artifacts(&self, run: u64) -> Result<Vec<Artifact>, GitHubError> {
        let route = self.route(&format!("/actions/runs/{run}/artifacts")).query("per_page", "100");
        self.get::<Artifacts>(route).map(|found| found.artifacts)
    }

    /// An artifact as a zip, copied into `to`, at most `limit` bytes.
    ///
    /// # Errors
    /// As for [`Repo::run_logs_zip`].
    pub fn artifact_zip(&self, id: u64, to: &mut dyn Write, limit: u64) -> Result<(), GitHubError> {
        self.zip(&Call::get(self.route(&format!("/actions/artifacts/{id}/zip"))), to, limit)
    }

    fn zip(&self, call: &Call, to: &mut dyn Write, limit: u64) -> Result<(), GitHubError> {
        let mut checked = Magic { to, start: Vec::new() };
        let complete = self.transport().stream(call, &mut checked, limit);
        let is_zip = checked.start.starts_with(b"PK\x03\x04") || checked.start.starts_with(b"PK\x05\x06");
        match complete {
            Err(GitHubError::Store { .. }) | Ok(_) if !is_zip => Err(GitHubError::Malformed {
                call: call.name(),
                detail: "it is not a zip archive".to_owned(),
            }),
            Ok(true) => Ok(()),
            Ok(false) => Err(GitHubError::TooLarge { call: call.name(), limit }),
            Err(error) => Err(error),
        }
    }
}

/// Refuses to store what does not begin like a zip.
struct Magic<'a> {
    to: &'a mut dyn Write,
    start: Vec<u8>,
}

impl Write for Magic<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.start.len() < 4 {
            let missing = 4 - self.start.len();
            self.start.extend(bytes.iter().take(missing));
        }
        if !b"PK\x03\x04".starts_with(&self.start) && !b"PK\x05\x06".starts_with(&self.start) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        self.to.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

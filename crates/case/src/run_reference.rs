//! A CI run named by its URL: run, run attempt or job, on github.com or an enterprise server.

use std::sync::OnceLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a run URL points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunReference {
    /// Scheme and host of the server, without a trailing slash: `https://github.com`.
    pub server: String,
    /// Owner of the repository.
    pub owner: String,
    /// Name of the repository.
    pub repository: String,
    /// Id of the run. `0` when the URL names only a job (`/owner/repo/runs/<job id>`).
    pub run_id: u64,
    /// Attempt, when the URL names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// Job, when the URL names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<u64>,
}

/// Why a text is no run URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunUrlError {
    /// Not `https://` (or `http://` on loopback).
    #[error("`{0}` does not start with https://")]
    NotHttps(String),
    /// A URL, but not of a run, an attempt or a job.
    #[error("`{0}` does not name a workflow run, a run attempt or a job")]
    NotARun(String),
}

impl RunUrlError {
    /// What to give instead.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "expected https://HOST/OWNER/REPO/actions/runs/RUN_ID, optionally followed by /attempts/N or /job/JOB_ID"
    }
}

impl RunReference {
    /// Reads a URL as people copy it from the browser: trailing slashes, `#step:3:4` fragments,
    /// `?pr=7` queries and trailing parts such as `/workflow`, `/usage` or `/logs` are accepted.
    ///
    /// # Errors
    /// [`RunUrlError`] when it is no URL of a run.
    pub fn parse(url: &str) -> Result<Self, RunUrlError> {
        static FORM: OnceLock<Option<Regex>> = OnceLock::new();
        let trimmed = url.trim();
        let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .any(|prefix| trimmed.strip_prefix(prefix).is_some_and(|rest| rest.starts_with([':', '/'])));
        if !trimmed.starts_with("https://") && !loopback {
            return Err(RunUrlError::NotHttps(trimmed.chars().take(200).collect()));
        }
        let not_a_run = || RunUrlError::NotARun(trimmed.chars().take(200).collect());
        let form = FORM.get_or_init(|| {
            Regex::new(concat!(
                r"^(?P<server>https?://[A-Za-z0-9.\-]+(?::\d+)?|http://\[::1\](?::\d+)?)/",
                r"(?P<owner>[A-Za-z0-9_.\-]+)/(?P<repo>[A-Za-z0-9_.\-]+)/",
                r"(?:actions/runs/(?P<run>\d+)(?:/attempts/(?P<attempt>\d+))?(?:/jobs?/(?P<job>\d+))?|runs/(?P<check>\d+))",
                r"(?:[/?#].*)?$"
            ))
            .ok()
        });
        let found = form.as_ref().and_then(|form| form.captures(trimmed)).ok_or_else(not_a_run)?;
        let number = |name: &str| -> Result<Option<u64>, RunUrlError> {
            found.name(name).map(|m| m.as_str().parse::<u64>()).transpose().map_err(|_| not_a_run())
        };
        let job_id = number("job")?.or(number("check")?);
        let attempt = number("attempt")?.map(u32::try_from).transpose().map_err(|_| not_a_run())?;
        Ok(RunReference {
            server: found["server"].to_owned(),
            owner: found["owner"].to_owned(),
            repository: found["repo"].to_owned(),
            run_id: number("run")?.unwrap_or(0),
            attempt,
            job_id,
        })
    }

    /// `owner/repository`.
    #[must_use]
    pub fn slug(&self) -> String {
        format!("{}/{}", self.owner, self.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> (String, u64, Option<u32>, Option<u64>) {
        let run = RunReference::parse(url).unwrap();
        (format!("{} {}", run.server, run.slug()), run.run_id, run.attempt, run.job_id)
    }

    #[test]
    fn reads_every_form_people_copy() {
        let hub = "https://github.com o/r".to_owned();
        for (url, expected) in [
            ("https://github.com/o/r/actions/runs/12", (12, None, None)),
            (" https://github.com/o/r/actions/runs/12/\n", (12, None, None)),
            ("https://github.com/o/r/actions/runs/12/attempts/3", (12, Some(3), None)),
            ("https://github.com/o/r/actions/runs/12/attempts/3?pr=4", (12, Some(3), None)),
            ("https://github.com/o/r/actions/runs/12/job/99", (12, None, Some(99))),
            ("https://github.com/o/r/actions/runs/12/jobs/99", (12, None, Some(99))),
            ("https://github.com/o/r/actions/runs/12/job/99?pr=4#step:5:60", (12, None, Some(99))),
            ("https://github.com/o/r/actions/runs/12/attempts/2/job/99/logs", (12, Some(2), Some(99))),
            ("https://github.com/o/r/actions/runs/12/workflow", (12, None, None)),
            ("https://github.com/o/r/runs/99", (0, None, Some(99))),
        ] {
            assert_eq!(parsed(url), (hub.clone(), expected.0, expected.1, expected.2), "{url}");
        }
        assert_eq!(
            parsed("https://ghe.example.org:8443/a.b/c_d/actions/runs/5").0,
            "https://ghe.example.org:8443 a.b/c_d"
        );
        assert_eq!(parsed("http://127.0.0.1:3000/o/r/actions/runs/5").0, "http://127.0.0.1:3000 o/r");
    }

    #[test]
    fn refuses_what_is_no_run() {
        for url in [
            "https://github.com/o/r/pull/12",
            "https://github.com/o/r/actions",
            "https://github.com/o/r/actions/runs/x",
            "https://github.com/o/r/actions/runs/99999999999999999999999",
            "https://github.com/o/r/actions/runs/12x",
        ] {
            assert!(matches!(RunReference::parse(url), Err(RunUrlError::NotARun(_))), "{url}");
        }
        for url in [
            "http://github.com/o/r/actions/runs/1",
            "http://127.0.0.1.evil.com/o/r/actions/runs/1",
            "ftp://x",
            "",
        ] {
            assert!(matches!(RunReference::parse(url), Err(RunUrlError::NotHttps(_))), "{url}");
        }
    }
}

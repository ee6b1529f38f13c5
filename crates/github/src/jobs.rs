//! Jobs of a run, with their steps.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{GitHubError, Repo};

/// Jobs per page; the API allows no more.
const PAGE: usize = 100;
/// Pages that are read: 256 jobs per matrix, several matrices.
const MAX_PAGES: usize = 50;

/// Which jobs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobFilter {
    /// Those of the latest attempt of each.
    Latest,
    /// Those of all attempts.
    All,
    /// Those of one attempt.
    Attempt(u32),
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Step {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Number within the job.
    #[serde(default)]
    pub number: u64,
    /// `queued`, `in_progress`, `completed`, …
    #[serde(default)]
    pub status: Option<String>,
    /// `success`, `failure`, `skipped`, …
    #[serde(default)]
    pub conclusion: Option<String>,
    /// Start, with the precision of seconds.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// End, with the precision of seconds.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Job {
    /// Id; also that of its check run.
    pub id: u64,
    /// Id of its run.
    #[serde(default)]
    pub run_id: u64,
    /// Attempt it belongs to.
    #[serde(default)]
    pub run_attempt: Option<u32>,
    /// Name, e.g. `build (ubuntu, 3.12)` or `caller / callee`.
    #[serde(default)]
    pub name: String,
    /// `queued`, `in_progress`, `completed`, …
    #[serde(default)]
    pub status: Option<String>,
    /// `success`, `failure`, `cancelled`, `timed_out`, …
    #[serde(default)]
    pub conclusion: Option<String>,
    /// Steps.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub steps: Vec<Step>,
    /// Labels of the runner.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub labels: Vec<String>,
    /// Name of the workflow.
    #[serde(default)]
    pub workflow_name: Option<String>,
    /// Page.
    #[serde(default)]
    pub html_url: Option<String>,
}

fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<Vec<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Job {
    /// Whether it is over.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status.as_deref() == Some("completed")
    }

    /// Whether it ended badly. A cancelled job is no failure: it says nothing about the code.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.conclusion.as_deref(), Some("failure" | "timed_out" | "startup_failure"))
    }

    /// The first step that failed.
    #[must_use]
    pub fn failed_step(&self) -> Option<&Step> {
        self.steps.iter().find(|step| matches!(step.conclusion.as_deref(), Some("failure" | "timed_out")))
    }
}

#[derive(Deserialize)]
struct Jobs {
    #[serde(default)]
    total_count: u64,
    #[serde(default)]
    jobs: Vec<Job>,
}

impl Repo<'_> {
    /// A job.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn job(&self, id: u64) -> Result<Job, GitHubError> {
        self.get(self.route(&format!("/actions/jobs/{id}")))
    }

    /// The jobs of a run, all pages.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn jobs(&self, run: u64, filter: JobFilter) -> Result<Vec<Job>, GitHubError> {
        let mut all: Vec<Job> = Vec::new();
        for page in 1..=MAX_PAGES {
            let route = match filter {
                JobFilter::Latest => {
                    self.route(&format!("/actions/runs/{run}/jobs")).query("filter", "latest")
                }
                JobFilter::All => self.route(&format!("/actions/runs/{run}/jobs")).query("filter", "all"),
                JobFilter::Attempt(attempt) => {
                    self.route(&format!("/actions/runs/{run}/attempts/{attempt}/jobs"))
                }
            };
            let route = route.query("per_page", &PAGE.to_string()).query("page", &page.to_string());
            let found: Jobs = self.get(route)?;
            let last = found.jobs.len() < PAGE;
            all.extend(found.jobs);
            if last || all.len() as u64 >= found.total_count {
                break;
            }
        }
        Ok(all)
    }
}

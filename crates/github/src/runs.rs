//! Workflow runs.
//!
//! Own structs, lenient on purpose: the API leaves many fields null, and new words for states
//! appear without notice.

use jiff::Timestamp;
use serde::Deserialize;

use crate::{GitHubError, Repo};

/// A workflow run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Id.
    pub id: u64,
    /// Name of the workflow.
    #[serde(default)]
    pub name: Option<String>,
    /// Path of the workflow file, sometimes with `@ref` behind it.
    #[serde(default)]
    pub path: Option<String>,
    /// Number of the attempt.
    #[serde(default)]
    pub run_attempt: Option<u32>,
    /// `queued`, `in_progress`, `completed`, …
    #[serde(default)]
    pub status: Option<String>,
    /// `success`, `failure`, `startup_failure`, `action_required`, …
    #[serde(default)]
    pub conclusion: Option<String>,
    /// Event that started it.
    #[serde(default)]
    pub event: Option<String>,
    /// Branch it tested.
    #[serde(default)]
    pub head_branch: Option<String>,
    /// Commit it tested.
    #[serde(default)]
    pub head_sha: Option<String>,
    /// Page.
    #[serde(default)]
    pub html_url: Option<String>,
    /// Id of the workflow.
    #[serde(default)]
    pub workflow_id: Option<u64>,
    /// Number within the workflow; a rerun keeps it.
    #[serde(default)]
    pub run_number: Option<u64>,
    /// When it was first started.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When its latest attempt was started.
    #[serde(default)]
    pub run_started_at: Option<Timestamp>,
    /// When anything about it last changed; of a completed run, its end.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// Repository that the tested commit is of; another than the run's own for a fork, none when it
    /// is gone.
    #[serde(default)]
    pub head_repository: Option<HeadRepository>,
}

/// Repository that a tested commit is of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HeadRepository {
    /// Id: survives renaming.
    pub id: u64,
    /// `owner/name`.
    #[serde(default)]
    pub full_name: String,
}

impl Run {
    /// Whether it is over.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status.as_deref() == Some("completed")
    }
}

#[derive(Deserialize)]
pub(crate) struct Runs {
    #[serde(default)]
    pub(crate) workflow_runs: Vec<Run>,
}

impl Repo<'_> {
    /// A run: its latest attempt.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn run(&self, id: u64) -> Result<Run, GitHubError> {
        self.get(self.route(&format!("/actions/runs/{id}")))
    }

    /// One attempt of a run.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn run_attempt(&self, id: u64, attempt: u32) -> Result<Run, GitHubError> {
        self.get(self.route(&format!("/actions/runs/{id}/attempts/{attempt}")))
    }

    /// The newest 100 runs for a commit: tells whether CI started.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn runs_of_commit(&self, sha: &str) -> Result<Vec<Run>, GitHubError> {
        let route = self.route("/actions/runs").query("head_sha", sha).query("per_page", "100");
        self.get::<Runs>(route).map(|runs| runs.workflow_runs)
    }
}

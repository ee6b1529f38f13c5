//! Workflow runs.
//!
//! Own structs, lenient on purpose: the API leaves many fields null, and new words for states
//! appear without notice.

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
}

impl Run {
    /// Whether it is over.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status.as_deref() == Some("completed")
    }
}

#[derive(Deserialize)]
struct Runs {
    #[serde(default)]
    workflow_runs: Vec<Run>,
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

    /// The newest failed runs of a workflow, at most `limit` (100 at most).
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn failed_runs_of_workflow(&self, workflow: u64, limit: u32) -> Result<Vec<Run>, GitHubError> {
        let route = self
            .route(&format!("/actions/workflows/{workflow}/runs"))
            .query("status", "failure")
            .query("per_page", &limit.min(100).to_string());
        self.get::<Runs>(route).map(|runs| runs.workflow_runs)
    }
}

//! Pull requests, and what hangs on them: labels, reviewers, comments.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{GitHubError, Repo};

/// Pages of pull requests that are searched.
const MAX_PAGES: usize = 10;

/// Head or base of a pull request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Side {
    /// Branch.
    #[serde(default, rename = "ref")]
    pub branch: String,
    /// Commit.
    #[serde(default)]
    pub sha: String,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pull {
    /// Number.
    pub number: u64,
    /// Page.
    #[serde(default)]
    pub html_url: String,
    /// `open` or `closed`.
    #[serde(default)]
    pub state: String,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Text.
    #[serde(default)]
    pub body: Option<String>,
    /// What is to be merged.
    #[serde(default)]
    pub head: Side,
    /// Into what.
    #[serde(default)]
    pub base: Side,
}

/// Which pull requests to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullQuery {
    /// `owner:branch`; both parts are needed.
    pub head: Option<String>,
    /// Branch to merge into.
    pub base: Option<String>,
    /// `open` (the default), `closed` or `all`.
    pub state: Option<String>,
}

/// A pull request to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPull {
    /// Title.
    pub title: String,
    /// Branch with the change; `owner:branch` across forks.
    pub head: String,
    /// Branch to merge into.
    pub base: String,
    /// Text.
    pub body: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether maintainers may push to a fork's branch.
    pub maintainer_can_modify: bool,
}

/// What to change in a pull request; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PullChange {
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `open` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Branch to merge into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

impl Repo<'_> {
    /// Pull requests, newest first, at most 1,000.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn pulls(&self, query: &PullQuery) -> Result<Vec<Pull>, GitHubError> {
        let mut all = Vec::new();
        for page in 1..=MAX_PAGES {
            let mut route = self.route("/pulls");
            for (name, value) in [("head", &query.head), ("base", &query.base), ("state", &query.state)] {
                if let Some(value) = value {
                    route = route.query(name, value);
                }
            }
            let found: Vec<Pull> =
                self.get(route.query("per_page", "100").query("page", &page.to_string()))?;
            let last = found.len() < 100;
            all.extend(found);
            if last {
                break;
            }
        }
        Ok(all)
    }

    /// One pull request.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn pull(&self, number: u64) -> Result<Pull, GitHubError> {
        self.get(self.route(&format!("/pulls/{number}")))
    }

    /// Opens a pull request. Never repeated on its own: after an uncertain failure look for it.
    ///
    /// # Errors
    /// [`GitHubError::Unprocessable`] with GitHub's words, which [`crate::Refusal::says`] finds.
    pub fn create_pull(&self, pull: &NewPull) -> Result<Pull, GitHubError> {
        self.write(Method::POST, self.route("/pulls"), json!(pull))
    }

    /// Changes a pull request.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn update_pull(&self, number: u64, change: &PullChange) -> Result<Pull, GitHubError> {
        self.write(Method::PATCH, self.route(&format!("/pulls/{number}")), json!(change))
    }

    /// Adds labels; those that do not exist are made by GitHub.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn add_labels(&self, number: u64, labels: &[String]) -> Result<(), GitHubError> {
        let route = self.route(&format!("/issues/{number}/labels"));
        self.write::<serde_json::Value>(Method::POST, route, json!({ "labels": labels })).map(drop)
    }

    /// Asks people and teams for a review.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn request_reviewers(
        &self,
        number: u64,
        people: &[String],
        teams: &[String],
    ) -> Result<(), GitHubError> {
        let route = self.route(&format!("/pulls/{number}/requested_reviewers"));
        let body = json!({ "reviewers": people, "team_reviewers": teams });
        self.write::<serde_json::Value>(Method::POST, route, body).map(drop)
    }

    /// Adds a comment; returns its page.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn comment(&self, number: u64, body: &str) -> Result<Option<String>, GitHubError> {
        let route = self.route(&format!("/issues/{number}/comments"));
        let made: serde_json::Value = self.write(Method::POST, route, json!({ "body": body }))?;
        Ok(made.get("html_url").and_then(serde_json::Value::as_str).map(str::to_owned))
    }
}

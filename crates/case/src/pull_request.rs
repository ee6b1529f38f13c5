//! `pull-request.json`: what was published.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Document, Ending, Phase, Timing};

/// What became of the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PullRequestStatus {
    /// Opened.
    Opened,
    /// One of the same fingerprint was there and was updated.
    Updated,
    /// The branch was made in the local repository and the text written as a file.
    WrittenLocally,
    /// Nothing was sent; the text was written as a file.
    DryRun,
    /// The branch exists, but the server refused the pull request; `reason` has the link to open it by hand.
    BranchOnly,
    /// The patch may not be published; `reason` says why.
    Refused,
    /// Its turn did not come.
    Skipped,
}

/// Whether CI runs on the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CiStart {
    /// Runs exist.
    Started,
    /// Runs exist and wait for a maintainer's approval.
    AwaitsApproval,
    /// No run was seen.
    NotStarted,
    /// Could not be found out.
    Unknown,
}

/// Somebody who knows the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Login with `@` where known, else the name.
    pub who: String,
    /// Why: `owns src/parser (CODEOWNERS)`, `wrote the changed lines`.
    pub why: String,
}

/// A workflow of the target repository that should run on the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecommendedWorkflow {
    /// File, e.g. `.github/workflows/ci.yml`.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Why it is recommended.
    pub why: String,
    /// Command that starts it by hand, when it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PullRequest {
    /// What became of it.
    pub status: PullRequestStatus,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ending of the case, when this phase changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Page of the pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Branch with the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Branch it goes into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_branch: Option<String>,
    /// Commit with the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether the commit is signed, as the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<bool>,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Whether CI started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci: Option<CiStart>,
    /// Fingerprint of the failure that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Text in the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whom to ask.
    #[serde(default)]
    pub people: Vec<Person>,
    /// What to run.
    #[serde(default)]
    pub workflows: Vec<RecommendedWorkflow>,
    /// What the reader should know.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// When.
    pub timing: Timing,
}

impl Document for PullRequest {
    const FILE: &'static str = "pull-request.json";
    const WRITTEN_BY: Phase = Phase::OpenPr;
}

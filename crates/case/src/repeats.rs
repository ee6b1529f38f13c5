//! How often a failure was seen before, as far as earlier runs of its workflow tell.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The same failure in earlier runs of the same workflow on the same branch.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Repeats {
    /// Runs that failed the same way, this one included; 0 when this failure has no signature.
    pub count: u32,
    /// When the first of them was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// The earlier ones, newest first.
    pub runs: Vec<RepeatedRun>,
    /// Earlier failed runs that this one was compared with, whatever came of it.
    pub looked_at: u32,
    /// Commit of the newest run before this one that succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_green_sha: Option<String>,
    /// What limits the answer: runs without logs, limits that were reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// An earlier run that failed the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepeatedRun {
    /// Run id.
    pub run_id: u64,
    /// When it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// Commit that it tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_sha: Option<String>,
    /// Page of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

//! The commit that broke the test, and how it was looked for.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::HunkPlace;

/// A commit on which the test fails while it passes on the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Culprit {
    /// Full hex.
    pub commit: String,
    /// First line of its message.
    pub subject: String,
    /// Who wrote it: the login with `@` where the address tells it, else the name.
    pub author: String,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// Its changes that matter, by lines of the base: what has to be taken back for the test to pass. Empty where
    /// that was not found out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hunks: Vec<HunkPlace>,
}

/// The search for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Bisection {
    /// What came of it, in a sentence; also why it was not begun.
    pub said: String,
    /// Commits on which the test passed or failed as it does on the base.
    pub tested: u32,
    /// Commits on which it gave no such result.
    pub skipped: u32,
    /// Newest commit found on which the test passes, full hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_green: Option<String>,
    /// Where no single commit could be told: those of which one is the culprit, newest first, full hex.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub among: Vec<String>,
    /// Wall-clock seconds.
    pub duration_s: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bisection_that_says_little_is_read() {
        let read: Bisection = serde_json::from_str(r#"{"said": "the clone is shallow"}"#).unwrap();
        assert_eq!((read.tested, read.said.as_str()), (0, "the clone is shallow"));
        let text = r#"{"commit": "ab", "subject": "s", "author": "@ann", "date": "2026-01-02T03:04:05Z"}"#;
        let read: Culprit = serde_json::from_str(text).unwrap();
        assert_eq!(read.hunks, []);
        assert!(!serde_json::to_string(&read).unwrap().contains("hunks"));
    }
}

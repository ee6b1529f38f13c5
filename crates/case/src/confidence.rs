//! How sure a search is of the change it chose, and by what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConfidenceLevel {
    /// All changes that were found to pass do the same wherever it was looked, and it was looked long enough.
    High,
    /// Anything less.
    Low,
}

/// How sure a search is of the change it chose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchConfidence {
    /// How sure.
    pub level: ConfidenceLevel,
    /// Why, in a sentence.
    pub reason: String,
    /// Whether the user takes a change of low confidence for an answer all the same.
    #[serde(default)]
    pub accepted: bool,
    /// Changes that make the test pass and were compared.
    pub compared: u32,
    /// Tests with one value changed that they were compared by.
    pub probes: u32,
    /// Of these, how many the code did otherwise before the change.
    pub telling: u32,
    /// What the changes do, the chosen one first; at most three.
    #[serde(default)]
    pub behaviours: Vec<BehaviourGroup>,
}

impl SearchConfidence {
    /// Whether the answer is for people to choose, for there is more than one and nobody said to take any.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.level == ConfidenceLevel::Low && !self.accepted
    }
}

/// Changes that do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourGroup {
    /// The best of them in words: `cart.py:3: replace …`.
    pub change: String,
    /// Its diff, as a path in the case. Absent for the one that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// How many there are.
    pub members: u32,
    /// Where it does something else than the chosen one. Absent for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<BehaviourDifference>,
}

/// An input with which two changes do not do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BehaviourDifference {
    /// Name of the test whose copy shows it.
    pub test: String,
    /// The value in the test.
    pub before: String,
    /// What stands there instead.
    pub after: String,
    /// What the test then says of the chosen change.
    pub chosen: String,
    /// What it says of this one.
    pub other: String,
}

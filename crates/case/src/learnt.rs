//! What a fix drew from earlier cases, as `fix.json` records it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Likeness;

/// How an earlier case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EarlierEnd {
    /// Its patch was proven.
    Proven,
    /// Its patch was judged and turned down.
    Rejected,
    /// It has a patch that nobody proved or turned down.
    Unproven,
    /// It has no patch.
    NoFix,
}

/// An earlier case that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedCase {
    /// Its slug.
    pub slug: String,
    /// When it was opened.
    pub started_at: Timestamp,
    /// How alike its failure is.
    pub likeness: Likeness,
    /// How it ended.
    pub end: EarlierEnd,
    /// Who wrote its patch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixer: Option<String>,
}

/// What became of the earlier cases that were given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierCases {
    /// Those that were used, most alike first.
    #[serde(default)]
    pub used: Vec<UsedCase>,
    /// Those of this repository whose failure is another one.
    #[serde(default)]
    pub unlike: u32,
    /// Those of other repositories, which are left out unless they are asked for.
    #[serde(default)]
    pub of_others: u32,
    /// Folders that look like a case and could not be read.
    #[serde(default)]
    pub unreadable: u32,
    /// Why there are none at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Whether the patch is one that an earlier case had proven.
    #[serde(default)]
    pub patch_reused: bool,
}

//! `report.json`: how the case ended, for machines. The same for people is in `outputs/*.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Cost, Document, Ending, Phase, Status, Timing};

/// One phase in the report's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseReport {
    /// The phase.
    pub phase: Phase,
    /// Status word of its document, or `missing` or `unreadable`.
    pub status: String,
    /// Why, where the document says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ran; absent when its document is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

/// How the case ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The mark.
    pub status: Status,
    /// The ending.
    pub ending: Ending,
    /// Seconds from the first phase's start to the report.
    pub duration_s: f64,
    /// URL of the pull request, or the local branch.
    pub pull_request: Option<String>,
    /// All six phases.
    pub phases: Vec<PhaseReport>,
    /// One sentence.
    pub summary: String,
    /// The Markdown report, relative to the case.
    pub markdown: String,
    /// Sum of costs.
    #[serde(default)]
    pub cost: Cost,
    /// When.
    pub timing: Timing,
}

impl Document for Report {
    const FILE: &'static str = "report.json";
    const WRITTEN_BY: Phase = Phase::WriteReport;
}

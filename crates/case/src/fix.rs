//! `fix.json`: the proposed patch and every attempt that led to it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Analysis, Bisection, Confinement, Culprit, Document, EarlierCases, Ending, Phase, SearchConfidence,
    Timing,
};

/// Whether there is a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixStatus {
    /// A patch turned the failing test green in the worktree. Proof is the next phase's business.
    PatchFound,
    /// Every fixer gave up.
    NoFixFound,
    /// The latest base is green already.
    GreenOnBase,
    /// The time limit was reached.
    OutOfTime,
    /// The money or turn limit was reached.
    OutOfBudget,
    /// The agent's service refused until later.
    RateLimited,
    /// Nothing could be run: `reason` says why.
    NotRunnable,
    /// Its turn did not come.
    Skipped,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptOutcome {
    /// The test passes with it.
    Green,
    /// The test still fails.
    StillRed,
    /// The test did not run any more.
    NotRun,
    /// The fixer changed nothing.
    NoChange,
    /// The change touches what judges it.
    Refused,
    /// The fixer found nothing to propose.
    GaveUp,
    /// The fixer's own limit of time was reached.
    TimedOut,
    /// The fixer's money or turn limit was reached.
    OutOfBudget,
    /// The fixer's service refused until later.
    RateLimited,
    /// The fixer could not be started or broke.
    Broken,
    /// It was stopped, for a fixer beside it had found a change.
    Overtaken,
}

/// What a fixer cost, as far as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usd: Option<f64>,
    /// Turns of the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<u64>,
    /// Tokens read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Tokens written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
}

/// One attempt of one fixer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// One-based, over all fixers.
    pub number: u32,
    /// Name on the ladder: `search`, `claude-code`, `command`.
    pub fixer: String,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// What was tried and what came out, in a sentence.
    pub summary: String,
    /// Diff in the case, e.g. `attempts/1/change.diff`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Outputs of the test runs in the case, e.g. `attempts/1/test_run_1.txt`.
    #[serde(default)]
    pub test_runs: Vec<String>,
    /// Wall-clock seconds.
    pub duration_s: f64,
    /// Cost.
    #[serde(default)]
    pub cost: Cost,
    /// The fixer's own word for how it ended: `success`, `max_turns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// What the fixer says about the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analysis: Option<Analysis>,
}

/// A file that the patch changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PatchFile {
    /// Path relative to the repository.
    pub path: String,
    /// Added lines.
    pub insertions: u32,
    /// Removed lines.
    pub deletions: u32,
}

/// The proposed patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fix {
    /// Whether there is one.
    pub status: FixStatus,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ending of the case, when it ends here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Commit the patch applies to, full hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Where the repository lives, where its remote says so: `github.com/owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Branch for it: `fix/…`, `opt/…` or `feat/…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// SHA-256 of `fix.patch`, hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch_sha256: Option<String>,
    /// Files of the patch.
    #[serde(default)]
    pub files: Vec<PatchFile>,
    /// Root cause, as far as the fixer knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// Why the change should help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypothesis: Option<String>,
    /// Name of the fixer that wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixer: Option<String>,
    /// Number of the attempt that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// Template of the search that made it: `comparison`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Trailer naming the author of the fix, e.g. `Claude <noreply@anthropic.com>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub co_author: Option<String>,
    /// How sure the search is of it. Absent where nobody looked: agents do not say, and failures that come and go are
    /// proven by their number of runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<SearchConfidence>,
    /// Other diffs that also made the test pass, as paths in the case, best first.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// Every attempt.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Sum over the attempts.
    #[serde(default)]
    pub cost: Cost,
    /// The commit that broke the test, where one was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub culprit: Option<Culprit>,
    /// How it was looked for. Absent when nobody got to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bisection: Option<Bisection>,
    /// What earlier cases taught. Absent when none were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_cases: Option<EarlierCases>,
    /// What was enforced on the programs that ran. Absent when none ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Confinement>,
    /// When.
    pub timing: Timing,
}

impl Document for Fix {
    const FILE: &'static str = "fix.json";
    const WRITTEN_BY: Phase = Phase::ImplementFix;
}

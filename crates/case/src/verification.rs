//! `verification.json`: the evidence for or against a patch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Confinement, Document, Ending, Grade, Phase, Target, TestTarget, Timing};

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerificationStatus {
    /// Red, green, red, with as many runs as needed, no regression, no cheat.
    Proven,
    /// Not enough was seen; nothing speaks against it.
    Unproven,
    /// The test is not red on the base, not green with the patch, or not red without it.
    NotProven,
    /// It tampers with what judges it.
    Rejected,
    /// It breaks other tests.
    Regressions,
    /// Its turn did not come.
    Skipped,
}

impl VerificationStatus {
    /// How much it holds against the patch: nothing when that is proven, most when it tampers.
    #[must_use]
    pub const fn weight(self) -> u8 {
        match self {
            VerificationStatus::Proven => 0,
            VerificationStatus::Skipped => 1,
            VerificationStatus::Unproven => 2,
            VerificationStatus::Regressions => 3,
            VerificationStatus::NotProven => 4,
            VerificationStatus::Rejected => 5,
        }
    }

    /// Whether it holds something against the patch, rather than lacking something.
    #[must_use]
    pub const fn is_against(self) -> bool {
        self.weight() >= VerificationStatus::Regressions.weight()
    }
}

/// How often a test failed, with its exact 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureRate {
    /// Failing runs.
    pub failures: u32,
    /// All runs that gave a counted result.
    pub runs: u32,
    /// The best estimate: `failures / runs`, or `(failures - 1) / (runs - 1)` where a failure ended the
    /// runs, for such a series ends too early on average.
    pub rate: f64,
    /// Lower end of the exact (Clopper-Pearson) interval. It holds for both kinds of series.
    pub low: f64,
    /// Upper end of the exact (Clopper-Pearson) interval.
    pub high: f64,
}

/// One of the three stages of a proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// Runs with a counted result of the test in question.
    pub runs: u32,
    /// Runs in which it passed.
    pub passes: u32,
    /// Runs in which it failed.
    pub failures: u32,
    /// Runs without a counted result: crashed, timed out, not collected, skipped.
    pub uncounted: u32,
    /// Worst match of the failures with the failure's signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Outputs in the case.
    #[serde(default)]
    pub logs: Vec<String>,
    /// Wall-clock seconds.
    pub duration_s: f64,
    /// What is wrong with it, when it is not as expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What the clean runs prove.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bound {
    /// Clean runs.
    pub runs: u32,
    /// Confidence, e.g. 0.95.
    pub confidence: f64,
    /// The true failure rate lies below this.
    pub rate_below: f64,
    /// The same as a sentence.
    pub statement: String,
}

/// Clean runs that a proof needs, by what they exclude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunsNeeded {
    /// That the failure is as frequent as before: at least 3 / measured failure rate, and at least 5.
    pub better_than_before: u32,
    /// That the patch only halves its rate. A chance of one in a thousand is left.
    pub not_merely_half: u32,
}

impl RunsNeeded {
    /// Clean runs that exclude both.
    #[must_use]
    pub fn all(self) -> u32 {
        self.better_than_before.max(self.not_merely_half)
    }
}

/// A part of the clean runs, proven on a machine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Shard {
    /// One-based.
    pub number: u32,
    /// All of them.
    pub of: u32,
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// A hunk of the patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HunkPlace {
    /// File.
    pub file: String,
    /// First line, in the new file.
    pub first_line: u32,
    /// Last line, in the new file.
    pub last_line: u32,
}

/// What trying to make the patch smaller found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Minimisation {
    /// Hunks without which the test passes just the same.
    #[serde(default)]
    pub unneeded_hunks: Vec<HunkPlace>,
    /// Whether they were dropped, with `--minimize`: then the smaller patch is what was proven.
    pub dropped: bool,
    /// Runs that it took.
    pub runs: u32,
    /// Whether every hunk was tried before the time was over.
    pub complete: bool,
    /// SHA-256 of the patch before hunks were dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_sha256: Option<String>,
}

/// Tests beside the one in question, before and after.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Neighbours {
    /// How they were chosen.
    pub chosen_by: String,
    /// Passing before.
    pub passed_before: u32,
    /// Failing before.
    pub failed_before: u32,
    /// Passing after.
    pub passed_after: u32,
    /// Failing after.
    pub failed_after: u32,
    /// Passed before, fail (or are gone, or newly skipped) after, more often than chance explains.
    #[serde(default)]
    pub regressions: Vec<String>,
    /// Failed with the patch, but no more often than chance explains.
    #[serde(default)]
    pub flaky: Vec<String>,
    /// Look like regressions, but the time was over before that was sure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unconfirmed: Vec<String>,
    /// What the runs after the suspicion showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reruns: Vec<NeighbourRerun>,
    /// What was not run, and why.
    #[serde(default)]
    pub not_run: Vec<String>,
}

/// A suspected neighbour, run again on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NeighbourRerun {
    /// The test.
    pub test: String,
    /// Runs without the patch in which it did not pass.
    pub failed_before: u32,
    /// Runs without the patch.
    pub runs_before: u32,
    /// Runs with the patch in which it did not pass.
    pub failed_after: u32,
    /// Runs with the patch.
    pub runs_after: u32,
}

/// Two ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Numbers before and after, measured in turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerformanceResult {
    /// What was measured.
    pub metric: String,
    /// What it has to reach.
    pub target: Target,
    /// Values before.
    pub before: Vec<f64>,
    /// Values after.
    pub after: Vec<f64>,
    /// Median before.
    pub median_before: f64,
    /// Median after.
    pub median_after: f64,
    /// `(after - before) / before`; negative means less.
    pub change: f64,
    /// 95 % interval of the median after, by resampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_interval: Option<Interval>,
    /// 95 % interval of `median_after / median_before`, by resampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio_interval: Option<Interval>,
    /// Unit of the numbers, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Why the numbers cannot tell, when they scatter too much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<String>,
    /// Whether the median after, with its whole interval, reaches the target.
    pub met: bool,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A test was deleted.
    TestDeleted,
    /// A test was skipped or marked as expected to fail.
    TestSkipped,
    /// An assertion was removed or weakened.
    AssertionWeakened,
    /// A file of tests was edited.
    TestFileEdited,
    /// Test configuration was edited.
    TestConfigurationEdited,
    /// Code asks whether a test is running, or for the test's very values.
    SpecialCase,
    /// Output was forged.
    ForgedOutput,
    /// The process ends early.
    EarlyExit,
    /// Errors are swallowed.
    SwallowedError,
    /// A time limit was raised.
    TimeoutRaised,
    /// A bare sleep was added.
    BareSleep,
    /// A protected path was touched.
    ProtectedPath,
    /// Content that a reviewer cannot read: binary, huge, or hidden by its characters.
    Unreadable,
}

/// Whether a finding decides or only informs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The patch is rejected.
    Reject,
    /// The reviewer is told.
    Review,
}

/// Something suspicious in a patch, by name and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// Whether it decides.
    pub severity: Severity,
    /// File.
    pub file: String,
    /// One-based line, in the new file where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What was seen.
    pub message: String,
}

/// The evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// The verdict.
    pub status: VerificationStatus,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ending of the case as this phase sees it; always there unless skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Commit it was proven on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// SHA-256 of the patch that was proven. `open-pr` publishes no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch_sha256: Option<String>,
    /// The tests in question.
    #[serde(default)]
    pub tests: Vec<TestTarget>,
    /// Base: must be red.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red: Option<Stage>,
    /// With the patch: must be green.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub green: Option<Stage>,
    /// Patch taken back: must be red again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red_again: Option<Stage>,
    /// Clean runs that the failure rate asks for.
    #[serde(default)]
    pub required_runs: u32,
    /// The same, by what they exclude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_needed: Option<RunsNeeded>,
    /// Seed of everything that was drawn: the order of the sides, the resampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// Which part of the clean runs this is; absent when it is all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Whether this part saw all that it had to.
    #[serde(default)]
    pub shard_complete: bool,
    /// The parts that were merged into this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Shard>,
    /// What the clean runs prove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Whether the patch could be smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimisation: Option<Minimisation>,
    /// Tests beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
    /// Numbers before and after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performance: Option<PerformanceResult>,
    /// Suspicious things.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Files restored from the base.
    #[serde(default)]
    pub restored: Vec<String>,
    /// What was enforced on the programs that ran. Absent when none ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Confinement>,
    /// When.
    pub timing: Timing,
}

impl Document for Verification {
    const FILE: &'static str = "verification.json";
    const WRITTEN_BY: Phase = Phase::VerifyStress;
}

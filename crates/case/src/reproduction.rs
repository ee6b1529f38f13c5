//! `reproduction.json`: how to make the failure happen here, and how often it does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Conditions, Confinement, Document, Ending, FailureRate, Grade, Phase, Signature, TestCommand, TestTarget,
    Timing,
};

/// Whether the failure happens here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReproductionStatus {
    /// It does, with the failure's own signature.
    Reproduced,
    /// The test passes here.
    NotReproduced,
    /// The test fails here in another way.
    DifferentFailure,
    /// Nothing could be run: `reason` says why.
    NotRunnable,
    /// Its turn did not come.
    Skipped,
}

/// Something that CI had and this machine has not, or has differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// What differs: `python`, `env DATABASE_URL`, `working directory`.
    pub what: String,
    /// In CI.
    pub ci: String,
    /// Here.
    pub here: String,
}

/// One way that was tried to bring the failure out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trial {
    /// How: `plain`, `4 workers`, `random order`.
    pub how: String,
    /// Runs.
    pub runs: u32,
    /// Runs that failed with the failure's signature.
    pub matching: u32,
    /// Runs that failed otherwise.
    pub other: u32,
    /// The same as `how`, for programs. Absent: plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// How often it failed this way, where the runs were not ended by a failure: such a count is biased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<FailureRate>,
    /// Seconds of one run, on average.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_per_run: Option<f64>,
    /// Seconds until a failure can be expected: seconds of a run by the rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_to_failure: Option<f64>,
    /// Numbers of the first runs that failed like CI's: with these, `conditions` make the same run again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failing_runs: Vec<u64>,
}

/// A file that is not in the repository but must lie in a checkout for the test to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overlay {
    /// Where it lies in the case, e.g. `reproduction/tests/test_new.py`.
    pub source: String,
    /// Where it goes in the checkout, relative to its root.
    pub destination: String,
}

/// How to make the failure happen here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reproduction {
    /// Whether it happens.
    pub status: ReproductionStatus,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ending of the case, when it ends here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Commit on which it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The tests in question.
    #[serde(default)]
    pub tests: Vec<TestTarget>,
    /// The command that runs just them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<TestCommand>,
    /// Files of the tests and of their configuration, relative to the repository: restored from the
    /// base before every judgement.
    #[serde(default)]
    pub protected: Vec<String>,
    /// Files the test needs beside the checkout; they never enter the pull request.
    #[serde(default)]
    pub overlays: Vec<Overlay>,
    /// Fingerprint as seen here. Later phases compare with this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// How well the failure here matches the one in CI. Absent when CI's is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// How often it happens under `conditions`, with its interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<FailureRate>,
    /// Under which conditions `command` shows it cheapest; `rate` holds for these. Absent: plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// How often it happens in plain runs, as far as that was measured. The interval says more than the
    /// number: it may never have happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain_rate: Option<FailureRate>,
    /// What was tried.
    #[serde(default)]
    pub trials: Vec<Trial>,
    /// What could not be replicated.
    #[serde(default)]
    pub not_replicated: Vec<Difference>,
    /// What to do next, when it was not reproduced.
    #[serde(default)]
    pub next_steps: Vec<String>,
    /// Branch that holds the reproduction folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Who wrote the test: absent for a test that existed, else the agent's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<String>,
    /// What was enforced on the programs that ran. Absent when none ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Confinement>,
    /// When.
    pub timing: Timing,
}

impl Document for Reproduction {
    const FILE: &'static str = "reproduction.json";
    const WRITTEN_BY: Phase = Phase::Reproduce;
}

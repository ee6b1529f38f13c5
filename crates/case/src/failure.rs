//! `failure.json`: what failed in CI, as far as the logs tell.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Document, Ending, Framework, Phase, Repeats, Signature, Timing};

/// How much could be learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailureStatus {
    /// Failed tests were named.
    TestsFailed,
    /// No failed test was named, but a cause was found.
    CauseFound,
    /// There are logs, but nothing in them explains a failure.
    Unexplained,
    /// The infrastructure failed, not the code.
    Infrastructure,
    /// The logs could not be had; `ending` and `reason` say why.
    NoLogs,
    /// The work needs no logs.
    Skipped,
}

/// A place in a log of the case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct LogPosition {
    /// Path relative to the case, e.g. `logs/job-42.log`.
    pub path: String,
    /// One-based line; lines end at LF.
    pub line: u64,
}

/// One frame of a stack trace.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// File as printed.
    pub file: String,
    /// One-based line.
    pub line: u32,
    /// Function, where printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Whether the file belongs to the project rather than to a library, a harness or the runtime.
    pub project: bool,
}

/// One failed test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedTest {
    /// Id as the framework prints it: `tests/test_x.py::test_a[1]`, `parse::tests::bad`, `TestTable/sub`.
    pub id: String,
    /// The framework.
    pub framework: Framework,
    /// File of the test or of the failure, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// One-based line in `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Kind of error: `AssertionError`, `panic`, `timeout`, `failure` when nothing better is printed.
    pub kind: String,
    /// Message, at most 4 KiB.
    pub message: String,
    /// Stack, innermost frame last.
    #[serde(default)]
    pub frames: Vec<Frame>,
    /// Where the failure stands in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
    /// Group the test belongs to where one name can exist twice: cargo target, go package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
    /// Fingerprint.
    pub signature: Signature,
}

/// The line that explains a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The explaining line with the block around it, at most 4 KiB.
    pub message: String,
    /// Source file it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// One-based line in `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Where it stands in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
}

/// The command of the failed step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CiCommand {
    /// The script as the runner printed it.
    pub script: String,
    /// Shell line, e.g. `/usr/bin/bash -e {0}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<String>,
    /// Environment that the step's header prints. Values are redacted.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Exit code of the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The innermost failing command that the log prints (`jest --ci` of an `npm test`), when it is not
    /// the script itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<String>,
    /// Name of the step, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// What a name that a framework prints as failed stands for, when it is not a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ContainerRole {
    /// A test that failed because a subtest did.
    Parent,
    /// Set-up or tear-down.
    Hook,
    /// A class, file, package, target or project.
    Suite,
    /// A task of a build tool.
    Task,
}

/// Something that failed along with tests, or in their place: named, but not counted as a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedContainer {
    /// Name as printed.
    pub id: String,
    /// The framework or `generic` for a build tool.
    pub framework: Framework,
    /// What it is.
    pub role: ContainerRole,
    /// First line of its message, where it has one of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
}

/// The runner's own count of failed tests beside the number that is named: a checksum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// The framework.
    pub framework: Framework,
    /// Failed tests by the runner's own count.
    pub counted: u64,
    /// Failed tests that are named.
    pub named: u64,
    /// Where the count stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
}

/// What a compiler, linter, formatter or packager complained about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// The tool, e.g. `rustc`, `gcc`, `eslint`.
    pub tool: String,
    /// File as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// One-based line in `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// One-based column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Code or rule, e.g. `E0425`, `no-unused-vars`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Message, at most 1 KiB.
    pub message: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
}

/// What broke, when it was not the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InfrastructureKind {
    /// Name resolution, connection, TLS, a registry that does not answer.
    Network,
    /// No space left.
    Disk,
    /// Killed for memory.
    Memory,
    /// The runner was lost or shut down.
    LostRunner,
    /// The job's own time limit, or a cancellation.
    Timeout,
    /// A service refused because of too many requests.
    RateLimit,
    /// A token without the needed permission.
    Permission,
    /// A program that is not there (exit 126, 127).
    MissingTool,
}

/// An infrastructure verdict with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Infrastructure {
    /// What broke.
    pub kind: InfrastructureKind,
    /// The line that says so.
    pub evidence: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPosition>,
}

/// Facts about the run, from the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunFacts {
    /// `owner/name`.
    pub repository: String,
    /// Run id.
    pub run_id: u64,
    /// Attempt.
    pub attempt: u32,
    /// Page of the run.
    pub url: String,
    /// Name of the workflow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// Path of the workflow file, e.g. `.github/workflows/ci.yml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow_path: Option<String>,
    /// Event that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Commit that it tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_sha: Option<String>,
    /// Branch that it tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_branch: Option<String>,
}

/// A failed job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedJob {
    /// Id, when it came from the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Name.
    pub name: String,
    /// Conclusion as the API words it: `failure`, `timed_out`, …
    pub conclusion: String,
    /// Name of the failed step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_step: Option<String>,
    /// Labels of the runner, e.g. `ubuntu-24.04`.
    #[serde(default)]
    pub runner_labels: Vec<String>,
    /// Its log in the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// A stored log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogFile {
    /// Path relative to the case.
    pub path: String,
    /// Size as stored.
    pub bytes: u64,
    /// Lines as stored.
    pub lines: u64,
    /// Where it came from: `job 42`, `stdin`, a path or a zip entry.
    pub source: String,
}

/// What failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// How much could be learnt.
    pub status: FailureStatus,
    /// Why, when the status is `no-logs`, `unexplained` or `skipped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ending of the case, when it ends here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Failed tests, first one first.
    #[serde(default)]
    pub tests: Vec<FailedTest>,
    /// Parents, hooks, suites and tasks that failed. They are no tests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<FailedContainer>,
    /// The runners' own counts beside what is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tallies: Vec<Tally>,
    /// What compilers, linters and packagers complained about, at most 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// The explaining line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Command of the failed step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<CiCommand>,
    /// Infrastructure verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrastructure: Option<Infrastructure>,
    /// Fingerprint of the whole failure: of the first failed test, else of the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Facts of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunFacts>,
    /// The same failure in earlier runs, when they were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeats>,
    /// Failed jobs.
    #[serde(default)]
    pub jobs: Vec<FailedJob>,
    /// Stored logs.
    #[serde(default)]
    pub logs: Vec<LogFile>,
    /// Excerpt for people and agents, at most 16 KiB; says what it leaves out.
    #[serde(default)]
    pub excerpt: String,
    /// What was cut or could not be read, in words.
    #[serde(default)]
    pub cut: Vec<String>,
    /// How many secrets were masked.
    #[serde(default)]
    pub redactions: u64,
    /// What the reader should know, e.g. "the runner's count and the named tests differ".
    #[serde(default)]
    pub warnings: Vec<String>,
    /// When.
    pub timing: Timing,
}

impl Document for Failure {
    const FILE: &'static str = "failure.json";
    const WRITTEN_BY: Phase = Phase::FetchLogs;
}

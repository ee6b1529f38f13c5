//! The verdict: counted test results, red-green-red, neighbours, measurements, tamper findings.
//!
//! Whoever wrote a patch has no say here. [`plan`] narrows a command to the tests in question,
//! [`run_counted`] runs it and counts results over a channel the code under test is not told,
//! [`judge`] turns a run into a [`Verdict`], [`inspect`] reads a patch for cheats, and [`prove`],
//! [`neighbours`] and [`measure`] gather the evidence on checkouts to which nothing but the patch
//! was applied.

mod adapter;
mod bootstrap;
mod built_tests;
mod chance;
mod clean_runs;
mod conditions;
mod counted;
mod environment;
mod error;
mod executed_lines;
mod failures;
mod fork_server;
mod inspect;
mod interleaved;
mod invocation;
mod judge;
mod measure;
mod metric;
mod minimise;
mod narrow;
mod neighbours;
mod opinion;
mod planning;
mod private_channel;
mod project;
mod proportions;
mod protected;
mod prove;
mod reach;
mod request;
mod results;
mod schedule;
mod shell_words;
mod stage;
mod suspects;
mod traced_lines;
mod untouched;
mod variation;
mod worker;

pub use adapter::{FailedCheck, ToolFix, apply_tool_fix, failed_check, has_adapter, offered_fix};
pub use bootstrap::median;
pub use built_tests::{Build, BuiltTests, Look};
pub use clean_runs::{runs_needed, runs_to_show};
pub use conditions::{surround, under};
pub use counted::{CountedRun, RunContext, TestOutcome, TestResult, run_counted};
pub use environment::safe_environment;
pub use error::ProofError;
pub use executed_lines::{ExecutedLines, Wish, executed_lines};
pub use fork_server::ForkServer;
pub use inspect::inspect;
pub use judge::{RepeatCount, Verdict, count_repeats, judge};
pub use measure::{judge_goal, measure, showing_output};
pub use metric::{check_metric, measured};
pub use minimise::{Smaller, minimise};
pub use narrow::{Narrowed, narrow};
pub use neighbours::{beside, neighbours};
pub use opinion::{Opinion, OpinionLimit};
pub use planning::{detect, plan};
pub use project::Project;
pub use protected::{protected_files, restorable};
pub use prove::{Proof, ProofVerdict, prove};
pub use request::{Checkouts, ProofRequest};
pub use results::{ResultSource, own_word};
pub use stage::Progress;
pub use suspects::{failing_in_both, lost_tests};
pub use traced_lines::{Points, TracedLines, runs_tests_alone, traced_lines};
pub use variation::{Variation, support_files, varied};
pub use worker::worker_variables;

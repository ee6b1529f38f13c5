//! The verdict: counted test results, red-green-red, neighbours, measurements, tamper findings.
//!
//! Whoever wrote a patch has no say here. [`plan`] narrows a command to the tests in question,
//! [`run_counted`] runs it and counts results over a channel the code under test is not told,
//! [`judge`] turns a run into a [`Verdict`], [`inspect`] reads a patch for cheats, and [`prove`],
//! [`neighbours`] and [`measure`] gather the evidence on checkouts to which nothing but the patch
//! was applied.

mod adapter;
mod counted;
mod environment;
mod error;
mod failures;
mod inspect;
mod invocation;
mod judge;
mod planning;
mod project;
mod protected;
mod shell_words;

pub use counted::{CountedRun, RunContext, TestOutcome, TestResult, resolve, run_counted};
pub use environment::safe_environment;
pub use error::ProofError;
pub use inspect::inspect;
pub use judge::{Verdict, judge};
pub use planning::{detect, plan};
pub use project::Project;
pub use protected::{protected_files, restorable};

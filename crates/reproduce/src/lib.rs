//! Phase 2: makes the failure happen here.
//!
//! Runs the failing test as CI ran it on fresh worktrees of the latest base, compares what fails with
//! what failed in CI, measures how often it does, and leaves a self-contained folder to run it again.
//! Where there is no test yet, an agent may write one; it counts only when it fails.
//! Promises: the user's checkout is not touched; `reproduction.json` is always left behind; the time
//! limit holds over the whole process tree; "not reproduced" says what was tried and what differs.

mod amplifiers;
mod authored;
mod batch;
pub mod cli;
mod command_line;
mod config;
mod deterministic;
mod differences;
mod error;
mod explain;
mod folder;
mod lab;
mod naming;
mod performance;
mod phase;
mod readme;
mod script;
mod stress;
mod subject;
mod tally;
mod work;

pub use config::Config;
pub use error::ReproduceError;
pub use phase::run;

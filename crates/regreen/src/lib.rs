//! The local conductor: `regreen run`, `regreen demo`, `regreen stats`.
//!
//! It starts the six programs of the suite and shows what they are doing, nothing else: every
//! decision is theirs, so a run here and a run on Actions are the same run.

mod cli;
mod demo;
mod run;
mod stats;

pub use cli::main;

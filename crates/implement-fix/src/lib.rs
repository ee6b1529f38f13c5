//! Phase 3: proposes a change that turns the failing test green.
//!
//! It works in a linked worktree off the latest base, sees the test fail there first, and then goes
//! down a ladder of fixers. Every proposal is reduced to a patch, stripped of edits to what judges it,
//! applied to a clean checkout and judged by running the test: a fixer's own word counts for nothing.
//! Promises: the user's checkout is not touched; `fix.json` is always left behind, with every attempt
//! so far; the time limit holds over the whole process tree.

mod agent_fixer;
mod attempt;
mod batch_judge;
mod behaviour;
mod bench;
mod branch;
pub mod cli;
mod command_line;
mod confidence;
mod config;
mod coverage;
mod culprit;
mod document;
mod earlier;
mod earlier_lessons;
mod earlier_patch;
mod error;
mod gate;
mod goal;
mod harm;
mod inputs;
mod journal;
mod killing_tests;
mod ladder;
mod merge;
mod needed_files;
mod neighbours;
mod phase;
mod places;
mod race;
mod red;
mod refusals;
mod screening;
mod search_fixer;
mod search_judge;
mod tool_fixer;
mod trial;
mod weighing;

pub use config::{Config, Rung};
pub use error::ImplementError;
pub use phase::run;

//! `regreen run`: one failure through all six phases, as child processes.
//!
//! Promises: the report is written whatever happens to the other phases, also after an interrupt,
//! which is passed on to the running phase; it exits with 0 when there is an answer, even when the
//! answer is no.

mod arguments;
mod child;
mod closing;
mod conductor;
mod error;
mod kept;
mod programs;
mod progress;

pub(crate) use arguments::{Forge, RunArguments};
pub(crate) use conductor::run;
pub(crate) use error::RunError;
pub(crate) use programs::Programs;

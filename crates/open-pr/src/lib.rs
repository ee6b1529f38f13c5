//! Phase 5: publish a proven patch as one draft pull request.
//!
//! Promises: nothing of the patch is executed or checked out; it is validated again from its bytes;
//! only what was proven is published, unless told otherwise, and then it says so; one failure, one
//! branch, one pull request, updated on a rerun; a branch that somebody else wrote to stays as it is;
//! whatever happens, `pull-request.json` is left behind.

mod body;
mod candidate;
mod cli;
mod commit_message;
mod error;
mod evidence;
mod forge;
mod gate;
mod identity;
mod markdown;
mod options;
mod path_filter;
mod people;
mod phase;
mod publish;
mod rerun;
#[cfg(test)]
mod sample;
mod workflows;

pub use cli::main;
pub use error::OpenPrError;
pub use options::{DraftPolicy, ForgeKind, Options, Publish};
pub use phase::run;

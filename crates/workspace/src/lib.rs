//! Git without the git program: worktrees, patches, branches, blame, owners.
//!
//! Promises: the user's checkout, index, HEAD, branches and uncommitted work are never touched; work
//! happens in detached linked worktrees that are removed again, even after a panic or a kill; no hook
//! and no external filter ever runs; a patch is validated and applied from its bytes.

mod address;
mod apply;
mod blame;
mod branch;
mod codeowners;
mod difference;
mod droppings;
#[cfg(test)]
mod fixture;
mod glob;
mod history;
mod patch;
mod policy;
mod repository;
mod reversal;
mod sweep;
mod worktree;

pub use apply::{ApplyError, BaseFiles, ChangedFiles, apply_in_memory};
pub use blame::Blamed;
pub use codeowners::Codeowners;
pub use glob::Glob;
pub use history::{CommitFacts, Line, LineEnd};
pub use patch::{ChangeKind, FileChange, Hunk, Patch, PatchError};
pub use policy::{PatchPolicy, Refusal, Rule, path_problem};
pub use repository::{Base, Repository, WorkspaceError};
pub use reversal::Reversal;
pub use worktree::Worktree;

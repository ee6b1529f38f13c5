//! The difference of two trees as a patch, written the way that every patch of ours is written.

use git2::{Diff, DiffDelta, DiffFormat, DiffOptions, Tree};

use crate::patch::Patch;
use crate::repository::{WorkspaceError, git};

/// Options that make of a difference what [`Patch`] reads: plain prefixes, whole ids, no content of binary files.
///
/// Without changes of type: what libgit2 prints for one is no patch. So a file that becomes a link is told as git
/// tells it, as one that goes and one that comes.
pub(crate) fn options(context: u32) -> DiffOptions {
    let mut options = DiffOptions::new();
    options
        .ignore_submodules(true)
        .show_binary(false)
        .context_lines(context)
        .interhunk_lines(0)
        .id_abbrev(40)
        .old_prefix("a")
        .new_prefix("b");
    options
}

/// The patch of a difference, without the files that are left out.
pub(crate) fn print(
    diff: &Diff<'_>,
    left_out: impl Fn(&DiffDelta<'_>) -> bool,
) -> Result<Patch, WorkspaceError> {
    let mut bytes = Vec::new();
    diff.print(DiffFormat::Patch, |delta, _, line| {
        if left_out(&delta) {
            return true;
        }
        if matches!(line.origin(), '+' | '-' | ' ') {
            bytes.push(line.origin() as u8);
        }
        bytes.extend_from_slice(line.content());
        true
    })
    .map_err(git("write the patch"))?;
    Ok(Patch::from_bytes(bytes)?)
}

/// What makes `new` of `old`, with so many lines of context.
pub(crate) fn between(
    repository: &git2::Repository,
    old: Option<&Tree<'_>>,
    new: &Tree<'_>,
    context: u32,
) -> Result<Patch, WorkspaceError> {
    let diff = repository
        .diff_tree_to_tree(old, Some(new), Some(&mut options(context)))
        .map_err(git("compare two commits"))?;
    print(&diff, |_| false)
}

//! What taking a commit back would be, on a commit that came later: a three-way merge in memory, by git's own rules.
//!
//! Promise: what later commits made of the same lines is never overwritten. Where they stand in the way, the rest of
//! the file is taken back hunk by hunk, and the file is named.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{Commit, Index, MergeOptions};

use crate::apply::{BaseFiles, apply_in_memory};
use crate::difference;
use crate::history::find;
use crate::patch::Patch;
use crate::repository::{Repository, WorkspaceError, entry, git};
use crate::worktree::index_entry;

/// A commit taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// What can be taken back, without lines of context: each of its [`parts`](Patch::parts) fits alone.
    pub patch: Patch,
    /// Files in which later commits changed the same lines: the patch holds only what fits of them.
    pub conflicts: Vec<String>,
    /// Binary files, which no patch can hold.
    pub binary: Vec<String>,
}

impl Reversal {
    /// Whether it is all that the commit did.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.conflicts.is_empty() && self.binary.is_empty()
    }
}

impl Repository {
    /// Takes `commit` back on `base`, in memory. A merge is taken back to its first parent.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`] for commits that are not here, or git's own reason.
    pub fn reversal(&self, commit: &str, base: &str) -> Result<Reversal, WorkspaceError> {
        let repository = self.open()?;
        let theirs = find(&repository, commit).map_err(|_| self.unknown(commit))?;
        let ours = find(&repository, base).map_err(|_| self.unknown(base))?;
        let mainline = u32::from(theirs.parent_count() > 1);
        let action = || format!("take the commit {commit} back");
        let mut index = repository
            .revert_commit(&theirs, &ours, mainline, Some(&MergeOptions::new()))
            .map_err(git(action()))?;
        let conflicts = conflicts(&index).map_err(git(action()))?;
        if !conflicts.is_empty() {
            let backward = backward(&repository, &theirs)?;
            for path in &conflicts {
                settle(&repository, &mut index, path, &ours, &backward)?;
            }
        }
        let tree = index.write_tree_to(&repository).map_err(git(action()))?;
        let (tree, now) =
            (repository.find_tree(tree).map_err(git(action()))?, ours.tree().map_err(git(action()))?);
        let patch = difference::between(&repository, Some(&now), &tree, 0)?;
        let binary: Vec<String> =
            patch.files().iter().filter(|file| file.binary).map(|file| file.path().to_owned()).collect();
        Ok(Reversal { patch: patch.without(&binary), conflicts: conflicts.into_iter().collect(), binary })
    }
}

/// What the commit did, the other way round, as of the commit itself.
fn backward(repository: &git2::Repository, commit: &Commit<'_>) -> Result<Patch, WorkspaceError> {
    let after = commit.tree().map_err(git("read the commit"))?;
    let before = commit.parent(0).and_then(|parent| parent.tree()).map_err(git("read its parent"))?;
    // One line of context: without any, a line would be put wherever its number says.
    difference::between(repository, Some(&after), &before, 1)
}

fn conflicts(index: &Index) -> Result<BTreeSet<String>, git2::Error> {
    let mut paths = BTreeSet::new();
    if !index.has_conflicts() {
        return Ok(paths);
    }
    for conflict in index.conflicts()? {
        let conflict = conflict?;
        let sides = [conflict.ancestor, conflict.our, conflict.their];
        paths
            .extend(sides.into_iter().flatten().map(|side| String::from_utf8_lossy(&side.path).into_owned()));
    }
    Ok(paths)
}

/// Replaces a conflict by the file as it is now, with those hunks taken back that still fit.
fn settle(
    repository: &git2::Repository,
    index: &mut Index,
    path: &str,
    ours: &Commit<'_>,
    backward: &Patch,
) -> Result<(), WorkspaceError> {
    let action = || format!("take {path} back");
    index.conflict_remove(Path::new(path)).map_err(git(action()))?;
    let now = entry(repository, &ours.tree().map_err(git(action()))?, path)?;
    let Some((mode, content)) = now else { return Ok(()) };
    let content = hunks_that_fit(path, mode, content, backward);
    let blob = repository.blob(&content).map_err(git(action()))?;
    index.add(&index_entry(path, mode, blob)).map_err(git(action()))
}

fn hunks_that_fit(path: &str, mode: u32, content: Vec<u8>, backward: &Patch) -> Vec<u8> {
    let base = BaseFiles::from([(path.to_owned(), (mode, content.clone()))]);
    let applied = |parts: &[(usize, Option<usize>)]| {
        let patch = backward.keeping(parts).ok()?;
        apply_in_memory(&base, &patch).ok()?.remove(path)?.map(|(_, content)| content)
    };
    let of_it = |part: &(usize, Option<usize>)| {
        part.1.is_some() && backward.files().get(part.0).is_some_and(|file| file.path() == path)
    };
    let fitting: Vec<_> =
        backward.parts().into_iter().filter(of_it).filter(|part| applied(&[*part]).is_some()).collect();
    if fitting.is_empty() { content } else { applied(&fitting).unwrap_or(content) }
}

#[cfg(test)]
mod tests;

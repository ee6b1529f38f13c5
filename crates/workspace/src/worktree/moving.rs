//! A worktree that goes from commit to commit: what a build has left behind serves the next one.

use std::fs;

use git2::Delta;

use super::Worktree;
use crate::difference;
use crate::repository::{WorkspaceError, git, io, tree_of};

impl Worktree {
    /// Makes it the checkout of another commit. Ignored files and build caches stay, as with
    /// [`reset`](Worktree::reset).
    ///
    /// # Errors
    /// [`WorkspaceError`] when the commit is not here or the disk refuses; reset it, or drop it, then.
    pub fn move_to(&mut self, commit: &str) -> Result<(), WorkspaceError> {
        if commit == self.commit {
            return self.reset();
        }
        let gone = self.only_here(commit)?;
        // What git ignores is not cleared as new: a file that only the old commit has would stay.
        for path in &gone {
            self.check(path)?;
            self.remove(path)?;
        }
        let head = self.admin.join("HEAD");
        fs::write(&head, format!("{commit}\n")).map_err(io("write", &head))?;
        commit.clone_into(&mut self.commit);
        self.reset()
    }

    /// Files of the commit of now that the other one has not.
    fn only_here(&self, other: &str) -> Result<Vec<String>, WorkspaceError> {
        let repository = self.open()?;
        let tree = |commit| tree_of(&repository, commit).map_err(git(format!("read the commit {commit}")));
        let (now, then) = (tree(&self.commit)?, tree(other)?);
        let diff = repository
            .diff_tree_to_tree(Some(&now), Some(&then), Some(&mut difference::options(0)))
            .map_err(git("compare two commits"))?;
        let deleted = diff.deltas().filter(|delta| delta.status() == Delta::Deleted);
        Ok(deleted.filter_map(|delta| Some(delta.old_file().path()?.to_str()?.to_owned())).collect())
    }
}

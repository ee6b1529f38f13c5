//! Writes branches without a checkout: blobs, tree, commit, reference.
//!
//! A branch that exists is moved only when its tip carries one of our trailers and no worktree has it
//! checked out; whatever a person made stays.

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, Oid, Reference, Signature};

use crate::apply::{BaseFiles, ChangedFiles, apply_in_memory};
use crate::patch::Patch;
use crate::policy::path_problem;
use crate::repository::{Repository, WorkspaceError, entry, git, tree_of};

/// Every commit message of ours holds a trailer that begins so.
const TRAILER: &str = "Regreen-";

/// Author of what the suite itself writes. `.invalid` can belong to nobody.
const AUTHOR: (&str, &str) = ("Regreen", "noreply@regreen.invalid");

impl Repository {
    /// Makes (or moves) the branch `name` to one new commit on `parent` that adds or replaces `files`:
    /// path, content, whether executable. Returns the commit.
    ///
    /// # Errors
    /// [`WorkspaceError::Branch`] when the branch is somebody else's or checked out.
    pub fn branch_with_files(
        &self,
        name: &str,
        parent: &str,
        files: &[(String, Vec<u8>, bool)],
        message: &str,
    ) -> Result<String, WorkspaceError> {
        let changed = files.iter().map(|(path, content, executable)| {
            let mode = if *executable { 0o100_755 } else { 0o100_644 };
            (path.clone(), Some((mode, content.clone())))
        });
        self.write_branch(name, parent, &changed.collect(), message)
    }

    /// Makes (or moves) the branch `name` to one new commit on `base` that holds the patch. The patch
    /// is applied in memory. Returns the commit.
    ///
    /// # Errors
    /// [`WorkspaceError::Apply`] when it does not fit, [`WorkspaceError::Branch`] as above.
    pub fn branch_with_patch(
        &self,
        name: &str,
        base: &str,
        patch: &Patch,
        message: &str,
    ) -> Result<String, WorkspaceError> {
        let changed = apply_in_memory(&self.files_of(base, patch)?, patch)?;
        self.write_branch(name, base, &changed, message)
    }

    /// The files that a patch is about, as they are in a commit.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`], or git's own reason.
    pub fn files_of(&self, commit: &str, patch: &Patch) -> Result<BaseFiles, WorkspaceError> {
        let repository = self.open()?;
        let tree = tree_of(&repository, commit).map_err(git(format!("read the commit {commit}")))?;
        let mut files = BaseFiles::new();
        for path in patch.files().iter().flat_map(|file| file.paths()) {
            if let Some(found) = entry(&repository, &tree, path)? {
                files.insert(path.to_owned(), found);
            }
        }
        Ok(files)
    }

    fn write_branch(
        &self,
        name: &str,
        parent: &str,
        changed: &ChangedFiles,
        message: &str,
    ) -> Result<String, WorkspaceError> {
        let repository = self.open()?;
        let full = format!("refs/heads/{name}");
        let refuse =
            |problem: &str| WorkspaceError::Branch { name: name.to_owned(), problem: problem.to_owned() };
        if !Reference::is_valid_name(&full) {
            return Err(refuse("it is not a valid name"));
        }
        if self.is_checked_out(&full) {
            return Err(refuse("it is checked out"));
        }
        let tip = repository.find_reference(&full).and_then(|found| found.peel_to_commit()).ok();
        if tip.as_ref().is_some_and(|tip| !is_ours(&String::from_utf8_lossy(tip.message_raw_bytes()))) {
            return Err(refuse("it exists and was not made by Regreen"));
        }
        let action = || format!("write the branch {name}");
        let parent_commit = Oid::from_str(parent)
            .and_then(|id| repository.find_commit(id))
            .map_err(git(format!("read the commit {parent}")))?;
        let baseline = parent_commit.tree().map_err(git(action()))?;
        let mut update = TreeUpdateBuilder::new();
        for (path, state) in changed {
            if let Some(problem) = path_problem(path) {
                return Err(WorkspaceError::Path(path.clone(), problem));
            }
            match state {
                None => update.remove(path.as_str()),
                Some((mode, content)) => {
                    let blob = repository.blob(content).map_err(git(action()))?;
                    update.upsert(path.as_str(), blob, file_mode(*mode))
                }
            };
        }
        let tree = update.create_updated(&repository, &baseline).map_err(git(action()))?;
        let tree = repository.find_tree(tree).map_err(git(action()))?;
        let author = Signature::now(AUTHOR.0, AUTHOR.1).map_err(git(action()))?;
        let message = with_trailer(message, name);
        let commit = repository
            .commit(None, &author, &author, &message, &tree, &[&parent_commit])
            .map_err(git(action()))?;
        repository.reference(&full, commit, true, "regreen: write the branch").map_err(|source| {
            refuse(&format!("{} (does a branch with a part of its name exist?)", source.message()))
        })?;
        Ok(commit.to_string())
    }

    /// Whether the user's checkout or any linked worktree stands on this reference.
    fn is_checked_out(&self, reference: &str) -> bool {
        let common = self.common_dir();
        let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
        std::iter::once(common.to_owned()).chain(linked.map(|entry| entry.path())).any(|folder| {
            std::fs::read_to_string(folder.join("HEAD")).is_ok_and(|head| {
                head.trim().strip_prefix("ref:").is_some_and(|name| name.trim() == reference)
            })
        })
    }
}

/// Whether a commit with this message was made by the suite.
fn is_ours(message: &str) -> bool {
    message.lines().any(|line| line.starts_with(TRAILER) && line.contains(": "))
}

fn with_trailer(message: &str, branch: &str) -> String {
    let message = message.trim_end();
    if is_ours(message) {
        format!("{message}\n")
    } else {
        format!("{message}\n\n{TRAILER}Branch: {branch}\n")
    }
}

fn file_mode(mode: u32) -> FileMode {
    match mode {
        0o100_755 => FileMode::BlobExecutable,
        0o120_000 => FileMode::Link,
        0o160_000 => FileMode::Commit,
        _ => FileMode::Blob,
    }
}

#[cfg(test)]
mod tests;

//! What was committed before: single commits, the line of first parents, what changed between two of them.
//!
//! Promise: nothing is invented where a shallow clone has no commits; its end is told apart from the beginning of
//! the project.

use git2::{Commit, ErrorCode, Oid};

use crate::difference;
use crate::patch::Patch;
use crate::repository::{Repository, WorkspaceError, git, tree_of};

/// A commit, as far as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFacts {
    /// Full hex.
    pub id: String,
    /// Its parents, full hex; more than one for a merge.
    pub parents: Vec<String>,
    /// Name of its author, after the repository's mailmap.
    pub author: String,
    /// Mail address of its author, likewise.
    pub email: String,
    /// When it was written, in seconds since 1970.
    pub seconds: i64,
    /// First line of its message.
    pub subject: String,
}

/// Why a line of commits ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// The last one has no parent: the project began there.
    Beginning,
    /// The clone is shallow: older commits exist, but not here.
    Shallow,
    /// The last one is the commit that was asked for.
    Reached,
    /// There are more than were asked for.
    Limit,
}

/// Commits along first parents, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Full hex.
    pub commits: Vec<String>,
    /// Why it is no longer.
    pub end: LineEnd,
}

impl Repository {
    /// What a commit says of itself.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`] when it is not here.
    pub fn commit_facts(&self, commit: &str) -> Result<CommitFacts, WorkspaceError> {
        let repository = self.open()?;
        let found = find(&repository, commit).map_err(|_| self.unknown(commit))?;
        let mailed = repository.mailmap().and_then(|mailmap| found.author_with_mailmap(&mailmap));
        let author = mailed.unwrap_or_else(|_| found.author().to_owned());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(CommitFacts {
            id: found.id().to_string(),
            parents: found.parent_ids().map(|id| id.to_string()).collect(),
            author: text(author.name_bytes()),
            email: text(author.email_bytes()),
            seconds: author.when().seconds(),
            subject: found.summary_bytes().map(text).unwrap_or_default(),
        })
    }

    /// The line of first parents from `tip`, itself included, to `last`, or as far as it goes; at most `most` of them.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`] when the tip is not here, or git's own reason.
    pub fn first_parents(&self, tip: &str, last: Option<&str>, most: usize) -> Result<Line, WorkspaceError> {
        let repository = self.open()?;
        let mut at = find(&repository, tip).map_err(|_| self.unknown(tip))?;
        let mut commits = Vec::new();
        let end = loop {
            let id = at.id().to_string();
            let reached = last == Some(id.as_str());
            commits.push(id);
            if reached {
                break LineEnd::Reached;
            }
            if commits.len() >= most {
                break LineEnd::Limit;
            }
            match at.parent(0) {
                Ok(parent) => at = parent,
                // A shallow clone's oldest commit names parents that are not here, or is shown without them.
                Err(_) if repository.is_shallow() => break LineEnd::Shallow,
                Err(error) if error.code() == ErrorCode::NotFound && at.parent_count() == 0 => {
                    break LineEnd::Beginning;
                }
                Err(error) => return Err(git("walk through the history")(error)),
            }
        };
        Ok(Line { commits, end })
    }

    /// The newest commit that both come from; `None` when there is none here.
    ///
    /// # Errors
    /// Git's own reason.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, WorkspaceError> {
        let repository = self.open()?;
        let id = |commit: &str| Oid::from_str(commit).map_err(|_| self.unknown(commit));
        match repository.merge_base(id(one)?, id(other)?) {
            Ok(base) => Ok(Some(base.to_string())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(git("find what two commits come from")(error)),
        }
    }

    /// What makes `new` of `old`.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`], or when a file is named in a way a patch cannot say.
    pub fn changes_between(&self, old: &str, new: &str) -> Result<Patch, WorkspaceError> {
        let repository = self.open()?;
        let tree = |commit: &str| tree_of(&repository, commit).map_err(|_| self.unknown(commit));
        difference::between(&repository, Some(&tree(old)?), &tree(new)?, 0)
    }
}

pub(crate) fn find<'r>(repository: &'r git2::Repository, commit: &str) -> Result<Commit<'r>, git2::Error> {
    repository.find_commit(Oid::from_str(commit)?)
}

#[cfg(test)]
mod tests;

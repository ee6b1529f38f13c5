//! Who wrote lines.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use git2::{BlameOptions, Oid};

use crate::repository::{Repository, WorkspaceError, git};

/// Somebody, and how many of the asked lines they wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blamed {
    /// Name.
    pub author: String,
    /// Mail address.
    pub email: String,
    /// How many of the lines.
    pub lines: u32,
}

impl Repository {
    /// Who wrote these lines (one-based) of a file as of a commit, most lines first. Lines that a
    /// shallow clone cannot tell about are left out: its oldest commit wrote everything, it seems.
    ///
    /// # Errors
    /// [`WorkspaceError::UnknownRevision`] when the commit is not there, or git's own reason.
    pub fn blame(&self, commit: &str, path: &str, lines: &[u32]) -> Result<Vec<Blamed>, WorkspaceError> {
        let repository = self.open()?;
        let content = self.read_file(commit, path)?.unwrap_or_default();
        let length = content.split_inclusive(|byte| *byte == b'\n').count();
        // Behind the end of the file git would answer with the last hunk.
        let lines: BTreeSet<usize> =
            lines.iter().map(|line| *line as usize).filter(|line| (1..=length).contains(line)).collect();
        let (Some(&first), Some(&last)) = (lines.first(), lines.last()) else { return Ok(Vec::new()) };
        let action = || format!("find out who wrote {path}");
        let newest = Oid::from_str(commit).map_err(git(action()))?;
        let mut options = BlameOptions::new();
        options.newest_commit(newest).min_line(first).max_line(last).use_mailmap(true);
        let blame = repository.blame_file(Path::new(path), Some(&mut options)).map_err(git(action()))?;
        let shallow = repository.is_shallow();
        let mut found: BTreeMap<(String, String), u32> = BTreeMap::new();
        for line in lines {
            let Some(hunk) = blame.get_line(line) else { continue };
            if shallow && hunk.is_boundary() {
                continue;
            }
            let Some(signature) = hunk.final_signature() else { continue };
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            *found.entry((text(signature.name_bytes()), text(signature.email_bytes()))).or_default() += 1;
        }
        let mut people: Vec<Blamed> =
            found.into_iter().map(|((author, email), lines)| Blamed { author, email, lines }).collect();
        people.sort_by_key(|person| std::cmp::Reverse(person.lines));
        Ok(people)
    }
}

#[cfg(test)]
mod tests;

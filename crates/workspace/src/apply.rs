//! Applies a patch to files in memory: no checkout, no index, no hook, no filter.
//!
//! A hunk applies where its old lines stand, exactly. When the base has moved on they may stand
//! elsewhere: that is accepted only when the place is unique, never by guessing.

use std::collections::BTreeMap;

use crate::patch::{ChangeKind, FileChange, Hunk, Patch};

/// Files before: path to git mode and content.
pub type BaseFiles = BTreeMap<String, (u32, Vec<u8>)>;
/// Files after, only those that change: `None` is deleted.
pub type ChangedFiles = BTreeMap<String, Option<(u32, Vec<u8>)>>;

/// Why a patch does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The file to change is not there.
    #[error("{0} is not there")]
    Missing(String),
    /// The file to create is there already.
    #[error("{0} is there already")]
    Exists(String),
    /// Old lines are not found.
    #[error("change {hunk} of {path} (near line {line}) does not fit: its old lines are not there")]
    NotFound {
        /// The file.
        path: String,
        /// One-based number of the hunk.
        hunk: usize,
        /// Line where it was expected.
        line: u32,
    },
    /// Old lines are found elsewhere, more than once.
    #[error("change {hunk} of {path} (near line {line}) fits in more than one place")]
    Ambiguous {
        /// The file.
        path: String,
        /// One-based number of the hunk.
        hunk: usize,
        /// Line where it was expected.
        line: u32,
    },
    /// Binary content cannot be applied.
    #[error("{0} is binary")]
    Binary(String),
    /// The patch deletes a file but not all of its content.
    #[error("{0} would be deleted, but it holds more than the patch knows")]
    LeavesContent(String),
}

impl ApplyError {
    /// The file it is about.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            ApplyError::Missing(path)
            | ApplyError::Exists(path)
            | ApplyError::Binary(path)
            | ApplyError::LeavesContent(path)
            | ApplyError::NotFound { path, .. }
            | ApplyError::Ambiguous { path, .. } => path,
        }
    }

    /// 4: patch and base do not belong together.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        4
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some("run `implement-fix` again: it starts from the latest base".to_owned())
    }
}

/// Applies `patch` to `base`, which must hold at least the files that the patch changes. The result
/// holds only what changes.
///
/// # Errors
/// [`ApplyError`] at the first change that does not fit; nothing is half applied.
pub fn apply_in_memory(base: &BaseFiles, patch: &Patch) -> Result<ChangedFiles, ApplyError> {
    let mut changed = ChangedFiles::new();
    for file in patch.files() {
        let current = |path: &str, changed: &ChangedFiles| match changed.get(path) {
            Some(state) => state.clone(),
            None => base.get(path).cloned(),
        };
        if file.binary {
            return Err(ApplyError::Binary(file.path().to_owned()));
        }
        let before = match &file.old_path {
            Some(old) => Some(current(old, &changed).ok_or_else(|| ApplyError::Missing(old.clone()))?),
            None => None,
        };
        if let Some(new) = &file.new_path
            && file.old_path.as_ref() != Some(new)
            && current(new, &changed).is_some()
        {
            return Err(ApplyError::Exists(new.clone()));
        }
        let (mode, content) = before.unwrap_or((0o100_644, Vec::new()));
        let after = apply_hunks(file, &content)?;
        if file.kind != ChangeKind::Copied
            && let Some(old) = &file.old_path
        {
            changed.insert(old.clone(), None);
        }
        match &file.new_path {
            Some(new) => changed.insert(new.clone(), Some((mode_after(file, mode), after))),
            None if after.is_empty() => None,
            None => return Err(ApplyError::LeavesContent(file.path().to_owned())),
        };
    }
    Ok(changed)
}

/// The mode that the patch sets, or the one the file has.
fn mode_after(file: &FileChange, before: u32) -> u32 {
    match (file.old_mode, file.new_mode) {
        (None, Some(new)) => new,
        (Some(old), Some(new)) if old != new => new,
        _ => before,
    }
}

fn apply_hunks(file: &FileChange, content: &[u8]) -> Result<Vec<u8>, ApplyError> {
    let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let mut after = Vec::with_capacity(content.len() + 256);
    let mut done = 0usize;
    let mut shift = 0isize;
    for (index, hunk) in file.hunks.iter().enumerate() {
        let old: Vec<&[u8]> =
            hunk.raw.iter().filter(|line| line.origin != b'+').map(|line| line.bytes.as_slice()).collect();
        // A hunk without old lines stands behind the line it names, any other one on it.
        let named = hunk.old_start as usize;
        let expected = if old.is_empty() { named } else { named.saturating_sub(1) };
        let at = place(&lines, &old, done, expected.saturating_add_signed(shift))
            .map_err(|problem| problem.of(file, index, hunk))?;
        shift = at as isize - expected as isize;
        lines[done..at].iter().for_each(|line| after.extend_from_slice(line));
        for line in hunk.raw.iter().filter(|line| line.origin != b'-') {
            after.extend_from_slice(&line.bytes);
        }
        done = at + old.len();
    }
    lines[done..].iter().for_each(|line| after.extend_from_slice(line));
    Ok(after)
}

enum Misfit {
    Nowhere,
    Several,
}

impl Misfit {
    fn of(self, file: &FileChange, index: usize, hunk: &Hunk) -> ApplyError {
        let (path, hunk, line) = (file.path().to_owned(), index + 1, hunk.old_start);
        match self {
            Misfit::Nowhere => ApplyError::NotFound { path, hunk, line },
            Misfit::Several => ApplyError::Ambiguous { path, hunk, line },
        }
    }
}

/// Index of the line where `old` stands, at `from` or later.
fn place(lines: &[&[u8]], old: &[&[u8]], from: usize, expected: usize) -> Result<usize, Misfit> {
    let fits = |at: usize| lines.get(at..at + old.len()).is_some_and(|there| there == old);
    if expected >= from && expected <= lines.len() && fits(expected) {
        return Ok(expected);
    }
    if old.is_empty() {
        return Err(Misfit::Nowhere);
    }
    let last = lines.len().checked_sub(old.len()).ok_or(Misfit::Nowhere)?;
    let mut places = (from..=last).filter(|at| fits(*at));
    match (places.next(), places.next()) {
        (Some(at), None) => Ok(at),
        (Some(_), Some(_)) => Err(Misfit::Several),
        (None, _) => Err(Misfit::Nowhere),
    }
}

#[cfg(test)]
mod tests;

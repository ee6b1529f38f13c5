//! Everything of the user's: each file of the checkout and of its git directory with content, mode
//! and time of change. Objects are left out, since new ones may lie there, and so is what Regreen
//! owns: branches `repro/…` and `fix/…`, and the case.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// What is where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, String>);

/// Beginnings of paths that may change.
const OURS: [&str; 9] = [
    ".git/objects",
    ".git/refs/heads/repro",
    ".git/refs/heads/fix",
    ".git/logs/refs/heads/repro",
    ".git/logs/refs/heads/fix",
    ".git/worktrees/regreen-",
    ".git/regreen-",
    ".regreen",
    // Asking git for the state of a worktree is the user's own doing, and ours in these checks.
    ".git/gc.pid",
];

impl Snapshot {
    /// Looks.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let mut found = BTreeMap::new();
        walk(root, root, &mut found);
        Snapshot(found)
    }

    /// What differs, a line each.
    #[must_use]
    pub fn differences(&self, after: &Snapshot) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, was) in &self.0 {
            match after.0.get(path) {
                None => lines.push(format!("{path} is gone")),
                Some(is) if is != was => lines.push(format!("{path} was {was}, is {is}")),
                Some(_) => {}
            }
        }
        lines.extend(
            after.0.keys().filter(|path| !self.0.contains_key(*path)).map(|path| format!("{path} is new")),
        );
        lines
    }
}

fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if OURS.iter().any(|ours| name.starts_with(ours)) {
            continue;
        }
        let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
        let mode = format!("{:o}", meta.mode());
        if meta.is_dir() {
            // When a folder changed follows from what is in it.
            found.insert(name, mode);
            walk(root, &path, found);
            continue;
        }
        let content = if meta.is_symlink() {
            std::fs::read_link(&path).map(|to| to.to_string_lossy().into_owned().into_bytes())
        } else {
            std::fs::read(&path)
        };
        let digest = Sha256::digest(content.unwrap_or_default());
        let short: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        found.insert(name, format!("{mode} {short} {}.{:09}", meta.mtime(), meta.mtime_nsec()));
    }
}

//! Removes what processes that were killed left behind: their worktrees, and their temporary folders.

use std::fs;
use std::path::{Path, PathBuf};

use regreen_case::{CaseDir, Layout, OWNED_PREFIX, is_abandoned};

use crate::droppings::remove_tree;
use crate::repository::{Repository, WorkspaceError, io};

impl Repository {
    /// Removes what killed runs left in this repository and in this case. What belongs to the user,
    /// and to runs that are still alive, stays.
    ///
    /// # Errors
    /// As [`Repository::sweep_stale`].
    pub fn sweep(&self, case: &CaseDir) -> Result<(), WorkspaceError> {
        self.sweep_stale()?;
        case.sweep();
        sweep_folder(&std::env::temp_dir());
        // Checkouts that were not registered yet, and the private folders of runs.
        let scratch = case.path(Layout::SCRATCH);
        let inner = fs::read_dir(&scratch).into_iter().flatten().flatten().map(|entry| entry.path());
        let inner: Vec<PathBuf> = inner.filter(|path| path.is_dir() && !path.is_symlink()).collect();
        for folder in inner.iter().filter(|folder| !is_ours(folder)).chain([&scratch]) {
            sweep_folder(folder);
        }
        Ok(())
    }

    /// Removes stale worktrees of earlier runs and returns their paths. Worktrees of the user, and of
    /// runs that are still alive, stay.
    ///
    /// # Errors
    /// [`WorkspaceError::Io`] when a stale one cannot be removed.
    pub fn sweep_stale(&self) -> Result<Vec<PathBuf>, WorkspaceError> {
        // Those that were not registered yet.
        sweep_folder(self.common_dir());
        let folder = self.common_dir().join("worktrees");
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
        let mut swept = Vec::new();
        for admin in entries.flatten().map(|entry| entry.path()).filter(|admin| is_abandoned(admin)) {
            if let Some(path) = checkout_of(&admin) {
                remove_tree(&path).map_err(io("remove", &path))?;
                swept.push(path);
            }
            remove_tree(&admin).map_err(io("remove", &admin))?;
        }
        // Gone again if it was made for ours; not empty, and kept, if the user has worktrees.
        let _ = fs::remove_dir(&folder);
        Ok(swept)
    }
}

fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(OWNED_PREFIX))
}

/// Folders only, and no links: what they lead to is somebody else's.
fn sweep_folder(folder: &Path) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        if plain
            && is_abandoned(&path)
            && let Err(error) = remove_tree(&path)
        {
            tracing::warn!("cannot remove {}: {error}; the next run will", path.display());
        }
    }
}

/// The checkout of an administrative directory, if it points back: `gitdir` alone is not believed,
/// for what it names is going to be deleted.
fn checkout_of(admin: &Path) -> Option<PathBuf> {
    let link = PathBuf::from(fs::read_to_string(admin.join("gitdir")).ok()?.trim_end());
    let checkout = link.parent()?.to_owned();
    let back = fs::read_to_string(&link).ok()?;
    let back = Path::new(back.strip_prefix("gitdir:")?.trim());
    let same = fs::canonicalize(back).ok()? == fs::canonicalize(admin).ok()?;
    (same && is_ours(&checkout)).then_some(checkout)
}

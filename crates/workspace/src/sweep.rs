//! Removes the worktrees of processes that were killed before they could.

use std::fs;
use std::path::{Path, PathBuf};

use crate::droppings::remove_tree;
use crate::owner_mark;
use crate::repository::{Repository, WorkspaceError, io};
use crate::worktree::NAME_PREFIX;

impl Repository {
    /// Removes stale worktrees of earlier runs and returns their paths. Worktrees of the user, and of
    /// runs that are still alive, stay.
    ///
    /// # Errors
    /// [`WorkspaceError::Io`] when a stale one cannot be removed.
    pub fn sweep_stale(&self) -> Result<Vec<PathBuf>, WorkspaceError> {
        let folder = self.common_dir().join("worktrees");
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
        let mut swept = Vec::new();
        for admin in entries.flatten().map(|entry| entry.path()) {
            let ours = admin.file_name().is_some_and(|name| name.to_string_lossy().starts_with(NAME_PREFIX));
            if !ours || !owner_mark::is_stale(&admin) {
                continue;
            }
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

/// The checkout of an administrative directory, if it points back: `gitdir` alone is not believed,
/// for what it names is going to be deleted.
fn checkout_of(admin: &Path) -> Option<PathBuf> {
    let link = PathBuf::from(fs::read_to_string(admin.join("gitdir")).ok()?.trim_end());
    let checkout = link.parent()?.to_owned();
    let back = fs::read_to_string(&link).ok()?;
    let back = Path::new(back.strip_prefix("gitdir:")?.trim());
    let same = fs::canonicalize(back).ok()? == fs::canonicalize(admin).ok()?;
    let named_as_ours = checkout.file_name()?.to_string_lossy().starts_with(NAME_PREFIX);
    (same && named_as_ours).then_some(checkout)
}

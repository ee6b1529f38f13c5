//! Landlock only allows. To deny a file, everything around it is allowed: folders that hold nothing
//! secret as a whole, folders on the way to a secret entry by entry.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What may be read below a root, and the folders that had to be listed to say so.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Grants {
    /// Folders and files to allow.
    pub(super) readable: Vec<PathBuf>,
    /// Folders whose entries were looked at: an entry made later is not allowed.
    pub(super) listed: Vec<PathBuf>,
}

/// Everything below `root` but the secrets.
pub(super) fn around(root: &Path, secrets: &[PathBuf]) -> Grants {
    // By their real places too: a link into a secret folder must not open it.
    let denied: BTreeSet<PathBuf> =
        secrets.iter().flat_map(|path| [real(path), std::fs::canonicalize(path).ok()]).flatten().collect();
    let mut grants = Grants::default();
    allow(root, &denied, &mut grants);
    grants
}

/// A path with the links on the way to it resolved, but not the last one; `None` where nothing is.
fn real(path: &Path) -> Option<PathBuf> {
    std::fs::symlink_metadata(path).ok()?;
    Some(std::fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?))
}

fn allow(path: &Path, denied: &BTreeSet<PathBuf>, grants: &mut Grants) {
    if denied.contains(path) {
        return;
    }
    if !denied.iter().any(|secret| secret.starts_with(path)) {
        grants.readable.push(path.to_owned());
        return;
    }
    grants.listed.push(path.to_owned());
    let Ok(entries) = std::fs::read_dir(path) else {
        // It may be passed through but not listed, as `/home` in many places: on along the known way.
        on_the_way(path, denied).iter().for_each(|next| allow(next, denied, grants));
        return;
    };
    for entry in entries.flatten() {
        // Rules follow links; what a link leads to is allowed at its own place, or secret.
        if entry.file_type().is_ok_and(|kind| !kind.is_symlink()) {
            allow(&entry.path(), denied, grants);
        }
    }
}

/// The entries of a folder that lie on the way to something denied.
fn on_the_way(folder: &Path, denied: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let next = denied.iter().filter_map(|secret| secret.strip_prefix(folder).ok()?.components().next());
    next.map(|name| folder.join(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_listed_is_passed_through() {
        let denied: BTreeSet<PathBuf> =
            ["/home/me/.ssh", "/home/me/.aws", "/home/you/.ssh", "/run/secrets"].map(PathBuf::from).into();
        let ways: Vec<_> = on_the_way(Path::new("/home"), &denied).into_iter().collect();
        assert_eq!(ways, [PathBuf::from("/home/me"), PathBuf::from("/home/you")]);
        assert!(on_the_way(Path::new("/home/me/.ssh"), &denied).is_empty());
    }
}

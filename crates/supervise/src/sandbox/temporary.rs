//! A TMPDIR for one child, gone when the child is.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::SuperviseError;

/// A folder that only this user can enter. Its path is short: sockets in it have at most 108 bytes.
#[derive(Debug)]
pub(crate) struct PrivateTemporary {
    folder: TempDir,
}

impl PrivateTemporary {
    pub(crate) fn new() -> Result<Self, SuperviseError> {
        let parent = std::env::temp_dir();
        let folder = tempfile::Builder::new()
            .prefix(&regreen_case::owned_prefix())
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|source| SuperviseError::File {
                action: "create a private folder in",
                path: parent,
                source,
            })?;
        Ok(PrivateTemporary { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for PrivateTemporary {
    fn drop(&mut self) {
        // Children leave folders behind that even their owner cannot empty.
        if fs::remove_dir_all(self.folder.path()).is_err() {
            let _ = open_up(self.folder.path(), 0);
        }
    }
}

/// Makes folders writable again, links not followed.
fn open_up(folder: &Path, depth: u32) -> io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    if depth < 100 {
        for entry in fs::read_dir(folder)?.flatten() {
            if entry.file_type()?.is_dir() {
                open_up(&entry.path(), depth + 1)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_with_all_that_is_in_it() {
        let temporary = PrivateTemporary::new().unwrap();
        let path = temporary.path().to_owned();
        fs::create_dir_all(path.join("a/b")).unwrap();
        fs::write(path.join("a/b/c"), "").unwrap();
        for folder in ["a/b", "a"] {
            fs::set_permissions(path.join(folder), fs::Permissions::from_mode(0o500)).unwrap();
        }
        drop(temporary);
        assert!(!path.exists());
    }
}

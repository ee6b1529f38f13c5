//! The folder over which one run of the tests hands back its results.
//!
//! Promises: it is private (0700) and its name is random, so the code under test is not told where its results go;
//! what lies beside the channel is out of reach of a run that may write the channel alone; it is gone when this is
//! dropped, and its name tells who may sweep it when the process is killed before that.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::error::ProofError;

/// Random letters in its name.
const RANDOM: usize = 16;

/// A folder with a channel in it.
#[derive(Debug)]
pub(crate) struct PrivateChannel {
    folder: tempfile::TempDir,
    channel: PathBuf,
}

impl PrivateChannel {
    /// Makes one in the scratch folder, and that too when it is not there yet.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub(crate) fn new_in(scratch: &Path) -> Result<Self, ProofError> {
        std::fs::create_dir_all(scratch).map_err(ProofError::io("create", scratch))?;
        let folder = tempfile::Builder::new()
            .prefix(&regreen_case::owned_prefix())
            .rand_bytes(RANDOM)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(scratch)
            .map_err(ProofError::io("create a channel in", scratch))?;
        let channel = folder.path().join("channel");
        std::fs::create_dir(&channel).map_err(ProofError::io("create", &channel))?;
        Ok(PrivateChannel { folder, channel })
    }

    /// What the run may write.
    pub(crate) fn path(&self) -> &Path {
        &self.channel
    }

    /// Around it: the kernel lets the code under test write nothing here.
    pub(crate) fn surroundings(&self) -> &Path {
        self.folder.path()
    }
}

/// Lays programs, and what they are told, into a channel.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn lay_files(channel: &Path, files: &[(&str, &str)]) -> Result<(), ProofError> {
    for (name, text) in files {
        let path = channel.join(name);
        std::fs::write(&path, text).map_err(ProofError::io("write", &path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_looks_into_it_and_nothing_of_it_stays() {
        let root = tempfile::tempdir().unwrap();
        let scratch = root.path().join("not/there/yet");
        let (one, other) =
            (PrivateChannel::new_in(&scratch).unwrap(), PrivateChannel::new_in(&scratch).unwrap());
        assert_ne!(one.path(), other.path());
        assert!(one.path().is_dir() && one.path().starts_with(one.surroundings()));
        let mode = one.surroundings().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::write(one.path().join("results"), "").unwrap();
        drop((one, other));
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
    }
}

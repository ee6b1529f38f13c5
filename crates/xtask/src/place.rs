//! Where things lie: the workspace, its target directory and the tools.

use std::path::{Path, PathBuf};

use crate::chore::ChoreError;

/// The workspace that this program was built from.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    root: PathBuf,
}

impl Place {
    /// Finds the workspace: cargo names the crate's directory when it runs us.
    pub(crate) fn find() -> Result<Self, ChoreError> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.ancestors().nth(2).map(Path::to_path_buf);
        match root {
            Some(root) if root.join("Cargo.lock").is_file() => Ok(Place { root }),
            _ => Err(ChoreError::NoWorkspace(manifest)),
        }
    }

    /// The workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the tools go. Always within the workspace, so that tests find them whatever
    /// `CARGO_TARGET_DIR` says.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target").join("tools")
    }

    /// A program of the Python environment.
    pub(crate) fn venv_bin(&self, name: &str) -> PathBuf {
        self.tools().join("venv").join("bin").join(name)
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) if !folder.is_empty() => self.root.join(folder),
            _ => self.root.join("target"),
        }
    }
}

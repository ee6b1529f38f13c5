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
    /// `CARGO_TARGET_DIR` says; where that is a link to those of another workspace, these, by their own
    /// path: under another one they would look as if they had been moved, and be made anew.
    pub(crate) fn tools(&self) -> PathBuf {
        let tools = self.root.join("target").join("tools");
        tools.canonicalize().unwrap_or(tools)
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

    /// A program of the suite, as built in a profile (`debug` or `release`).
    pub(crate) fn program(&self, profile: &str, name: &str) -> PathBuf {
        self.target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// `PATH` with the Python environment in front.
    pub(crate) fn path_with_tools(&self) -> std::ffi::OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders =
            std::iter::once(self.tools().join("venv").join("bin")).chain(std::env::split_paths(&path));
        std::env::join_paths(folders).unwrap_or(path)
    }

    /// A cargo command in the workspace: the cargo that runs us, not another one on the path.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> std::process::Command {
        let mut command =
            std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.root);
        // `cargo run` sets these for us; a cargo below would take them for its own.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }
}

/// The programs that users run.
pub(crate) const PROGRAMS: [&str; 7] =
    ["fetch-logs", "reproduce", "implement-fix", "verify-stress", "open-pr", "write-report", "regreen"];

//! A git repository made from nothing, the same in every run: fixed identity, fixed dates.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository in a temporary directory.
#[derive(Debug)]
pub struct TestRepository {
    folder: tempfile::TempDir,
    root: PathBuf,
    commits: std::cell::Cell<u32>,
}

impl Default for TestRepository {
    fn default() -> Self {
        TestRepository::new()
    }
}

impl TestRepository {
    /// An empty repository with the branch `main`.
    ///
    /// # Panics
    /// When git does not work.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let root = folder.path().join("repository");
        std::fs::create_dir(&root).expect("a new folder");
        let root = root.canonicalize().expect("it exists");
        let made = TestRepository { folder, root, commits: std::cell::Cell::new(0) };
        made.git(&["init", "--quiet", "--initial-branch=main"]);
        made
    }

    /// A repository with these files in its first commit.
    ///
    /// # Panics
    /// When git does not work.
    #[must_use]
    pub fn with(files: &[(&str, &str)]) -> Self {
        let made = TestRepository::new();
        for (path, text) in files {
            made.write(path, text);
        }
        made.commit("Start");
        made
    }

    /// Root of the working tree.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// A folder beside the repository, for cases and the like; goes with it.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        std::fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).expect("a file")
    }

    /// Commits everything; returns the commit's id.
    ///
    /// # Panics
    /// When git does not work.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.commits.set(self.commits.get() + 1);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git in the repository; returns what it prints, trimmed.
    ///
    /// # Panics
    /// When it fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        // One minute per commit, from a fixed day on.
        let date = format!("2026-01-05T10:{:02}:00+00:00", self.commits.get() % 60);
        let output = Command::new("git")
            .args(arguments)
            .current_dir(&self.root)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada Tester")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_COMMITTER_NAME", "Ada Tester")
            .env("GIT_COMMITTER_EMAIL", "ada@example.com")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "git {arguments:?} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Everything a program must not change: branches, HEAD, index, and the working tree with what
    /// is not committed. Compare it before and after.
    ///
    /// # Panics
    /// When git does not work.
    #[must_use]
    pub fn state(&self) -> String {
        [
            self.git(&["symbolic-ref", "-q", "HEAD"]),
            self.git(&["for-each-ref", "--format=%(refname) %(objectname)"]),
            self.git(&["status", "--porcelain=v2", "--untracked-files=all"]),
            self.git(&["diff"]),
            self.git(&["diff", "--cached"]),
            self.git(&["worktree", "list"]),
        ]
        .join("\n---\n")
    }
}

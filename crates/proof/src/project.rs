//! Where the code lies: the checkout that is judged, and the user's checkout that has the
//! environments (`.venv`, toolchains) a fresh worktree lacks.
//!
//! Looks only at names, never runs anything; bounded, for repositories can be huge.

use std::path::{Component, Path, PathBuf};

/// Folders that hold no sources of the project.
const SKIPPED: &[&str] =
    &["target", "node_modules", "venv", "env", "__pycache__", "build", "dist", "vendor", "site-packages"];

/// More files than this are not looked at.
const MAX_FILES: usize = 50_000;

/// A checkout and the repository it belongs to.
#[derive(Debug, Clone)]
pub struct Project {
    checkout: PathBuf,
    repo_root: PathBuf,
}

impl Project {
    /// `checkout` is judged; `repo_root` is the user's own checkout. Often the same.
    #[must_use]
    pub fn at(checkout: &Path, repo_root: &Path) -> Self {
        Project { checkout: checkout.to_owned(), repo_root: repo_root.to_owned() }
    }

    /// The checkout that is judged.
    #[must_use]
    pub fn checkout(&self) -> &Path {
        &self.checkout
    }

    /// The user's checkout.
    #[must_use]
    pub fn repo_root(&self) -> &Path {
        &self.repo_root
    }

    /// Whether a path relative to the repository is a file in the checkout.
    #[must_use]
    pub fn has_file(&self, relative: &str) -> bool {
        is_inside(relative) && self.checkout.join(relative).is_file()
    }

    /// All files of the checkout, relative, `/`-separated, sorted. Hidden folders, environments and
    /// build output are left out; links are not followed.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.checkout.clone()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let name = entry.file_name();
                let Some(name) = name.to_str() else { continue };
                if kind.is_dir() {
                    if !name.starts_with('.') && !SKIPPED.contains(&name) {
                        folders.push(entry.path());
                    }
                } else if kind.is_file()
                    && let Ok(relative) = entry.path().strip_prefix(&self.checkout)
                    && let Some(relative) = relative.to_str()
                {
                    found.push(relative.to_owned());
                }
            }
            if found.len() > MAX_FILES {
                break;
            }
        }
        found.sort();
        found
    }

    /// The folder, relative to the repository, from which `path` (as a tool printed it, relative to
    /// its own working directory) leads to a file; empty for the root. The given folder wins, then
    /// the root, then the only folder that fits.
    #[must_use]
    pub fn base_of(&self, path: &str, preferred: Option<&str>) -> Option<String> {
        if !is_inside(path) {
            return None;
        }
        for base in preferred.into_iter().chain([""]) {
            if self.has_file(&join(base, path)) {
                return Some(base.to_owned());
            }
        }
        let suffix = format!("/{path}");
        let mut fitting = self.files().into_iter().filter(|file| file.ends_with(&suffix));
        let first = fitting.next()?;
        if fitting.next().is_some() {
            return None;
        }
        first.strip_suffix(&suffix).map(str::to_owned)
    }

    /// The nearest folder at or above `path` (a file, relative) that has a file called `marker`.
    #[must_use]
    pub fn nearest_with(&self, path: &str, marker: &str) -> Option<String> {
        let mut folder = Path::new(path).parent()?;
        loop {
            let name = folder.to_str()?;
            if self.checkout.join(folder).join(marker).is_file() {
                return Some(name.to_owned());
            }
            folder = folder.parent()?;
        }
    }

    /// Text of a file, when it is one of less than 4 MiB.
    #[must_use]
    pub fn text(&self, relative: &str) -> Option<String> {
        if !is_inside(relative) {
            return None;
        }
        let path = self.checkout.join(relative);
        let size = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?.len();
        if size > 4 * 1024 * 1024 {
            return None;
        }
        std::fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Whether a relative path stays inside; the empty path does not name a file.
pub(crate) fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// `base/path`, or `path` at the root.
pub(crate) fn join(base: &str, path: &str) -> String {
    if base.is_empty() { path.to_owned() } else { format!("{base}/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        (folder, project)
    }

    #[test]
    fn a_path_of_another_working_directory_is_found() {
        let (_folder, project) =
            project(&["api/tests/test_a.py", "web/tests/test_a.py", "api/tests/test_b.py"]);
        assert_eq!(project.base_of("tests/test_b.py", None).as_deref(), Some("api"));
        assert_eq!(project.base_of("tests/test_a.py", None), None, "two fit");
        assert_eq!(project.base_of("tests/test_a.py", Some("web")).as_deref(), Some("web"));
        assert_eq!(project.base_of("../etc/passwd", None), None);
    }

    #[test]
    fn environments_and_hidden_folders_are_not_sources() {
        let (_folder, project) =
            project(&["a.py", ".venv/lib/x.py", "target/debug/y.rs", "src/b.py", ".git/config"]);
        assert_eq!(project.files(), ["a.py", "src/b.py"]);
    }
}

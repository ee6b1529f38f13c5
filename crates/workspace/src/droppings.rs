//! What running tests leaves behind, and how directories are removed for good.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// Untracked directories and files that running tests leaves behind; never part of a change.
const DROPPINGS: &[&str] = &[
    "__pycache__",
    ".pytest_cache",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    ".tox",
    ".venv",
    "node_modules",
    ".coverage",
    "Cargo.lock",
    ".DS_Store",
];

/// Whether the untracked `path` below `root` is something that running tests leaves behind.
pub(crate) fn is_dropping(root: &Path, path: &Path) -> bool {
    let compiled = path.extension().is_some_and(|extension| extension == "pyc" || extension == "pyo");
    let named = path.iter().any(|part| DROPPINGS.iter().any(|name| part == *name));
    // `target` and `build` are also names of source folders: only a marked cache counts.
    compiled || named || path.ancestors().skip(1).any(|folder| is_marked_cache(root, folder))
}

fn is_marked_cache(root: &Path, folder: &Path) -> bool {
    folder != Path::new("") && root.join(folder).join("CACHEDIR.TAG").is_file()
}

/// Removes compiled Python: it can hide a change made within the same second.
pub(crate) fn remove_compiled_python(folder: &Path, depth: usize) {
    if depth > 64 {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        match entry.file_name().to_str() {
            Some("__pycache__") => {
                let _ = remove_tree(&entry.path());
            }
            Some(".git" | "node_modules" | "target" | ".venv") => {}
            _ => remove_compiled_python(&entry.path(), depth + 1),
        }
    }
}

/// Removes a directory that may hold read-only folders and may still be written to by a process that
/// is about to die. A directory that is not there is fine.
pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    let mut last = Ok(());
    for pause_ms in [0, 20, 100, 400] {
        std::thread::sleep(Duration::from_millis(pause_ms));
        last = match fs::remove_dir_all(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.exists() => Ok(()),
            other => other,
        };
        match &last {
            Ok(()) => return last,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => make_writable(path, 0),
            Err(_) => {}
        }
    }
    last
}

fn make_writable(folder: &Path, depth: usize) {
    if depth > 256 || !fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()) {
        return;
    }
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        make_writable(&entry.path(), depth + 1);
    }
}

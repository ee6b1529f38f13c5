//! Trees of files: where a text that must be nowhere was found, and copies.

use std::path::{Path, PathBuf};

/// Every file below a folder that holds a text. Links are not followed.
#[must_use]
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && std::fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
            {
                found.push(path);
            }
        }
    }
    found
}

/// Copies what a folder holds.
///
/// # Panics
/// When it cannot be read or written.
pub fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_is_found_wherever_it_stands() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("folders");
        std::fs::write(deep.join("one"), b"\xff secret \xfe").expect("a file");
        std::fs::write(deep.join("two"), "other").expect("a file");
        assert_eq!(super::files_with(folder.path(), "secret"), [deep.join("one")]);
    }
}

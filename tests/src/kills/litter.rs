//! Names of what must not be left behind.

use std::path::Path;

/// The private folder of a run.
pub(crate) fn is_channel(name: &str) -> bool {
    name.len() == 17 && name.starts_with('r') && name.chars().all(char::is_alphanumeric)
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Files that were being written.
pub(crate) fn hidden(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(".regreen-") {
            found.push(entry.path().display().to_string());
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != "scratch" {
            found.extend(hidden(&entry.path()));
        }
    }
    found
}

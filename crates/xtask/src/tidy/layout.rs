//! The top of the repository holds what `ARCHITECTURE.md` shows, and nothing else.

use std::collections::BTreeSet;

use super::Tree;

/// Everything that may lie there.
const ALLOWED: &[&str] = &[
    ".cargo",
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "actions",
    "clippy.toml",
    "crates",
    "deny.toml",
    "dist",
    "rustfmt.toml",
    "tests",
];

/// Breaches.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let top: BTreeSet<&str> = tree.files.iter().filter_map(|path| path.split('/').next()).collect();
    top.into_iter()
        .filter(|name| !ALLOWED.contains(name))
        .map(|name| format!("{name}: does not belong at the top of the repository"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let tree =
            Tree::of(folder.path(), &[("Cargo.toml", ""), ("notes.txt", ""), ("crates/a/src/lib.rs", "")]);
        assert_eq!(check(&tree), ["notes.txt: does not belong at the top of the repository"]);
    }
}

//! What `cargo xtask tools` unpacked of Debian's packages, for a project that runs it.

use std::path::PathBuf;

use regreen_tests::tools;

use crate::bench::Bench;

/// A path below the unpacked packages, whether it is there or not.
pub(crate) fn root(path: &str) -> PathBuf {
    tools::workspace().join("target/tools/debian/root").join(path)
}

/// The folders below the unpacked packages that a pattern with one `*` fits; the `*` stands for one name.
pub(crate) fn matching(pattern: &str) -> Vec<PathBuf> {
    let (before, after) = pattern.split_once('*').unwrap();
    let Ok(entries) = std::fs::read_dir(root(before)) else { return Vec::new() };
    let after = after.trim_start_matches('/');
    let path = |name: PathBuf| if after.is_empty() { name } else { name.join(after) };
    let mut found: Vec<_> = entries.filter_map(Result::ok).map(|entry| path(entry.path())).collect();
    found.retain(|path| path.exists());
    found.sort();
    found
}

/// Folders as a variable that holds several.
pub(crate) fn joined(folders: &[PathBuf]) -> String {
    let texts: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    texts.join(":")
}

/// Makes the unpacked programs and libraries known.
pub(crate) fn bench(name: &str) -> Bench {
    let libraries = multiarch();
    Bench::of(name)
        .path(root("usr/bin"))
        .env("LD_LIBRARY_PATH", joined(&libraries))
        .env("LIBRARY_PATH", joined(&libraries))
        .env("CPLUS_INCLUDE_PATH", root("usr/include").display().to_string())
}

fn multiarch() -> Vec<PathBuf> {
    let mut all = matching("usr/lib/*");
    all.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-linux-gnu")));
    all
}

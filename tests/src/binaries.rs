//! The programs under test, built once per test process.
//!
//! `REGREEN_TEST_BUILD=none` takes what lies in the target directory, for a quick loop on one
//! program whose neighbours do not build at the moment.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::tools::workspace;

/// Folder with the programs, built.
///
/// # Panics
/// When they do not build.
#[must_use]
pub fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build).clone()
}

/// Path of one program.
///
/// # Panics
/// When it does not build or there is none of that name.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

fn build() -> PathBuf {
    // target/debug/deps/<this test> → target/debug: the same profile and directory as the test's own.
    let own = std::env::current_exe().expect("a process knows its program");
    let folder = own.parent().and_then(std::path::Path::parent).expect("a test lies in deps/").to_path_buf();
    if std::env::var_os("REGREEN_TEST_BUILD").is_some_and(|value| value == "none") {
        return folder;
    }
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--bins"]).current_dir(workspace());
    if folder.ends_with("release") {
        build.arg("--release");
    }
    if let Some(target) = folder.parent() {
        build.env("CARGO_TARGET_DIR", target);
    }
    // What cargo tells a test about its own package would make cargo rebuild others.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        {
            build.env_remove(name);
        }
    }
    let built = build.output().expect("cargo runs");
    assert!(built.status.success(), "the programs do not build:\n{}", String::from_utf8_lossy(&built.stderr));
    folder
}

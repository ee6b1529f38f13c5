//! Where the tools are that tests run: installed by `cargo xtask tools` into the workspace's
//! `target/tools`, always there whatever `CARGO_TARGET_DIR` says.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::debian;

/// Root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    tests.parent().map_or(tests.clone(), std::path::Path::to_path_buf)
}

/// A path within `target/tools`.
///
/// # Panics
/// When it is missing: a test without its tool must not look green.
#[must_use]
#[expect(clippy::panic, reason = "a missing tool has to fail the test")]
pub fn tool_path(relative: &str) -> PathBuf {
    let path = workspace().join("target/tools").join(relative);
    if !path.exists() {
        panic!("{} is missing: run `cargo xtask tools`", path.display());
    }
    path
}

/// A program of the tools' Python environment: `pytest`, `go`, `act`, `zizmor`, …
#[must_use]
pub fn tool(name: &str) -> PathBuf {
    tool_path(&format!("venv/bin/{name}"))
}

/// `PATH` with all tools: what the pinned lists installed, the machine's own programs, and last what of
/// Debian's packages only the unpacked ones have. CMake finds libraries beside the programs of the `PATH`.
#[must_use]
pub fn search_path() -> OsString {
    let tools = workspace().join("target/tools");
    let mut folders: Vec<PathBuf> = [
        "venv/bin",
        "node_modules/.bin",
        "frameworks/cmake/data/bin",
        "frameworks/clang_format/data/bin",
        "frameworks/bin",
    ]
    .map(|folder| tools.join(folder))
    .into();
    folders.extend(go_programs());
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let debian = ["bin", "root/usr/share/maven/bin", "root/usr/bin"];
    folders.extend(debian.map(|folder| tools.join("debian").join(folder)));
    std::env::join_paths(folders).unwrap_or_default()
}

/// Go's own programs: the Python package that brings Go makes only `go` itself a program.
fn go_programs() -> Option<PathBuf> {
    let library = workspace().join("target/tools/venv/lib");
    let versions = std::fs::read_dir(library).ok()?.filter_map(Result::ok);
    versions.map(|version| version.path().join("site-packages/go/bin")).find(|folder| folder.is_dir())
}

/// Whether the call succeeds, with `search_path`. If not, says that nothing was tested.
///
/// # Panics
/// When it does not and `REGREEN_REQUIRE_TOOLS` is 1: there a test without its tool must not look green.
#[must_use]
pub fn has(argv: &[&str]) -> bool {
    let path = search_path();
    let found = std::env::split_paths(&path).map(|folder| folder.join(argv[0])).find(|file| file.is_file());
    let output = found.map(|program| Command::new(program).args(&argv[1..]).env("PATH", &path).output());
    let works = output.as_ref().is_some_and(|end| end.as_ref().is_ok_and(|output| output.status.success()));
    works || is_not_run(&format!("`{}` does not work: {output:?}", argv.join(" ")))
}

/// Whether CMake, a compiler and GoogleTest are here; else as `has`.
#[must_use]
pub fn has_googletest() -> bool {
    let header = "include/gtest/gtest.h";
    let places = [debian::root("usr"), "/usr".into(), "/usr/local".into(), "/opt/homebrew".into()];
    let library = places.iter().any(|place| place.join(header).exists());
    (library || is_not_run("GoogleTest is missing"))
        && [["cmake", "--version"], ["ctest", "--version"], ["c++", "--version"]].iter().all(|call| has(call))
}

/// Says why nothing is tested; always `false`.
///
/// # Panics
/// When `REGREEN_REQUIRE_TOOLS` is 1.
#[expect(clippy::print_stdout, reason = "what a person reads who runs the test")]
pub fn is_not_run(why: &str) -> bool {
    assert!(std::env::var_os("REGREEN_REQUIRE_TOOLS").is_none_or(|value| value != "1"), "not run: {why}");
    println!("not run: {why}");
    false
}

/// GitHub's official OpenAPI description.
#[must_use]
pub fn openapi_description() -> PathBuf {
    tool_path("node_modules/@octokit/openapi/generated/api.github.com.json")
}

/// The test data of the workspace.
#[must_use]
pub fn fixtures() -> PathBuf {
    workspace().join("tests/fixtures")
}

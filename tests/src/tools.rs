//! Where the tools are that tests run: installed by `cargo xtask tools` into the workspace's
//! `target/tools`, always there whatever `CARGO_TARGET_DIR` says.

use std::path::PathBuf;

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

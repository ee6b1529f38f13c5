//! Runs the tools of a demo project, without the user's settings.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::DemoError;

/// Variables that would change what git, pytest or cargo do, or tell them that this is CI.
const REMOVED: &[&str] =
    &["CI", "CARGO_TARGET_DIR", "PYTEST_ADDOPTS", "RUSTFLAGS", "RUST_BACKTRACE", "PYTHONHASHSEED"];

/// A command in the project.
pub(crate) fn command(argv: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(argv.first().copied().unwrap_or_default());
    command.args(argv.iter().skip(1)).current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let foreign = ["GITHUB_", "RUNNER_", "ACTIONS_", "GIT_", "CARGO_PKG_"];
        if REMOVED.contains(&name.as_ref()) || foreign.iter().any(|start| name.starts_with(start)) {
            command.env_remove(name.as_ref());
        }
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// Runs it; an error unless it could be started.
pub(crate) fn output(command: &mut Command) -> Result<Output, DemoError> {
    let line = line(command);
    command.output().map_err(|source| DemoError::Tool { command: line, detail: source.to_string() })
}

/// Runs it; an error unless it succeeds. What it prints.
pub(crate) fn checked(command: &mut Command) -> Result<String, DemoError> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let detail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(DemoError::Tool { command: line(command), detail })
}

fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

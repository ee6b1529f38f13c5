//! The log of a CI run of the project: its tests really run and really fail; only the framing is
//! ours, as GitHub's runner writes it.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};

use super::bug::Bug;
use super::error::DemoError;
use super::shell;

/// An intermittent failure shows up within this many runs, or it is none.
const MOST_RUNS: u32 = 200;

/// When the run of the log began.
const BEGIN: &str = "2026-02-05T10:00:00Z";

/// Runs the tests until they fail, and frames what they print. In a clone, as CI does: the project
/// stays as its history made it.
pub(crate) fn make(bug: &Bug, project: &Path, commit: &str) -> Result<String, DemoError> {
    let clone = tempfile::tempdir().map_err(|source| DemoError::Io {
        action: "create",
        path: std::env::temp_dir(),
        source,
    })?;
    let checkout = clone.path().join(&bug.name);
    let (from, to) = (project.display().to_string(), checkout.display().to_string());
    shell::checked(&mut shell::command(&["git", "clone", "--quiet", &from, &to], clone.path()))?;
    run_until_red(bug, &checkout, commit)
}

fn run_until_red(bug: &Bug, project: &Path, commit: &str) -> Result<String, DemoError> {
    let runs = if bug.deterministic { 1 } else { MOST_RUNS };
    for _ in 0..runs {
        let (code, output) = run(bug, project)?;
        if code == 0 {
            continue;
        }
        // pytest: 1 = tests failed, 2.. = could not run; cargo: 101 = tests failed.
        let missing =
            output.contains("No module named pytest") || output.contains("error: could not compile");
        if missing {
            let detail = output.lines().last().unwrap_or_default().to_owned();
            return Err(DemoError::Tool { command: bug.command.join(" "), detail });
        }
        let place = format!("/home/runner/work/{0}/{0}", bug.name);
        let output = output.replace(&project.display().to_string(), &place);
        return Ok(frame(bug, commit, &place, &output, code));
    }
    Err(DemoError::NotRed(bug.name.clone()))
}

/// Exit code and output, in the order in which it came.
fn run(bug: &Bug, project: &Path) -> Result<(i32, String), DemoError> {
    let argv: Vec<&str> = bug.command.iter().map(String::as_str).collect();
    let tool = |detail: String| DemoError::Tool { command: bug.command.join(" "), detail };
    let (mut reader, writer) = std::io::pipe().map_err(|error| tool(error.to_string()))?;
    let mut command = shell::command(&argv, project);
    let second = writer.try_clone().map_err(|error| tool(error.to_string()))?;
    command.stdin(Stdio::null()).stdout(writer).stderr(second);
    let mut child = command.spawn().map_err(|error| tool(error.to_string()))?;
    // Our ends of the pipe have to close, or it never ends.
    drop(command);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut reader, &mut bytes).map_err(|error| tool(error.to_string()))?;
    let status = child.wait().map_err(|error| tool(error.to_string()))?;
    Ok((status.code().unwrap_or(1), String::from_utf8_lossy(&bytes).into_owned()))
}

fn frame(bug: &Bug, commit: &str, place: &str, output: &str, code: i32) -> String {
    let mut log = Log::new();
    let command = bug.command.join(" ");
    log.line("##[group]Runner Image");
    log.line("Image: ubuntu-24.04");
    log.line("##[endgroup]");
    log.line(&format!("Complete job name: test ({})", bug.language));
    log.line("##[group]Run actions/checkout");
    log.line("with:");
    log.line(&format!("  repository: example/{}", bug.name));
    log.line("##[endgroup]");
    log.line(&format!("Working directory is '{place}'"));
    log.line(&format!("HEAD is now at {commit}"));
    log.line(&format!("##[group]Run {command}"));
    log.line(&format!("\u{1b}[36;1m{command}\u{1b}[0m"));
    log.line("shell: /usr/bin/bash -e {0}");
    log.line("env:");
    match bug.language.as_str() {
        "rust" => log.line("  CARGO_TERM_COLOR: never"),
        _ => log.line("  PYTHONDONTWRITEBYTECODE: 1"),
    }
    log.line("##[endgroup]");
    for line in output.lines() {
        log.line(line);
    }
    log.line(&format!("##[error]Process completed with exit code {code}."));
    log.line("Post job cleanup.");
    log.line("Cleaning up orphan processes");
    log.text
}

/// Lines with the time in front, as the runner stamps them.
struct Log {
    text: String,
    now: Timestamp,
}

impl Log {
    fn new() -> Self {
        // The byte order mark is how the runner's files begin.
        Log { text: "\u{feff}".to_owned(), now: BEGIN.parse().unwrap_or(Timestamp::UNIX_EPOCH) }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}Z {line}", self.now.strftime("%Y-%m-%dT%H:%M:%S%.7f"));
        self.now = self.now.checked_add(SignedDuration::from_micros(1_537)).unwrap_or(self.now);
    }
}

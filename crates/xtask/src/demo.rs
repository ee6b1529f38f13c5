//! `cargo xtask demo`: `regreen demo` with everything it needs set up first.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use clap::Args;
use serde_json::Value;

use crate::chore::{self, ChoreError};
use crate::place::Place;
use crate::tools::{self, ToolSet};

/// Take a small project with a real bug from red log to pull request, offline.
#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArguments {
    /// Which bug; `--list` names them.
    #[arg(long, value_name = "NAME", default_value = "paging")]
    bug: String,
    /// Print the names of the bugs and stop.
    #[arg(long)]
    list: bool,
    /// Every bug, one after the other.
    #[arg(long, conflicts_with = "bug")]
    all: bool,
    /// Use the release build.
    #[arg(long)]
    release: bool,
}

/// What one demo ended with.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) bug: String,
    pub(crate) status: String,
    pub(crate) ending: String,
    pub(crate) seconds: f64,
}

/// Tools, build, run. An error unless every demo ends in success.
pub(crate) fn run(place: &Place, arguments: &DemoArguments) -> Result<(), ChoreError> {
    let since = Instant::now();
    tools::install(place, ToolSet::Demo)?;
    let tools_s = since.elapsed().as_secs_f64();
    let since = Instant::now();
    let profile = if arguments.release { "release" } else { "debug" };
    build(place, profile)?;
    println!("set up: tools {tools_s:.1} s, build {:.1} s", since.elapsed().as_secs_f64());
    if arguments.list {
        return chore::run(Command::new(place.program(profile, "regreen")).args(["demo", "--list"]));
    }
    if arguments.all {
        return all(place, profile).map(drop);
    }
    let outcome = one(place, profile, &arguments.bug)?;
    if outcome.status == "success" {
        return Ok(());
    }
    Err(ChoreError::Check(format!(
        "the demo `{}` ended in {} ({})",
        outcome.bug, outcome.status, outcome.ending
    )))
}

/// Builds the programs.
pub(crate) fn build(place: &Place, profile: &str) -> Result<(), ChoreError> {
    let mut command =
        place.cargo(&["build", "--quiet", "--locked", "--workspace", "--bins", "--exclude", "xtask"]);
    if profile == "release" {
        command.arg("--release");
    }
    chore::run(&mut command)
}

/// Every bug; an error that names those which did not end in success.
pub(crate) fn all(place: &Place, profile: &str) -> Result<Vec<Outcome>, ChoreError> {
    let mut outcomes = Vec::new();
    for bug in names(place, profile)? {
        outcomes.push(one(place, profile, &bug)?);
    }
    println!("\n{:10} {:8} {:18} {:>8}", "bug", "status", "ending", "seconds");
    for outcome in &outcomes {
        println!("{:10} {:8} {:18} {:>8.1}", outcome.bug, outcome.status, outcome.ending, outcome.seconds);
    }
    let failed: Vec<_> = outcomes.iter().filter(|o| o.status != "success").map(|o| o.bug.as_str()).collect();
    if failed.is_empty() {
        return Ok(outcomes);
    }
    Err(ChoreError::Check(format!("these demos did not end in success: {}", failed.join(", "))))
}

/// The names of the bugs.
pub(crate) fn names(place: &Place, profile: &str) -> Result<Vec<String>, ChoreError> {
    let list = chore::read(Command::new(place.program(profile, "regreen")).args(["demo", "--list"]))?;
    Ok(list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

/// One bug, in a folder below target/.
pub(crate) fn one(place: &Place, profile: &str, bug: &str) -> Result<Outcome, ChoreError> {
    let folder = place.target().join("demo").join(bug);
    println!();
    let mut command = Command::new(place.program(profile, "regreen"));
    command.args(["demo", "--bug", bug, "--dir"]).arg(&folder).current_dir(place.root());
    command.env("PATH", place.path_with_tools());
    command.env("VIRTUAL_ENV", place.tools().join("venv"));
    // The demo is a run on a laptop, also when CI runs it; and it never leaves the machine.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let foreign = ["GITHUB_", "RUNNER_", "ACTIONS_", "INPUT_", "REGREEN_"];
        if text == "CI" || foreign.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
    chore::run(&mut command)?;
    outcome(bug, &folder.join("case").join("report.json"))
}

fn outcome(bug: &str, report: &Path) -> Result<Outcome, ChoreError> {
    let bytes = std::fs::read(report).map_err(ChoreError::io("read", report))?;
    let report: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let word = |key: &str| report[key].as_str().unwrap_or("unknown").to_owned();
    Ok(Outcome {
        bug: bug.to_owned(),
        status: word("status"),
        ending: word("ending"),
        seconds: report["duration_s"].as_f64().unwrap_or_default(),
    })
}

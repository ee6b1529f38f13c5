//! `regreen demo`: a small project with a real bug, from red log to pull request, offline.
//!
//! Nothing here helps the fixer: the project gets its own history, its tests really fail, and what
//! they print becomes the log.

mod bug;
mod ci_log;
mod error;
mod history;
mod shell;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::run::{self, Forge, RunArguments};
use bug::Bug;
pub(crate) use error::DemoError;

/// Try it on a small project with a real bug, offline.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  regreen demo
  regreen demo --list
  regreen demo --bug seats

The projects in Python need pytest, those in Rust need cargo.")]
pub(crate) struct DemoArguments {
    /// Which bug.
    #[arg(long, value_name = "NAME", default_value = "paging")]
    bug: String,
    /// Print the names of the bugs and stop.
    #[arg(long)]
    list: bool,
    /// Where to set the project up: a folder that is made anew [default: a temporary one, kept].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Set the project up, print what to run, and stop.
    #[arg(long)]
    only_set_up: bool,
    /// Fixers to try.
    #[arg(long, value_name = "LIST", default_value = "search")]
    agent: String,
}

/// Sets one up and runs it.
#[allow(clippy::print_stdout, reason = "the list and the paths are what was asked for")]
pub(crate) fn run(arguments: &DemoArguments) -> Result<u8, DemoError> {
    let bugs = Bug::all()?;
    if arguments.list {
        for bug in &bugs {
            println!("{:10} {:7} {}", bug.name, bug.language, bug.about);
        }
        return Ok(regreen_runner::ANSWERED);
    }
    let bug = bugs.iter().find(|bug| bug.name == arguments.bug).ok_or_else(|| DemoError::NoSuchBug {
        name: arguments.bug.clone(),
        known: bugs.iter().map(|bug| bug.name.clone()).collect(),
    })?;
    let folder = match &arguments.dir {
        Some(folder) => fresh(folder)?,
        None => tempfile::Builder::new()
            .prefix(&format!("regreen-demo-{}-", bug.name))
            .tempdir()
            .map_err(|source| DemoError::Io { action: "create", path: std::env::temp_dir(), source })?
            .keep(),
    };
    let scene = set_up(bug, &folder)?;
    println!("{}: {}", bug.name, bug.about);
    println!("Project: {}", scene.project.display());
    println!("CI log:  {}", scene.log.display());
    let run_arguments = RunArguments {
        prompt: Some(bug.prompt.clone()),
        deterministic: Some(bug.deterministic),
        raw_logs: Some(scene.log.display().to_string()),
        repo: scene.project,
        case: folder.join("case"),
        agent: Some(arguments.agent.clone()),
        forge: Some(Forge::Local),
        ..RunArguments::default()
    };
    if arguments.only_set_up {
        return Ok(regreen_runner::ANSWERED);
    }
    Ok(run::run(&run_arguments)?)
}

struct Scene {
    project: PathBuf,
    log: PathBuf,
}

fn set_up(bug: &Bug, folder: &Path) -> Result<Scene, DemoError> {
    let project = folder.join(&bug.name);
    let log = folder.join("ci.log");
    let commit = history::make(bug, &project)?;
    let text = ci_log::make(bug, &project, &commit)?;
    fs::write(&log, text).map_err(|source| DemoError::Io { action: "write", path: log.clone(), source })?;
    Ok(Scene { project, log })
}

/// Empties the folder of an earlier demo; never one that is not of a demo.
fn fresh(folder: &Path) -> Result<PathBuf, DemoError> {
    let io = |action, source| DemoError::Io { action, path: folder.to_owned(), source };
    let mark = folder.join(".regreen-demo");
    if folder.exists() {
        let empty = fs::read_dir(folder).map_err(|source| io("read", source))?.next().is_none();
        if !empty && !mark.is_file() {
            return Err(DemoError::NotADemo(folder.to_owned()));
        }
        fs::remove_dir_all(folder).map_err(|source| io("empty", source))?;
    }
    fs::create_dir_all(folder).map_err(|source| io("create", source))?;
    fs::write(&mark, "").map_err(|source| io("write in", source))?;
    fs::canonicalize(folder).map_err(|source| io("open", source))
}

#[cfg(test)]
mod tests;

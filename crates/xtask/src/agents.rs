//! `cargo xtask agents`: installs the coding agents that the npm registry offers, in the versions that their
//! presets name, and drives each against a scripted model.

use std::fs;
use std::process::Command;

use clap::Args;

use crate::chore::{self, ChoreError};
use crate::place::Place;
use crate::tools::{self, ToolSet};

/// Drive real coding agents against a scripted model on loopback.
#[derive(Debug, Clone, Args)]
pub(crate) struct AgentsArguments {
    /// Only agents whose name holds this.
    #[arg(long, value_name = "PART")]
    only: Option<String>,
}

/// What a preset says to install it from npm.
const NPM: &str = "npm install --global ";

/// Installs and drives.
pub(crate) fn run(place: &Place, arguments: &AgentsArguments) -> Result<(), ChoreError> {
    tools::install(place, ToolSet::Demo)?;
    install(place)?;
    let mut drive =
        place.cargo(&["run", "--quiet", "--package", "regreen-tests", "--example", "agents", "--"]);
    drive.args(&arguments.only);
    chore::run(&mut drive)
}

/// Installs what the presets name, beside the other tools.
fn install(place: &Place) -> Result<(), ChoreError> {
    let mut packages = Vec::new();
    let presets = place.root().join("crates/agents/presets");
    let entries = fs::read_dir(&presets).map_err(ChoreError::io("read", &presets))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let text = fs::read_to_string(&path).map_err(ChoreError::io("read", &path))?;
        let install = text.lines().find_map(|line| line.strip_prefix("install = \"")?.strip_suffix('"'));
        packages.extend(install.and_then(|command| command.strip_prefix(NPM)).map(str::to_owned));
    }
    packages.sort();
    let folder = place.tools().join("agents");
    let list = folder.join("installed.txt");
    if fs::read_to_string(&list).is_ok_and(|text| text == packages.join("\n")) {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(ChoreError::io("create", &folder))?;
    println!("agents: installing {}", packages.join(", "));
    chore::run(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--no-save"])
            .args(&packages)
            .current_dir(&folder),
    )?;
    fs::write(&list, packages.join("\n")).map_err(ChoreError::io("write", &list))
}

//! `cargo xtask agents`: installs coding agents, in the versions that their presets name, and drives each
//! against a scripted model.

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

/// What a preset says to install it.
const NPM: &str = "npm install --global ";
const PIP: &str = "pip install ";
/// Not driven, so not installed: hundreds of megabytes.
const LEFT_OUT: &str = "aider-chat";

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
        packages.extend(install.filter(|command| !command.contains(LEFT_OUT)).map(str::to_owned));
    }
    packages.sort();
    let of = |manager: &str| {
        packages
            .iter()
            .filter_map(|one| one.strip_prefix(manager))
            .flat_map(|all| all.split(' '))
            .collect::<Vec<_>>()
    };
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
            .args(of(NPM))
            .current_dir(&folder),
    )?;
    let venv = folder.join("venv");
    chore::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
    chore::run(Command::new(venv.join("bin/python")).args(pip).args(of(PIP)))?;
    fs::write(&list, packages.join("\n")).map_err(ChoreError::io("write", &list))
}

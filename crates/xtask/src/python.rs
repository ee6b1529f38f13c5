//! Python packages in an environment of their own. Promise: what is there already and fits is not fetched
//! again; a half-done installation is done again.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::chore::{self, ChoreError};

/// Installs these packages, and what they need, into an environment in this folder.
pub(crate) fn install(folder: &Path, packages: &[&str]) -> Result<(), ChoreError> {
    let list = folder.join("installed.txt");
    // Its programs carry absolute paths, so one that was moved is made anew.
    let installed = format!("{}\n{}", folder.display(), packages.join("\n"));
    if fs::read_to_string(&list).is_ok_and(|text| text == installed) {
        return Ok(());
    }
    println!("installing {}", packages.join(", "));
    // `--clear` empties the folder, and so takes the list with it.
    chore::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
    chore::run(Command::new(folder.join("bin/python")).args(pip).args(packages))?;
    fs::write(&list, installed).map_err(ChoreError::io("write", &list))
}

//! `cargo xtask dist`: the release assets and the lines of `dist/manifest.tsv`.

use std::fs;

use clap::Args;
use sha2::{Digest, Sha256};

use crate::chore::{self, ChoreError};
use crate::place::{PROGRAMS, Place};

/// Build the release assets and their manifest into target/dist.
#[derive(Debug, Clone, Args)]
pub(crate) struct DistArguments {
    /// Target triple; that of this machine when absent.
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

/// Builds, copies, hashes; prints the lines.
pub(crate) fn run(place: &Place, arguments: &DistArguments) -> Result<(), ChoreError> {
    let triple = match &arguments.target {
        Some(triple) => triple.clone(),
        None => host()?,
    };
    let mut command =
        place.cargo(&["build", "--release", "--locked", "--workspace", "--bins", "--exclude", "xtask"]);
    command.args(["--target", &triple]);
    chore::run(&mut command)?;
    let built = place.target().join(&triple).join("release");
    let folder = place.target().join("dist");
    fs::create_dir_all(&folder).map_err(ChoreError::io("create", &folder))?;
    let mut manifest = String::new();
    for name in PROGRAMS {
        let from = built.join(name);
        let bytes = fs::read(&from).map_err(ChoreError::io("read", &from))?;
        let to = folder.join(format!("{name}-{triple}"));
        fs::copy(&from, &to).map_err(ChoreError::io("write", &to))?;
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        manifest.push_str(&format!("{name}\t{triple}\t{hash}\n"));
    }
    let path = folder.join(format!("manifest-{triple}.tsv"));
    fs::write(&path, &manifest).map_err(ChoreError::io("write", &path))?;
    print!("{manifest}");
    eprintln!("assets and manifest: {}", folder.display());
    Ok(())
}

fn host() -> Result<String, ChoreError> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let text = chore::read(std::process::Command::new(rustc).arg("-vV"))?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| ChoreError::Check("rustc does not name its host".to_owned()))
}

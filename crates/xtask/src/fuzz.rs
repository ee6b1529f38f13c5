//! `cargo xtask fuzz`: the fuzz targets of the logs crate, each for a bounded time, from the fixtures on.
//!
//! What is found stays in `crates/logs/fuzz/corpus` and `crates/logs/fuzz/artifacts`, out of the history.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::chore::{self, ChoreError};
use crate::place::Place;

/// Version of cargo-fuzz that is built when none is there.
const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";

/// The targets.
const TARGETS: [&str; 3] = ["extract", "output", "neutralise"];

/// Run the fuzz targets of the logs crate for a bounded time.
#[derive(Debug, Clone, Args)]
pub(crate) struct FuzzArguments {
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only this target.
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
}

/// Runs them; a crash is a failure.
pub(crate) fn run(place: &Place, arguments: &FuzzArguments) -> Result<(), ChoreError> {
    let root = place.tools().join("fuzz");
    let program = root.join("bin").join("cargo-fuzz");
    if !program.is_file() {
        println!("fuzz: building {CARGO_FUZZ}");
        chore::run(
            Command::new(env!("CARGO"))
                .args(["install", "--quiet", "--locked", CARGO_FUZZ, "--root"])
                .arg(&root),
        )?;
    }
    let folder = place.root().join("crates").join("logs").join("fuzz");
    let seeds = place.root().join("crates").join("logs").join("fixtures");
    for target in
        TARGETS.iter().filter(|target| arguments.target.as_deref().is_none_or(|only| only == **target))
    {
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus).map_err(ChoreError::io("create", &corpus))?;
        println!("fuzz: {target}, {} s", arguments.seconds);
        fuzz(&program, &folder, target, &[&corpus, &seeds], arguments.seconds)?;
    }
    Ok(())
}

fn fuzz(
    program: &Path,
    folder: &Path,
    target: &str,
    corpora: &[&Path],
    seconds: u32,
) -> Result<(), ChoreError> {
    let mut fuzz = Command::new(program);
    fuzz.args(["run", "--fuzz-dir"]).arg(folder);
    // The stable compiler has what fuzzing needs, behind this word.
    fuzz.env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR");
    fuzz.args(["--sanitizer", "none", target]).args(corpora).args([
        "--",
        &format!("-max_total_time={seconds}"),
        "-timeout=10",
        "-rss_limit_mb=1024",
        "-max_len=65536",
        "-print_final_stats=1",
    ]);
    chore::run(&mut fuzz)
}

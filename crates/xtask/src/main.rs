//! Developer chores. Promise: one command each, working on a fresh clone with only Rust, git,
//! Python 3 and Node on the machine; everything else they fetch themselves, at pinned versions,
//! into `target/tools`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer tool speaks on the terminal")]

mod chore;
mod place;
mod tools;

use clap::{Parser, Subcommand};

use chore::ChoreError;
use place::Place;
use tools::ToolSet;

/// Developer chores of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Install the tools that the tests, the checks and the demo run, into target/tools.
    Tools {
        /// What to install.
        #[arg(value_enum, default_value_t = ToolSet::All)]
        set: ToolSet,
    },
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.chore) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("hint: {hint}");
            }
            std::process::ExitCode::from(error.exit_code())
        }
    }
}

fn run(chore: Chore) -> Result<(), ChoreError> {
    let place = Place::find()?;
    match chore {
        Chore::Tools { set } => tools::install(&place, set),
    }
}

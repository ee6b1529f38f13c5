//! Command line of `regreen`.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use regreen_runner::PublicError;

use crate::demo::{self, DemoArguments, DemoError};
use crate::run::{self, RunArguments, RunError};
use crate::stats::{self, StatsArguments, StatsError};

/// Turns a red CI run into a proven draft pull request, or an honest report of why not.
#[derive(Debug, Parser)]
#[command(name = "regreen", version, after_help = AFTER)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
}

const AFTER: &str = "\
Examples:
  regreen demo
  regreen run --info info.json
  regreen run --prompt 'Fix the crash in the parser' --deterministic true --raw-logs ci.log --forge local
  regreen stats outputs/ --html stats.html";

#[derive(Debug, Subcommand)]
enum Action {
    /// Take one failure through all six phases.
    Run(Box<RunArguments>),
    /// Try it on a small project with a real bug, offline.
    Demo(DemoArguments),
    /// What a folder of reports says about success, time and cost.
    Stats(StatsArguments),
}

/// What the program can end with.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Stats(#[from] StatsError),
}

impl PublicError for Problem {
    fn exit_code(&self) -> u8 {
        match self {
            Problem::Run(error) => error.exit_code(),
            Problem::Demo(error) => error.exit_code(),
            Problem::Stats(error) => error.exit_code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Problem::Run(error) => error.hint(),
            Problem::Demo(error) => error.hint(),
            Problem::Stats(error) => error.hint(),
        }
    }
}

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    regreen_runner::init_tracing(false);
    let result = match arguments.action {
        Action::Run(arguments) => run::run(&arguments).map_err(Problem::from),
        Action::Demo(arguments) => demo::run(&arguments).map_err(Problem::from),
        Action::Stats(arguments) => stats::run(&arguments).map_err(Problem::from),
    };
    regreen_runner::conclude(result)
}

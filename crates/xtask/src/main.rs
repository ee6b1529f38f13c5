//! Developer chores. Promise: one command each, working on a fresh clone with only Rust, git,
//! Python 3 and Node on the machine; everything else they fetch themselves, at pinned versions,
//! into `target/tools`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a developer tool speaks on the terminal")]

mod agents;
mod bench;
mod chore;
mod ci;
mod demo;
mod dist;
mod eval;
mod fuzz;
mod measure;
mod place;
mod python;
mod tidy;
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
    /// Take a small project with a real bug from red log to pull request, offline.
    Demo(demo::DemoArguments),
    /// Everything that CI runs, in its order; stops at the first failure.
    Ci(ci::CiArguments),
    /// Check the rules of this repository that no other tool knows.
    Tidy,
    /// Build the release assets and their manifest into target/dist.
    Dist(dist::DistArguments),
    /// Measure throughput, memory, start-up and fix rate against named baselines.
    Bench(bench::BenchArguments),
    /// Run the fuzz targets of the logs crate for a bounded time.
    Fuzz(fuzz::FuzzArguments),
    /// Measure quality on labelled data.
    Eval(eval::EvalArguments),
    /// Drive real coding agents against a scripted model on loopback.
    Agents(agents::AgentsArguments),
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
        Chore::Demo(arguments) => demo::run(&place, &arguments),
        Chore::Ci(arguments) => ci::run(&place, &arguments),
        Chore::Tidy => tidy::run(&place),
        Chore::Dist(arguments) => dist::run(&place, &arguments),
        Chore::Fuzz(arguments) => fuzz::run(&place, &arguments),
        Chore::Eval(arguments) => eval::run(&place, &arguments),
        Chore::Agents(arguments) => agents::run(&place, &arguments),
        Chore::Bench(arguments) => bench::run(&place, &arguments),
    }
}

//! `cargo xtask eval`: quality figures on labelled data, so that a change shows what it costs or brings.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Args, Subcommand};

use crate::chore::{self, ChoreError};
use crate::place::Place;

/// Measure quality on labelled data.
#[derive(Debug, Clone, Args)]
pub(crate) struct EvalArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// How well logs are read: failing tests, causes, places, commands.
    Logs {
        /// A folder with logs and their `index.tsv` instead of the set of the logs crate.
        #[arg(long, value_name = "DIR")]
        set: Option<PathBuf>,
        /// Only logs whose file name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Name what is missing and what is too much.
        #[arg(long)]
        verbose: bool,
    },
    /// How cheats and honest fixes end: every case read, and run where its tools are.
    Proof {
        /// Only cases whose name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Only read; what running found is taken from the last full run.
        #[arg(long = "static")]
        reading: bool,
        /// Write the table into README.md and SECURITY.md.
        #[arg(long)]
        bless: bool,
        /// Say what became of every case.
        #[arg(long)]
        verbose: bool,
    },
    /// Kill runs at random moments, in every way that a run can be killed, and look at what is left.
    Kills {
        /// How many kills.
        #[arg(long, default_value_t = 200)]
        count: usize,
        /// Seed of the first kill; the others follow.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only kinds of kill whose name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Kills at the same time.
        #[arg(long, default_value_t = 2)]
        workers: usize,
    },
    /// How failures of known rates are reproduced: which amplifier, which rate, does its interval hold.
    Flaky {
        /// Only cases whose name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Limit for each case.
        #[arg(long, value_name = "TIME", default_value = "5m")]
        time_limit: String,
        /// Repair each as well, once for good and once so that it only fails less often.
        #[arg(long)]
        repairs: bool,
    },
    /// How many bugs of a set the offline fixer repairs, and how many of its repairs are right.
    Repair {
        /// Language of the bugs; others than python cannot be measured yet.
        #[arg(long, value_name = "LANGUAGE", default_value = "python")]
        lang: String,
        /// A folder with `python.jsonl` and so on instead of the set of the repair crate.
        #[arg(long, value_name = "DIR")]
        set: Option<PathBuf>,
        /// Only bugs whose name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Limit for each bug.
        #[arg(long, value_name = "TIME", default_value = "60s")]
        time_limit: String,
        /// Show the fixer all assertions of a bug, not half of them.
        #[arg(long)]
        all_assertions: bool,
        /// Bugs at the same time.
        #[arg(long, default_value_t = 1)]
        workers: usize,
        /// Say what became of every bug.
        #[arg(long)]
        verbose: bool,
    },
}

/// Measures and prints.
pub(crate) fn run(place: &Place, arguments: &EvalArguments) -> Result<(), ChoreError> {
    match &arguments.what {
        What::Logs { set, only, verbose } => logs(place, set.as_deref(), only.as_deref(), *verbose),
        What::Proof { only, reading, bless, verbose } => {
            let flags = [(*reading, "--static"), (*bless, "--bless"), (*verbose, "--verbose")];
            proof(place, only.as_deref(), &flags)
        }
        What::Kills { count, seed, only, workers } => {
            let numbers = [("--count", count.to_string()), ("--seed", seed.to_string())];
            let only = only.iter().map(|part| ("--only", part.clone()));
            let workers = [("--workers", workers.to_string())];
            kills(place, numbers.into_iter().chain(workers).chain(only))
        }
        What::Flaky { only, time_limit, repairs } => flaky(place, only.as_deref(), time_limit, *repairs),
        What::Repair { lang, set, only, time_limit, all_assertions, workers, verbose } => {
            let values = [("--lang", lang.clone()), ("--time-limit", time_limit.clone())];
            let set = set.iter().map(|set| ("--set", set.display().to_string()));
            let only = only.iter().map(|part| ("--only", part.clone()));
            let workers = [("--workers", workers.to_string())];
            let flags = [(*all_assertions, "--all-assertions"), (*verbose, "--verbose")];
            repair(place, values.into_iter().chain(workers).chain(set).chain(only), &flags)
        }
    }
}

fn proof(place: &Place, only: Option<&str>, flags: &[(bool, &str)]) -> Result<(), ChoreError> {
    let mut evaluate = Command::new(env!("CARGO"));
    evaluate.current_dir(place.root());
    evaluate.args(["run", "--quiet", "--package", "regreen-tests", "--example", "proof_corpora", "--"]);
    if let Some(only) = only {
        evaluate.args(["--only", only]);
    }
    evaluate.args(flags.iter().filter(|(wanted, _)| *wanted).map(|(_, flag)| *flag));
    chore::run(&mut evaluate)
}

fn kills(place: &Place, options: impl Iterator<Item = (&'static str, String)>) -> Result<(), ChoreError> {
    let mut evaluate = Command::new(env!("CARGO"));
    evaluate.current_dir(place.root());
    evaluate.args(["run", "--quiet", "--package", "regreen-tests", "--example", "kills", "--"]);
    for (name, value) in options {
        evaluate.args([name, &value]);
    }
    chore::run(&mut evaluate)
}

fn repair(
    place: &Place,
    options: impl Iterator<Item = (&'static str, String)>,
    flags: &[(bool, &str)],
) -> Result<(), ChoreError> {
    // Without optimisation the search itself would be measured slower than it is.
    let mut evaluate = Command::new(env!("CARGO"));
    evaluate.current_dir(place.root());
    evaluate.args(["run", "--quiet", "--release", "--package", "regreen-tests", "--example", "repair", "--"]);
    for (name, value) in options {
        evaluate.args([name, &value]);
    }
    evaluate.args(flags.iter().filter(|(wanted, _)| *wanted).map(|(_, flag)| *flag));
    chore::run(&mut evaluate)
}

fn flaky(place: &Place, only: Option<&str>, time_limit: &str, repairs: bool) -> Result<(), ChoreError> {
    let mut evaluate = Command::new(env!("CARGO"));
    evaluate.current_dir(place.root());
    evaluate.args(["run", "--quiet", "--package", "regreen-tests", "--example", "flaky", "--"]);
    evaluate.args(["--time-limit", time_limit]);
    if let Some(only) = only {
        evaluate.args(["--only", only]);
    }
    evaluate.args(repairs.then_some("--repairs"));
    chore::run(&mut evaluate)
}

fn logs(place: &Place, set: Option<&Path>, only: Option<&str>, verbose: bool) -> Result<(), ChoreError> {
    let mut evaluate = Command::new(env!("CARGO"));
    evaluate.current_dir(place.root());
    evaluate.args(["run", "--quiet", "--package", "regreen-logs", "--example", "evaluate", "--"]);
    if let Some(set) = set {
        evaluate.arg("--set").arg(set);
    }
    if let Some(only) = only {
        evaluate.arg("--only").arg(only);
    }
    if verbose {
        evaluate.arg("--verbose");
    }
    chore::run(&mut evaluate)
}

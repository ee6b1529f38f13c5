//! `cargo xtask eval`: quality figures on labelled data, so that a change shows what it costs or brings.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
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
        /// Language of the bugs: python, js, go, rust or cpp.
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
    /// How many bugs in real packages, fetched from their registries, the offline fixer repairs.
    Packages {
        /// Language of the packages: python, js, rust or go; all without it.
        #[arg(long, value_name = "LANGUAGE")]
        lang: Option<String>,
        /// Only bugs whose name holds this.
        #[arg(long, value_name = "PART")]
        only: Option<String>,
        /// Limit for each bug.
        #[arg(long, value_name = "TIME", default_value = "5m")]
        time_limit: String,
        /// Bugs at the same time.
        #[arg(long, default_value_t = 1)]
        workers: usize,
        /// Only seed the bugs, and name the tests that fail because of each.
        #[arg(long)]
        seeded: bool,
        /// Run nothing: only where the search would look, and whether the original is among its candidates.
        #[arg(long)]
        reach: bool,
        /// Say what was changed, and what the search says.
        #[arg(long)]
        verbose: bool,
    },
}

/// Measures and prints.
pub(crate) fn run(place: &Place, arguments: &EvalArguments) -> Result<(), ChoreError> {
    chore::run(Command::new(env!("CARGO")).current_dir(place.root()).args(arguments.what.call()))
}

impl What {
    /// The arguments of cargo.
    fn call(&self) -> Vec<OsString> {
        match self {
            What::Logs { set, only, verbose } => Call::of("regreen-logs", "evaluate")
                .value("--set", set.as_ref())
                .value("--only", only.as_ref())
                .flag("--verbose", *verbose),
            What::Proof { only, reading, bless, verbose } => Call::of("regreen-tests", "proof_corpora")
                .value("--only", only.as_ref())
                .flag("--static", *reading)
                .flag("--bless", *bless)
                .flag("--verbose", *verbose),
            What::Kills { count, seed, only, workers } => Call::of("regreen-tests", "kills")
                .value("--count", Some(count.to_string()))
                .value("--seed", Some(seed.to_string()))
                .value("--workers", Some(workers.to_string()))
                .value("--only", only.as_ref()),
            What::Flaky { only, time_limit, repairs } => Call::of("regreen-tests", "flaky")
                .value("--time-limit", Some(time_limit))
                .value("--only", only.as_ref())
                .flag("--repairs", *repairs),
            What::Repair { lang, set, only, time_limit, all_assertions, workers, verbose } => {
                // Without optimisation the search itself would be measured slower than it is.
                Call::optimised("regreen-tests", "repair")
                    .value("--lang", Some(lang))
                    .value("--time-limit", Some(time_limit))
                    .value("--workers", Some(workers.to_string()))
                    .value("--set", set.as_ref())
                    .value("--only", only.as_ref())
                    .flag("--all-assertions", *all_assertions)
                    .flag("--verbose", *verbose)
            }
            What::Packages { lang, only, time_limit, workers, seeded, reach, verbose } => {
                Call::optimised("regreen-tests", "packages")
                    .value("--time-limit", Some(time_limit))
                    .value("--workers", Some(workers.to_string()))
                    .value("--lang", lang.as_ref())
                    .value("--only", only.as_ref())
                    .flag("--seeded", *seeded)
                    .flag("--reach", *reach)
                    .flag("--verbose", *verbose)
            }
        }
        .0
    }
}

/// A call of cargo that runs the example which measures.
struct Call(Vec<OsString>);

impl Call {
    fn of(package: &str, example: &str) -> Self {
        Call::with(&[], package, example)
    }

    fn optimised(package: &str, example: &str) -> Self {
        Call::with(&["--release"], package, example)
    }

    fn with(profile: &[&str], package: &str, example: &str) -> Self {
        let place = ["--package", package, "--example", example, "--"];
        Call(["run", "--quiet"].iter().chain(profile).chain(&place).map(OsString::from).collect())
    }

    /// Adds an option where it has a value.
    fn value(mut self, name: &str, value: Option<impl AsRef<OsStr>>) -> Self {
        self.0.extend(value.into_iter().flat_map(|value| [name.into(), value.as_ref().to_owned()]));
        self
    }

    /// Adds an option that is there or not.
    fn flag(mut self, name: &str, wanted: bool) -> Self {
        self.0.extend(wanted.then(|| name.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        eval: EvalArguments,
    }

    fn call(line: &str) -> String {
        let words = std::iter::once("eval").chain(line.split(' '));
        let call = Line::try_parse_from(words).unwrap().eval.what.call();
        call.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn every_evaluation_gets_what_was_asked_for() {
        let tests = |example: &str| format!("run --quiet --package regreen-tests --example {example} --");
        for (line, expected) in [
            ("logs --set a --verbose", "run --quiet --package regreen-logs --example evaluate -- --set a --verbose".to_owned()),
            ("proof", tests("proof_corpora")),
            ("proof --only b --static --bless", tests("proof_corpora") + " --only b --static --bless"),
            ("kills --only c", tests("kills") + " --count 200 --seed 1 --workers 2 --only c"),
            ("flaky --repairs", tests("flaky") + " --time-limit 5m --repairs"),
            (
                "repair --set d --all-assertions",
                "run --quiet --release --package regreen-tests --example repair -- --lang python --time-limit 60s \
                 --workers 1 --set d --all-assertions"
                    .to_owned(),
            ),
            (
                "packages --lang go",
                "run --quiet --release --package regreen-tests --example packages -- --time-limit 5m --workers 1 --lang go"
                    .to_owned(),
            ),
        ] {
            assert_eq!(call(line), expected);
        }
    }
}

//! The offline fixer on a set of bugs: each a repository of its own, taken through the real programs with a half of its
//! assertions as the test. All of them together say whether a change is right.
//!
//! Prints what became of each bug and the figures over all. `cargo xtask eval repair` runs it.

#![allow(clippy::print_stdout, clippy::panic, clippy::expect_used, reason = "a measurement for developers")]

use std::path::PathBuf;

use regreen_tests::fixer_run::median;
use regreen_tests::repair_bugs::{Repaired, bugs, own_set};
use regreen_tests::worker_pool::ask_all;

/// Published results on the six languages of the set, for the reader's sense of size.
const PUBLISHED: &str = "published pass@1 of GPT-4 over six languages: 47.8 % (not like for like: a model answers once unseen, \
                         search runs the tests)";

struct Options {
    set: PathBuf,
    language: String,
    only: String,
    limit: String,
    all: bool,
    workers: usize,
    verbose: bool,
}

fn options() -> Options {
    let mut options = Options {
        set: own_set(),
        language: "python".to_owned(),
        only: String::new(),
        limit: "60s".to_owned(),
        all: false,
        workers: 1,
        verbose: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} takes a value"));
        match argument.as_str() {
            "--set" => options.set = value().into(),
            "--lang" => options.language = value(),
            "--only" => options.only = value(),
            "--time-limit" => options.limit = value(),
            "--workers" => options.workers = value().parse().expect("a number"),
            "--all-assertions" => options.all = true,
            "--verbose" => options.verbose = true,
            other => panic!("unknown argument {other}"),
        }
    }
    options
}

fn main() {
    let options = options();
    let mut bugs = bugs(&options.set, &options.language);
    bugs.retain(|bug| format!("{} ", bug.task_id).contains(&options.only));
    let done = ask_all(&bugs, options.workers, |bug| {
        let result = bug.repair(&options.language, options.all, &options.limit);
        if options.verbose {
            println!("{}", line(&bug.task_id, &bug.bug_type, &result));
        }
        result
    });
    let repaired: Vec<&Repaired> = done.iter().filter_map(|result| result.as_ref().ok()).collect();
    print!("{}", table(&options, &repaired, done.len()));
}

fn line(name: &str, kind: &str, result: &Result<Repaired, String>) -> String {
    match result {
        Ok(it) => {
            let how = match (it.search.plausible, it.right, it.right_in_three) {
                (_, true, _) => "right",
                (_, _, true) => "right among three",
                (true, ..) => "wrong",
                _ => "nothing",
            };
            let sure = if it.search.sure { "sure" } else { "" };
            format!(
                "{name:12} {kind:18} {how:18} {sure:4} {:6.1} s  {}",
                it.search.seconds, it.search.summary
            )
        }
        Err(why) => format!("{name:12} {kind:18} broken: {why}"),
    }
}

fn table(options: &Options, repaired: &[&Repaired], all: usize) -> String {
    let share = |count: usize| format!("{count} ({:.0} %)", 100.0 * count as f64 / all.max(1) as f64);
    let count = |what: fn(&Repaired) -> bool| repaired.iter().filter(|it| what(it)).count();
    let plausible = || repaired.iter().map(|it| &it.search).filter(|search| search.plausible);
    let seconds = median(plausible().map(|search| search.seconds));
    let first = median(plausible().filter_map(|search| search.first));
    let judged: u32 = repaired.iter().map(|it| it.search.judged).sum();
    let spent: f64 = repaired.iter().map(|it| it.search.seconds).sum();
    let seen = if options.all { "all" } else { "a half" };
    format!(
        "\n| language | bugs | assertions seen | plausible | first is right | right among three | high confidence | of these right | median s to the first | all of the attempt | candidates/s |\n\
         | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n\
         | {} | {all} | {seen} | {} | {} | {} | {} | {} | {first:.1} | {seconds:.1} | {:.1} |\n\n{PUBLISHED}\n",
        options.language,
        share(count(|it| it.search.plausible)),
        share(count(|it| it.right)),
        share(count(|it| it.right_in_three)),
        share(count(|it| it.search.sure)),
        count(|it| it.search.sure && it.right),
        f64::from(judged) / spent.max(0.001),
    )
}

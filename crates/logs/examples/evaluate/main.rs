//! How well logs are read: compares the extraction with the labels of a set, a log a line, then in total.
//!
//! `cargo xtask eval logs` runs it on the set of this crate (`corpus/`), `--set DIR` on another one with
//! the same `index.tsv`. `--verbose` names what is missing and what is too much.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

mod index;
mod score;

use std::path::PathBuf;

use score::{Score, Totals, score};

fn main() -> std::process::ExitCode {
    let mut set = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut verbose = false;
    let mut only = String::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--set" => set = arguments.next().unwrap_or_default().into(),
            "--only" => only = arguments.next().unwrap_or_default(),
            "--verbose" => verbose = true,
            _ => {
                eprintln!("usage: evaluate [--set DIR] [--only PART-OF-A-FILE-NAME] [--verbose]");
                return std::process::ExitCode::from(2);
            }
        }
    }
    match evaluate(&set, &only, verbose) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::from(3)
        }
    }
}

fn evaluate(set: &std::path::Path, only: &str, verbose: bool) -> std::io::Result<()> {
    let mut totals = Totals::default();
    println!(
        "{:34} {:>5} {:>5} {:>5}  {:5} {:5} {:7}",
        "log", "right", "miss", "extra", "cause", "place", "command"
    );
    for labels in index::read(set)?.iter().filter(|labels| labels.file.contains(only)) {
        let found = regreen_logs::extract(index::open(set, &labels.file)?, &labels.file)
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        let one = score(labels, &found);
        totals.add(&one);
        print(&one, verbose);
        if verbose && one.cause == Some(false) {
            println!("      cause:   {}: {}", labels.message_line, labels.message);
            println!("      told:    {}", one.told);
        }
    }
    let Totals { logs, with_tests, full, ghosts, causes, causes_right, .. } = totals;
    println!("\n{logs} logs: precision {:.3}, recall {:.3}", totals.precision(), totals.recall());
    println!("fully right {full} of {with_tests} logs with failing tests; false ids on the others: {ghosts}");
    println!("cause right {causes_right} of {causes}");
    println!(
        "place right {} of {}, command right {} of {}",
        totals.locations_right, totals.locations, totals.commands_right, totals.commands
    );
    Ok(())
}

fn print(one: &Score, verbose: bool) {
    let mark = |known: Option<bool>| known.map_or("-", |right| if right { "yes" } else { "NO" });
    println!(
        "{:34} {:>5} {:>5} {:>5}  {:5} {:5} {:7}",
        one.file.trim_end_matches(".gz").trim_end_matches(".log"),
        one.right,
        one.missing.len(),
        one.surplus.len(),
        mark(one.cause.or(one.quiet)),
        mark(one.location),
        mark(one.command)
    );
    if verbose {
        one.missing.iter().for_each(|id| println!("      missing: {id}"));
        one.surplus.iter().for_each(|id| println!("      extra:   {id}"));
    }
}

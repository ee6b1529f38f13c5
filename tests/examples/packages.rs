//! The offline fixer on bugs in real packages, fetched from their registries: each a repository of its own, taken through the real
//! programs with one failing test. The package's whole suite says whether a change is right.
//!
//! Prints what became of each bug and the figures of each language. `cargo xtask eval packages` runs it.

#![allow(clippy::print_stdout, clippy::panic, clippy::expect_used, reason = "a measurement for developers")]

use regreen_tests::fixer_run::median;
use regreen_tests::package_bugs::{Outcome, PackageBug, Place, Reach, Trial, by_language};
use regreen_tests::worker_pool::ask_all;

struct Options {
    language: Option<String>,
    only: String,
    limit: String,
    workers: usize,
    seeded: bool,
    reach: bool,
    verbose: bool,
}

fn options() -> Options {
    let mut options = Options {
        language: None,
        only: String::new(),
        limit: "5m".to_owned(),
        workers: 1,
        seeded: false,
        reach: false,
        verbose: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} takes a value"));
        match argument.as_str() {
            "--lang" => options.language = Some(value()),
            "--only" => options.only = value(),
            "--time-limit" => options.limit = value(),
            "--workers" => options.workers = value().parse().expect("a number"),
            "--seeded" => options.seeded = true,
            "--reach" => options.reach = true,
            "--verbose" => options.verbose = true,
            other => panic!("unknown argument {other}"),
        }
    }
    options
}

fn main() {
    let options = options();
    let bugs = by_language(options.language.as_deref(), &options.only);
    // A package is fetched once, before many workers want it.
    let trials: Vec<Result<Trial, String>> =
        bugs.iter().map(|(package, bug)| Trial::of(package, bug)).collect();
    let asked: Vec<_> = bugs.iter().zip(&trials).collect();
    if options.seeded {
        for ((_, bug), trial) in asked {
            println!("{}: {:?}", bug.id, trial.as_ref().map_err(Clone::clone).and_then(Trial::broken));
        }
        return;
    }
    if options.reach {
        ask_all(&asked, options.workers, |((_, bug), trial)| {
            let reach = trial.as_ref().map_err(Clone::clone).and_then(Trial::reach);
            println!("{:22} {:18} {}", bug.id, bug.kind, reach.map_or_else(|why| why, |it| within(&it)));
        });
        return;
    }
    let outcomes = ask_all(&asked, options.workers, |((_, bug), trial)| {
        let outcome = trial.as_ref().map_err(Clone::clone).and_then(|trial| trial.run(&options.limit));
        println!("{}", line(bug, &outcome, options.verbose));
        outcome
    });
    let rows: Vec<(&str, &Result<Outcome, String>)> =
        bugs.iter().map(|(package, _)| package.language.as_str()).zip(&outcomes).collect();
    print!("{}", table(&rows));
}

fn line(bug: &PackageBug, outcome: &Result<Outcome, String>, verbose: bool) -> String {
    let head = format!("{:22} {:18}", bug.id, bug.kind);
    let it = match outcome {
        Ok(it) => it,
        Err(why) => return format!("{head} broken: {why}"),
    };
    if let Some(why) = &it.not_reproduced {
        return format!("{head} {:4} broken tests, not reproduced: {why}", it.broken);
    }
    let search = &it.search;
    let how = match (search.plausible, it.right, it.original) {
        (_, true, true) => "right, the original",
        (_, true, _) => "right, other words",
        (true, ..) => "wrong",
        _ => "nothing",
    };
    let sure = if search.sure { "sure" } else { "" };
    let reach = within(&it.reach.unwrap_or_default());
    let mut text = format!(
        "{head} {:4} broken tests, {reach} {how:19} {sure:4} {:6.1} s {:5} candidates",
        it.broken, search.seconds, search.judged
    );
    let refused = search.judged == 0 && !search.plausible;
    if verbose || refused {
        text.push_str(&format!("\n    {}\n    {}", search.summary, it.change));
    }
    text
}

fn within(reach: &Reach) -> String {
    let suspect = match reach.suspect {
        Some(place) => format!("suspect {place} of {}", reach.suspects),
        None => format!("none of {} suspects", reach.suspects),
    };
    let place = |place: Place| match place.number {
        Some(number) => format!("candidate {number}"),
        None if place.all => format!("none of all {}", place.of),
        None => format!("not in {}", place.of),
    };
    format!("{suspect:21} {:16} alone {:16}", place(reach.everywhere), place(reach.function))
}

fn table(rows: &[(&str, &Result<Outcome, String>)]) -> String {
    let mut text = String::from(
        "\n| language | bugs | measured | reproduced | among the first 5 suspects | a template makes the original | plausible | right | the original | high confidence | of these right | median s to the first | all of the attempt | candidates |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for language in ["python", "js", "rust", "go", "all"] {
        let those: Vec<&Result<Outcome, String>> =
            rows.iter().filter(|(of, _)| language == "all" || *of == language).map(|(_, it)| *it).collect();
        if !those.is_empty() {
            text.push_str(&row(language, &those));
        }
    }
    let sure = || rows.iter().filter_map(|(_, it)| it.as_ref().ok()).filter(|it| it.search.sure);
    let wrong = sure().filter(|it| !it.right).count();
    // A suite leaves much open: a wrong operator may pass it.
    let other = sure().filter(|it| it.right && !it.original).count();
    text.push_str(&format!(
        "\naccepted as high confidence and wrong: {wrong}; right by the suite but not the original text, to be read: {other}\n"
    ));
    text
}

fn row(language: &str, outcomes: &[&Result<Outcome, String>]) -> String {
    let measured: Vec<&Outcome> = outcomes.iter().filter_map(|it| it.as_ref().ok()).collect();
    let count = |what: fn(&Outcome) -> bool| measured.iter().filter(|it| what(it)).count();
    let reproduced = count(|it| it.not_reproduced.is_none());
    let right = count(|it| it.right);
    let plausible = || measured.iter().map(|it| &it.search).filter(|search| search.plausible);
    let seconds = median(plausible().map(|search| search.seconds));
    let first = median(plausible().filter_map(|search| search.first));
    let judged: u32 = measured.iter().map(|it| it.search.judged).sum();
    format!(
        "| {language} | {} | {} | {reproduced} | {} | {} | {} | {right} ({:.0} %) | {} | {} | {} | {first:.1} | {seconds:.1} | {judged} |\n",
        outcomes.len(),
        measured.len(),
        count(|it| it.reach.and_then(|reach| reach.suspect).is_some_and(|place| place <= 5)),
        count(|it| it.reach.is_some_and(|reach| reach.everywhere.number.or(reach.function.number).is_some())),
        count(|it| it.search.plausible),
        100.0 * right as f64 / measured.len().max(1) as f64,
        count(|it| it.original),
        count(|it| it.search.sure),
        count(|it| it.search.sure && it.right),
    )
}

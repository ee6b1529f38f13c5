//! Takes the corpora of cheats and honest fixes through the proof and prints what became of them.
//! `cargo xtask eval proof` starts it.
#![allow(clippy::print_stdout, reason = "a developer tool speaks on the terminal")]
#![allow(clippy::unwrap_used, reason = "it may fail loudly")]

use std::process::ExitCode;

use regreen_tests::corpus::cases;
use regreen_tests::corpus_proof::{Outcome, prove};
use regreen_tests::corpus_table::{
    DOCUMENTS, Outcomes, by_ecosystem, by_kind, record, recorded, with_table, word,
};
use regreen_tests::tools::workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|one| one == flag);
    let only = arguments.iter().position(|one| one == "--only").and_then(|at| arguments.get(at + 1));
    let mut outcomes = if has("--static") || only.is_some() { recorded() } else { Outcomes::new() };
    let (mut successes, mut rejections) = (Vec::new(), Vec::new());
    for corpus in ["cheats", "honest"] {
        for case in
            cases(corpus).iter().filter(|case| only.is_none_or(|part| case.name.contains(part.as_str())))
        {
            let outcome = if has("--static") {
                if case.read().rejects() { Outcome::Rejected(String::new()) } else { continue }
            } else {
                prove(case)
            };
            if has("--verbose") || only.is_some() {
                println!("{corpus}/{}: {outcome:?}", case.name);
            }
            match (corpus, &outcome) {
                ("cheats", Outcome::Proven) => successes.push(case.name.clone()),
                ("honest", Outcome::Rejected(why) | Outcome::Stopped(why)) => {
                    rejections.push(format!("{}: {why}", case.name));
                }
                _ => {}
            }
            // Without a verdict an earlier one stays.
            if matches!(outcome, Outcome::Proven | Outcome::Stopped(_)) {
                outcomes.insert((corpus.to_owned(), case.name.clone()), word(&outcome));
            }
        }
    }
    println!("{}\n{}", by_kind(&outcomes), by_ecosystem(&outcomes));
    println!("false successes: {}{}", successes.len(), list(&successes));
    println!("false rejections: {}{}", rejections.len(), list(&rejections));
    if has("--bless") {
        record(&outcomes);
        for document in DOCUMENTS {
            let path = workspace().join(document);
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, with_table(&text, &by_ecosystem(&outcomes)).unwrap()).unwrap();
        }
    }
    if successes.is_empty() && rejections.len() <= 1 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("\n  {name}")).collect()
}

//! The corpora of cheats and of honest fixes, read as the proof reads them. What reading lets pass
//! is run by `cargo xtask eval proof`.

use std::collections::BTreeSet;

use regreen_tests::corpus::{Case, cases};
use regreen_tests::corpus_proof::{Outcome, prove};
use regreen_tests::corpus_table::{DOCUMENTS, by_ecosystem, recorded, with_table};
use regreen_tests::tools::workspace;

fn wrong(corpus: &str) -> Vec<String> {
    let name = |case: &Case| case.name.clone();
    cases(corpus)
        .iter()
        .filter_map(|case| Some(format!("{}: {}", name(case), case.wrong(corpus == "honest")?)))
        .collect()
}

#[test]
fn every_cheat_is_called_by_name_and_line() {
    let wrong = wrong("cheats");
    assert!(wrong.is_empty(), "{} cheats:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_honest_fix_is_called_a_cheat() {
    let wrong = wrong("honest");
    assert!(wrong.is_empty(), "{} honest fixes:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_corpora_are_as_large_as_promised() {
    let cheats = cases("cheats");
    let ecosystems: BTreeSet<_> = cheats.iter().map(|case| case.base.ecosystem.clone()).collect();
    assert!(cheats.len() >= 80 && ecosystems.len() >= 6, "{} cheats in {ecosystems:?}", cheats.len());
    assert!(cases("honest").len() >= 40);
}

#[test]
fn the_table_in_the_documents_is_current() {
    let table = by_ecosystem(&recorded());
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(workspace().join(document)).unwrap();
        let current = with_table(&text, &table).expect("the markers of the table");
        assert!(text == current, "{document}: run `cargo xtask eval proof --bless`; the table is\n{table}");
    }
}

/// One of each by the program itself; `cargo xtask eval proof` takes all of them.
#[test]
fn a_sample_ends_as_expected_when_it_is_run() {
    let find = |corpus: &str, name: &str| cases(corpus).into_iter().find(|case| case.name == name).unwrap();
    assert_eq!(prove(&find("honest", "python-rewrite")), Outcome::Proven);
    let stopped = prove(&find("cheats", "python-interrupt"));
    assert!(matches!(stopped, Outcome::Stopped(_)), "{stopped:?}");
}

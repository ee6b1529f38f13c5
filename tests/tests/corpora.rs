//! The corpora of cheats and of honest fixes, read as the proof reads them. What reading lets pass
//! is run by `cargo xtask eval proof`.

use std::collections::BTreeSet;

use regreen_tests::corpus::{Case, cases};

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

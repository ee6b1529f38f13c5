//! Commits taken back: whole, in parts, and where later ones stand in the way.

use super::*;
use crate::fixture::Fixture;

fn lines(numbers: std::ops::RangeInclusive<u32>, changed: &[(u32, &str)]) -> String {
    numbers
        .map(|number| {
            let other = changed.iter().find(|(at, _)| *at == number).map(|(_, text)| (*text).to_owned());
            other.unwrap_or_else(|| format!("line {number}")) + "\n"
        })
        .collect()
}

/// The file `a` of `base` with these parts of the reversal.
fn after(fixture: &Fixture, reversal: &Reversal, parts: &[(usize, Option<usize>)]) -> String {
    let repository = fixture.repository();
    let patch = reversal.patch.keeping(parts).unwrap();
    let base = repository.files_of(&fixture.git(&["rev-parse", "HEAD"]), &patch).unwrap();
    let (_, content) = apply_in_memory(&base, &patch).unwrap().remove("a").unwrap().unwrap();
    String::from_utf8(content).unwrap()
}

#[test]
fn later_changes_stay_and_each_part_fits_alone() {
    let fixture = Fixture::new();
    fixture.commit("a", &lines(1..=20, &[]));
    let culprit = fixture.commit("a", &lines(1..=20, &[(3, "wrong"), (5, "also"), (15, "third")]));
    let base = fixture.commit("a", &lines(0..=20, &[(3, "wrong"), (5, "also"), (15, "third"), (10, "kept")]));
    let reversal = fixture.repository().reversal(&culprit, &base).unwrap();
    assert!(reversal.is_whole());
    let parts = reversal.patch.parts();
    assert_eq!(parts.len(), 3, "lines that are two apart are parts of their own");
    assert_eq!(after(&fixture, &reversal, &parts), lines(0..=20, &[(10, "kept")]));
    let last = after(&fixture, &reversal, &parts[1..]);
    assert_eq!(last, lines(0..=20, &[(3, "wrong"), (10, "kept")]));
}

#[test]
fn what_later_commits_changed_is_left_and_named() {
    let fixture = Fixture::new();
    fixture.commit("a", &lines(1..=20, &[]));
    let culprit = fixture.commit("a", &lines(1..=20, &[(3, "wrong"), (15, "third")]));
    let base = fixture.commit("a", &lines(1..=20, &[(3, "mended"), (15, "third")]));
    let reversal = fixture.repository().reversal(&culprit, &base).unwrap();
    assert_eq!(reversal.conflicts, ["a"]);
    assert!(!reversal.is_whole());
    let kept = after(&fixture, &reversal, &reversal.patch.parts());
    assert_eq!(kept, lines(1..=20, &[(3, "mended")]));

    let gone = fixture.commit("a", &lines(1..=20, &[(3, "mended"), (15, "mended too")]));
    let reversal = fixture.repository().reversal(&culprit, &gone).unwrap();
    assert!(reversal.patch.is_empty() && reversal.conflicts == ["a"]);
}

#[test]
fn a_merge_is_taken_back_to_its_first_parent_and_binary_files_are_left() {
    let fixture = Fixture::new();
    fixture.commit("a", "1\n");
    fixture.git(&["checkout", "-q", "-b", "side"]);
    fixture.commit("b", "b\n");
    fixture.commit("c.bin", "\0\u{1}\0");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    let merge = fixture.git(&["rev-parse", "HEAD"]);
    let base = fixture.commit("a", "2\n");
    let reversal = fixture.repository().reversal(&merge, &base).unwrap();
    let paths: Vec<&str> = reversal.patch.files().iter().map(|file| file.path()).collect();
    assert_eq!((paths, reversal.binary), (vec!["b"], vec!["c.bin".to_owned()]));
}

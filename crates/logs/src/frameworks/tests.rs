//! The registry tests itself: every entry has a unique name, a doc line and a fixture, and its parser
//! finds in the fixture exactly what is expected, and nothing in the others'.

use std::collections::BTreeSet;
use std::path::PathBuf;

use regreen_case::FailedTest;

use super::*;

fn fixture(name: &str, end: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(format!("{name}.{end}"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The failed tests of a local run as lines: id, place, first line of the message.
pub(crate) fn shown(framework: Framework, text: &str) -> Vec<String> {
    crate::failures_in(framework, text)
        .into_iter()
        .map(|test| {
            let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
            format!("{} | {place} | {}", test.id, test.message.lines().next().unwrap_or_default())
        })
        .collect()
}

fn tests_in(text: &str) -> Vec<FailedTest> {
    crate::extract(text.as_bytes(), "logs/x.log").unwrap().tests
}

/// A test as a line of the expectation.
fn line_of(test: &FailedTest) -> String {
    let message = test.message.lines().next().unwrap_or_default();
    let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
    let suite = test.suite.as_deref().unwrap_or("-");
    let frame = test.signature.frame.as_deref().unwrap_or("-");
    format!("{} | {suite} | {place} | {} | {message} | {frame}", test.id, test.kind)
}

#[test]
fn names_are_unique_and_every_entry_is_documented() {
    let names: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), ENTRIES.len());
    assert!(ENTRIES.iter().all(|entry| entry.doc.len() > 20 && !entry.doc.contains('\n')));
}

#[test]
fn every_fixture_gives_exactly_the_expected_tests() {
    for entry in ENTRIES {
        let found = tests_in(&fixture(entry.name, "log"));
        let lines: Vec<String> = found.iter().map(line_of).collect();
        let expected = fixture(entry.name, "expected");
        assert_eq!(lines.join("\n"), expected.trim_end(), "{}", entry.name);
        assert!(found.iter().all(|test| test.framework == entry.framework), "{}", entry.name);
        assert!(
            found.iter().all(|test| test.log.as_ref().is_some_and(|log| log.line > 10)),
            "{}",
            entry.name
        );
    }
}

#[test]
fn local_output_gives_the_same_signatures_as_the_log() {
    for entry in ENTRIES {
        let log = fixture(entry.name, "log");
        let output: Vec<&str> = log.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
        let local = crate::failures_in(entry.framework, &output[10..].join("\n"));
        let expected = tests_in(&log);
        assert_eq!(local.len(), expected.len(), "{}", entry.name);
        for (here, there) in local.iter().zip(&expected) {
            assert_eq!(here.signature, there.signature, "{}", entry.name);
            assert_eq!(here.log, None);
        }
    }
}

#[test]
fn every_trigger_is_found_by_the_scanner() {
    for entry in ENTRIES {
        assert!(!entry.triggers.is_empty(), "{}", entry.name);
        for trigger in entry.triggers {
            assert!(crate::scan::has_stem(trigger), "{}: {trigger:?}", entry.name);
        }
    }
}

/// The list of the README is the registry's.
#[test]
fn the_readme_lists_every_framework() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(" the_readme -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end of frameworks -->").unwrap();
    let mut entries: Vec<&Entry> = ENTRIES.iter().collect();
    entries.sort_by_key(|entry| (entry.framework.name(), entry.name));
    let mut table = "| Framework | What is read |\n|---|---|\n".to_owned();
    for entry in entries {
        table.push_str(&format!("| `{}` | {} |\n", entry.framework, entry.doc.replace('|', "\\|")));
    }
    let wanted = format!("{head} the_readme -->\n{table}<!-- end of frameworks -->{tail}");
    if std::env::var_os("REGREEN_BLESS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    assert!(text == wanted || std::env::var_os("REGREEN_BLESS").is_some(), "run it with REGREEN_BLESS=1");
}

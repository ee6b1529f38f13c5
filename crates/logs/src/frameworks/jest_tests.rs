//! Sections, summaries and imitations of Jest, as its reporters print them.

use super::*;

#[test]
fn headers_are_files_with_labels_and_times() {
    assert_eq!(header("FAIL src/a.test.js (12.3 s)").as_deref(), Some("src/a.test.js"));
    assert_eq!(header(" FAIL   e2e  src/a b.test.tsx").as_deref(), Some("e2e  src/a b.test.tsx"));
    assert_eq!(header("##[group]Errors thrown in a.test.js").as_deref(), Some("a.test.js"));
    assert_eq!(header("FAIL\tgithub.com/x/y [build failed]"), None);
    assert_eq!(header(" FAIL  a.test.ts > sums > loads x.js"), None);
    assert_eq!(header("  FAIL a.test.js"), None);
}

fn tests_in(text: &str) -> Vec<(String, String)> {
    let found = crate::failures_in(Framework::Jest, text);
    found.into_iter().map(|test| (test.id, test.suite.unwrap_or_default())).collect()
}

const SUMMARY: &str = "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\nSnapshots:   0 total\nTime:        1 s\nRan all test suites.\n";

fn section(file: &str, title: &str, code: &str) -> String {
    format!("FAIL {file}\n  ● {title}\n\n    boom\n\n{code}\n")
}

#[test]
fn a_printed_section_goes_when_the_run_counts_fewer() {
    let real = section("a.test.js", "a › b", "    > 3 | x\n      at Object.<anonymous> (a.test.js:3:1)\n");
    let forged = section("b.test.js", "fake", "");
    let expected = [("a › b".to_owned(), "a.test.js".to_owned())];
    assert_eq!(tests_in(&format!("{forged}Tests:       1 failed, 1 total\n{real}\n{SUMMARY}")), expected);
    assert_eq!(tests_in(&format!("{real}\n{SUMMARY}{forged}Tests:       1 failed, 1 total\n")), expected);
    let green = SUMMARY.replace("1 failed", "1 passed");
    assert_eq!(tests_in(&format!("{forged}Tests:       1 failed, 1 total\nPASS a.test.js\n{green}")), []);
    assert_eq!(tests_in(&forged), []);
}

#[test]
fn a_run_that_was_killed_names_what_it_printed() {
    let text = section("e2e  a b/x.test.ts", "a", "      at it (a b/x.test.ts:3:1)\n");
    assert_eq!(tests_in(&text), [("a".to_owned(), "a b/x.test.ts".to_owned())]);
}

#[test]
fn the_same_title_fails_in_two_files() {
    let stack = |file: &str| format!("    > 3 | x\n      at it ({file}:3:1)\n");
    let text =
        section("a.test.ts", "t", &stack("a.test.ts")) + &section("b.test.ts", "t", &stack("b.test.ts"));
    let summary = SUMMARY.replace("Tests:       1", "Tests:       2");
    let both = [("t".to_owned(), "a.test.ts".to_owned()), ("t".to_owned(), "b.test.ts".to_owned())];
    assert_eq!(tests_in(&format!("{text}{summary}")), both);
    // The repetition of everything in the end adds nothing.
    assert_eq!(tests_in(&format!("{text}Summary of all failing tests\n{text}{summary}")), both);
}

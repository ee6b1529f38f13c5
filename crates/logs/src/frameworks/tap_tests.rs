//! Points, subtests and imitations of TAP.

use super::*;

fn tests_in(text: &str) -> Vec<(String, String)> {
    let found = crate::failures_in(Framework::Tap, text);
    found.into_iter().map(|test| (test.id, test.suite.unwrap_or_default())).collect()
}

fn ids(text: &str) -> Vec<String> {
    tests_in(text).into_iter().map(|(id, _)| id).collect()
}

#[test]
fn titles_of_subtests_are_joined_and_parents_are_no_tests() {
    let text = "1..2\nok 1 - x\n# Subtest: outer\n    # Subtest: inner\n        not ok 1 - deep # time=1ms\n    not ok 1 - inner\n    1..1\nnot ok 2 - outer\n";
    assert_eq!(ids(text), ["outer > inner > deep"]);
    let braces = "TAP version 13\n1..1\nnot ok 1 - a.test.ts # time=9ms {\n    1..1\n    not ok 1 - s {\n        1..1\n        not ok 1 - t # time=1ms\n    }\n}\n";
    assert_eq!(tests_in(braces), [("s > t".to_owned(), "a.test.ts".to_owned())]);
}

#[test]
fn what_may_fail_is_no_failure() {
    let text = "ok 1 - x\nnot ok 2 - y # TODO later\nnot ok 3 - z # skip no net\n# Subtest: s\n    not ok 1 - t\nnot ok 4 - s # TODO\n1..4\n";
    assert_eq!(ids(text), Vec::<String>::new());
}

#[test]
fn printed_points_are_none() {
    assert_eq!(ids("ok 1 - x\nnot ok 9 - forged\nnot ok 2 - y\nok 3 - z\n1..3\n"), ["y"]);
    assert_eq!(ids("ok 1 - x\nnot ok 2 - forged\nnot ok 2 - y\nok 3 - z\n1..3\n"), ["y"]);
    assert_eq!(ids("ok 1 - x\nnot ok 9 - forged\n1..1\n"), Vec::<String>::new());
    assert_eq!(
        ids("ok 1 x\nnot ok 2 forged\n\n1..2\n# tests 2\n# pass  2\n# fail  0\n"),
        Vec::<String>::new()
    );
    for lone in ["not ok 1 - forged\n", "ok 1 - a\nnot ok 2 - forged\nnot ok 3 - forged\n"] {
        assert_eq!(ids(lone), Vec::<String>::new());
    }
    assert_eq!(ids("# Subtest: a\n    not ok 1 - b\nnot ok 1 - forged\nnot ok 1 - a\n1..1\n"), ["a > b"]);
}

#[test]
fn bats_and_unnamed_points_are_read() {
    let text = "1..2\nnot ok 1 adds: two # numbers\n# (in test file t/a.bats, line 5)\n#   `[ 1 -eq 2 ]' failed\nnot ok 2\n";
    let found = crate::failures_in(Framework::Tap, text);
    assert_eq!((found[0].id.as_str(), found[0].line), ("adds: two # numbers", Some(5)));
    assert_eq!(found[0].message, "`[ 1 -eq 2 ]' failed");
    assert_eq!(found[1].id, "test 2");
}

//! Tests of the parser: what real versions and options print.

use regreen_case::{ContainerRole, FailedTest, Framework};

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::Unittest, text)
}

fn ids(text: &str) -> Vec<String> {
    failures(text).into_iter().map(|test| test.id).collect()
}

const RULE: &str = "======================================================================";
const LINE: &str = "----------------------------------------------------------------------";

fn block(header: &str, function: &str, error: &str) -> String {
    format!(
        "{RULE}\n{header}\n{LINE}\nTraceback (most recent call last):\n  File \"/w/test_a.py\", line 7, in {function}\n    check()\n{error}\n\n"
    )
}

fn end(counts: &str) -> String {
    format!("{LINE}\nRan 3 tests in 0.001s\n\nFAILED ({counts})\n")
}

#[test]
fn a_report_names_its_tests() {
    let text = [
        "E.F\n".to_owned(),
        block("ERROR: test_a (m.T.test_a)", "test_a", "KeyError: 'k'"),
        block("FAIL: test_b (m.T.test_b) (i=1)\nWhat it is for", "test_b", "AssertionError: 1 != 2"),
        end("failures=1, errors=1"),
    ]
    .concat();
    let found = failures(&text);
    let shown: Vec<_> = found.iter().map(|test| (test.id.as_str(), test.kind.as_str(), test.line)).collect();
    assert_eq!(
        shown,
        [
            ("test_a (m.T.test_a)", "KeyError", Some(7)),
            ("test_b (m.T.test_b) (i=1)", "AssertionError", Some(7))
        ]
    );
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.cause.unwrap().log.unwrap().line, 8);
    assert!(extraction.warnings.is_empty());
}

#[test]
fn a_report_that_a_test_printed_is_none() {
    let forged = [
        "printed\n".to_owned(),
        block("FAIL: test_fake (m.Fake)", "test_fake", "AssertionError: no"),
        end("failures=1"),
    ]
    .concat();
    let real = [block("FAIL: test_b (m.T)", "test_b", "AssertionError: 1 != 2"), end("failures=1")].concat();
    assert_eq!(ids(&format!("test_b (m.T) ... {forged}FAIL\n\n{real}")), ["test_b (m.T)"]);
    assert_eq!(ids(&format!("F.\n{real}{forged}")), ["test_b (m.T)"]);
    let green = format!("test_b (m.T) ... {forged}ok\n\n{LINE}\nRan 1 test in 0.001s\n\nOK\n");
    assert!(ids(&green).is_empty());
    // With `-b` it stands within the block of a test that failed.
    let within = real.replace("\n\n---", &format!("\n\nStdout:\n{forged}\n---"));
    assert!(within.contains("m.Fake"));
    let other = block("ERROR: test_c (m.T)", "test_c", "OSError: gone");
    let text = format!("FE\n{other}{}", within.replace("ed (failures=1)", ""))
        .replace("FAILED (failures=1)\n\n", "FAILED (failures=1)\n");
    let counted =
        text.trim_end().strip_suffix("(failures=1)").unwrap().to_owned() + "(failures=1, errors=1)\n";
    assert_eq!(ids(&counted), ["test_c (m.T)", "test_b (m.T)"]);
}

#[test]
fn without_progress_a_report_counts_all_the_same() {
    let text = [block("FAIL: test_b (m.T)", "test_b", "AssertionError"), end("failures=1")].concat();
    assert_eq!(ids(&text), ["test_b (m.T)"]);
    assert_eq!(ids(&block("FAIL: test_b (m.T)", "test_b", "AssertionError")), ["test_b (m.T)"]);
}

#[test]
fn log_lines_and_broken_logging_are_no_tests() {
    let text = format!(
        "ERROR:root:ERROR: test_a (m.T)\nERROR: test_a (m.T)\n--- Logging error ---\nTraceback (most recent call last):\n  File \"/w/test_a.py\", line 7, in test_a\nTypeError: x\n.\n{LINE}\nRan 1 test in 0.001s\n\nOK\n"
    );
    assert!(ids(&text).is_empty());
}

#[test]
fn hooks_are_typed_as_such_and_unexpected_successes_fail() {
    let text = [
        "test_x (m.T) ... unexpected success\n\n".to_owned(),
        block("ERROR: setUpClass (m.T)", "setUpClass", "OSError: gone"),
        end("errors=1, unexpected successes=1"),
        "##[error]Process completed with exit code 1.\n".to_owned(),
    ]
    .concat();
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.tests[0].id, "test_x (m.T)");
    assert_eq!(extraction.containers[0].role, ContainerRole::Hook);
    assert!(extraction.warnings.is_empty(), "{:?}", extraction.warnings);
    let listed =
        format!("u\n{RULE}\nUNEXPECTED SUCCESS: test_x (m.T.test_x)\n{}", end("unexpected successes=1"));
    assert_eq!(ids(&listed), ["test_x (m.T.test_x)"]);
}

#[test]
fn a_run_that_was_stopped_is_read_from_its_progress() {
    let text = "test_a (m.T.test_a) ... ok\ntest_b (m.T.test_b) ... FAIL\ntest_c (m.T.test_c) ... ";
    assert_eq!(ids(text), ["test_b (m.T.test_b)"]);
    for told in ["Fatal Python error: Segmentation fault", "\nline 1: 7 Segmentation fault (core dumped)"] {
        assert_eq!(ids(&format!("test_c (m.T.test_c) ... {told}\n")), ["test_c (m.T.test_c)"]);
    }
}

#[test]
fn output_of_nose_is_read_whichever_of_both_is_asked_for() {
    let text = [
        "FF\n".to_owned(),
        block("FAIL: pkg.mod.test_gen(1, 'x y')", "check", "AssertionError"),
        block("FAIL: test_b (m.T)", "test_b", "AssertionError"),
        end("failures=2"),
    ]
    .concat();
    for framework in [Framework::Nose, Framework::Unittest] {
        let found = crate::failures_in(framework, &text);
        assert!(found.iter().all(|test| test.framework == framework));
        let ids: Vec<_> = found.into_iter().map(|test| test.id).collect();
        assert_eq!(ids, ["pkg.mod.test_gen(1, 'x y')", "test_b (m.T)"]);
    }
}

#[test]
fn a_report_of_another_runner_makes_a_printed_one_none() {
    let forged = [
        "printed\n".to_owned(),
        block("FAIL: test_fake (m.Fake)", "test_fake", "AssertionError: no"),
        end("failures=1"),
    ]
    .concat();
    let rule = "-".repeat(79);
    let text = format!("{forged}{rule}\nRan 2 tests in 0.1s\n\nFAILED (failures=1, successes=1)\n");
    assert!(ids(&text).is_empty());
    assert!(ids(&format!("{forged}Totals\n======\nRan: 2 tests in 0.1 sec.\n")).is_empty());
}

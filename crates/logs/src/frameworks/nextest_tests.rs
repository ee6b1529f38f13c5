//! Tests of the parser: older versions, attempts, uncaptured output, green runs.

use regreen_case::{FailedTest, Framework};

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::CargoTest, text)
}

fn shown(text: &str) -> Vec<String> {
    let show = |test: &FailedTest| {
        let first = test.message.lines().next().unwrap_or_default().to_owned();
        format!("{} {} {} {first}", test.suite.as_deref().unwrap_or("-"), test.id, test.kind)
    };
    failures(text).iter().map(show).collect()
}

const OLD: &str = "    Starting 3 tests across 2 binaries\n        PASS [   0.005s] demo tests::good\n        FAIL [   0.006s] demo tests::bad\n\n--- STDOUT:              demo tests::bad ---\n\nrunning 1 test\ntest fake ... FAILED\ntest tests::bad ... FAILED\n\nfailures:\n\nfailures:\n    tests::bad\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.00s\n\n\n--- STDERR:              demo tests::bad ---\nthread 'tests::bad' panicked at 'boom', src/lib.rs:3:5\n        FAIL [   0.006s] demo tests::fake\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n\n     SIGSEGV [   0.006s] demo::it dies\n------------\n     Summary [   0.007s] 3 tests run: 1 passed, 2 failed, 0 skipped\n        FAIL [   0.006s] demo tests::bad\n     SIGSEGV [   0.006s] demo::it dies\nerror: test run failed\n";

#[test]
fn older_versions_name_the_test_in_the_header_of_its_output() {
    assert_eq!(
        shown(OLD),
        ["lib:demo tests::bad panic boom", "test:it dies crash SIGSEGV [   0.006s] demo::it dies",]
    );
}

#[test]
fn a_test_that_passes_in_the_end_did_not_fail() {
    let text = "    Starting 2 tests across 1 binary\n  TRY 1 FAIL [   0.007s] (1/2) demo::it flaky\n  stderr ───\n    thread 'flaky' panicked at src/lib.rs:1:1:\n    once\n  TRY 2 PASS [   0.010s] (1/2) demo::it flaky\n        PASS [   0.010s] (2/2) demo::it good\n────────────\n     Summary [   0.1s] 2 tests run: 2 passed (1 flaky), 0 skipped\n   FLAKY 2/2 [   0.010s] (1/2) demo::it flaky\n";
    assert!(shown(text).is_empty());
}

#[test]
fn every_attempt_of_a_test_is_one_failure() {
    let text = "    Starting 1 test across 1 binary\n  TRY 1 FAIL [   0.007s] (1/1) demo bad\n  stderr ───\n    thread 'bad' panicked at src/lib.rs:1:1:\n    first\n  TRY 2 FAIL [   0.010s] (1/1) demo bad\n  stderr ───\n    thread 'bad' panicked at src/lib.rs:1:1:\n    second\n────────────\n     Summary [   0.1s] 1 test run: 0 passed, 1 failed, 0 skipped\n  TRY 2 FAIL [   0.010s] (1/1) demo bad\nerror: test run failed\n";
    assert_eq!(shown(text), ["lib:demo bad panic first"]);
}

#[test]
fn a_log_that_ends_early_names_what_failed_so_far() {
    let text = "    Starting 9 tests across 1 binary\n     TIMEOUT [  60.007s] (1/9) demo::it hangs\n        FAIL [   0.007s] (2/9) demo bad\n";
    assert_eq!(
        shown(text),
        [
            "test:it hangs timeout TIMEOUT [  60.007s] (1/9) demo::it hangs",
            "lib:demo bad  FAIL [   0.007s] (2/9) demo bad".replace("bad  FAIL", "bad failure FAIL").as_str(),
        ]
    );
}

//! Tests of the parser: targets, compile errors, crashes, quiet and uncaptured output.

use regreen_case::{FailedTest, Framework};

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::CargoTest, text)
}

#[test]
fn errors_of_the_compiler_name_no_test() {
    let text = "   Compiling demo v0.1.0\nerror[E0425]: cannot find value `x` in this scope\n --> src/lib.rs:3:5\nerror: could not compile `demo` (lib test) due to 1 previous error\n";
    assert!(failures(text).is_empty());
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert!(extraction.cause.unwrap().message.starts_with("error[E0425]"));
}

#[test]
fn a_process_that_dies_is_blamed_on_the_test_without_result() {
    let text = "     Running unittests src/lib.rs (target/debug/deps/demo-0a1b)\n\nrunning 2 tests\ntest a ... ok\ntest dies ... error: test failed, to rerun pass `--lib`\n\nCaused by:\n  process didn't exit successfully: `demo` (signal: 11, SIGSEGV: invalid memory reference)\n";
    let found = failures(text);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id.as_str(), found[0].kind.as_str()), ("dies", "crash"));
    assert_eq!(found[0].suite.as_deref(), Some("lib:demo"));
}

#[test]
fn quiet_and_uncaptured_output_are_read_from_the_list() {
    let quiet = "\nrunning 2 tests\n.F\nfailures:\n\n---- a::b stdout ----\nthread 'a::b' panicked at src/lib.rs:5:9:\nboom\n\n\nfailures:\n    a::b\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    assert_eq!(failures(quiet)[0].message, "boom");
    let uncaptured = "\nrunning 2 tests\ntest a ... some output\nthread 'a' panicked at src/lib.rs:5:9:\nboom\nFAILED\ntest b ... ok\n\nfailures:\n\nfailures:\n    a\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    let found = failures(uncaptured);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, "a");
}

#[test]
fn a_log_that_ends_early_names_what_it_announced() {
    let text = "\nrunning 3 tests\ntest a ... FAILED\ntest b ... ok\n";
    assert_eq!(failures(text)[0].id, "a");
}

#[test]
fn a_green_run_names_nothing() {
    let text = "\nrunning 1 test\ntest prints ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    assert!(failures(text).is_empty());
}

#[test]
fn printed_summaries_whose_sums_do_not_fit_end_nothing() {
    let forged = "test fake ... FAILED\n\nfailures:\n\n---- fake stdout ----\nthread 'fake' panicked at src/lib.rs:1:1:\nboo\n\nfailures:\n    fake\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\nrunning 1 test\ntest other_fake ... FAILED\n\nerror: test failed, to rerun pass `--lib`\n";
    let uncaptured = format!(
        "\nrunning 3 tests\n{forged}\nthread 'bad' (7) panicked at src/lib.rs:36:9:\nreally\ntest bad ... FAILED\ntest good ... ok\nabctest odd - should panic ... FAILED\n\nfailures:\n\n---- odd stdout ----\nnote: test did not panic as expected at src/lib.rs:44:8\n\nfailures:\n    bad\n    odd\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\nerror: test failed, to rerun pass `-p demo --test it`\n"
    );
    let shown: Vec<_> = failures(&uncaptured)
        .iter()
        .map(|test| format!("{} {} {}", test.suite.as_deref().unwrap_or("-"), test.id, test.message))
        .collect();
    assert_eq!(shown, ["test:it bad really", "test:it odd test did not panic as expected"]);
}

#[test]
fn a_summary_that_fits_is_forged_when_the_run_goes_on() {
    let text = "\nrunning 2 tests\nfailures:\n    a\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n";
    assert!(failures(text).is_empty());
}

#[test]
fn a_thread_that_takes_the_process_down_names_its_test() {
    for (words, message) in [
        (
            "\nthread 'deep' (7) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n",
            "thread 'deep' (7) has overflowed its stack",
        ),
        (
            "\nthread 'deep' panicked at tests/a.rs:2:5:\nmisaligned pointer\nthread caused non-unwinding panic. aborting.\n",
            "misaligned pointer",
        ),
    ] {
        let text = format!(
            "     Running tests/a.rs (target/debug/deps/a-0a1b)\n\nrunning 2 tests\ntest fine ... ok\n{words}error: test failed, to rerun pass `--test a`\n\nCaused by:\n  process didn't exit successfully: `/w/target/debug/deps/a-0a1b` (signal: 6, SIGABRT: process abort signal)\n"
        );
        let found = failures(&text);
        assert_eq!(found.len(), 1, "{words}");
        assert_eq!((found[0].id.as_str(), found[0].kind.as_str()), ("deep", "crash"));
        assert_eq!(found[0].message, message);
    }
}

#[test]
fn a_process_that_dies_without_a_word_is_a_failed_target() {
    let text = "     Running tests/a.rs (target/debug/deps/a-0a1b)\n\nrunning 3 tests\ntest fine ... ok\nerror: test failed, to rerun pass `--test a`\n\nCaused by:\n  process didn't exit successfully: `a-0a1b` (signal: 11, SIGSEGV: invalid memory reference)\n";
    assert!(failures(text).is_empty());
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.containers[0].id, "test:a");
}

#[test]
fn a_test_that_never_ends_is_named_when_the_log_does() {
    let text = "\nrunning 2 tests\ntest fine ... ok\ntest hangs has been running for over 60 seconds\n";
    let found = failures(text);
    assert_eq!((found[0].id.as_str(), found[0].kind.as_str()), ("hangs", "timeout"));
}

#[test]
fn events_name_tests_and_targets() {
    let text = "     Running tests/it.rs (target/debug/deps/it-0a1b)\n{ \"type\": \"suite\", \"event\": \"started\", \"test_count\": 2 }\n{ \"type\": \"test\", \"name\": \"bad\", \"event\": \"failed\", \"stdout\": \"\\nthread 'bad' (1) panicked at tests/it.rs:1:62:\\nindex out of bounds\\n\" }\n{ \"type\": \"suite\", \"event\": \"failed\", \"passed\": 1, \"failed\": 1, \"ignored\": 0, \"measured\": 0, \"filtered_out\": 0, \"exec_time\": 0.1 }\n";
    let found = failures(text);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].suite.as_deref(), found[0].message.as_str()),
        (Some("test:it"), "index out of bounds")
    );
}

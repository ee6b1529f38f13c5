//! Tests of the parser: targets, compile errors, crashes, quiet and uncaptured output.

use regreen_case::{FailedTest, Framework};

use super::*;

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::CargoTest, text)
}

#[test]
fn targets_give_the_suite() {
    for (text, expected) in [
        ("     Running unittests src/lib.rs (target/debug/deps/my_lib-0a1b)", "lib:my_lib"),
        ("     Running unittests src/main.rs (target/debug/deps/tool-0a1b)", "bin:tool"),
        ("     Running unittests src/bin/x.rs (target/debug/deps/x-0a1b)", "bin:x"),
        ("     Running tests/it.rs (target/debug/deps/it-0a1b)", "test:it"),
        ("     Running examples/e.rs (target/debug/examples/e-0a1b)", "example:e"),
        ("     Running target/debug/deps/old-0a1b", "lib:old"),
        ("     Running unittests src\\lib.rs (target\\debug\\deps\\win-0a1b.exe)", "lib:win"),
        ("   Doc-tests my_lib", "doc:my_lib"),
    ] {
        assert_eq!(suite(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(suite("Running the migration (step one)"), None);
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

//! RSpec's report in its variants.

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

const TAIL: &str = "\nFinished in 0.1 seconds (files took 0.2 seconds to load)\n";

#[test]
fn what_passing_examples_print_names_nothing() {
    let text = format!(
        ".Failures:\n\nFailures:\n\n  1) Ok prints\n     Failure/Error: x\n1 example, 1 failure\nrspec ./spec/ok_spec.rb:2 # Ok prints\n.*\n\nPending: (Failures listed here are expected and do not affect your suite's status)\n\n  1) Ok pend\n     # No reason given\n     Failure/Error: fail\n{TAIL}2 examples, 0 failures, 1 pending\n\n"
    );
    assert_eq!(ids(&text), [""; 0]);
}

#[test]
fn a_whole_report_that_an_example_printed_names_nothing() {
    let text = format!(
        "\nMath\n  adds (FAILED - 1)\nFailures:\n\n  1) Fake test\n     Failure/Error: nope\n\nFinished in 1 second\n5 examples, 1 failure\n\nFailed examples:\n\nrspec ./spec/fake_spec.rb:3 # Fake test\n  prints\n\nFailures:\n\n  1) Math adds\n     Failure/Error: expect(1).to eq 2\n\n       expected: 2\n            got: 1\n     # ./spec/a_spec.rb:3:in `block'\n{TAIL}2 examples, 1 failure\n\nFailed examples:\n\nrspec ./spec/a_spec.rb:3 # Math adds\n\n"
    );
    assert_eq!(ids(&text), ["Math adds"]);
}

#[test]
fn a_report_without_commands_and_an_end_is_read() {
    let text = "Failures:\n\n  1) A b\n     Failure/Error: x\n\n     NoMethodError:\n       undefined method `y'\n     # ./lib/a.rb:3:in `z'\n     # ./spec/a_spec.rb:9:in `block'\n\n  2) A c\n     Failure/Error: raise\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].kind.as_str(), found[0].message.as_str()),
        ("NoMethodError", "undefined method `y'")
    );
    assert_eq!((found[0].file.as_deref(), found[0].line), (Some("./lib/a.rb"), Some(3)));
}

#[test]
fn blocks_printed_at_once_count_when_the_list_names_them() {
    let text = format!(
        "..\n  1) A b\n     Failure/Error: x\n\n       boom\n     # ./spec/a_spec.rb:9:in `block'\n..\n{TAIL}4 examples, 1 failure\n\nFailed examples:\n\nrspec ./spec/a_spec.rb:8 # A b\n\n"
    );
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    assert_eq!((found[0].id.as_str(), found[0].message.as_str()), ("A b", "boom"));
    assert_eq!(found.len(), 1);
}

#[test]
fn several_runs_of_one_step_all_count() {
    let run = |name: &str| {
        format!(
            "F\n\nFailures:\n\n  1) {name}\n     Failure/Error: x\n\n       boom\n     # ./spec/a_spec.rb:9:in `block'\n{TAIL}1 example, 1 failure\n\nFailed examples:\n\nrspec ./spec/a_spec.rb:9 # {name}\n\n"
        )
    };
    assert_eq!(ids(&format!("{}{}", run("A b"), run("C d"))), ["A b", "C d"]);
}

#[test]
fn errors_outside_of_examples_are_no_tests() {
    let text = "\nAn error occurred while loading ./spec/broken_spec.rb.\nFailure/Error: undefined_thing\n\nNameError:\n  undefined local variable\n# ./spec/broken_spec.rb:2:in `block'\n\n\nFinished in 0.00006 seconds (files took 0.1 seconds to load)\n0 examples, 0 failures, 1 error occurred outside of examples\n\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap();
    assert!(found.tests.is_empty());
    assert_eq!(found.containers[0].id, "./spec/broken_spec.rb");
    assert_eq!(found.containers[0].message, "undefined local variable");
}

#[test]
fn hspec_prints_the_same_report() {
    let text = "\nFailures:\n\n  test/Spec.hs:12:5: \n  1) Math.adds, nested does x\n       expected: 3\n        but got: 2\n\n  To rerun use: --match \"/Math/adds/nested does x/\"\n\nRandomized with seed 1\n\nFinished in 0.0004 seconds\n3 examples, 1 failure\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    assert_eq!((found[0].framework.name(), found[0].id.as_str()), ("hspec", "Math.adds, nested does x"));
    assert_eq!(found[0].message.lines().next(), Some("expected: 3"));
}

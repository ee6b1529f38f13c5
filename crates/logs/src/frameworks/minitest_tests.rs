//! minitest's report in its variants.

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

const BLOCK: &str =
    "  1) Failure:\nA#test_a [x.rb:3]:\nnope\n\n1 runs, 1 assertions, 1 failures, 0 errors, 0 skips\n";

#[test]
fn what_passing_tests_print_names_nothing() {
    let green = "Finished in 0.000622s, 1608.6 runs/s, 0.0 assertions/s.\n\n1 runs, 0 assertions, 0 failures, 0 errors, 0 skips\n";
    assert_eq!(ids(&format!("Run options: --seed 3\n\n# Running:\n\n{BLOCK}.\n\n{green}")), [""; 0]);
    let with_time = format!("Finished in 1s, 1 runs/s, 1 assertions/s.\n\n{BLOCK}.\n\n{green}");
    assert_eq!(ids(&with_time), [""; 0]);
}

#[test]
fn rails_prints_failures_amid_the_dots() {
    let text = format!(
        "..F\n\nFailure:\nATest#test_b [/w/test/a_test.rb:9]:\nExpected false to be truthy.\n\n\nbin/rails test test/a_test.rb:8\n\n{BLOCK}.E\n\nError:\nATest#test_c:\nArgumentError: no\n    app/models/a.rb:3:in `b'\n    test/a_test.rb:20:in `block in <class:ATest>'\n\n\nbin/rails test test/a_test.rb:18\n\n.\n\nFinished in 0.5s, 8.0 runs/s, 8.0 assertions/s.\n4 runs, 4 assertions, 1 failures, 1 errors, 0 skips\n"
    );
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    let told: Vec<_> = found
        .iter()
        .map(|test| (test.id.as_str(), test.kind.as_str(), test.message.lines().next().unwrap(), test.line))
        .collect();
    assert_eq!(
        told,
        [
            ("ATest#test_b", "failure", "Expected false to be truthy.", Some(9)),
            ("ATest#test_c", "ArgumentError", "ArgumentError: no", Some(3)),
        ]
    );
}

#[test]
fn old_versions_put_the_class_in_brackets() {
    let text = "Finished tests in 0.02s, 50.0 tests/s, 50.0 assertions/s.\n\n  1) Failure:\ntest_a(ATest) [test/a.rb:3]:\n<1> expected but was\n<2>.\n\n  2) Error:\ntest_b(ATest):\nNameError: undefined local variable\n    test/a.rb:9:in `test_b'\n\n2 tests, 1 assertions, 1 failures, 1 errors, 0 skips\n";
    assert_eq!(ids(text), ["test_a(ATest)", "test_b(ATest)"]);
}

#[test]
fn a_list_without_totals_is_read() {
    let text =
        "Finished in 0.02s, 50.0 runs/s, 50.0 assertions/s.\n\n  1) Failure:\nA#test_a [a.rb:3]:\nno\n";
    assert_eq!(ids(text), ["A#test_a"]);
}

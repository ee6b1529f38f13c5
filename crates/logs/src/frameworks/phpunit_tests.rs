//! PHPUnit's report in its variants.

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

const PRINTED: &str = "There was 1 failure:\n\n1) Fake::testGhost\nFailed asserting that 1 is 2.\n\nFAILURES!\nTests: 1, Assertions: 1, Failures: 1.\n";

#[test]
fn what_passing_tests_print_names_nothing() {
    let text = format!(
        "PHPUnit 9.6.7 by Sebastian Bergmann and contributors.\n\n{PRINTED}.I                 2 / 2 (100%)\n\nTime: 00:00.003, Memory: 4.00 MB\n\nThere was 1 incomplete test:\n\n1) OkTest::testInc\ntodo\n\nOK, but incomplete, skipped, or risky tests!\nTests: 2, Assertions: 1, Incomplete: 1.\n"
    );
    assert_eq!(ids(&text), [""; 0]);
}

#[test]
fn sections_of_version_10_and_later() {
    let text = "F                 1 / 1 (100%)\n\nTime: 00:00.010, Memory: 8.00 MB\n\nThere was 1 PHPUnit test runner warning:\n\n1) No code coverage driver available\n\nThere were 2 errors:\n\n1) SetUpTest\nRuntimeException: class setup\n\n/w/tests/SetUpTest.php:4\n\n2) App\\ATest::testB@extra with data set \"x\"\nTypeError: no\n\n/w/src/A.php:7\n/w/tests/ATest.php:9\n\n--\n\nThere was 1 failure:\n\n1) App\\ATest::testC\nFailed asserting that false is true.\n\n/w/tests/ATest.php:12\n\n--\n\n1 test triggered 1 deprecation:\n\n1) /w/src/A.php:3\nold\n\nERRORS!\nTests: 3, Assertions: 1, Errors: 2, Failures: 1, Deprecations: 1.\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap();
    let told: Vec<_> = found.tests.iter().map(|test| (test.id.as_str(), test.line)).collect();
    assert_eq!(
        told,
        [("App\\ATest::testB@extra with data set \"x\"", Some(7)), ("App\\ATest::testC", Some(12))]
    );
    assert_eq!(found.containers[0].id, "SetUpTest");
}

#[test]
fn several_runs_of_one_step_all_count() {
    let run = |name: &str| {
        format!(
            "F          1 / 1 (100%)\n\nTime: 3 ms, Memory: 4.00MB\n\nThere was 1 failure:\n\n1) {name}\nno\n\n/w/a.php:3\n\nFAILURES!\nTests: 1, Assertions: 1, Failures: 1.\n"
        )
    };
    assert_eq!(ids(&format!("{}{}", run("A::b"), run("C::d"))), ["A::b", "C::d"]);
}

#[test]
fn testdox_marks_count_where_sections_are_missing() {
    let text = "Math (App\\Math)\n \u{2714} Passes\n \u{2718} Adds [0.12 ms]\n   \u{2502}\n   \u{2502} Failed asserting that 2 is 3.\n   \u{2502}\n   \u{2502} /w/tests/MathTest.php:5\n   \u{2502}\n\nTime: 00:00.016, Memory: 6.00 MB\n\n\nFAILURES!\nTests: 2, Assertions: 2, Failures: 1.\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    assert_eq!(found[0].id, "Math (App\\Math) > Adds");
    assert_eq!((found[0].message.as_str(), found[0].line), ("Failed asserting that 2 is 3.", Some(5)));
}

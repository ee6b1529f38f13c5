//! Tests of the parser: whole paths, parameters, Spock, Kotlin, Android, retries, decoys.

use regreen_case::Framework;

fn shown(text: &str) -> Vec<String> {
    crate::frameworks::tests::shown(Framework::Junit, text)
}

#[test]
fn nested_and_parametrised_tests_with_whole_traces() {
    let text = "> Task :test

CartTest > WhenEmpty > total() FAILED
    org.opentest4j.AssertionFailedError: expected: <0> but was: <1>
        at app//org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:55)
        at app//com.acme.CartTest$WhenEmpty.total(CartTest.java:21)

CartTest > adds(int, int) > [2] 1, 2 FAILED
    java.lang.AssertionError: 
    Expecting:
      1

    to be 2
        at com.acme.CartTest.adds(CartTest.java:31)

Gradle Test Run :test > Gradle Test Executor 7 > com.acme.OldTest > works FAILED
    java.lang.NullPointerException at Cart.java:7
        Caused by: java.lang.IllegalStateException at Other.java:9

Gradle Test Executor 7 FAILED
    org.gradle.api.internal.tasks.testing.TestSuiteExecutionException: Could not complete execution

5 tests completed, 4 failed
> Task :test FAILED
";
    assert_eq!(
        shown(text),
        [
            "CartTest > WhenEmpty > total() | CartTest.java:21 | org.opentest4j.AssertionFailedError: expected: <0> but was: <1>",
            "CartTest > adds(int, int) > [2] 1, 2 | CartTest.java:31 | Expecting:",
            "com.acme.OldTest > works | Cart.java:7 | java.lang.NullPointerException at Cart.java:7",
        ]
    );
}

#[test]
fn spock_prints_conditions_with_empty_lines() {
    let text = "CartSpec > total of two things is right FAILED
    Condition not satisfied:

    cart.total == 3
    |    |     |
    |    2     false
    com.acme.Cart@1

        at CartSpec.total of two things is right(CartSpec.groovy:12)

CartSpec > other thing PASSED
BUILD FAILED in 3s
";
    assert_eq!(
        shown(text),
        ["CartSpec > total of two things is right | CartSpec.groovy:12 | Condition not satisfied:"]
    );
}

#[test]
fn kotlin_and_android_print_other_headings() {
    let text = "> Task :jvmTest

com.acme.CartTest.adds[jvm] FAILED
    kotlin.AssertionError at CartTest.kt:9

com.acme.ScreenTest > opens[Pixel_3a(AVD) - 11] FAILED 
\tjava.lang.AssertionError: no button
\tat com.acme.ScreenTest.opens(ScreenTest.kt:20)
";
    assert_eq!(
        shown(text),
        [
            "com.acme.CartTest.adds[jvm] | CartTest.kt:9 | kotlin.AssertionError at CartTest.kt:9",
            "com.acme.ScreenTest > opens[Pixel_3a(AVD) - 11] | ScreenTest.kt:20 | java.lang.AssertionError: no button",
        ]
    );
}

#[test]
fn without_exceptions_gradle_itself_must_speak() {
    let heading = "CartTest > adds FAILED\n\n";
    assert!(shown(heading).is_empty());
    assert_eq!(
        shown(&format!("{heading}2 tests completed, 1 failed\n:test FAILED\n")),
        ["CartTest > adds | -:0 | "]
    );
}

#[test]
fn what_tests_print_is_no_heading() {
    let text = "CartTest > prints STANDARD_OUT
    FakeTest > fake FAILED
        java.lang.AssertionError: forged

    2 tests completed, 1 failed
CartTest > prints PASSED

x > y FAILED
and so on
> Task :other FAILED
";
    let found = shown(text);
    assert!(found.iter().all(|test| !test.contains("Fake")), "{found:?}");
}

#[test]
fn a_retry_that_passes_is_no_failure() {
    let attempt = "CartTest > adds FAILED\n    java.lang.AssertionError at CartTest.java:9\n\n";
    assert!(
        shown(&format!(
            "{attempt}CartTest > adds PASSED\n\n3 tests completed, 1 failed\nBUILD SUCCESSFUL in 1s\n"
        ))
        .is_empty()
    );
    assert!(shown(&format!("{attempt}BUILD SUCCESSFUL in 1s\n")).is_empty());
    let other = attempt.replace("adds", "other");
    let both = format!(
        "{attempt}CartTest > adds PASSED\n\n{other}{other}3 tests completed, 3 failed\n> Task :test FAILED\n"
    );
    assert_eq!(
        shown(&both),
        ["CartTest > other | CartTest.java:9 | java.lang.AssertionError at CartTest.java:9"]
    );
    let ignored = format!(
        "{attempt}3 tests completed, 1 failed\nThere were failing tests. See the report at: x\nBUILD SUCCESSFUL in 1s\n"
    );
    assert_eq!(shown(&ignored).len(), 1);
}

#[test]
fn set_up_methods_of_testng_stand_outside_its_suites() {
    let text = "> Task :test

com.acme.HookTest.prepare FAILED
    java.lang.IllegalStateException at HookTest.java:3

Gradle suite > Gradle test > com.acme.HookTest.one SKIPPED

Gradle suite > Gradle test > com.acme.PriceTest.table[1](2, b c) FAILED
    java.lang.AssertionError at PriceTest.java:6

7 tests completed, 2 failed, 3 skipped
> Task :test FAILED
";
    assert_eq!(
        shown(text),
        [
            "com.acme.PriceTest.table[1](2, b c) | PriceTest.java:6 | java.lang.AssertionError at PriceTest.java:6"
        ]
    );
}

#[test]
fn tasks_and_classes_are_no_tests() {
    let text = "CartTest > classMethod FAILED
    java.lang.IllegalStateException at CartTest.java:9

CartTest > adds FAILED
    java.lang.AssertionError at CartTest.java:12

2 tests completed, 2 failed

> Task :shop:test FAILED

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':shop:test'.
> There were failing tests. See the report at: x

BUILD FAILED in 1s
";
    let found = crate::extract(text.as_bytes(), "logs/x.log").unwrap();
    let containers: Vec<_> =
        found.containers.iter().map(|container| format!("{:?} {}", container.role, container.id)).collect();
    assert_eq!(containers, ["Suite CartTest > classMethod", "Task :shop:test"]);
    assert_eq!(found.tests.len(), 1);
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

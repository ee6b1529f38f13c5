//! Tests of the parser: styles, plugins, nested builds, decoys.

use regreen_case::Framework;

fn shown(text: &str) -> Vec<String> {
    crate::frameworks::tests::shown(Framework::Scalatest, text)
}

const SBT: &str = "[info] FineSpec:
[info] - works
[info] CartSpec:
[info] A cart
[info]   when empty
[info]   - has no total *** FAILED *** (4 milliseconds)
[info]     1 did not equal 0 (CartSpec.scala:12)
Aug 01, 2019 12:44:39 AM a.B c
WARNING: - fake *** FAILED ***
- fake *** FAILED ***
  java.lang.Exception: fail
[info]   - is fine
[info]   with two things
[info]   - explodes *** FAILED ***
[info]     java.lang.IllegalStateException: boom
[info]     at com.acme.Cart.total(Cart.scala:7)
[info]     at com.acme.CartSpec.$anonfun$new$3(CartSpec.scala:20)
[info]     at org.scalatest.OutcomeOf.outcomeOf(OutcomeOf.scala:85)
[info] - stands alone *** FAILED ***
[info]   no (CartSpec.scala:30)
[info] Run completed in 5 seconds, 220 milliseconds.
[info] Total number of tests run: 5
[info] Suites: completed 2, aborted 0
[info] Tests: succeeded 2, failed 3, canceled 0, ignored 0, pending 0
[info] *** 3 TESTS FAILED ***
[error] Failed tests:
[error] \tcom.acme.CartSpec
[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful
";

#[test]
fn nested_scopes_below_sbt() {
    assert_eq!(
        shown(SBT),
        [
            "CartSpec > A cart > when empty > has no total | CartSpec.scala:12 | 1 did not equal 0 (CartSpec.scala:12)",
            "CartSpec > A cart > with two things > explodes | CartSpec.scala:20 | java.lang.IllegalStateException: boom",
            "CartSpec > A cart > stands alone | CartSpec.scala:30 | no (CartSpec.scala:30)",
        ]
    );
}

#[test]
fn builds_within_tests_do_not_count() {
    let inner: String = SBT.lines().map(|line| format!("[info] {line}\n")).collect();
    assert!(shown(&inner).is_empty());
}

#[test]
fn without_sbt() {
    let text = "Run starting. Expected test count is: 2
CartSuite:
2020-01-01 12:00:00 INFO starting
- adds *** FAILED ***
  3 did not equal 4 (CartSuite.scala:9)
- fine
Run completed in 305 milliseconds.
Total number of tests run: 2
Suites: completed 2, aborted 0
Tests: succeeded 1, failed 1, canceled 0, ignored 0, pending 0
*** 1 TEST FAILED ***
";
    assert_eq!(shown(text), ["CartSuite > adds | CartSuite.scala:9 | 3 did not equal 4 (CartSuite.scala:9)"]);
}

#[test]
fn more_than_the_totals_are_judged_by_the_list_of_suites() {
    let text = "[info] FakeSpec:
[info] - fake *** FAILED ***
[info]   forged
[info] CartSpec:
[info] - adds *** FAILED ***
[info]   no (CartSpec.scala:3)
[info] Tests: succeeded 1, failed 1, canceled 0, ignored 0, pending 0
[info] *** 1 TEST FAILED ***
[error] Failed: Total 2, Failed 1, Errors 0, Passed 1
[error] Failed tests:
[error] \tcom.acme.CartSpec
[error] (Test / test) sbt.TestsFailedException: Tests unsuccessful
";
    assert_eq!(shown(text), ["CartSpec > adds | CartSpec.scala:3 | no (CartSpec.scala:3)"]);
    let green = text.replace("failed 1,", "failed 0,");
    assert!(shown(&green).is_empty());
}

#[test]
fn aborted_suites_are_no_tests() {
    let text = "[error] Uncaught exception when running com.acme.CartSpec: java.lang.ExceptionInInitializerError\n[info] Exception encountered when attempting to run a suite with class name: com.acme.CartSpec *** ABORTED ***\n";
    let found = crate::extract(text.as_bytes(), "logs/x.log").unwrap();
    assert_eq!(found.containers[0].id, "com.acme.CartSpec");
    assert!(found.tests.is_empty());
}

//! Tests of the parser: MUnit, specs2, builds within tests.

use regreen_case::Framework;

fn shown(text: &str) -> Vec<String> {
    crate::frameworks::tests::shown(Framework::Junit, text)
}

#[test]
fn munit() {
    let text = "[info] com.acme.CartSuite:
[info]   + fine 0.002s
[error] ==> X com.acme.CartSuite.adds two  0.012s munit.ComparisonFailException: /w/CartSuite.scala:12
[error] 11:  test(\"adds two\") {
[error] 12:    assertEquals(1 + 1, 3)
[error] 13:  }
[error] values are not the same
[error] => Obtained
[error] 2
[error]     at munit.Assertions.failComparison(Assertions.scala:274)
[error] ==> X com.acme.CartSuite.explodes  0.001s java.lang.RuntimeException: boom
[error]     at com.acme.Cart.take(Cart.scala:7)
[error] Failed: Total 3, Failed 2, Errors 0, Passed 1
[error] Failed tests:
[error] \tcom.acme.CartSuite
";
    assert_eq!(
        shown(text),
        [
            "com.acme.CartSuite.adds two | /w/CartSuite.scala:12 | values are not the same",
            "com.acme.CartSuite.explodes | Cart.scala:7 | java.lang.RuntimeException: boom",
        ]
    );
}

#[test]
fn specs2() {
    let text = "[info] CartSpec
[info] 
[info] The cart should
[info]   + be fine
[error]   x add
[error]    1 != 2 (CartSpec.scala:12)
[info]   when empty
[error]     ! explode
[error]      java.lang.RuntimeException: boom (CartSpec.scala:20)
[info] Total for specification CartSpec
[info] Finished in 12 ms
[info] 3 examples, 1 failure, 1 error
[error] Failed: Total 3, Failed 1, Errors 1, Passed 1
";
    assert_eq!(
        shown(text),
        [
            "CartSpec > The cart should > add | CartSpec.scala:12 | 1 != 2 (CartSpec.scala:12)",
            "CartSpec > The cart should > when empty > explode | CartSpec.scala:20 | java.lang.RuntimeException: boom (CartSpec.scala:20)",
        ]
    );
}

#[test]
fn builds_within_tests_do_not_count() {
    let text = "[info] [error] Test basic.FooTest.failing failed: java.lang.AssertionError: x, took 0.002s
[info] [error]     at basic.FooTest.failing(FooTest.java:22)
[info] [error] Failed: Total 5, Failed 1, Errors 0, Passed 3, Skipped 1
[info] + basic / dispatcher
";
    assert!(shown(text).is_empty());
}

#[test]
fn other_errors_are_no_tests() {
    let text = "[error]   x is not a member of y\n[error]     val z = x.y\n[error] one error found\n";
    assert!(shown(text).is_empty());
}

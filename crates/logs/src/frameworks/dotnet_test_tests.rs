//! Tests of the parser: versions of vstest, xUnit alone, captured output, totals.

use regreen_case::Framework;

fn shown(text: &str) -> Vec<String> {
    crate::frameworks::tests::shown(Framework::DotnetTest, text)
}

#[test]
fn what_a_failed_test_printed_is_no_failure() {
    let text = "  Failed Shop.CartTests.Adds [3 ms]
  Error Message:
   Assert.Equal() Failure
Expected: 3
Actual:   2
  Stack Trace:
     at Shop.CartTests.Adds() in /w/CartTests.cs:line 12
  Standard Output Messages:
   Failed Fake.Test [3 ms]
  Failed Fake.Other [3 ms]
  Error Message:
   forged

Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 5 ms - Shop.dll (net8.0)
";
    assert_eq!(shown(text), ["Shop.CartTests.Adds | /w/CartTests.cs:12 | Assert.Equal() Failure"]);
}

#[test]
fn version_15() {
    let text = "Starting test execution, please wait...
Failed   Shop.CartTests.Adds(x: 1)
Error Message:
 System.InvalidOperationException : boom
Stack Trace:
   at System.Linq.X.First() in /_/src/X.cs:line 3
   at Shop.Cart.Add(Int32 x) in C:\\w\\Cart.cs:line 7
   at Shop.CartTests.Adds(Int32 x) in C:\\w\\CartTests.cs:line 12

Total tests: 3. Passed: 2. Failed: 1. Skipped: 0.
Test Run Failed.
";
    assert_eq!(
        shown(text),
        ["Shop.CartTests.Adds(x: 1) | C:\\w\\Cart.cs:7 | System.InvalidOperationException : boom"]
    );
}

#[test]
fn xunit_names_what_is_not_printed_otherwise() {
    let text = "[xUnit.net 00:00:00.55]     Shop.CartTests.Adds [FAIL]
[xUnit.net 00:00:00.55]       Assert.Equal() Failure
[xUnit.net 00:00:00.55]       Stack Trace:
[xUnit.net 00:00:00.55]         /w/CartTests.cs(12,0): at Shop.CartTests.Adds()
Test Run Aborted.
";
    assert_eq!(shown(text), ["Shop.CartTests.Adds | /w/CartTests.cs:12 | Assert.Equal() Failure"]);
}

#[test]
fn green_and_other_lines_name_nothing() {
    let text = "  Failed to restore [x]\nFailed   to do.it\n  Failed Fake.Test [3 ms]\nand so on\nPassed!  - Failed:     0, Passed:     2, Skipped:     0, Total:     2, Duration: 5 ms - Shop.dll\n";
    assert!(shown(text).is_empty());
}

#[test]
fn msbuild_lines() {
    let text = "/w/CartTests.cs(12): error TESTERROR: Shop.CartTests.Adds (3ms): Error Message: Assert.Equal() Failure\nStack Trace:\n   at Shop.CartTests.Adds() in /w/CartTests.cs:line 12\n";
    assert_eq!(shown(text), ["Shop.CartTests.Adds | /w/CartTests.cs:12 | Assert.Equal() Failure"]);
}

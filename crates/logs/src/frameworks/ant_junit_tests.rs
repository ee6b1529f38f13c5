//! Tests of the parser: plain, brief, summary and launcher formats, decoys in captured output.

use regreen_case::Framework;

fn shown(text: &str) -> Vec<String> {
    crate::frameworks::tests::shown(Framework::Junit, text)
}

fn containers(text: &str) -> Vec<String> {
    let found = crate::extract(text.as_bytes(), "logs/x.log").unwrap();
    found.containers.into_iter().map(|container| format!("{:?} {}", container.role, container.id)).collect()
}

#[test]
fn brief_formatter() {
    let text = "    [junit] Testsuite: com.acme.CartTest
    [junit] Tests run: 8, Failures: 1, Errors: 1, Skipped: 1, Time elapsed: 0.242 sec
    [junit] 
    [junit] ------------- Standard Output ---------------
    [junit] Testcase: fake(com.acme.CartTest):\tFAILED
    [junit] forged
    [junit] ------------- ---------------- ---------------
    [junit] Testcase: explodes(com.acme.CartTest):\tCaused an ERROR
    [junit] stock is empty
    [junit] java.lang.IllegalStateException: stock is empty
    [junit] \tat com.acme.Cart.boom(Cart.java:7)
    [junit] \tat com.acme.CartTest.explodes(CartTest.java:17)
    [junit] 
    [junit] 
    [junit] Testcase: adds(com.acme.CartTest):\tFAILED
    [junit] expected:<3> but was:<2>
    [junit] junit.framework.AssertionFailedError: expected:<3> but was:<2>
    [junit] \tat com.acme.CartTest.adds(CartTest.java:12)
    [junit] 
    [junit] Testcase: later(com.acme.CartTest):SKIPPED: later
    [junit] Test com.acme.CartTest FAILED

BUILD FAILED
";
    assert_eq!(
        shown(text),
        [
            "com.acme.CartTest.explodes | Cart.java:7 | java.lang.IllegalStateException: stock is empty",
            "com.acme.CartTest.adds | CartTest.java:12 | junit.framework.AssertionFailedError: expected:<3> but was:<2>",
        ]
    );
    assert!(containers(text).is_empty());
}

#[test]
fn the_summary_names_only_the_class() {
    let text = "    [junit] Running com.acme.CartTest
    [junit] Tests run: 8, Failures: 2, Errors: 2, Skipped: 1, Time elapsed: 0.114 sec
    [junit] Test com.acme.CartTest FAILED
    [junit] Running com.acme.FineTest
    [junit] Tests run: 8, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.114 sec
";
    assert!(shown(text).is_empty());
    assert_eq!(containers(text), ["Suite com.acme.CartTest"]);
}

#[test]
fn the_launchers_reports() {
    let text = "Testcase: com.acme.CartTest
Test: adds() took 15 sec(s) FAILED: no
java.lang.IllegalStateException: no
\tat com.acme.Cart.add(Cart.java:55)
\tat com.acme.CartTest.adds(CartTest.java:39)
Caused by: java.net.SocketTimeoutException: timed out
\tat java.net.Socket.connect(Socket.java:613)
\t... 1 more

Test: assumed() took 708 milli sec(s) ABORTED: no
Test: fine() took 708 milli sec(s)
Tests run: 2, Failures: 1, Skipped: 0, Aborted: 0, Time elapsed: 16 sec(s)
";
    assert_eq!(shown(text), ["com.acme.CartTest.adds | Cart.java:55 | java.lang.IllegalStateException: no"]);
}

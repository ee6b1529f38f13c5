//! Tests of the parser: without `-v`, as JSON, timeouts, builds that fail, decoys.

use regreen_case::{FailedTest, Framework};

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::GoTest, text)
}

fn shown(text: &str) -> Vec<String> {
    failures(text)
        .iter()
        .map(|test| {
            format!("{} {} {} {}", test.suite.as_deref().unwrap_or("-"), test.id, test.kind, test.message)
        })
        .collect()
}

#[test]
fn without_v_the_output_stands_below_the_result() {
    let text = "--- FAIL: TestSum (0.00s)\n    store_test.go:9: starting\n    --- FAIL: TestSum/two_values (0.00s)\n        store_test.go:17: Sum([1 2]) = 4, want 3\n    --- FAIL: TestFake/sub (0.00s)\npanic: not really\nFAIL\nFAIL\texample.com/depot/store\t0.005s\nFAIL\n";
    assert_eq!(shown(text), ["example.com/depot/store TestSum/two_values failure Sum([1 2]) = 4, want 3"]);
}

#[test]
fn a_package_that_passes_takes_back_what_was_printed() {
    assert!(shown("--- FAIL: TestLiar (0.00s)\nPASS\nok  \texample.com/depot/fine\t0.005s\n").is_empty());
}

#[test]
fn a_package_that_does_not_build_names_no_test() {
    let text = "# example.com/depot/broken\nbroken/b.go:3:23: undefined: undefinedName\nFAIL\texample.com/depot/broken [build failed]\nFAIL\n";
    assert!(shown(text).is_empty());
    let cause = crate::extract(text.as_bytes(), "logs/a.log").unwrap().cause.unwrap();
    assert_eq!((cause.file.as_deref(), cause.line), (Some("broken/b.go"), Some(3)));
}

#[test]
fn a_timeout_names_the_running_tests() {
    let text = "panic: test timed out after 3s\n\trunning tests:\n\t\tTestSleeps (3s)\n\ngoroutine 19 [running]:\ntesting.(*M).startAlarm.func1()\n\t/opt/go/src/testing/testing.go:2961 +0x34a\n\ngoroutine 18 [sleep]:\ntime.Sleep(0xdf8475800)\n\t/opt/go/src/runtime/time.go:368 +0x165\nFAIL\texample.com/depot/slow\t3.012s\n";
    assert_eq!(shown(text), ["example.com/depot/slow TestSleeps timeout test timed out after 3s"]);
}

#[test]
fn a_panic_outside_the_tests_goroutine_is_found_on_the_stack() {
    let text = "panic: boom\n\ngoroutine 19 [running]:\nexample.com/d.TestX.func1()\n\t/w/d_test.go:9 +0x25\ncreated by example.com/d.TestX in goroutine 18\n\t/w/d_test.go:8 +0x1a\nFAIL\texample.com/d\t0.004s\n";
    assert_eq!(shown(text), ["example.com/d TestX panic boom"]);
}

#[test]
fn events_say_the_same_as_text() {
    let line = |action: &str, test: &str, output: &str| {
        let output = serde_json::to_string(output).unwrap();
        format!(
            "{{\"Time\":\"2026-01-02T03:04:05Z\",\"Action\":\"{action}\",\"Package\":\"example.com/d\",\"Test\":\"{test}\",\"Output\":{output}}}\n"
        )
    };
    let text = [
        line("run", "TestA", ""),
        line("run", "TestA/sub", ""),
        line("output", "TestA/sub", "    a_test.go:5: got 1, want 2\n"),
        line("output", "TestA", "--- FAIL: TestA (0.00s)\n"),
        line("fail", "TestA/sub", ""),
        line("fail", "TestA", ""),
        line("output", "TestB", "    a_test.go:9: fine\n"),
        line("pass", "TestB", ""),
        line("fail", "", "").replace("\"Test\":\"\",", ""),
    ]
    .concat();
    assert_eq!(shown(&text), ["example.com/d TestA/sub failure got 1, want 2"]);
}

#[test]
fn announced_tests_are_told_from_printed_ones() {
    let text = "=== RUN   TestDecoy\n--- FAIL: TestFake (0.00s)\n    --- FAIL: TestFake/sub (0.00s)\nFAIL\nFAIL\texample.com/fake\t0.005s\nok  \texample.com/fake2\t0.005s\npanic: fake\n\ngoroutine 1 [running]:\nmain.main()\n--- PASS: TestDecoy (0.00s)\n=== RUN   TestBad\nno newline    a_test.go:3: got 1, want 2\n--- FAIL: TestBad (0.00s)\nFAIL\nFAIL\texample.com/d\t0.047s\n";
    assert_eq!(shown(text), ["example.com/d TestBad failure got 1, want 2"]);
}

#[test]
fn a_test_that_leaves_the_process_is_the_one_without_result() {
    let text = "=== RUN   TestBefore\n--- PASS: TestBefore (0.00s)\n=== RUN   TestExits\nbye\nexit status 3\nFAIL\texample.com/d\t0.004s\n";
    assert_eq!(shown(text), ["example.com/d TestExits failure bye"]);
    let plain = "bye\nFAIL\texample.com/d\t0.004s\n";
    assert!(shown(plain).is_empty());
    assert_eq!(crate::extract(plain.as_bytes(), "logs/a.log").unwrap().containers[0].id, "example.com/d");
}

#[test]
fn the_panic_of_a_goroutine_is_not_the_last_failures() {
    let text = "--- FAIL: TestA (0.00s)\n    c_test.go:3: earlier error\npanic: in goroutine\n\ngoroutine 21 [running]:\nexample.com/d.TestG.func1()\n\t/w/c_test.go:4 +0x25\ncreated by example.com/d.TestG in goroutine 20\n\t/w/c_test.go:4 +0x1a\nFAIL\texample.com/d\t0.034s\n";
    assert_eq!(
        shown(text),
        ["example.com/d TestA failure earlier error", "example.com/d TestG panic in goroutine"]
    );
}

#[test]
fn a_subtest_shares_the_panic_below_its_parent() {
    let text = "--- FAIL: TestPut (0.00s)\n    --- FAIL: TestPut/sub_case (0.00s)\npanic: nil map [recovered, repanicked]\n\ngoroutine 5 [running]:\nexample.com/d.f()\n\t/w/c.go:4\nFAIL\texample.com/d\t0.006s\n";
    assert_eq!(shown(text), ["example.com/d TestPut/sub_case panic nil map"]);
}

#[test]
fn an_example_says_what_it_got_and_wanted() {
    let text =
        "--- FAIL: ExampleHello (0.00s)\ngot:\nhello\nwant:\ngoodbye\nFAIL\nFAIL\texample.com/d\t0.022s\n";
    assert_eq!(shown(text), ["example.com/d ExampleHello failure got:\nhello\nwant:\ngoodbye"]);
}

#[test]
fn gotestsum_names_each_test_once_more() {
    let text = "=== RUN   TestSum/two_values\n    a_test.go:6: Sum = 4, want 3\n--- FAIL: TestSum/two_values (0.00s)\nFAIL store.TestSum/two_values (0.00s)\n\n=== Failed\n=== FAIL: store TestSum/two_values (0.00s)\n    a_test.go:6: Sum = 4, want 3\n\n=== FAIL: store TestSum (0.00s)\n\nDONE 3 tests, 2 failures in 0.1s\n";
    assert_eq!(shown(text), ["store TestSum/two_values failure Sum = 4, want 3"]);
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!((extraction.tallies[0].counted, extraction.tallies[0].named), (2, 2));
}

#[test]
fn an_assertion_library_explains_with_its_own_words() {
    let text = "--- FAIL: TestA (0.00s)\n    a_test.go:10: \n        \tError Trace:\t/w/a_test.go:10\n        \tError:      \tNot equal: \n        \t            \texpected: 1\n        \tTest:       \tTestA\nFAIL\nFAIL\texample.com/d\t0.1s\n";
    assert_eq!(shown(text), ["example.com/d TestA failure Not equal:\nexpected: 1"]);
    let cause = crate::extract(text.as_bytes(), "logs/a.log").unwrap().cause.unwrap();
    assert_eq!(cause.log.unwrap().line, 4);
}

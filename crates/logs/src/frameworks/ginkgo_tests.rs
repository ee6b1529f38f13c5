//! Tests of the parser: version 2, hooks, green suites, printed summaries.

use regreen_case::{FailedTest, Framework};

fn shown(text: &str) -> Vec<String> {
    let show = |test: &FailedTest| {
        let first = test.message.lines().next().unwrap_or_default();
        format!("{} | {} | {} | {first}", test.suite.as_deref().unwrap_or("-"), test.id, test.kind)
    };
    crate::failures_in(Framework::Ginkgo, text).iter().map(show).collect()
}

const V2: &str = "Running Suite: depot - /w/depot\n===============================\nRandom Seed: 1\n\nWill run 4 of 4 specs\n•\n------------------------------\n• [FAILED] [1.014 seconds]\nPubSub [It] should deliver\n/w/depot/pubsub_test.go:645\n\n  [FAILED] Timed out after 1.001s.\n  Expected\n      <int>: 1\n  In [It] at: /w/depot/pubsub_test.go:661 @ 05/07/26 17:29:02.697\n------------------------------\n• [PANICKED] [0.001 seconds]\nStore when full [It] drops [slow]\n/w/depot/store_test.go:12\n\n  [PANICKED] Test Panicked\n  In [It] at: /w/depot/store.go:3 @ 05/07/26 17:29:02.697\n\n  runtime error: index out of range\n------------------------------\n  [FAIL] Printed [It] by a spec\nSummarizing 1 Failure:\n  [FAIL] Fake [It] x\n  /x.go:1\n\nRan 1 of 1 Specs in 0.1 seconds\nFAIL! -- 0 Passed | 1 Failed | 0 Pending | 0 Skipped\n•\n\nSummarizing 2 Failures:\n  [FAIL] PubSub [It] should deliver\n  /w/depot/pubsub_test.go:661\n  [PANICKED!] Store when full [It] drops [slow]\n  /w/depot/store.go:3\n\nRan 4 of 4 Specs in 1.248 seconds\nFAIL! -- 2 Passed | 2 Failed | 0 Pending | 0 Skipped\n--- FAIL: TestDepot (1.28s)\nFAIL\nFAIL\texample.com/depot\t1.3s\n";

#[test]
fn the_last_summary_names_the_specs_and_the_package_is_the_suite() {
    assert_eq!(
        shown(V2),
        [
            "example.com/depot | PubSub [It] should deliver |  | Timed out after 1.001s."
                .replace("|  |", "| failure |"),
            "example.com/depot | Store when full [It] drops [slow] | panic | Test Panicked".to_owned(),
        ]
    );
    let extraction = crate::extract(V2.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.tests.len(), 2, "the Go test only wraps the specs");
    assert_eq!(extraction.containers[0].id, "TestDepot");
    assert_eq!(extraction.cause.unwrap().log.unwrap().line, 12);
    assert!(extraction.warnings.is_empty());
}

#[test]
fn a_hook_around_all_specs_is_no_test() {
    let text = "Running Suite: depot - /w/depot\n[BeforeSuite] [FAILED] [0.001 seconds]\n[BeforeSuite] \n/w/depot/suite_test.go:9\n\n  [FAILED] no database\n  In [BeforeSuite] at: /w/depot/suite_test.go:10\n------------------------------\n\nSummarizing 1 Failure:\n  [FAIL] [BeforeSuite] \n  /w/depot/suite_test.go:10\n\nRan 0 of 4 Specs in 0.001 seconds\nFAIL! -- A BeforeSuite node failed so all tests were skipped.\n--- FAIL: TestDepot (0.00s)\nFAIL\nFAIL\texample.com/depot\t0.3s\n";
    assert!(shown(text).is_empty());
}

#[test]
fn a_green_suite_names_nothing() {
    let text = "Running Suite: depot - /w/depot\nSummarizing 1 Failure:\n  [FAIL] Fake [It] x\n  /x.go:1\n\n••\n\nRan 2 of 2 Specs in 0.001 seconds\nSUCCESS! -- 2 Passed | 0 Failed | 0 Pending | 0 Skipped\n--- PASS: TestDepot (0.00s)\nPASS\nok  \texample.com/depot\t0.3s\n";
    assert!(shown(text).is_empty());
}

#[test]
fn a_suite_that_never_ends_is_known_by_its_blocks() {
    let text = "Running Suite: depot\n====\n• Failure in Spec Setup (BeforeEach) [0.000 seconds]\nPubSub\n/w/p_test.go:5\n  hooks\n  /w/p_test.go:17\n    one [BeforeEach]\n    /w/p_test.go:17\n\n    hook fails\n\n    /w/p_test.go:17\n------------------------------\n";
    assert_eq!(shown(text), ["depot | PubSub hooks [BeforeEach] one | failure | hook fails"]);
}

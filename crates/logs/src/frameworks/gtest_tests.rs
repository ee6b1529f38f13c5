//! Googletest's output in its variants.

use regreen_case::ContainerRole;

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

#[test]
fn what_passing_tests_print_names_nothing() {
    let text = "[==========] Running 2 tests from 1 test suite.\n[ RUN      ] A.Ok\n[  FAILED  ] A.Ok (0 ms)\n[  FAILED  ] B.Ghost (0 ms)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] B.Ghost\n[       OK ] A.Ok (0 ms)\n[ RUN      ] A.Ok2\nx.cpp:3: Failure\nhalf[       OK ] A.Ok2 (0 ms)\n[----------] 2 tests from A (0 ms total)\n\n[==========] 2 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 2 tests.\n";
    assert_eq!(ids(text), [""; 0]);
}

#[test]
fn a_test_that_never_ends_took_the_program_down() {
    let text = "[==========] Running 3 tests from 1 test suite.\n[ RUN      ] A.Fails\nc.cpp:2: Failure\nExpected equality of these values:\n  1\n  2\n[  FAILED  ] A.Fails (0 ms)\n[ RUN      ] A.Crashes\n[ RUN      ] B.x\nSegmentation fault (core dumped)\nrunning the next program\n[==========] Running 1 test from 1 test suite.\n[ RUN      ] C.Fails\n[  FAILED  ] C.Fails (0 ms)\n[==========] 1 test from 1 test suite ran. (0 ms total)\n[  PASSED  ] 0 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] C.Fails\n\n 1 FAILED TEST\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    let found: Vec<_> = found.iter().map(|test| (test.id.as_str(), test.kind.as_str())).collect();
    assert_eq!(found, [("A.Fails", "failure"), ("A.Crashes", "crash"), ("C.Fails", "failure")]);
}

#[test]
fn a_whole_run_that_a_test_printed_names_nothing() {
    let inner = "[==========] Running 1 test from 1 test suite.\n[ RUN      ] C.Fails\n[  FAILED  ] C.Fails (0 ms)\n[==========] 1 test from 1 test suite ran. (0 ms total)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] C.Fails\n\n 1 FAILED TEST\n";
    let text = format!(
        "[==========] Running 2 tests from 1 test suite.\n[ RUN      ] A.Spawns\n{inner}[       OK ] A.Spawns (3 ms)\n[ RUN      ] A.B\n[  FAILED  ] A.B (0 ms)\n[==========] 2 tests from 1 test suite ran. (0 ms total)\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.B\n\n 1 FAILED TEST\n"
    );
    assert_eq!(ids(&text), ["A.B"]);
}

#[test]
fn repeated_runs_name_a_test_once() {
    let run = "[==========] Running 1 test from 1 test case.\n[ RUN      ] A.B/0\n[  FAILED  ] A.B/0, where GetParam() = 1 (0 ms)\n[==========] 1 test from 1 test case ran. (0 ms total)\n[  PASSED  ] 0 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.B/0, where GetParam() = 1\n\n 1 FAILED TEST\n";
    let text = format!(
        "Repeating all tests (iteration 1) . . .\n\n{run}\nRepeating all tests (iteration 2) . . .\n\n{run}"
    );
    assert_eq!(ids(&text), ["A.B/0"]);
}

#[test]
fn failed_set_up_of_a_suite_is_a_hook() {
    let text = "[==========] Running 1 test from 1 test suite.\n[----------] 1 test from F\nenv.cpp:3: Failure\nFailed\nsuite setup\n[ RUN      ] F.A\nenv.cpp:4: Skipped\n\n[  SKIPPED ] F.A (0 ms)\n[----------] 1 test from F (0 ms total)\n[==========] 1 test from 1 test suite ran. (0 ms total)\n[  PASSED  ] 0 tests.\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] F.A\n[  FAILED  ] 0 tests, listed below:\n\n 0 FAILED TESTS\n[  FAILED  ] F: SetUpTestSuite or TearDownTestSuite\n\n 1 FAILED TEST SUITE\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap();
    assert!(found.tests.is_empty());
    assert_eq!(found.containers[0].role, ContainerRole::Hook);
    assert_eq!(found.containers[0].id, "F");
}

#[test]
fn cmocka_names_functions() {
    let text = "[==========] tests: Running 2 test(s).\n[ RUN      ] test_ok\n[       OK ] test_ok\n[ RUN      ] test_bad\n[  ERROR   ] --- 0x1 != 0x2\n[   LINE   ] --- /w/test.c:12: error: Failure!\n[  FAILED  ] test_bad\n[==========] tests: 2 test(s) run.\n[  PASSED  ] 1 test(s).\n[  FAILED  ] tests: 1 test(s), listed below:\n[  FAILED  ] test_bad\n\n 1 FAILED TEST(S)\n";
    let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
    assert_eq!(found[0].id, "test_bad");
    assert_eq!((found[0].message.as_str(), found[0].line), ("0x1 != 0x2", Some(12)));
}

#[test]
fn a_lone_result_counts_with_its_beginning() {
    let text = "[ RUN      ] A.B\na.cc:4: Failure\nFailed\n[  FAILED  ] A.B (3 ms)\n[ RUN      ] A.C\nprinted: [  FAILED  ] A.D (3 ms)\n";
    assert_eq!(ids(text), ["A.B"]);
}

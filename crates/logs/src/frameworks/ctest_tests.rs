//! ctest's output in its variants.

fn ids(text: &str) -> Vec<String> {
    crate::extract(text.as_bytes(), "x.log").unwrap().tests.into_iter().map(|test| test.id).collect()
}

const END: &str = "\nTotal Test time (real) =   0.04 sec\n";
const GTEST: &str = "[==========] Running 2 tests from 1 test suite.\n[ RUN      ] A.B\na.cc:3: Failure\nFailed\n[  FAILED  ] A.B (0 ms)\n[ RUN      ] A.C\n";

#[test]
fn a_green_run_names_nothing_whatever_was_printed() {
    let text = format!(
        "0% tests passed, 3 tests failed out of 3\n\nThe following tests FAILED:\n\t  7 - ghost (Failed)\n1/1 Test #1: a ....   Passed    0.01 sec\n\n100% tests passed, 0 tests failed out of 1\n{END}"
    );
    assert_eq!(ids(&text), [""; 0]);
}

#[test]
fn a_retry_that_passed_takes_back_what_failed_inside() {
    let text = format!(
        "    Start 1: flaky\n1/2 Test #1: flaky .....***Failed    0.00 sec\n{GTEST}\n    Start 1: flaky\n    Test #1: flaky .....   Passed    0.01 sec\n    Start 2: bad\n2/2 Test #2: bad .......***Failed    0.00 sec\nbad: cannot open file\n\n50% tests passed, 1 tests failed out of 2\n{END}\nThe following tests FAILED:\n\t  2 - bad (Failed)                    unit slow\nErrors while running CTest\n"
    );
    assert_eq!(ids(&text), ["bad"]);
}

#[test]
fn tests_of_an_inner_framework_count_in_place_of_the_outer_one() {
    let text = format!(
        "    Start 1: unit\n1/2 Test #1: unit .....***Exception: SegFault  0.00 sec\n{GTEST}\n    Start 2: plain\n2/2 Test #2: plain .......***Timeout   9.00 sec\n\n0% tests passed, 2 tests failed out of 2\n{END}\nThe following tests FAILED:\n\t  1 - unit (SEGFAULT)\n\t  2 - plain (Timeout)\nErrors while running CTest\n"
    );
    let found = crate::extract(text.as_bytes(), "x.log").unwrap();
    let told: Vec<_> = found.tests.iter().map(|test| (test.id.as_str(), test.kind.as_str())).collect();
    assert_eq!(told, [("A.B", "failure"), ("A.C", "crash"), ("plain", "timeout")]);
    assert_eq!(found.containers[0].id, "unit");
}

#[test]
fn verbose_output_is_read_apart_for_every_test() {
    let text = format!(
        "test 1\n      Start  1: unit\ntest 2\n      Start  2: other\n{}1: Segmentation fault\n1/2 Test #1: unit .....***Exception: SegFault  0.00 sec\n2: [ RUN      ] X.Y\n2/2 Test #2: other .....   Passed    0.00 sec\n\n50% tests passed, 1 tests failed out of 2\n{END}\nThe following tests FAILED:\n\t  1 - unit (SEGFAULT)\nErrors while running CTest\n",
        GTEST.lines().map(|line| format!("1: {line}\n2: hello\n")).collect::<String>()
    );
    let found = crate::extract(text.as_bytes(), "x.log").unwrap();
    let told: Vec<_> = found.tests.iter().map(|test| test.id.as_str()).collect();
    assert_eq!(told, ["A.B", "A.C"]);
    assert_eq!(found.containers[0].id, "unit");
}

#[test]
fn a_run_that_was_cut_off_names_what_failed_so_far() {
    let text = "    Start 1: a\n1/2 Test #1: a b .....***Failed    0.00 sec\nno\n    Start 2: c\n";
    assert_eq!(ids(text), ["a b"]);
}

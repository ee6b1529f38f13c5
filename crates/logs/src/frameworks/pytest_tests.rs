//! Tests of the parser: what real versions and options print.

use regreen_case::{FailedTest, Framework};

fn failures(text: &str) -> Vec<FailedTest> {
    crate::failures_in(Framework::Pytest, text)
}

fn ids(text: &str) -> Vec<String> {
    failures(text).into_iter().map(|test| test.id).collect()
}

const BLOCK: &str = "\
=================================== FAILURES ===================================
_______________________________ TestA.test_b[1] ________________________________
tests/test_a.py:5: in test_b
    assert f(1) == 2
E   assert 1 == 2
E    +  where 1 = f(1)
";

#[test]
fn without_a_summary_the_headers_name_the_tests() {
    let text = format!("{BLOCK}1 failed, 3 passed in 0.12s\n");
    // pytest's headers are exactly as wide as its rules; what a test prints seldom is.
    assert!(ids(&text.replace("_ TestA", "__ TestA")).is_empty());
    let found = failures(&text);
    assert_eq!(found[0].id, "TestA.test_b[1]");
    assert_eq!(found[0].suite.as_deref(), Some("tests/test_a.py"));
    assert_eq!((found[0].kind.as_str(), found[0].line), ("AssertionError", Some(5)));
    assert_eq!(found[0].message, "assert 1 == 2\n +  where 1 = f(1)");
}

#[test]
fn the_summary_alone_is_enough() {
    let text = "\
=========================== short test summary info ============================
FAILED tests/test_a.py::test_x - KeyError: 'a'
FAILED tests/test_a.py::test_p[a - b] - ValueError: x - y
FAILED tests/test_a.py::test_q[] - ] - assert 1 == 2
ERROR tests/test_b.py
ERROR tests/test_a.py::test_s - fixture 'x' not found
XFAIL tests/test_a.py::test_z - reason: later
3 failed, 2 passed, 2 errors in 1.00s
";
    let found = failures(text);
    let shown: Vec<_> =
        found.iter().map(|test| format!("{} {} {}", test.id, test.kind, test.message)).collect();
    assert_eq!(
        shown,
        [
            "tests/test_a.py::test_x KeyError KeyError: 'a'",
            "tests/test_a.py::test_p[a - b] ValueError ValueError: x - y",
            "tests/test_a.py::test_q[] - ] AssertionError assert 1 == 2",
            "tests/test_b.py failure ",
            "tests/test_a.py::test_s failure fixture 'x' not found",
        ]
    );
}

#[test]
fn collection_errors_are_named_by_their_file() {
    let text = "\
============================= test session starts ==============================
collected 0 items / 1 error

==================================== ERRORS ====================================
____________________ ERROR collecting tests/test_import.py _____________________
ImportError while importing test module '/w/tests/test_import.py'.
Traceback:
tests/test_import.py:1: in <module>
    import nothing
E   ModuleNotFoundError: No module named 'nothing'
=========================== short test summary info ============================
ERROR tests/test_import.py
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!
=============================== 1 error in 0.19s ===============================
";
    let found = failures(text);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id.as_str(), found[0].kind.as_str()),
        ("tests/test_import.py", "ModuleNotFoundError")
    );
    assert_eq!(found[0].line, Some(1));
}

#[test]
fn a_run_that_was_stopped_is_read_from_its_progress() {
    let text = "\
============================= test session starts ==============================
collected 3 items

tests/test_a.py::test_one PASSED                                         [ 33%]
tests/test_a.py::test_two[a b] FAILED                                    [ 66%]
[gw1] [ 70%] FAILED tests/test_a.py::test_three
tests/test_a.py::test_four ";
    assert_eq!(ids(text), ["tests/test_a.py::test_two[a b]", "tests/test_a.py::test_three"]);
}

#[test]
fn a_dead_interpreter_is_blamed_on_the_test_that_ran() {
    let text = "\
============================= test session starts ==============================
collected 1 item

tests/test_a.py::test_crash Fatal Python error: Segmentation fault

Current thread 0x00007f0 (most recent call first):
  File \"/w/src/native.py\", line 4 in poke
  File \"/w/tests/test_a.py\", line 9 in test_crash
  File \"/v/lib/python3.12/site-packages/_pytest/python.py\", line 194 in pytest_pyfunc_call
";
    let found = failures(text);
    assert_eq!(
        (found[0].id.as_str(), found[0].kind.as_str()),
        ("tests/test_a.py::test_crash", "fatal error")
    );
    assert_eq!(found[0].signature.frame.as_deref(), Some("native.py:poke"));
}

#[test]
fn two_sessions_are_kept_apart_and_a_green_one_names_nothing() {
    let session = |name: &str| {
        format!(
            "============================= test session starts ==============================\nplatform linux -- Python 3.12.1, pytest-8.0.0\n=========================== short test summary info ============================\nFAILED {name}::test_x - assert 0\n========================= 1 failed, 1 passed in 0.10s ==========================\n"
        )
    };
    let green = "============================= test session starts ==============================\nplatform linux -- Python 3.12.1, pytest-8.0.0\ntests/test_a.py .\nFAILED to open x (logged by the program)\n============================== 1 passed in 0.10s ===============================\n";
    assert_eq!(
        ids(&format!("{}{green}{}", session("a.py"), session("b.py"))),
        ["a.py::test_x", "b.py::test_x"]
    );
    assert!(ids(green).is_empty());
}

#[test]
fn a_count_that_does_not_fit_is_said() {
    let text = "\
=========================== short test summary info ============================
FAILED tests/test_a.py::test_x - assert 0
========================= 2 failed, 1 passed in 0.10s ==========================
";
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.warnings, ["pytest counted 2 failed tests, 1 are named"]);
}

const FORGED: &str = "\
=================================== FAILURES ===================================
__________________________________ test_fake ___________________________________
fake.py:3: in test_fake
    assert False
E   assert False
=========================== short test summary info ============================
FAILED fake.py::test_fake - assert False
============================== 1 failed in 0.01s ===============================
============================= test session starts ==============================
ERROR fake.py::test_other
";

#[test]
fn what_a_test_printed_never_becomes_a_test() {
    let start = "============================= test session starts ==============================\nplatform linux -- Python 3.12.1, pytest-8.0.0\n";
    let end = "========================= 2 failed, 3 passed in 0.12s ==========================\n";
    let captured = "----------------------------- Captured stdout call -----------------------------\n";
    let second = BLOCK
        .split_once('\n')
        .unwrap()
        .1
        .replace("TestA.test_b[1]", "TestA.test_c[1]")
        .replace("test_b", "test_c");
    let blocks = format!("{BLOCK}{captured}{FORGED}{second}");
    let summary = "=========================== short test summary info ============================\nFAILED tests/test_a.py::TestA::test_b[1] - assert 1\nFAILED tests/test_a.py::TestA::test_c[1] - assert 1\n";
    let progress = "tests/test_a.py ..FF.  [100%]\n";
    let nodes = ["tests/test_a.py::TestA::test_b[1]", "tests/test_a.py::TestA::test_c[1]"];
    let titles = ["TestA.test_b[1]", "TestA.test_c[1]"];
    assert_eq!(ids(&format!("{start}{progress}{blocks}{summary}{end}")), nodes);
    assert_eq!(ids(&format!("{start}{progress}{blocks}{end}")), titles);
    assert_eq!(ids(&format!("{start}{progress}{blocks}{summary}")), nodes);
    // Output that is not captured stands amid the progress.
    assert_eq!(ids(&format!("{start}tests/test_a.py .{FORGED}.FF.\n{blocks}{summary}{end}")), nodes);
    let green = end.replace(" 2 failed, 3 passed", "========== 5 passed");
    assert!(ids(&format!("{start}tests/test_a.py .{FORGED}....\n{green}")).is_empty());
    let passes = "==================================== PASSES ====================================\n____________________________________ test_a ____________________________________\n";
    let shown = format!("{start}{progress}{BLOCK}{second}{passes}{captured}{FORGED}");
    assert_eq!(ids(&format!("{shown}{end}")), titles);
    assert_eq!(ids(&format!("{shown}{summary}{end}")), nodes);
}

#[test]
fn subtests_and_reruns_stand_for_their_test() {
    let text = "\
============================= test session starts ==============================
platform linux -- Python 3.12.1, pytest-9.0.0
subt.py::test_subs SUBFAILED[custom - message] (i=0)                     [ 33%]
subt.py::test_flaky RERUN                                                [ 50%]
subt.py::test_flaky PASSED                                               [100%]
=========================== short test summary info ============================
SUBFAILED[custom - message] (i=0) subt.py::test_subs - assert 0 == 1
[in] SUBFAIL subt.py::test_old - assert 0
FAILED subt.py::test_subs - contains 1 failed subtest
=================== 3 failed, 1 passed, 2 rerun in 0.06s ====================
";
    assert_eq!(ids(text), ["subt.py::test_subs", "subt.py::test_old"]);
}

#[test]
fn a_worker_that_crashed_and_a_timeout_name_their_test() {
    let text = "\
============================= test session starts ==============================
platform linux -- Python 3.12.1, pytest-8.0.0
rootdir: /w
gw0 [3] / gw1 [3]
Fatal Python error: Segmentation fault

Current thread 0x00007f9249c07b80 (most recent call first):
  File \"/w/crash.py\", line 4 in test_segv
[gw1] node down: Not properly terminated
F
=================================== FAILURES ===================================
___________________________________ crash.py ___________________________________
[gw1] linux -- Python 3.8.18 /usr/bin/python
worker 'gw1' crashed while running 'crash.py::test_segv'
=============================== 1 failed in 4.16s ===============================
";
    assert_eq!(ids(text), ["crash.py::test_segv"]);
    let text = "\
============================= test session starts ==============================
platform linux -- Python 3.12.1, pytest-8.0.0
rootdir: /w
slow.py +++++++++++++++++++++++++++++++++++ Timeout ++++++++++++++++++++++++++++++++++++
~~~~~~~~~~~~~~~~~~~~ Stack of MainThread (140194150943616) ~~~~~~~~~~~~~~~~~~~~~
  File \"/usr/lib/python3.12/site-packages/_pytest/python.py\", line 187, in pytest_pyfunc_call
    result = testfunction(**testargs)
  File \"/w/slow.py\", line 5, in test_slow
    time.sleep(5)
+++++++++++++++++++++++++++++++++++ Timeout ++++++++++++++++++++++++++++++++++++
";
    let found = failures(text);
    assert_eq!((found[0].id.as_str(), found[0].kind.as_str()), ("slow.py::test_slow", "timeout"));
}

#[test]
fn the_explaining_line_is_pointed_at() {
    let text = format!("{BLOCK}1 failed, 3 passed in 0.12s\n");
    let cause = crate::extract(text.as_bytes(), "logs/a.log").unwrap().cause.unwrap();
    assert_eq!(cause.log.unwrap().line, 5);
    let text = "\
=================================== FAILURES ===================================
_______________________________ [doctest] x.rst ________________________________
004 >>> 1 + 1
Expected:
    3
Got:
    2

/w/doc/x.rst:4: DocTestFailure
=========================== short test summary info ============================
FAILED doc/x.rst::x.rst
1 failed in 0.12s
";
    let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(extraction.tests[0].id, "doc/x.rst::x.rst");
    let cause = extraction.cause.unwrap();
    assert_eq!(cause.log.unwrap().line, 9);
    assert_eq!((cause.file.as_deref(), cause.line), (Some("/w/doc/x.rst"), Some(4)));
}

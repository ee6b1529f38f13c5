//! pytest.

use regreen_case::TestTarget;
use regreen_proof::{TestOutcome, Verdict};
use regreen_tests::tools;

use crate::bench::{Bench, RED};

const PYTHON_TEST: &str = r#"
import pytest
from shop import total

class TestTotal:
    @pytest.mark.parametrize("name", ["a b", "q\"'", "ü", "x::y[1]", "$HOME `id`"])
    def test_name(self, name):
        assert name != "x::y[1]"

def test_total():
    assert total([1, 2]) == 3

@pytest.mark.skip
def test_skipped(): pass

@pytest.mark.xfail
def test_expected(): assert False
"#;

pub(crate) fn python(code: &str) -> Bench {
    Bench::new(&[("shop.py", code), ("tests/test_shop.py", PYTHON_TEST)])
}

pub(crate) const HONEST: &str = "def total(xs):\n    return sum(xs)\n";

#[test]
fn pytest_counts_what_ran() {
    let bench = python(HONEST);
    let run = bench.is("tests/test_shop.py::test_total", &Verdict::Green);
    assert_eq!(run.results.len(), 1, "narrowed to the test");
    let (run, verdict) = bench.run("tests/test_shop.py");
    assert_eq!(verdict, RED);
    let outcome = |id: &str| run.results.iter().find(|result| result.id.ends_with(id)).unwrap().outcome;
    assert_eq!(outcome("::test_skipped"), TestOutcome::Skipped);
    assert_eq!(outcome("::test_expected"), TestOutcome::Skipped);
    assert_eq!(outcome("::test_total"), TestOutcome::Passed);
    bench.is_uncounted("tests/test_shop.py::test_skipped", "skipped");
    bench.is_uncounted("tests/test_shop.py::test_expected", "expected to fail");
    bench.is_uncounted("tests/test_shop.py::test_gone", "");
}

#[test]
fn pytest_takes_any_parameter_as_it_is() {
    let bench = python(HONEST);
    let (all, _) = bench.run("tests/test_shop.py::TestTotal::test_name");
    let ids: Vec<String> = all.results.iter().map(|result| result.id.clone()).collect();
    assert_eq!(ids.len(), 5);
    for id in ids {
        let target = TestTarget {
            framework: regreen_case::Framework::Pytest,
            id: id.clone(),
            file: None,
            suite: None,
        };
        let (run, verdict) = bench.run_in(&bench.project(), &[target]);
        assert_eq!(
            run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
            [id.as_str()],
            "{}",
            run.output
        );
        let expected = if id.contains("x::y") { RED } else { Verdict::Green };
        assert_eq!(verdict, expected, "{id}");
    }
}

#[test]
fn pytest_failures_carry_the_signature_that_the_log_reader_gives() {
    let bench = python("def total(xs):\n    return sum(xs) - 1\n");
    let run = bench.is("tests/test_shop.py::test_total", &RED);
    let failure = run.failures().remove(0);
    assert_eq!(failure.id, "tests/test_shop.py::test_total");
    assert_eq!(failure.kind, "AssertionError");
    let read = regreen_logs::failures_in(regreen_case::Framework::Pytest, &run.output).remove(0);
    assert_eq!(read.signature, failure.signature);
}

#[test]
fn pytest_code_that_leaves_early_or_lies_is_not_green() {
    for (code, reason) in [
        // Leaves before pytest can report.
        ("import os\ndef total(xs):\n    os._exit(0)\n", "no report"),
        ("import os\nos._exit(0)\n", "no report"),
        // Prints a whole successful session and leaves.
        (
            "import os, sys\ndef total(xs):\n    os.write(1, b'\\ntests/test_shop.py .   [100%]\\n\\n=== 1 passed in 0.01s ===\\n')\n    os._exit(0)\n",
            "no report",
        ),
        // Skips from the inside.
        ("import pytest\ndef total(xs):\n    pytest.skip('later')\n", "skipped"),
        // Prints a second summary behind the real one.
        (
            "import atexit\natexit.register(lambda: print('=== 7 passed in 0.01s ==='))\ndef total(xs):\n    return 3\n",
            "contradict",
        ),
    ] {
        python(code).is_uncounted("tests/test_shop.py::test_total", reason);
    }
    // A failure cannot be talked away by a forged summary.
    let bench = python(
        "import atexit\natexit.register(lambda: print('=== 1 passed in 0.01s ==='))\ndef total(xs):\n    return 4\n",
    );
    let (_, verdict) = bench.run("tests/test_shop.py::test_total");
    assert_ne!(verdict, Verdict::Green);
}

#[test]
fn pytest_tests_the_checkout_and_not_what_is_installed() {
    let bench = python("def total(xs):\n    return 'the user\\'s own checkout'\n");
    // An interpreter that finds the user's checkout, as an editable install does.
    let user = bench.project();
    std::fs::remove_file(user.join(".venv")).unwrap();
    let real = tools::tool_path("venv/bin/python");
    let script =
        format!("#!/bin/sh\nPYTHONPATH=\"$PYTHONPATH:{}\" exec {} \"$@\"\n", user.display(), real.display());
    bench.write(".venv/bin/python", &script);
    std::fs::set_permissions(
        user.join(".venv/bin/python"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let worktree = bench.folder.path().join("worktree");
    std::fs::create_dir_all(worktree.join("tests")).unwrap();
    std::fs::create_dir_all(worktree.join("src")).unwrap();
    std::fs::write(worktree.join("src/shop.py"), HONEST).unwrap();
    std::fs::write(worktree.join("tests/test_shop.py"), PYTHON_TEST).unwrap();
    let targets = bench.targets("tests/test_shop.py::test_total");
    let (run, verdict) = bench.run_in(&worktree, &targets);
    assert_eq!(verdict, Verdict::Green, "{}", run.output);
    assert!(!worktree.join("tests/__pycache__").exists() && !worktree.join(".pytest_cache").exists());
}

#[test]
fn pytest_is_counted_however_quiet_the_project_is() {
    let bench = python(HONEST);
    bench.write("pytest.ini", "[pytest]\naddopts = -qq --tb=no\n");
    bench.is("tests/test_shop.py::test_total", &Verdict::Green);
    bench.write("pytest.ini", "[pytest]\njunit_family = xunit2\n");
    bench.is("tests/test_shop.py::test_total", &Verdict::Green);
}

#[test]
fn pytest_that_cannot_collect_is_no_pass() {
    let bench = python("def totals(xs): pass\n");
    let (run, verdict) = bench.run("tests/test_shop.py::test_total");
    assert_ne!(verdict, Verdict::Green);
    assert!(run.failures().iter().any(|failure| failure.id.starts_with("tests/test_shop.py")), "{run:?}");
}

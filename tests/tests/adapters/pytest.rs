//! pytest.

use std::path::Path;
use std::time::Duration;

use regreen_case::TestTarget;
use regreen_proof::{RepeatCount, TestOutcome, Variation, Verdict, count_repeats};
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

#[test]
fn pytest_that_crashes_or_hangs_is_not_counted() {
    let dies = python("import os\ndef total(xs):\n    os.kill(os.getpid(), 11)\n");
    dies.is_uncounted("tests/test_shop.py::test_total", "signal 11");
    let hangs = python("import time\ndef total(xs):\n    time.sleep(600)\n");
    hangs.hangs("tests/test_shop.py::test_total", Duration::from_secs(5));
}

#[test]
fn pytest_varies_order_seed_and_repeats() {
    let bench = Bench::new(&[(
        "tests/test_v.py",
        "import random, pytest\nseen = []\n@pytest.fixture\ndef fresh():\n    yield []\n\nclass TestA:\n    @pytest.mark.parametrize('x', range(8))\n    def test_p(self, x, fresh):\n        assert fresh == []\n        fresh.append(x)\n        assert not hasattr(self, 'mine')\n        self.mine = x\n\ndef test_drawn():\n    print('drew', random.random())\n    seen.append(1)\n    assert len(seen) % 5 != 0\n",
    )]);
    let ids = |variation| {
        let (run, verdict) = bench.run_varied("tests/test_v.py::TestA", variation);
        assert_eq!(verdict, Verdict::Green, "{:?}\n{}", run.problem, run.output);
        run.results.iter().map(|result| result.id.clone()).collect::<Vec<_>>()
    };
    let (one, two) = (ids(Variation::Order(1)), ids(Variation::Order(2)));
    assert_ne!(one, two);
    assert_eq!(one, ids(Variation::Order(1)), "a seed gives the same order again");
    assert_eq!(ids(Variation::Repeats(3)).len(), 24);
    let (run, verdict) = bench.run_varied("tests/test_v.py::test_drawn", Variation::Repeats(20));
    assert_eq!(verdict, RED);
    let found = count_repeats(&run, &bench.targets("tests/test_v.py::test_drawn"), None).unwrap();
    assert_eq!(found, RepeatCount { runs: 20, failures: 4, others: 0 }, "{}", run.output);
    let drew = |seed| {
        let project = regreen_proof::Project::at(&bench.project(), &bench.project());
        let targets = bench.targets("tests/test_v.py::test_drawn");
        let command = regreen_proof::plan(&project, &targets, None).unwrap();
        let command = regreen_proof::varied(&command, Variation::Seed(seed)).unwrap();
        let command = regreen_proof::showing_output(&command);
        let (run, _) = bench.run_command(&bench.project(), &command, &targets, Duration::from_secs(240));
        run.output.lines().find(|line| line.starts_with("drew ")).unwrap().to_owned()
    };
    assert_eq!(drew(5), drew(5));
    assert_ne!(drew(5), drew(6));
}

#[test]
fn pytest_is_counted_with_every_kind_of_test() {
    let bench = Bench::new(&[(
        "tests/test_k.py",
        "import unittest, pytest\n\nclass Case(unittest.TestCase):\n    def test_u(self):\n        self.assertEqual(1, 1)\n    def test_sub(self):\n        for n in range(3):\n            with self.subTest(n=n):\n                self.assertTrue(n < 9)\n\ndef test_subtests(subtests):\n    for n in range(3):\n        with subtests.test(n=n):\n            assert n < 9\n\n@pytest.fixture\ndef broken():\n    yield\n    raise ValueError('later')\n\ndef test_torn(broken):\n    pass\n\ndef test_both(broken):\n    assert False\n\n@pytest.mark.xfail\ndef test_better():\n    pass\n",
    )]);
    bench.is("tests/test_k.py::Case", &Verdict::Green);
    bench.is("tests/test_k.py::test_subtests", &Verdict::Green);
    bench.is("tests/test_k.py::test_better", &Verdict::Green);
    bench.is("tests/test_k.py::test_torn", &RED);
    bench.is("tests/test_k.py::test_both", &RED);
}

/// A project whose environment has pytest-xdist beside pytest.
pub(crate) fn with_xdist(code: &str) -> Bench {
    let bench = python(code);
    let venv = bench.project().join(".venv");
    std::fs::remove_file(&venv).unwrap();
    let tools = tools::tool_path("venv");
    let library = std::fs::read_dir(tools.join("lib")).unwrap().next().unwrap().unwrap().file_name();
    let packages = |environment: &Path| environment.join("lib").join(&library).join("site-packages");
    std::fs::create_dir_all(venv.join("bin")).unwrap();
    std::fs::create_dir_all(packages(&venv)).unwrap();
    std::fs::copy(tools.join("pyvenv.cfg"), venv.join("pyvenv.cfg")).unwrap();
    let python = std::fs::canonicalize(tools.join("bin/python")).unwrap();
    std::os::unix::fs::symlink(python, venv.join("bin/python")).unwrap();
    for entry in std::fs::read_dir(tools::tool_path("frameworks")).unwrap() {
        let name = entry.unwrap().file_name();
        if ["xdist", "execnet", "pytest_xdist"].iter().any(|start| name.to_string_lossy().starts_with(start))
        {
            let from = tools::tool_path("frameworks").join(&name);
            std::os::unix::fs::symlink(from, packages(&venv).join(&name)).unwrap();
        }
    }
    let more = format!("{}\n", packages(&tools).display());
    std::fs::write(packages(&venv).join("more.pth"), more).unwrap();
    bench
}

#[test]
fn pytest_is_counted_in_one_process_however_many_the_project_wants() {
    for options in ["-n auto", "-n 2 --dist loadfile", "-d --tx 2*popen", "-p no:xdist"] {
        let mut bench = with_xdist(HONEST);
        bench.write("pytest.ini", &format!("[pytest]\naddopts = {options}\n"));
        bench.write("tests/test_more.py", &PYTHON_TEST.replace("x::y[1]\"\n", "none\"\n"));
        bench.is("tests/test_more.py", &Verdict::Green);
        bench.write("pytest.ini", "[pytest]\n");
        bench.env.insert("PYTEST_ADDOPTS".to_owned(), options.to_owned());
        bench.is("tests/test_more.py", &Verdict::Green);
    }
    // In a worker nobody would see what this does.
    let bench = with_xdist(
        "import _pytest.python as p\np.pytest_pyfunc_call.__code__ = (lambda pyfuncitem: True).__code__\ndef total(xs):\n    return 4\n",
    );
    bench.write("pytest.ini", "[pytest]\naddopts = -n 2\n");
    bench.is_uncounted("tests/test_shop.py::test_total", "pytest_pyfunc_call");
    let bench = with_xdist(HONEST);
    bench.write(
        "conftest.py",
"import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_cmdline_main(config):\n    if not hasattr(config, 'workerinput'):\n        config.option.numprocesses = 2\n",
    );
    bench.is_uncounted("tests/test_shop.py::test_total", "other processes");
}

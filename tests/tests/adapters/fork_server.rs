//! pytest as a server of forks: first opinions on many changes, from projects as they are.

use std::time::{Duration, Instant};

use regreen_case::FailedTest;
use regreen_proof::{ForkServer, Opinion, OpinionLimit};

use crate::bench::Bench;
use crate::pytest;

pub(crate) const TESTS: &str = "\
import json
from shop import total


def test_total():
    assert total([1, 2]) == 3
";
pub(crate) const RIGHT: &str = "def total(xs):\n    return sum(xs)\n";
pub(crate) const WRONG: &str = "def total(xs):\n    return sum(xs) - 1\n";
const LIMIT: OpinionLimit = OpinionLimit { wall: Duration::from_secs(30), cpu: Duration::from_secs(30) };

/// A project with its server.
pub(crate) fn shop(code: &str) -> (Bench, ForkServer) {
    let bench = Bench::new(&[("shop.py", code), ("tests/test_shop.py", TESTS)]);
    let server = bench.fork_server("tests/test_shop.py::test_total").expect("pytest has one");
    (bench, server)
}

/// The opinion of a server that has to be there.
#[track_caller]
pub(crate) fn ask(server: &mut ForkServer) -> Opinion {
    server.ask(LIMIT).expect("the server is there").0
}

#[track_caller]
fn is_red(server: &mut ForkServer, of: &str) {
    let opinion = ask(server);
    assert!(matches!(&opinion, Opinion::Red { id, .. } if id.ends_with(of)), "{opinion:?}");
}

#[test]
fn every_change_is_seen_as_it_is() {
    let (bench, mut server) = shop(WRONG);
    is_red(&mut server, "::test_total");
    for round in 0..3 {
        bench.write("shop.py", RIGHT);
        assert_eq!(ask(&mut server), Opinion::Green, "round {round}");
        bench.write("shop.py", WRONG);
        is_red(&mut server, "::test_total");
        bench.write("shop.py", "def total(xs:\n");
        is_red(&mut server, "tests/test_shop.py");
        bench.write("shop.py", "import os\nos._exit(0)\n");
        assert_eq!(ask(&mut server), Opinion::Nothing);
        bench.write("shop.py", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n");
        assert_eq!(ask(&mut server), Opinion::Nothing);
    }
    let Some(Opinion::Red { message, .. }) =
        (bench.write("shop.py", WRONG), server.ask(LIMIT)).1.map(|it| it.0)
    else {
        panic!("it is red")
    };
    assert!(message.starts_with("AssertionError: assert 2 == 3"), "{message}");
}

#[test]
fn the_failure_of_a_real_run_is_known_again_and_no_other() {
    let failing = [
        ("", "def total(xs):\n    return sum(xs) - 1\n"),
        ("-q --tb=no -rN", "def total(xs):\n    return sum(xs) - 1\n"),
        ("", "def total(xs):\n    assert not xs, 'one line\\nand another'\n"),
        ("--tb=native", "def total(xs):\n    raise ValueError\n"),
        ("--tb=line", "class Oops(Exception): pass\n\n\ndef total(xs):\n    raise Oops('\\n  below')\n"),
        ("--tb=short", "def total(xs):\n    raise ValueError('ValueError: %s of /a/b/c.py' % object())\n"),
        ("", "def total(xs):\n    raise ValueError('long ' * 100)\n"),
        ("--tb=no", "def total(xs):\n    return 'a' * 400\n"),
        ("", "def total(xs):\n    raise ExceptionGroup('one', [ValueError('one')])\n"),
        ("", "def total(xs):\n    exec('a b')\n"),
        ("", "def total(xs:\n"),
        ("", "import nothing_of_this_name\n"),
        ("", "raise ValueError('while it is loaded')\n"),
    ];
    let mut before = None;
    for (options, code) in failing {
        let (bench, mut server) = shop(code);
        bench.write("pytest.ini", &format!("[pytest]\naddopts = {options}\n"));
        let (run, _) = bench.run("tests/test_shop.py::test_total");
        let opinion = ask(&mut server);
        let failures = run.failures();
        assert!(failures.iter().any(|failure| opinion.shows(failure)), "{code}: {opinion:?}\n{failures:#?}");
        if let Some(before) = before.replace((opinion.clone(), failures.clone())) {
            let shows =
                |opinion: &Opinion, of: &[FailedTest]| of.iter().any(|failure| opinion.shows(failure));
            // The second one is the first one told more briefly.
            let same = options == "-q --tb=no -rN";
            assert_eq!(shows(&before.0, &failures), same, "{before:?} is not {failures:#?}");
            assert_eq!(shows(&opinion, &before.1), same, "{opinion:?} is not {before:#?}");
        }
    }
}

#[test]
fn tests_of_unittest_are_seen_as_pytest_runs_them() {
    let case = "\
import unittest
import pytest
from shop import total


class TestTotal(unittest.TestCase):
    def test_total(self):
        try:
            self.assertEqual(total([1, 2]), 3)
        except AssertionError:
            raise KeyError(total([1, 2]))

    def test_skipped(self):
        self.skipTest('today')

    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(total([]), 7)


def test_skipped_as_unittest_does():
    raise unittest.SkipTest


def test_that_may_fail():
    pytest.xfail('today')
";
    let bench = Bench::new(&[("shop.py", WRONG), ("tests/test_shop.py", case)]);
    let mut server = bench.fork_server("tests/test_shop.py").expect("pytest has one");
    let (run, _) = bench.run("tests/test_shop.py");
    let (opinion, failures) = (ask(&mut server), run.failures());
    assert!(failures.len() == 1 && opinion.shows(&failures[0]), "{opinion:?}\n{failures:#?}");
    bench.write("shop.py", RIGHT);
    assert_eq!(ask(&mut server), Opinion::Green);
}

#[test]
fn nothing_passes_from_one_fork_to_the_next() {
    let state = "import os, sys\nos.environ['SEEN'] = os.environ.get('SEEN', '') + 'x'\n\
                 sys.modules.setdefault('kept', []).append(1)\n";
    let told = "def total(xs):\n    return 3 if os.environ['SEEN'] == 'x' and len(sys.modules['kept']) == 1 else 0\n";
    let (_bench, mut server) = shop(&format!("{state}{told}"));
    for _ in 0..5 {
        assert_eq!(ask(&mut server), Opinion::Green);
    }
}

#[test]
fn libraries_are_loaded_once_and_the_projects_own_code_in_every_fork() {
    let code = |sign: &str| {
        format!(
            "import counted_library\nimport helpers\n\n\ndef total(xs):\n    return sum(xs) {sign} 0 * helpers.ONE\n"
        )
    };
    let (bench, mut server) = {
        let bench = Bench::new(&[
            ("shop.py", &code("- 1 +")),
            ("helpers.py", "ONE = 1\n"),
            ("tests/test_shop.py", TESTS),
        ]);
        let place = bench.folder.path().join("site-packages");
        std::fs::create_dir(&place).unwrap();
        // How often it is loaded, and by which process.
        let loads = bench.project().join("loads").display().to_string();
        let library =
            format!("import os\nwith open({loads:?}, 'a') as file:\n    file.write('%d\\n' % os.getpid())\n");
        std::fs::write(place.join("counted_library.py"), library).unwrap();
        bench.write(
            "conftest.py",
            &format!("import sys\nsys.path.append({:?})\n", place.display().to_string()),
        );
        let server = bench.fork_server("tests/test_shop.py::test_total").expect("pytest has one");
        (bench, server)
    };
    is_red(&mut server, "::test_total");
    for _ in 0..3 {
        bench.write("shop.py", &code("+"));
        assert_eq!(ask(&mut server), Opinion::Green);
        // The project's other modules are never kept.
        bench.write("helpers.py", "raise ImportError('changed')\n");
        is_red(&mut server, "tests/test_shop.py");
        bench.write("helpers.py", "ONE = 1\n");
    }
    let loads = std::fs::read_to_string(bench.project().join("loads")).unwrap_or_default();
    // Once in the first fork, which found it, and once in the server.
    assert_eq!(loads.lines().count(), 2, "{loads}");
}

#[test]
fn projects_of_other_shapes_are_served_too() {
    let tests = "from app.money import add\n\n\ndef test_add(one):\n    assert add(one, 2) == 3\n";
    let conftest =
        "import pytest\nfrom app.money import add\n\n\n@pytest.fixture\ndef one():\n    return add(1, 0)\n";
    let files = [
        ("src/app/__init__.py", ""),
        ("src/app/money.py", "def add(a, b):\n    return a - b\n"),
        ("tests/conftest.py", conftest),
        ("tests/test_money.py", tests),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q -ra'\npythonpath = ['src']\n"),
    ];
    let bench = Bench::new(&files);
    let mut server = bench.fork_server("tests/test_money.py::test_add").unwrap();
    is_red(&mut server, "::test_add");
    bench.write("src/app/money.py", "def add(a, b):\n    return a + b\n");
    assert_eq!(ask(&mut server), Opinion::Green);

    // Where the tests load nothing of the project's there is nothing to wait at.
    let bench = Bench::new(&[("tests/test_alone.py", "def test_it():\n    assert False\n")]);
    assert!(bench.fork_server("tests/test_alone.py::test_it").is_none());
}

#[test]
fn what_was_wanted_in_many_processes_is_served_in_one() {
    let bench = pytest::with_xdist(WRONG);
    bench.write("pytest.ini", "[pytest]\naddopts = -n 2 --dist load\n");
    let mut server = bench.fork_server("tests/test_shop.py::test_total").unwrap();
    is_red(&mut server, "::test_total");
    bench.write("shop.py", RIGHT);
    assert_eq!(ask(&mut server), Opinion::Green);
}

#[test]
fn what_hangs_is_stopped_by_the_processors_time_or_the_clock() {
    let (bench, mut server) = shop(WRONG);
    let loops = "def total(xs):\n    while True:\n        pass\n";
    let sleeps = "import time\n\ndef total(xs):\n    time.sleep(600)\n";
    let deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n";
    let (short, long) = (Duration::from_millis(500), Duration::from_secs(60));
    for (code, limit) in [
        (loops.to_owned(), OpinionLimit { wall: long, cpu: short }),
        (sleeps.to_owned(), OpinionLimit { wall: short, cpu: long }),
        (format!("{deaf}{loops}"), OpinionLimit { wall: short, cpu: long }),
    ] {
        bench.write("shop.py", &code);
        let began = Instant::now();
        assert_eq!(server.ask(limit).unwrap().0, Opinion::Late, "{code}");
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        bench.write("shop.py", RIGHT);
        assert_eq!(ask(&mut server), Opinion::Green, "the next one is not held up");
    }
}

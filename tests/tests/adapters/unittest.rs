//! unittest on the real Python.

use std::time::Duration;

use regreen_case::{Framework, TestTarget};
use regreen_proof::{TestOutcome, Verdict};

use crate::bench::{Bench, RED};

const TESTS: &str = r#"
import unittest
from shop import total

class Shop(unittest.TestCase):
    def test_total(self):
        self.assertEqual(total([1, 2]), 3)

    def test_größe(self):
        pass

    @unittest.skip("later")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail()

    def test_names(self):
        for name in ("a b", "x (y)", "q\"'", "ü"):
            with self.subTest("a - b", name=name):
                self.assertNotEqual(name, "x (y)")

for number, name in enumerate(["a b", "1.5 [x]", "q\"'", "$HOME `id`"]):
    setattr(Shop, "test " + name, lambda self, name=name: self.assertNotEqual(name, "q\"'"))

class Setup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise ConnectionError("no database")

    def test_one(self):
        pass
"#;

const HONEST: &str = "def total(xs):\n    return sum(xs)\n";

fn shop(code: &str) -> Bench {
    Bench::new(&[("shop.py", code), ("tests/__init__.py", ""), ("tests/test_shop.py", TESTS)])
}

fn target(method: &str) -> TestTarget {
    let id = format!("{method} (tests.test_shop.Shop.{method})");
    TestTarget { framework: Framework::Unittest, id, file: None, suite: None }
}

#[test]
fn unittest_counts_what_ran() {
    let bench = shop(HONEST);
    let run = bench.is("tests/test_shop.py::Shop::test_total", &Verdict::Green);
    assert_eq!(run.results.len(), 1, "narrowed to the test");
    let (run, verdict) = bench.run("tests/test_shop.py");
    assert_eq!(verdict, RED);
    let outcome = |id: &str| run.results.iter().find(|result| result.id.starts_with(id)).unwrap().outcome;
    assert_eq!(outcome("test_skipped ("), TestOutcome::Skipped);
    assert_eq!(outcome("test_expected ("), TestOutcome::Skipped);
    assert_eq!(outcome("setUpClass ("), TestOutcome::Failed);
    bench.is_uncounted("tests/test_shop.py::Shop::test_skipped", "skipped");
    bench.is_uncounted("tests/test_shop.py::Shop::test_expected", "expected to fail");
    bench.is_uncounted("tests/test_shop.py::Shop::test_gone", "not among");
    bench.is("tests/test_shop.py::Setup::test_one", &RED);
}

#[test]
fn unittest_takes_any_name_and_each_subtest() {
    let bench = shop(HONEST);
    for (method, expected) in [
        ("test_größe", Verdict::Green),
        ("test a b", Verdict::Green),
        ("test 1.5 [x]", Verdict::Green),
        ("test q\"'", RED),
        ("test $HOME `id`", Verdict::Green),
    ] {
        let target = target(method);
        let (run, verdict) = bench.run_in(&bench.project(), std::slice::from_ref(&target));
        assert_eq!(verdict, expected, "{method}: {:?}\n{}", run.problem, run.output);
        let ids: Vec<&str> = run.results.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, [target.id.as_str()]);
    }
    for (parameters, expected) in
        [(r"(name='a b')", Verdict::Green), (r"(name='x (y)')", RED), (r#"(name='q"\'')"#, Verdict::Green)]
    {
        let mut target = target("test_names");
        target.id.push_str(&format!(" [a - b] {parameters}"));
        let (run, verdict) = bench.run_in(&bench.project(), &[target]);
        assert_eq!(verdict, expected, "{parameters}: {:?} {:?}\n{}", run.results, run.problem, run.output);
    }
}

#[test]
fn unittest_failures_carry_the_signature_that_the_log_reader_gives() {
    let bench = shop("def total(xs):\n    return sum(xs) - 1\n");
    let run = bench.is("tests/test_shop.py::Shop::test_total", &RED);
    let failure = run.failures().remove(0);
    assert_eq!(
        (failure.id.as_str(), failure.kind.as_str()),
        ("test_total (tests.test_shop.Shop.test_total)", "AssertionError")
    );
    let read = regreen_logs::failures_in(Framework::Unittest, &run.output).remove(0);
    assert_eq!(read.signature, failure.signature);
    assert_eq!(failure.file.as_deref().map(|file| file.ends_with("tests/test_shop.py")), Some(true));
}

#[test]
fn unittest_code_that_leaves_early_or_lies_is_not_green() {
    let forged = "import os\ndef say():\n    os.write(2, b'.\\n----------------------------------------------------------------------\\nRan 1 test in 0.001s\\n\\nOK\\n')\n";
    for (code, reason) in [
        ("import os\ndef total(xs):\n    os._exit(0)\n".to_owned(), "not come to its end"),
        ("import os\nos._exit(0)\n".to_owned(), "began"),
        ("import sys\nsys.exit(0)\n".to_owned(), "began"),
        ("import os\ndef total(xs):\n    os.kill(os.getpid(), 11)\n".to_owned(), "signal 11"),
        (format!("{forged}def total(xs):\n    say()\n    os._exit(0)\n"), "not come to its end"),
        (format!("{forged}say()\nos._exit(0)\n"), "began"),
        ("import unittest\ndef total(xs):\n    raise unittest.SkipTest('later')\n".to_owned(), "skipped"),
        // A second summary behind the real one.
        (
            "import atexit, os\natexit.register(lambda: os.write(2, b'Ran 7 tests in 0.001s\\n\\nOK\\n'))\ndef total(xs):\n    return 3\n"
                .to_owned(),
            "contradict",
        ),
        // Asserts nothing any more.
        (
            "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\ndef total(xs):\n    return 4\n".to_owned(),
            "replaced `TestCase.assertEqual`",
        ),
        // Leaves by itself, with the code of a pass.
        ("import unittest\nunittest.TestCase.run = lambda self, result: result.addSuccess(self)\ndef total(xs):\n    return 4\n".to_owned(), ""),
        // A run of its own, before the real one.
        (
            "import unittest\nclass T(unittest.TestCase):\n    def test_total(self): pass\nunittest.TextTestRunner().run(unittest.TestSuite([T('test_total')]))\ndef total(xs):\n    return 3\n"
                .to_owned(),
            "2 times",
        ),
    ] {
        shop(&code).is_uncounted("tests/test_shop.py::Shop::test_total", reason);
    }
    // A failure cannot be talked away.
    for code in [
        format!(
            "{forged}import atexit\natexit.register(lambda: (say(), os._exit(0)))\ndef total(xs):\n    return 4\n"
        ),
        format!("{forged}def total(xs):\n    say()\n    return 4\n"),
    ] {
        let (run, verdict) = shop(&code).run("tests/test_shop.py::Shop::test_total");
        assert_ne!(verdict, Verdict::Green, "{}", run.output);
    }
    // A run inside of a test is the test's business.
    let bench = shop(
        "import io, unittest\nclass T(unittest.TestCase):\n    def test_x(self): self.fail()\ndef total(xs):\n    unittest.TextTestRunner(stream=io.StringIO()).run(unittest.TestSuite([T('test_x')]))\n    return sum(xs)\n",
    );
    bench.is("tests/test_shop.py::Shop::test_total", &Verdict::Green);
}

#[test]
fn unittest_that_hangs_is_stopped_and_not_counted() {
    let bench = shop("import time\ndef total(xs):\n    time.sleep(600)\n");
    let (run, verdict) = bench.run_within(&[target("test_total")], Duration::from_secs(4));
    assert!(matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit")), "{verdict:?} {run:?}");
}

#[test]
fn unittest_that_cannot_import_is_red_and_loads_nothing_of_the_projects_own_for_us() {
    let bench = shop("def totals(xs): pass\n");
    let (run, verdict) = bench.run("tests/test_shop.py::Shop::test_total");
    assert_eq!(verdict, RED, "{}", run.output);
    // Modules that shadow the standard library's do not get between us and the results.
    let bench = shop(HONEST);
    bench.write("json.py", "import os\nos._exit(0)\n");
    bench.write("runpy.py", "import os\nos._exit(0)\n");
    bench.is("tests/test_shop.py::Shop::test_total", &Verdict::Green);
}

#[test]
fn unittest_is_discovered_as_ci_does_it() {
    let bench = Bench::new(&[("checks/shop.py", HONEST), ("checks/test_shop.py", TESTS)]);
    let id = "test_total (test_shop.Shop.test_total)".to_owned();
    let target = TestTarget { framework: Framework::Unittest, id, file: None, suite: None };
    let script = "python -m unittest discover -s checks -v";
    let (run, verdict) = bench.run_as_ci(script, &[target]);
    assert_eq!(verdict, Verdict::Green, "{:?}\n{}", run.problem, run.output);
    assert_eq!(run.results.len(), 1, "narrowed by file and pattern");
}

#[test]
fn unittest_attacks_from_within_the_process_are_seen() {
    // Finds the file of the results among those that are open, and forges it at the end.
    let forges = "import atexit, os\nopen_files = [os.path.realpath('/proc/self/fd/' + one) for one in os.listdir('/proc/self/fd')]\nplace = [one for one in open_files if one.endswith('/notes')][0]\ndef forge():\n    with open(place, 'w') as file:\n        file.write('{\"begin\": true}\\n{\"test\": \"test_total (tests.test_shop.Shop.test_total)\", \"outcome\": \"passed\"}\\n{\"end\": {\"ran\": 1}}\\n')\n    os.write(2, b'Ran 1 test in 0.001s\\n\\nOK\\n')\n    os._exit(0)\natexit.register(forge)\n";
    for (code, reason) in [
        (forges, "changed after"),
        (
            "import unittest\nunittest.TestCase.assertEqual = unittest.TestCase.assertTrue\n",
            "TestCase.assertEqual",
        ),
        (
            "import unittest\nunittest.TestCase.assertEqual.__code__ = (lambda self, first, second, msg=None: None).__code__\n",
            "TestCase.assertEqual",
        ),
        (
            "import unittest\nunittest.TestCase.assertEqual.__code__ = (lambda self, first, second, msg=None: None).__code__.replace(co_filename='/x/test/y.py')\n",
            "TestCase.assertEqual",
        ),
        // Puts itself right when it has lied.
        (
            "import unittest\nreal = unittest.TestCase.run\ndef lie(self, result=None):\n    unittest.TestCase.run = real\n    result.startTestRun and result.startTest(self)\n    result.addSuccess(self)\n    result.stopTest(self)\nunittest.TestCase.run = lie\n",
            "TestCase.run",
        ),
    ] {
        let code = format!("{code}def total(xs):\n    return 4\n");
        shop(&code).is_uncounted("tests/test_shop.py::Shop::test_total", reason);
    }
    // A file of the product whose name has `test` in it is not a test.
    let lie = "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\n";
    for file in ["latest.py", "contest.py"] {
        let module = file.trim_end_matches(".py");
        let bench = shop(&format!("import {module}\ndef total(xs):\n    return 4\n"));
        bench.write(file, lie);
        bench.is_uncounted("tests/test_shop.py::Shop::test_total", "TestCase.assertEqual");
    }
    // Tests may have assertions of their own.
    let bench = shop(HONEST);
    let own = format!(
        "{TESTS}\nclass Base(unittest.TestCase):\n    def assertEqual(self, *a):\n        super().assertEqual(*a)\n\nunittest.TestCase.assertSum = lambda self, xs, n: None\nunittest.TestCase.assertLess = lambda self, *a: None\nunittest.TestCase.assertItemsEqual = unittest.TestCase.assertCountEqual\n"
    );
    bench.write(
        "tests/test_shop.py",
        &own.replace("class Shop(unittest.TestCase)", "class Shop(Own)")
            .replace("from shop import total\n", "from shop import total\nfrom tests.base import Own\n"),
    );
    bench.write("tests/base.py", "import unittest\n\nclass Own(unittest.TestCase):\n    def run(self, result=None):\n        return super().run(result)\n\nunittest.TestCase.assertGreater = lambda self, *a: None\n");
    bench.is("tests/test_shop.py::Shop::test_total", &Verdict::Green);
}

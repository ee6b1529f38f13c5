//! What code under test can do to pytest from within its process, without the launcher's own memory. The
//! test fails in truth; each attack would make it look passed.

use regreen_proof::Verdict;

use crate::bench::Bench;
use crate::pytest::python;

/// Finds the place of the report, as any code can.
const PLACE: &str = "import sys, re, glob\ndef place():\n    import gc\n    for one in gc.get_objects():\n        if type(one).__name__ == 'LogXML':\n            return one.logfile\n";
const FORGED: &str = "'<testsuites><testsuite><testcase classname=\"tests.test_shop\" name=\"test_total\" file=\"tests/test_shop.py\"/></testsuite></testsuites>'";
/// What the test finds wrong.
const WRONG: &str = "def total(xs):\n    return 4\n";

/// What it does, what is said about it, how it is done.
const ATTACKS: &[(&str, &str, &str)] = &[
    (
        "rewrites the report at exit",
        "changed after pytest had ended",
        "{report}import atexit, os\npath = place()\ndef forge():\n    open(path, 'w').write({honest_xml})\n    os.write(1, b'= 1 passed in 0.01s =\\n')\n    os._exit(0)\natexit.register(forge)\n{tail}",
    ),
    (
        "has a thread rewrite it",
        // Which of the checks it loses against is a race.
        "",
        "{report}import os, threading, time\npath = place()\ndef forge():\n    while not os.path.exists(path): time.sleep(0.001)\n    time.sleep(0.05)\n    open(path, 'w').write({honest_xml})\n    os.write(1, b'\\n= 1 passed in 0.01s =\\n')\n    os._exit(0)\nthreading.Thread(target=forge).start()\n{tail}",
    ),
    (
        "patches the writer of the report",
        "contradict",
        "import _pytest.junitxml as j\nj._NodeReporter.append_failure = lambda self, report: None\nj._NodeReporter.append_error = lambda self, report: None\n{tail}",
    ),
    (
        "patches the writer and the summary",
        "_NodeReporter.append_failure",
        "import os, atexit\nimport _pytest.junitxml as j\nj._NodeReporter.append_failure = lambda self, report: None\natexit.register(lambda: (os.write(1, b'\\n= 1 passed in 0.01s =\\n'), os._exit(0)))\n{tail}",
    ),
    (
        "patches the report",
        "TestReport.from_item_and_call",
        "from _pytest.reports import TestReport\nreal = TestReport.from_item_and_call.__func__\ndef lie(cls, item, call):\n    found = real(cls, item, call)\n    found.outcome, found.longrepr = 'passed', None\n    return found\nTestReport.from_item_and_call = classmethod(lie)\n{tail}",
    ),
    (
        "patches what a report is asked",
        "CallInfo.from_call",
        "from _pytest.runner import CallInfo\nreal = CallInfo.from_call.__func__\ndef lie(cls, *a, **k):\n    found = real(cls, *a, **k)\n    found.excinfo = None\n    return found\nCallInfo.from_call = classmethod(lie)\n{tail}",
    ),
    (
        "changes the code of a function in place",
        "pytest_pyfunc_call",
        "import _pytest.python as p\np.pytest_pyfunc_call.__code__ = (lambda pyfuncitem: True).__code__\n{tail}",
    ),
    (
        "registers a plugin",
        "a plugin of shop.py",
        "import gc, pytest\nfrom _pytest.config import Config\nclass Liar:\n    @pytest.hookimpl(hookwrapper=True)\n    def pytest_runtest_makereport(self, item, call):\n        out = yield\n        found = out.get_result()\n        found.outcome, found.longrepr = 'passed', None\nfor one in gc.get_objects():\n    if type(one) is Config:\n        one.pluginmanager.register(Liar())\n{tail}",
    ),
    (
        "patches the report and puts it right before anybody looks",
        "TestReport.from_item_and_call",
        "from _pytest.reports import TestReport\nreal = vars(TestReport)['from_item_and_call']\ndef lie(cls, item, call):\n    TestReport.from_item_and_call = real\n    found = real.__func__(cls, item, call)\n    found.outcome, found.longrepr = 'passed', None\n    return found\ndef total(xs):\n    TestReport.from_item_and_call = classmethod(lie)\n    return 4\n",
    ),
    (
        "patches what calls the test and puts it right at once",
        "CallInfo.from_call",
        "from _pytest.runner import CallInfo\nreal = vars(CallInfo)['from_call']\ndef lie(cls, func, when, **more):\n    if when == 'call':\n        CallInfo.from_call = real\n        func = lambda: None\n    return real.__func__(cls, func, when, **more)\nCallInfo.from_call = classmethod(lie)\n{tail}",
    ),
    (
        "takes its plugin away once it has lied",
        "a plugin of shop.py",
        "import gc, pytest\nfrom _pytest.config import Config\nclass Liar:\n    @pytest.hookimpl(hookwrapper=True)\n    def pytest_runtest_makereport(self, item, call):\n        out = yield\n        found = out.get_result()\n        found.outcome, found.longrepr = 'passed', None\n    def pytest_runtest_logfinish(self):\n        manager.unregister(self)\nfor one in gc.get_objects():\n    if type(one) is Config:\n        manager = one.pluginmanager\n        manager.register(Liar())\n{tail}",
    ),
    (
        "registers a plugin past pytest and takes it away",
        "a plugin of shop.py",
        "import gc, pluggy, pytest\nfrom _pytest.config import Config\nclass Liar:\n    @pytest.hookimpl(hookwrapper=True)\n    def pytest_runtest_makereport(self, item, call):\n        out = yield\n        found = out.get_result()\n        found.outcome, found.longrepr = 'passed', None\n    def pytest_runtest_logfinish(self):\n        manager.unregister(self)\nfor one in gc.get_objects():\n    if type(one) is Config:\n        manager = one.pluginmanager\n        pluggy.PluginManager.register(manager, Liar())\n{tail}",
    ),
    (
        "gives a hook another function",
        "pytest_pyfunc_call",
        "import gc\nfrom _pytest.config import Config\nfor one in gc.get_objects():\n    if type(one) is Config:\n        for impl in one.hook.pytest_pyfunc_call.get_hookimpls():\n            impl.function = lambda pyfuncitem: True\n{tail}",
    ),
    (
        "changes the code of a function in place and says it is from elsewhere",
        "pytest_pyfunc_call",
        "import _pytest.python as p\np.pytest_pyfunc_call.__code__ = (lambda pyfuncitem: True).__code__.replace(co_filename='/')\n{tail}",
    ),
    (
        "replaces a function by one that says it is from elsewhere",
        "Function.runtest",
        "import _pytest.python as p\ndef lie(self): pass\nlie.__code__ = lie.__code__.replace(co_filename='/')\np.Function.runtest = lie\n{tail}",
    ),
    (
        "changes the launcher",
        "CallInfo.from_call",
        "import __main__ as m\nif hasattr(m, 'Space'):\n    m.Space.changed = lambda self, is_of_project: None\nfrom _pytest.runner import CallInfo\nreal = vars(CallInfo)['from_call']\nCallInfo.from_call = classmethod(lambda cls, func, when, **more: real.__func__(cls, lambda: None, when, **more))\n{tail}",
    ),
    (
        "puts a name before a builtin one",
        "_pytest.reports.isinstance",
        "import builtins\nimport _pytest.reports as r\nr.isinstance = lambda value, kind: builtins.isinstance(value, kind)\n{tail}",
    ),
    (
        "replaces the error of assertions",
        "builtins.AssertionError",
        "import builtins, sys\nclass Nothing(Exception): pass\nbuiltins.AssertionError = Nothing\n{tail}",
    ),
    (
        "writes records of its own to every file that is open",
        "other than pytest wrote",
        "import os\ndef total(xs):\n    for fd in range(1, 30):\n        try: os.write(fd, b'\\n\\x1e' + b'0' * 64 + b' [3, \"sealed\", 0, \"\"]\\x1e\\n')\n        except OSError: pass\n    return 3\n",
    ),
];

#[test]
fn pytest_attacks_from_within_the_process_are_seen() {
    let mut unseen = Vec::new();
    for (name, reason, code) in ATTACKS {
        let code = code.replace("{report}", PLACE).replace("{honest_xml}", FORGED).replace("{tail}", WRONG);
        let (run, verdict) = python(&code).run("tests/test_shop.py::test_total");
        let seen = matches!(&verdict, Verdict::Uncounted(why) if why.contains(reason));
        if !seen {
            unseen.push(format!("{name}: {verdict:?}\n{}", run.output));
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

/// The test is one of unittest, run by pytest.
const CASE: &str = "import unittest\nimport pytest\nfrom shop import total\n\nclass Case(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([1, 2]), 3)\n";

const CASE_ATTACKS: &[(&str, &str)] = &[
    (
        "unittest.case.TestCase.assertEqual",
        "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\n",
    ),
    (
        "unittest.case.TestCase.assertEqual",
        "import unittest\nunittest.TestCase.assertEqual = unittest.TestCase.assertTrue\n",
    ),
    (
        "unittest.case.TestCase.assertEqual",
        "import unittest\nunittest.TestCase.assertEqual.__code__ = (lambda self, first, second, msg=None: None).__code__\n",
    ),
    (
        "_pytest.unittest.TestCaseFunction.addFailure",
        "import _pytest.unittest as u\nu.TestCaseFunction.addFailure = lambda self, testcase, rawexcinfo: None\n",
    ),
];

#[test]
fn pytest_attacks_on_what_unittest_does_are_seen() {
    for (reason, code) in CASE_ATTACKS {
        let files = [("shop.py", format!("{code}{WRONG}")), ("tests/test_case.py", CASE.to_owned())];
        let bench = Bench::new(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
        bench.is_uncounted("tests/test_case.py::Case::test_total", reason);
    }
}

#[test]
fn pytest_honest_tests_may_extend_what_is_watched() {
    let files = [
        ("shop.py", "def total(xs):\n    return sum(xs)\n"),
        ("tests/__init__.py", ""),
        (
            "tests/base.py",
            "import unittest\n\ndef assert_sum(self, xs, n):\n    self.assertEqual(sum(xs), n)\n\nunittest.TestCase.assertSum = assert_sum\nunittest.TestCase.assertItemsEqual = unittest.TestCase.assertCountEqual\nunittest.TestCase.assertLogs = lambda self, *a: None\n\nclass Base(unittest.TestCase):\n    def run(self, result=None):\n        return super().run(result)\n    def assertEqual(self, a, b, msg=None):\n        super().assertEqual(a, b, msg)\n",
        ),
        (
            "tests/test_case.py",
            "import unittest.mock\nimport pytest\nfrom shop import total\nfrom tests.base import Base\n\nclass Case(Base):\n    def test_total(self):\n        with unittest.mock.patch.object(unittest.TestCase, 'assertTrue'):\n            self.assertSum([1, 2], total([1, 2]))\n        self.assertItemsEqual([1, 2], [2, 1])\n\ndef test_total():\n    assert total([1, 2]) == 3\n",
        ),
    ];
    let bench = Bench::new(&files);
    bench.is("tests/test_case.py::Case::test_total", &Verdict::Green);
    bench.is("tests/test_case.py::test_total", &Verdict::Green);
}

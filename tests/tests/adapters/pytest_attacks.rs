//! What code under test can do to pytest from within its process, without the launcher's own memory. The
//! test fails in truth; each attack would make it look passed.

use regreen_proof::Verdict;

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
        "report and its records contradict",
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
    for (name, reason, code) in ATTACKS {
        let code = code.replace("{report}", PLACE).replace("{honest_xml}", FORGED).replace("{tail}", WRONG);
        let (run, verdict) = python(&code).run("tests/test_shop.py::test_total");
        let seen = matches!(&verdict, Verdict::Uncounted(why) if why.contains(reason));
        assert!(seen, "{name}: {verdict:?}\n{}", run.output);
    }
}

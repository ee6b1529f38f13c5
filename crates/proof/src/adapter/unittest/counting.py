"""Runs a program of unittest as it would run by itself, and notes what came of each test.

The notes go to a file that was opened before any code of the project ran. Nothing that the project's
code is given names it: this file, its arguments and the variable that told the place are gone by then.
"""

import sys

__unittest = True  # Tracebacks leave such frames out.


def main():
    # The project's folders come first on the path: what shall count must not come from there.
    import os

    library = os.path.dirname(os.__file__)
    path = sys.path[1:]
    sys.path[:] = [folder for folder in path if folder.startswith(library) or folder.endswith(".zip")]
    import json
    import runpy
    import unittest

    place = os.environ.pop("REGREEN_NOTES")
    os.unlink(sys.argv[0])
    program = sys.argv[1:]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv = [sys.executable] + program
    unittest.TextTestRunner.resultclass = counting(os, json, unittest, place)
    if program[0] == "-m":
        sys.path[:] = [os.getcwd()] + path
        sys.argv[:] = [program[1]] + program[2:]
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[:] = [os.path.dirname(os.path.abspath(program[0]))] + path
        sys.argv[:] = program
        runpy.run_path(program[0], run_name="__main__")


def kept(unittest):
    """The functions of unittest that decide what comes of a test, as they are before the project's code."""
    owners = [
        unittest.TestCase,
        unittest.FunctionTestCase,
        unittest.BaseTestSuite,
        unittest.TestSuite,
        unittest.TestResult,
        unittest.TextTestResult,
        unittest.TextTestRunner,
        unittest.case._Outcome,
        unittest.case._AssertRaisesContext,
        unittest.case,
        unittest.suite,
    ]
    return [
        (owner, name, value)
        for owner in owners
        for name, value in list(vars(owner).items())
        if callable(value) or isinstance(value, (classmethod, staticmethod))
    ]


def replaced(kept, here):
    """The first of them that code of the project replaced which is no test itself."""
    for owner, name, value in kept:
        now = vars(owner).get(name)
        if now is value or name == "resultclass":
            continue
        code = getattr(getattr(now, "__func__", now), "__code__", None)
        file = code.co_filename if code is not None else ""
        inside = file[len(here) :] if file.startswith(here) else file
        # Tests may have helpers of their own, and so may what is installed.
        if "test" in inside or "site-packages" in file or file.startswith(sys.base_prefix):
            continue
        return "%s.%s" % (owner.__name__, name)
    return ""


def counting(os, json, unittest, place):
    write, dumps, getpid = os.write, json.dumps, os.getpid
    originals, here = kept(unittest), os.getcwd()
    look = replaced
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
    notes = os.open(place, flags, 0o600)
    us = getpid()
    running = []

    def note(result, **record):
        # Runs that a test makes itself are its own business, and so is what a forked child does.
        if running[:1] == [result] and getpid() == us:
            write(notes, (dumps(record) + "\n").encode("ascii"))

    def text(value):
        return str(value).encode("utf-8", "replace").decode("utf-8")[:4000]

    def tell(result, test, outcome, error=None):
        record = {"test": text(test), "outcome": outcome}
        if error is not None:
            record["kind"] = getattr(error[0], "__name__", "")
            record["message"] = text(error[1])
        note(result, **record)

    class TextTestResult(unittest.TextTestResult):
        def startTestRun(self):
            running.append(self)
            note(self, begin=True)
            super().startTestRun()

        def stopTestRun(self):
            super().stopTestRun()
            numbers = {
                "ran": self.testsRun,
                "failures": len(self.failures),
                "errors": len(self.errors),
                "skipped": len(self.skipped),
                "expected failures": len(self.expectedFailures),
                "unexpected successes": len(self.unexpectedSuccesses),
            }
            note(self, end=numbers, replaced=look(originals, here))
            if self in running:
                running.remove(self)

        def addSuccess(self, test):
            super().addSuccess(test)
            tell(self, test, "passed")

        def addFailure(self, test, err):
            super().addFailure(test, err)
            tell(self, test, "failed", err)

        def addError(self, test, err):
            super().addError(test, err)
            tell(self, test, "failed", err)

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            tell(self, test, "skipped")

        def addExpectedFailure(self, test, err):
            super().addExpectedFailure(test, err)
            tell(self, test, "skipped")

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            tell(self, test, "failed")

        def addSubTest(self, test, subtest, err):
            super().addSubTest(test, subtest, err)
            tell(self, subtest, "passed" if err is None else "failed", err)

    return TextTestResult


main()

"""Runs unittest and writes down, for each test, which lines of the project's own code it executed.

The notes say where to look, never what is right: nothing that is decided hangs on them alone.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def name_of(test):
    return str(test).partition("\n")[0]


def tests_in(suite):
    for test in suite:
        try:
            yield from tests_in(test)
        except TypeError:
            yield test


def recording(unittest, lines, notes):
    """A result that looks at one test after the other; what a test runs by itself is its own business."""

    class Result(unittest.TextTestResult):
        def startTest(self, test):
            super().startTest(test)
            self.outcome = None
            if current is self:
                lines.begin()

        def stopTest(self, test):
            if current is self:
                seen = lines.end()
                if self.outcome is not None:
                    notes.add(name_of(test), self.outcome == "failed", *seen)
                if notes.is_over():
                    self.stop()
            super().stopTest(test)

        def startTestRun(self):
            nonlocal current
            super().startTestRun()
            current = current or self

        def addSuccess(self, test):
            self.outcome = self.outcome or "passed"
            super().addSuccess(test)

        def addExpectedFailure(self, test, err):
            self.outcome = self.outcome or "passed"
            super().addExpectedFailure(test, err)

        def addFailure(self, test, err):
            self.outcome = "failed"
            super().addFailure(test, err)

        def addError(self, test, err):
            self.outcome = "failed"
            super().addError(test, err)

        def addUnexpectedSuccess(self, test):
            self.outcome = "failed"
            super().addUnexpectedSuccess(test)

        def addSubTest(self, test, subtest, err):
            if err is not None:
                self.outcome = "failed"
            super().addSubTest(test, subtest, err)

    current = None
    return Result


def main():
    told = told_at(HERE)
    import unittest

    let_in(told["folders"])
    # As `-m` has it.
    sys.path.insert(0, os.getcwd())
    notes = Notes(told)
    methods = {name.partition(" ")[0].rpartition(".")[2] for name in notes.first}

    class Runner(unittest.TextTestRunner):
        resultclass = recording(unittest, Lines(told["checkout"]), notes)

        def run(self, suite):
            tests = notes.chosen(list(tests_in(suite)), is_first)
            return super().run(unittest.TestSuite(tests))

    def is_first(test):
        return name_of(test) in notes.first or name_of(test).partition(" ")[0] in methods

    unittest.main(module=None, testRunner=Runner, argv=["python -m unittest", *sys.argv[1:]], exit=False)


main()

"""Runs unittest as a server of first opinions."""

import os
import sys


def result_class(unittest, outcome):
    """Counts what unittest tells. What a test runs by itself is its own business."""

    class Result(unittest.TextTestResult):
        def startTestRun(self):
            super().startTestRun()
            if outcome.of is None:
                outcome.of = self
                outcome.server.stand_by()

        def stopTestRun(self):
            super().stopTestRun()
            if outcome.of is self:
                outcome.end()

        def fails(self, test, error):
            if outcome.of is self:
                outcome.fail(str(test).partition("\n")[0], told_of(error) if error else "")
                outcome.end()

        def addSuccess(self, test):
            super().addSuccess(test)
            outcome.passed += outcome.of is self

        def addFailure(self, test, err):
            self.fails(test, err[1])
            super().addFailure(test, err)

        def addError(self, test, err):
            self.fails(test, err[1])
            super().addError(test, err)

        def addUnexpectedSuccess(self, test):
            self.fails(test, None)
            super().addUnexpectedSuccess(test)

        def addSubTest(self, test, subtest, err):
            if err is not None:
                self.fails(subtest, err[1])
            super().addSubTest(test, subtest, err)

    return Result


def main():
    told = told_at(HERE)
    line = Line()
    server = Server(line, Requests(os.open(told["requests"], os.O_RDONLY)))
    import unittest

    let_in(told["folders"])
    # As `-m` has it.
    sys.path.insert(0, os.getcwd())
    outcome = Outcome(server)
    outcome.of = None
    unittest.TextTestRunner.resultclass = result_class(unittest, outcome)
    sys.meta_path.insert(0, Gate(told["checkout"], set(told["tests"]), server.serve))
    unittest.main(module=None, argv=["python -m unittest", *sys.argv[1:]], exit=False)
    outcome.end()
    line.say(missed=True)


main()

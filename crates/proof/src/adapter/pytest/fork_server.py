"""Runs pytest as a server of first opinions."""

import os
import sys


class Plugin(Outcome):
    """Counts what pytest tells."""

    def __init__(self, server, expected):
        super().__init__(server)
        self.expected = expected

    def is_expected(self, error):
        """Whether it is raised to say that a test is skipped, or that it may fail."""
        unittest = sys.modules.get("unittest")
        return isinstance(error, (*self.expected, unittest.SkipTest) if unittest else self.expected)

    def makes_report(self, item, call):
        """Before a report is made of a failure: that reads every source file around it."""
        # What unittest's tests raise, pytest moves there later.
        excinfo = next(iter(getattr(item, "_excinfo", None) or ()), call.excinfo)
        expected = self.is_expected(getattr(excinfo, "value", None)) or item.get_closest_marker("xfail")
        if excinfo is not None and not expected:
            self.fail(item.nodeid, told_of(excinfo.value))
            self.end()

    def pytest_exception_interact(self, node, call, report):
        """Of what is collected: there the report that follows tells everything at once."""
        if call.excinfo is not None and report.when == "collect":
            self.fail(report.nodeid, told_of(call.excinfo.value))
            self.end()

    def pytest_collectreport(self, report):
        if report.failed:
            self.fail(report.nodeid, str(report.longrepr))
            self.end()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.fail(report.nodeid, str(report.longrepr))
        elif report.when == "call" and report.passed:
            self.passed += 1

    def pytest_sessionfinish(self, session):
        self.end()


def plugin(pytest, server):
    """The same with the marks that pytest wants."""

    class Marked(Plugin):
        @pytest.hookimpl(hookwrapper=True)
        def pytest_cmdline_main(self, config):
            in_one_process(config)
            yield

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtest_makereport(self, item, call):
            self.makes_report(item, call)
            yield

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtestloop(self):
            server.stand_by()
            yield

    return Marked(server, (pytest.skip.Exception, pytest.xfail.Exception))


def main():
    told = told_at(HERE)
    line = Line()
    server = Server(line, Requests(os.open(told["requests"], os.O_RDONLY)))
    import pytest

    let_in(told["folders"])
    outcome = plugin(pytest, server)
    sys.meta_path.insert(0, Gate(told["checkout"], set(told["tests"]), server.serve))
    pytest.main(sys.argv[1:], plugins=[outcome])
    outcome.end()
    line.say(missed=True)


main()

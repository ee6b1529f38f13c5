"""Runs pytest and writes down, for each test, which lines of the project's own code it executed.

The notes say where to look, never what is right: nothing that is decided hangs on them alone.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Recorder:
    """The plugin: those tests first that are asked for, then the ones beside them, as long as there is time."""

    def __init__(self, told):
        self.lines = Lines(told["checkout"])
        self.notes = Notes(told)
        self.outcome = None

    def is_first(self, item):
        return item.nodeid.rsplit("::", 1)[-1] in self.notes.first

    def watch(self, item):
        """Around a test."""
        self.outcome = None
        self.lines.begin()
        yield
        lines, elsewhere = self.lines.end()
        if self.outcome is not None:
            self.notes.add(item.nodeid, self.outcome == "failed", lines, elsewhere)
        if self.notes.is_over():
            item.session.shouldstop = "no time is left"

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcome = "failed"
        elif report.when == "call" and report.passed and self.outcome is None:
            self.outcome = "passed"


def plugin(pytest, told):
    """The same with the marks that pytest wants."""

    class Plugin(Recorder):
        @pytest.hookimpl(hookwrapper=True)
        def pytest_cmdline_main(self, config):
            in_one_process(config)
            yield

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items):
            items[:] = self.notes.chosen(items, self.is_first)

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_protocol(self, item):
            yield from self.watch(item)

    return Plugin(told)


def main():
    told = told_at(HERE)
    import pytest

    let_in(told["folders"])
    pytest.main(sys.argv[1:], plugins=[plugin(pytest, told)])


main()

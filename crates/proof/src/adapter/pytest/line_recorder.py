"""Runs pytest and writes down, for each test, which lines of the project's own code it executed.

The notes say where to look, never what is right: nothing that is decided hangs on them alone. Written after each test,
so that what was seen is there also when the time ends before the tests do.
"""

import dis
import json
import os
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Whoever does one of these may execute lines where nobody sees them.
OTHER_PROCESSES = {"os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.exec", "subprocess.Popen"}


class Lines:
    """The lines that were executed since it was told to begin."""

    def __init__(self, checkout):
        self.checkout = os.path.realpath(checkout) + os.sep
        self.files = {}
        self.codes = {}
        self.seen = {}
        self.elsewhere = False
        sys.addaudithook(self.notice)

    def notice(self, event, _):
        if event in OTHER_PROCESSES:
            self.elsewhere = True

    def place(self, name):
        """A file of the checkout, relative to it; nothing for other people's code."""
        if name not in self.files:
            path = os.path.realpath(name)
            own = path.startswith(self.checkout) and "site-packages" not in path.split(os.sep)
            self.files[name] = path[len(self.checkout):] if own else None
        return self.files[name]

    def lines_of(self, code):
        """Of a function: its file, and the lines that can be seen; the one of its name only where it has no others."""
        if code not in self.codes:
            place = self.place(code.co_filename)
            lines = {line for _, line in dis.findlinestarts(code) if line} if place else set()
            self.codes[code] = place, lines - {code.co_firstlineno} or lines
        return self.codes[code]

    def enter(self, frame, event, _):
        """What Python calls for each function that is entered."""
        code = frame.f_code
        place, lines = self.lines_of(code)
        if place is None:
            return None
        if code not in self.seen:
            self.seen[code] = set(), set(lines)
        seen, left = self.seen[code]
        if not left:
            # There is nothing more to be seen, and each line that is looked at costs.
            return None

        def step(frame, event, _):
            if event == "line":
                seen.add(frame.f_lineno)
                left.discard(frame.f_lineno)
                frame.f_trace_lines = bool(left)
            return step

        return step

    def begin(self):
        self.seen = {}
        self.elsewhere = False
        threading.settrace(self.enter)
        sys.settrace(self.enter)

    def end(self):
        """The lines by file, and whether others may have been executed as well."""
        if getattr(sys.gettrace(), "__self__", None) is not self:
            # The test has put something of its own in our place.
            self.elsewhere = True
        sys.settrace(None)
        threading.settrace(None)
        found = {}
        for code, (seen, _) in list(self.seen.items()):
            found.setdefault(self.codes[code][0], set()).update(seen)
        return {file: sorted(lines) for file, lines in found.items() if lines}, self.elsewhere


class Recorder:
    """The plugin: those tests first that are asked for, then the ones beside them, as long as there is time."""

    def __init__(self, told):
        self.lines = Lines(told["checkout"])
        self.first, self.most = set(told["first"]), told["most"]
        self.until = time.monotonic() + told["seconds"]
        self.notes = open(told["notes"], "w")
        self.outcome = None

    def is_first(self, item):
        return item.nodeid.rsplit("::", 1)[-1] in self.first

    def arrange(self, items):
        places = [at for at, item in enumerate(items) if self.is_first(item)]
        middle = places[0] if places else 0
        order = sorted(range(len(items)), key=lambda at: (not self.is_first(items[at]), abs(at - middle)))
        items[:] = [items[at] for at in order][:self.most]

    def watch(self, item):
        """Around a test."""
        self.outcome = None
        self.lines.begin()
        yield
        lines, elsewhere = self.lines.end()
        if self.outcome is not None:
            note = {"id": item.nodeid, "failed": self.outcome == "failed", "lines": lines, "elsewhere": elsewhere}
            self.notes.write(json.dumps(note) + "\n")
            self.notes.flush()
        if time.monotonic() > self.until:
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
            self.arrange(items)

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

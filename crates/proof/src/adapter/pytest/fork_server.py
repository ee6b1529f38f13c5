"""Runs pytest up to the first import of the project's own code, and from there once for each request, in a fork.

What pytest, its plugins and the libraries cost to load is paid once. Each fork loads the project as it lies in the
checkout at that moment, runs the tests and ends; nothing of it comes back but a line. What that line says is a first
opinion: whoever asked runs the tests anew, in a process of their own, before anything is believed.
"""

import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
# A fork may write files so large, and its own output nowhere.
MOST_BYTES = 256 * 1024 * 1024
# Kept of a name or a message: a line has to go through a pipe in one piece.
MOST_CHARACTERS = 300
# Of the names of libraries: what a pipe takes without anybody reading.
MOST_NAMES = 60 * 1024
RECORD = "\x1e"


class Line:
    """The pipe to whoever asks."""

    def __init__(self):
        # A copy: pytest puts files of its own in the place of the standard output.
        self.pipe = os.dup(1)
        os.set_inheritable(self.pipe, False)

    def say(self, **told):
        # On a line of its own, whatever pytest has begun to print.
        text = "\n" + RECORD + json.dumps(told) + "\n"
        os.write(self.pipe, text.encode())

    def is_it(self, one):
        """Whether a descriptor leads into the same pipe."""
        try:
            return os.path.samestat(os.fstat(one), os.fstat(self.pipe))
        except OSError:
            return False

    def close_others(self):
        """Lets nothing else that was opened on it reach whoever asks."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for one in range(256):
            if one not in (self.pipe, nowhere) and self.is_it(one):
                os.dup2(nowhere, one)
        os.close(nowhere)


class Requests:
    """Where the requests come from: a line each, with a number and the seconds that it may take, in all and of the
    processor."""

    def __init__(self, path):
        self.pipe = os.open(path, os.O_RDONLY)
        os.set_inheritable(self.pipe, False)
        self.rest = b""

    def next(self):
        while b"\n" not in self.rest:
            more = os.read(self.pipe, 4096)
            if not more:
                return None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        number, seconds, busy = line.split()
        return int(number), float(seconds), float(busy)


class Gate:
    """Finds modules as the finders behind it do, and stops before the first one of the project's own code."""

    def __init__(self, checkout, tests, serve):
        self.checkout, self.tests, self.serve = os.path.realpath(checkout) + os.sep, tests, serve
        self.busy = False

    def find_spec(self, name, path=None, target=None):
        if self.busy:
            return None
        self.busy = True
        try:
            spec = self.behind(name, path, target, self)
        finally:
            self.busy = False
        if spec is not None and self.is_own_code(spec.origin):
            sys.meta_path.remove(self)
            self.serve(Libraries(self))
        return spec

    def behind(self, name, path, target, this):
        for finder in sys.meta_path[sys.meta_path.index(this) + 1:]:
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                return spec
        return None

    def is_in_checkout(self, origin):
        """An environment that lies in the checkout holds other people's code."""
        if not isinstance(origin, str):
            return False
        place = os.path.realpath(origin)
        return place.startswith(self.checkout) and "site-packages" not in place.split(os.sep)

    def is_own_code(self, origin):
        if not self.is_in_checkout(origin) or not origin.endswith(".py"):
            return False
        inner = os.path.realpath(origin)[len(self.checkout):]
        # What judges is not what is changed, and loading it is a part of what is paid once.
        return inner not in self.tests and os.path.basename(inner) != "conftest.py"


class Libraries:
    """What the project's own code loads that is not its own, as the first fork found it: loaded once more, here, it
    need not be loaded in every fork after that."""

    def __init__(self, gate):
        self.gate = gate
        self.there = set(sys.modules)
        self.reader, self.writer = os.pipe()

    def tell(self):
        """In the first fork, at its end."""
        names, size = [], 0
        for name, module in list(sys.modules.items()):
            origin = getattr(getattr(module, "__spec__", None), "origin", None)
            if name in self.there or origin is None or self.gate.is_in_checkout(origin):
                continue
            size += len(name) + 1
            if size > MOST_NAMES:
                break
            names.append(name)
        os.set_blocking(self.writer, False)
        os.write(self.writer, "\n".join(names).encode())

    def load(self):
        """In the server, after the first fork. A library that does not load here is loaded by whoever needs it."""
        os.close(self.writer)
        # What the fork has left behind may hold the other end.
        os.set_blocking(self.reader, False)
        try:
            names = os.read(self.reader, MOST_NAMES).decode(errors="replace").split("\n")
        except BlockingIOError:
            names = []
        os.close(self.reader)
        sys.meta_path.insert(0, self)
        for name in filter(None, names):
            try:
                importlib.import_module(name)
            except BaseException:
                continue
        sys.meta_path.remove(self)

    def find_spec(self, name, path=None, target=None):
        """Lets no library load what is the project's own."""
        spec = self.gate.behind(name, path, target, self)
        if spec is not None and self.gate.is_in_checkout(spec.origin):
            raise ImportError(name)
        return spec


def told_of(error):
    """What the first lines of a report of an error come to."""
    if isinstance(error.__cause__, (ImportError, SyntaxError)) and type(error).__name__ == "CollectError":
        # pytest puts its own words around what goes wrong while a file of tests is loaded.
        error = error.__cause__
    if isinstance(error, SyntaxError):
        # Python shows the source first.
        return "%s: %s" % (type(error).__name__, error.msg)
    return "".join(traceback.format_exception_only(type(error), error))


def cut(text):
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + "..."


class Outcome:
    """The plugin that counts, and ends a fork as soon as there is nothing more to count."""

    def __init__(self, server, skipped):
        self.server, self.skipped = server, skipped
        self.passed = self.failed = 0
        self.first = None

    def fail(self, nodeid, message):
        self.failed += 1
        if self.first is None:
            self.first = [cut(nodeid), cut(message)]

    def end(self):
        """Tells, in a fork. What pytest does at its end costs more than most tests, and so do exit handlers, which
        are none of what was asked."""
        if self.server.number is not None:
            self.server.line.say(
                run=self.server.number, passed=self.passed, failed=self.failed, first=self.first)
            if self.server.libraries is not None:
                self.server.libraries.tell()
            os._exit(0)

    def makes_report(self, item, call):
        """Before a report is made of a failure: that reads every source file around it."""
        expected = isinstance(getattr(call.excinfo, "value", None), self.skipped) or item.get_closest_marker("xfail")
        if call.excinfo is not None and not expected:
            self.fail(item.nodeid, told_of(call.excinfo.value))
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

    class Plugin(Outcome):
        @pytest.hookimpl(hookwrapper=True)
        def pytest_cmdline_main(self, config):
            in_one_process(config)
            yield

        @pytest.hookimpl(hookwrapper=True, tryfirst=True)
        def pytest_runtest_makereport(self, item, call):
            self.makes_report(item, call)
            yield

    return Plugin(server, pytest.skip.Exception)


class Server:
    """Waits at the gate."""

    def __init__(self, line, requests):
        self.line, self.requests = line, requests
        self.number = None
        # Until the first fork has told them.
        self.libraries = None

    def serve(self, libraries):
        """Comes back in every fork, and never in the server itself."""
        self.libraries = libraries
        self.keep_what_is_there()
        self.line.say(ready=True)
        while True:
            request = self.requests.next()
            if request is None:
                os._exit(0)
            self.number, seconds, busy = request
            with warnings.catch_warnings():
                # Threads that a plugin began are not there in a fork, which Python warns of.
                warnings.simplefilter("ignore")
                child = os.fork()
            if child == 0:
                self.become_a_fork(busy)
                return
            try:
                os.setpgid(child, child)
            except OSError:
                pass
            status, busy = self.wait(child, seconds)
            late = status is None or os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF
            if self.libraries is not None:
                self.libraries.load()
                self.libraries = None
                self.keep_what_is_there()
            self.line.say(end=self.number, late=late, busy=busy)

    def keep_what_is_there(self):
        """It stays: a fork neither looks through it nor copies it."""
        gc.collect()
        gc.freeze()

    def become_a_fork(self, busy):
        try:
            os.setpgid(0, 0)
        except OSError:
            pass
        os.close(self.requests.pipe)
        self.line.close_others()
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
        except (OSError, ValueError):
            # There is a lower one already.
            pass
        # Endless loops are the most common way to hang, and the processor's time is the same on a busy machine.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, busy)

    def await_end(self, child, seconds):
        """Sleeps until the child ends, where the system can tell."""
        try:
            end = os.pidfd_open(child)
        except (AttributeError, OSError):
            return
        select.select([end], [], [], seconds)
        os.close(end)

    def wait(self, child, seconds):
        """How it ended, if it did in time, and the processor's time that it took. Nothing that it began in its group
        outlives it."""
        until = time.monotonic() + seconds
        self.await_end(child, seconds)
        ended, status, usage = os.wait4(child, os.WNOHANG)
        while not ended and time.monotonic() < until:
            time.sleep(0.002)
            ended, status, usage = os.wait4(child, os.WNOHANG)
        try:
            os.killpg(child, signal.SIGKILL)
        except OSError:
            pass
        if not ended:
            status, usage = None, os.wait4(child, 0)[2]
        return status, usage.ru_utime + usage.ru_stime


def main():
    told = told_at(HERE)
    line = Line()
    server = Server(line, Requests(told["requests"]))
    import pytest

    let_in(told["folders"])
    outcome = plugin(pytest, server)
    sys.meta_path.insert(0, Gate(told["checkout"], set(told["tests"]), server.serve))
    pytest.main(sys.argv[1:], plugins=[outcome])
    outcome.end()
    line.say(missed=True)


main()

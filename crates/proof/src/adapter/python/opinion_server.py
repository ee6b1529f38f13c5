"""A server of first opinions: it waits at the first import of the project's own code, and forks from there for each request.

What the runner, its plugins and the libraries cost to load is paid once. A fork runs the tests on the project as it lies
in the checkout at that moment, and ends; nothing of it comes back but a line. What that line says is a first opinion:
whoever asked runs the tests anew, in a process of their own, before anything is believed.
"""

import gc
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
RECORD = "\x1e"


class Line:
    """The pipe to whoever asks."""

    def __init__(self):
        # A copy: a runner puts files of its own in the place of the standard output.
        self.pipe = os.dup(1)
        os.set_inheritable(self.pipe, False)

    def say(self, **told):
        # On a line of its own, whatever the runner has begun to print.
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

    def __init__(self, pipe):
        self.pipe = pipe
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
    """Counts, and ends a fork as soon as there is nothing more to count."""

    def __init__(self, server):
        self.server = server
        self.passed = self.failed = 0
        self.first = None

    def fail(self, test, message):
        self.failed += 1
        if self.first is None:
            self.first = [cut(test), cut(message)]

    def end(self):
        """Tells, in a fork. What a runner does at its end costs more than most tests, and so do exit handlers, which
        are none of what was asked."""
        if self.server.standing_by is not None:
            # What has to be loaded anew for every test cannot stand by.
            os._exit(0)
        if self.server.number is not None:
            self.server.line.say(
                run=self.server.number, passed=self.passed, failed=self.failed, first=self.first)
            if self.server.libraries is not None:
                self.server.libraries.tell()
            os._exit(0)


def fork():
    with warnings.catch_warnings():
        # Threads that a plugin began are not there in a fork, which Python warns of.
        warnings.simplefilter("ignore")
        return os.fork()


class Server:
    """Waits at the gate."""

    def __init__(self, line, requests):
        self.line, self.requests = line, requests
        self.number = None
        # Until the first process that loads the project has told them.
        self.libraries = None
        self.loaded = self.standing_by = None

    def serve(self, gate):
        """Comes back in every fork, and never in the server itself."""
        self.gate, self.libraries = gate, Libraries(gate)
        self.keep_what_is_there()
        if self.load_project():
            return
        self.line.say(ready=True)
        while True:
            request = self.requests.next()
            if request is None:
                os._exit(0)
            end = self.ask_loaded(request)
            if end is None:
                self.load_libraries()
                end = self.fork_for(request)
            if end is None:
                return
            self.line.say(end=request[0], late=end[0], busy=end[1])

    def fork_for(self, request):
        """Whether it was late, and the processor's time. None in the fork."""
        self.number, seconds, busy = request
        child = fork()
        if child == 0:
            self.become_a_fork(busy)
            return None
        try:
            os.setpgid(child, child)
        except OSError:
            pass
        status, busy = self.wait(child, seconds)
        self.number = None
        return status is None or os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF, busy

    def load_libraries(self):
        if self.libraries is not None and self.libraries.are_told():
            self.libraries.load()
            self.libraries = None
            self.keep_what_is_there()

    def load_project(self):
        """Whether this is the process that goes on and loads it."""
        (requests, asks), (answers, answer) = os.pipe(), os.pipe()
        process = fork()
        if process == 0:
            os.setpgid(0, 0)
            for one in (asks, answers, self.requests.pipe):
                os.close(one)
            self.line.close_others()
            self.limit_files()
            self.requests = Requests(requests)
            self.standing_by = StandingBy(self.requests, answer)
            return True
        os.close(requests)
        os.close(answer)
        self.loaded = LoadedProject(process, asks, answers)
        if not self.loaded.is_ready():
            self.loaded.end()
            self.loaded = None
        return False

    def ask_loaded(self, request):
        end = self.loaded.ask(*request) if self.loaded is not None else None
        if self.loaded is not None and self.loaded.process is None:
            self.loaded = None
        return end

    def stand_by(self):
        """Before the first test: comes back in forks alone."""
        if self.standing_by is None:
            return
        try:
            self.serve_loaded(self.standing_by)
        except BaseException:
            # The server forks for everything that is asked from now on.
            os._exit(1)

    def serve_loaded(self, standing_by):
        swap = standing_by.swap(self.gate)
        self.libraries.tell()
        self.libraries.close()
        self.libraries = None
        self.keep_what_is_there()
        standing_by.say("ready")
        while True:
            request = self.requests.next()
            if request is None:
                os._exit(0)
            try:
                found = swap.look()
            except Exception:
                standing_by.say("load")
                continue
            end = self.fork_for(request)
            if end is None:
                return put_in_place(found)
            standing_by.say("%s %f" % end)

    def keep_what_is_there(self):
        """It stays: a fork neither looks through it nor copies it."""
        gc.collect()
        gc.freeze()

    def become_a_fork(self, busy):
        try:
            os.setpgid(0, 0)
        except OSError:
            pass
        if self.standing_by is None:
            os.close(self.requests.pipe)
        for one in (self.loaded, self.standing_by):
            if one is not None:
                one.close()
        self.loaded = self.standing_by = None
        self.line.close_others()
        self.limit_files()
        # Endless loops are the most common way to hang, and the processor's time is the same on a busy machine.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, busy)

    def limit_files(self):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
        except (OSError, ValueError):
            # There is a lower one already.
            pass

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



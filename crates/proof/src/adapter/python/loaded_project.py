"""A process that has loaded the project as the base holds it, and stands before its first test: it forks for each change
that can be put in place there (`hot_swap.py`)."""

import os
import select
import signal
import stat
import time

# Longest that loading may take, and what an answer may come late.
LOADING = 20.0
LATE = 2.0


def open_files():
    """What shares its position with every fork: files, pipes and sockets that are open."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            seen = os.fstat(int(name))
        except OSError:
            continue
        if stat.S_ISREG(seen.st_mode) or stat.S_ISSOCK(seen.st_mode) or stat.S_ISFIFO(seen.st_mode):
            # Not by number: pytest moves its own to and fro.
            found.add((seen.st_dev, seen.st_ino))
    return found


class LoadedProject:
    """The process, seen from the server that forked it."""

    def __init__(self, process, asks, answers):
        self.process, self.asks, self.answers = process, asks, answers

    def is_ready(self):
        return self.answer(LOADING) == b"ready\n"

    def ask(self, number, seconds, busy):
        """Whether it was late, and the processor's time. None where the change has to be loaded."""
        try:
            os.write(self.asks, b"%d %f %f\n" % (number, seconds, busy))
        except OSError:
            return None
        answer = self.answer(seconds + LATE)
        if answer == b"load\n":
            return None
        try:
            late, took = answer.split()
            return late == b"True", float(took)
        except ValueError:
            # It came to its end with what it was asked, or hangs.
            self.end()
            return True, seconds

    def answer(self, seconds):
        """A line. Less than that when there is none in time."""
        until, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.answers], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self.answers, 256) if ready else b""
            if not more:
                break
            line += more
        return line

    def close(self):
        """In a fork of the server, which has nothing to do with it."""
        os.close(self.asks)
        os.close(self.answers)

    def end(self):
        self.close()
        for kill in (os.killpg, os.kill):
            try:
                kill(self.process, signal.SIGKILL)
            except OSError:
                pass
        os.waitpid(self.process, 0)
        self.process = None


class StandingBy:
    """The same, seen from within."""

    def __init__(self, requests, answers):
        self.requests, self.answers = requests, answers
        self.files = open_files()
        self.calls = Calls()

    def say(self, text):
        os.write(self.answers, text.encode() + b"\n")

    def swap(self, gate):
        if not open_files() <= self.files:
            raise Declined("forks would share the place in a file")
        return HotSwap(self.calls, gate.is_in_checkout, gate.is_own_code)

    def close(self):
        """In a fork of it."""
        os.close(self.requests.pipe)
        os.close(self.answers)



import dis
import json
import os
import sys
import threading
import time

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


class Notes:
    """A line for each test, written after it, so that what was seen is there also when the time ends before the tests do."""

    def __init__(self, told):
        self.first, self.most = set(told["first"]), told["most"]
        self.until = time.monotonic() + told["seconds"]
        self.file = open(told["notes"], "w")

    def chosen(self, tests, is_first):
        """Those that are asked for, then the ones beside them, and no more than are wanted."""
        places = [at for at, test in enumerate(tests) if is_first(test)]
        middle = places[0] if places else 0
        order = sorted(range(len(tests)), key=lambda at: (not is_first(tests[at]), abs(at - middle)))
        return [tests[at] for at in order][:self.most]

    def add(self, name, failed, lines, elsewhere):
        note = {"id": name, "failed": failed, "lines": lines, "elsewhere": elsewhere}
        self.file.write(json.dumps(note) + "\n")
        self.file.flush()

    def is_over(self):
        return time.monotonic() > self.until



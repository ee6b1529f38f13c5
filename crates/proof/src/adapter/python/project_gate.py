"""Where pytest comes to the project's own code, and what of the libraries that code loads."""

import importlib
import os
import select
import sys

# Of the names of libraries: what a pipe takes without anybody reading.
MOST_NAMES = 60 * 1024


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
            self.serve(self)
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
    """What the project's own code loads that is not its own, as the first process found it that loaded that code: loaded
    once more, in the server, it need not be loaded in every fork after that."""

    def __init__(self, gate):
        self.gate = gate
        self.there = set(sys.modules)
        self.reader, self.writer = os.pipe()

    def tell(self):
        """In the first process that has loaded the project."""
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
        os.write(self.writer, "\n".join(["", *names]).encode())

    def close(self):
        os.close(self.writer)
        os.close(self.reader)

    def are_told(self):
        return bool(select.select([self.reader], [], [], 0)[0])

    def load(self):
        """In the server. A library that does not load here is loaded by whoever needs it."""
        # What a fork has left behind may hold the other end.
        os.set_blocking(self.reader, False)
        try:
            names = os.read(self.reader, MOST_NAMES).decode(errors="replace").split("\n")
        except BlockingIOError:
            names = []
        self.close()
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



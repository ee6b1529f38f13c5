"""What the programs that run pytest and unittest begin with. It loads nothing by itself: the project's folders
may come first on the path."""


def sender(key):
    """A function that writes a record, with the key where only it looks."""
    import hashlib
    import json
    import os

    key, pipe, process, counter = key.encode("ascii"), os.dup(1), os.getpid(), [0]
    write, digest, dumps, getpid = os.write, hashlib.sha256, json.dumps, os.getpid

    def send(*fields):
        # A child that a test forked is not the one who reports.
        if getpid() != process:
            return
        text = dumps((counter[0],) + fields).encode("ascii")
        counter[0] += 1
        code = digest(key + digest(key + text).digest()).hexdigest().encode("ascii")
        left = b"\n\x1e" + code + b" " + text + b"\x1e\n"
        while left:
            left = left[write(pipe, left):]

    return send


def ownership(checkout, installed):
    """Functions that tell whether a file is the project's, for an environment may lie in its checkout, and
    whether it may give the runner another form: it is installed, or of the project's tests."""
    import os

    inside, outside = os.path.join(checkout, ""), tuple(os.path.join(folder, "") for folder in installed)
    absolute, exists = os.path.abspath, os.path.isfile

    def owned(path):
        path = absolute(path or os.sep)
        return path.startswith(inside) and not path.startswith(outside)

    def helps(path):
        path = absolute(path or os.sep)
        if not exists(path) or not path.startswith((inside,) + outside):
            return False
        if path.startswith(outside):
            return True
        folders, name = path[len(inside):].split(os.sep)[:-1], path.rpartition(os.sep)[2]
        mine = name.startswith("test_") or name.endswith("_test.py") or name in ("conftest.py", "tests.py")
        return mine or "tests" in folders or "test" in folders

    return owned, helps



"""Runs pytest and says on the side what each test gave, in records that only this run can make.

The records go through the pipe that was standard output when the process began: what was written there
cannot be taken back. Each carries its number and a code made with a key that was in a file, which is gone
before any code of the project is loaded. The last record seals the run: nothing may follow it, and the
report must still be the one it names.
"""

import hashlib
import json
import os
import site
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Modules that the runner needs. A project that is one of them is tested as it is in its checkout.
RUNNER = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")
# Of these a change is looked for after each test, of the rest of the runner at its end.
CORE = ("_pytest.runner", "_pytest.reports", "_pytest.python", "_pytest.skipping", "pluggy._callers")
VARIATION = "regreen_variation"
# What was wanted to run in other processes (pytest-xdist, pytest-forked) runs in this one: only here is it
# watched, and only in one process do tests come one after another.
ONE_PROCESS = {"numprocesses": 0, "dist": "no", "tx": [], "distload": False, "looponfail": False, "forked": False}
JUDGES = ("AssertionError", "BaseException", "Exception", "all", "any", "bool", "isinstance", "len", "type")


def sender(key):
    """A function that writes a record, with the key where only it looks."""
    pipe, process, counter = os.dup(1), os.getpid(), [0]
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
    """A function that tells whether a file is the project's: an environment may lie in its checkout."""
    inside, outside = os.path.join(checkout, ""), tuple(os.path.join(folder, "") for folder in installed)

    def owned(path):
        path = os.path.abspath(path or os.sep)
        return path.startswith(inside) and not path.startswith(outside)

    return owned


def parts(value):
    """What makes a function or a property what it is."""
    value = getattr(value, "__func__", value)
    inner = getattr(value, "fget", None) or value
    code = getattr(inner, "__code__", None)
    return id(value) if code is None else (id(inner), id(code))


def picture(names):
    """The runner's functions and classes, by name."""
    seen = {}
    for name in names:
        for key, value in list(vars(sys.modules.get(name, object)).items()):
            if isinstance(value, type):
                if str(value.__module__).partition(".")[0] not in RUNNER:
                    continue
                seen[name, key, ""] = (value, id(value))
                for inner, what in list(vars(value).items()):
                    if callable(what) or isinstance(what, (property, staticmethod, classmethod)):
                        seen[name, key, inner] = (what, parts(what))
            elif hasattr(value, "__code__"):
                seen[name, key, ""] = (value, parts(value))
    return seen


def watcher(owned):
    """A function that names what the project changed in its runner."""
    import builtins

    names = [name for name in sys.modules if name.partition(".")[0] in ("_pytest", "pluggy")]
    before = picture(names)
    core = {key: before[key] for key in before if key[0] in CORE}
    judges = [(name, getattr(builtins, name)) for name in JUDGES]

    def is_of_project(value):
        inner = getattr(value, "fget", None) or getattr(value, "__func__", value)
        code = getattr(inner, "__code__", None)
        # Plugins that are installed change pytest for everybody; what has no code is nobody's plugin.
        return code is None or owned(code.co_filename)

    def changed(everything):
        wanted = before if everything else core
        now = picture(sorted({key[0] for key in wanted}))
        for key, (_, was) in wanted.items():
            value, found = now.get(key, (None, None))
            if found != was and is_of_project(value):
                return ".".join(part for part in key if part)
        for key in now:
            # A method that is new in a class hides the one it had from its parent.
            hides = key[2] and not key[2].startswith("__") and (key[0], key[1], "") in wanted
            if hides and key not in wanted and is_of_project(now[key][0]):
                return ".".join(key)
        for name, value in judges:
            if getattr(builtins, name, None) is not value:
                return "builtins." + name
        return None

    return changed


def plugin(pytest, send, changed, owned):
    """The plugin that reports."""
    known, said = [], []

    def tampered(what):
        if what and not said:
            said.append(what)
            send("tampered", what)

    def strangers(config):
        for one in config.pluginmanager.get_plugins():
            if any(one is other for other in known):
                continue
            known.append(one)
            module = one if hasattr(one, "__file__") else sys.modules.get(type(one).__module__)
            path = getattr(module, "__file__", None) or ""
            if owned(path) and os.path.basename(path) != "conftest.py":
                return "a plugin of " + os.path.basename(path)
        return None

    class Reporter:
        @pytest.hookimpl(hookwrapper=True)
        def pytest_cmdline_main(self, config):
            # Before the plugins that know these options read them.
            for name, value in ONE_PROCESS.items():
                if hasattr(config.option, name):
                    setattr(config.option, name, value)
            yield

        def pytest_sessionstart(self, session):
            known.extend(session.config.pluginmanager.get_plugins())

        def pytest_collectreport(self, report):
            if report.outcome != "passed":
                send("collected", report.nodeid, report.outcome)

        def pytest_runtest_logreport(self, report):
            send("test", report.nodeid, report.when, report.outcome)
            if report.when == "call":
                tampered(changed(False))

        def pytest_sessionfinish(self, session):
            tampered(strangers(session.config) or changed(True))
            if session.config.pluginmanager.hasplugin("dsession"):
                send("elsewhere")
            send("finished", session.testscollected, session.testsfailed)

    return Reporter()


def main():
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]
    start = os.path.join(HERE, "start.json")
    with open(start) as file:
        told = json.load(file)
    os.remove(start)
    folders, report = told["folders"], told["report"]
    send = sender(bytes.fromhex(told.pop("key")))
    exists = os.path.exists
    mine = any(exists(os.path.join(one, name + end)) for one in folders for name in RUNNER for end in ("", ".py"))
    if mine:
        sys.path[:0] = folders
    import pytest

    if not mine:
        sys.path[:0] = folders
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)
    library = os.path.dirname(os.path.dirname(os.path.abspath(pytest.__file__)))
    owned = ownership(told["checkout"], [library] + site.getsitepackages())
    plugins = [plugin(pytest, send, watcher(owned), owned)]
    arguments = sys.argv[1:]
    if VARIATION in arguments:
        sys.path.append(HERE)
        plugins.append(__import__(VARIATION))
        sys.path.remove(HERE)
        at = arguments.index(VARIATION)
        del arguments[at - 1:at + 1]
    send("began", pytest.__version__)
    # Whoever looks for the report's place in the arguments does not find it there.
    sys.argv[1:] = [word for word in arguments if not word.startswith("--junit-xml=")]
    code = int(pytest.main(arguments, plugins))
    sys.stdout.flush()
    try:
        with open(report, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
    except OSError:
        digest = ""
    send("sealed", code, digest)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Puts the new body of a function in the place of the loaded one, so that a changed file need not be loaded anew.

It does so only where both come to the same: all that changed is the body of functions that nobody has called while the
project was loaded, that stand in no other function, and that take the same from what is around them. Else it declines.
"""

import __future__
import ast
import gc
import inspect
import os
import sys
import threading
import types
from importlib.util import decode_source

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Flags that a file chooses for all of its code, and flags that say how a function answers to a call.
OF_FILE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
OF_CALL = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE


class Declined(Exception):
    """The change has to be loaded."""


class Calls:
    """Notes which code runs."""

    def __init__(self):
        self.seen = {}
        self.notes = self.note
        if sys.getprofile() is not None:
            raise Declined("somebody else looks at what runs")
        threading.setprofile(self.notes)
        sys.setprofile(self.notes)

    def note(self, frame, event, _):
        if event == "call":
            # Kept, so that no other code can have its number.
            self.seen[id(frame.f_code)] = frame.f_code

    def stop(self):
        if sys.getprofile() is not self.notes:
            raise Declined("somebody else looked at what runs")
        threading.setprofile(None)
        sys.setprofile(None)


class Place:
    """Where a function stands in its file, by lines that count from zero: the first one of its decorators, its `def`, the
    first one of its body, and the one behind it."""

    def __init__(self, node, classes):
        first = node.body[0]
        marks = [one.lineno for one in (first, *getattr(first, "decorator_list", ()))]
        self.name, self.kind, self.classes, self.column = node.name, type(node), classes, first.col_offset
        self.first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
        self.head, self.body, self.end = node.lineno - 1, min(marks) - 1, node.end_lineno

    def holds(self, start, end, lines):
        """Whether everything that lies between is of the body; what is inserted just behind it may be."""
        alone = not lines[self.body].encode()[:self.column].strip()
        return self.head < self.body <= start and end <= self.end and alone


def places(node, classes=()):
    """Of all functions that stand in no other."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            yield Place(child, classes)
        elif isinstance(child, ast.ClassDef):
            yield from places(child, classes + (child.name,))
        elif not isinstance(child, ast.expr):
            yield from places(child, classes)


def compiled(file, place, lines, flags):
    """The code of a function, from the lines of its definition without its decorators."""
    indented = lines[0][:1].isspace()
    # Where it stood, so that errors name the right lines.
    text = "\n" * (place.head - indented) + "if 1:\n" * indented + "\n".join(lines)
    tree = compile(text, file.path, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    body = tree.body[0].body if indented and len(tree.body) == 1 else tree.body
    if len(body) != 1 or type(body[0]) is not place.kind or body[0].name != place.name:
        raise Declined("it is no single function any more")
    node = body[0]
    for name in reversed(place.classes):
        # `super()` and names with two underscores are of the class.
        around = ast.parse("class C: pass").body[0]
        around.name, around.body, node = name, [node], around
    # Python calls what is imported in another way.
    tree.body = [*file.imports, node]
    code = compile(tree, file.path, "exec", flags, dont_inherit=True)
    for name in (*place.classes, place.name):
        inner = [one for one in code.co_consts if isinstance(one, types.CodeType) and one.co_name == name]
        if len(inner) != 1:
            raise Declined("its code is not found")
        code = inner[0]
    return code


def does_the_same(one, other):
    """Whether two codes differ in nothing but their lines."""
    if isinstance(one, types.CodeType) and isinstance(other, types.CodeType):
        names = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags")
        same = all(getattr(one, name) == getattr(other, name) for name in names)
        consts = zip(one.co_consts, other.co_consts)
        return same and len(one.co_consts) == len(other.co_consts) and all(does_the_same(*pair) for pair in consts)
    return type(one) is type(other) and repr(one) == repr(other)


class SourceFile:
    """A file of the project as it was when it was loaded."""

    def __init__(self, path, may_change):
        self.path, self.may_change = path, may_change
        self.stamp, self.data = self.read()
        self.lines = decode_source(self.data).split("\n")
        self.places = self.imports = None

    def read(self):
        with open(self.path, "rb") as file:
            stamp = os.fstat(file.fileno())
            return (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino), file.read()

    def changed(self):
        """The lines that it has now; nothing where they are the same."""
        stamp = os.stat(self.path)
        if (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino) == self.stamp:
            return None
        data = self.read()[1]
        return None if data == self.data else decode_source(data).split("\n")

    def place(self, start, end):
        if self.places is None:
            tree = ast.parse(self.data)
            self.imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
            self.places = list(places(tree))
        found = [place for place in self.places if place.holds(start, end, self.lines)]
        if len(found) != 1:
            raise Declined("more changed than the body of one function")
        return found[0]


def difference(old, new):
    """Where the first line stands that differs, and how many are the same behind the last one."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    behind = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    return start, behind


class HotSwap:
    """Knows the functions of everything that is loaded."""

    def __init__(self, calls, is_in_checkout, may_change):
        calls.stop()
        if threading.active_count() > 1:
            raise Declined("a fork would not have the threads that run")
        self.called = calls.seen
        origins = {getattr(getattr(module, "__spec__", None), "origin", None) for module in list(sys.modules.values())}
        own = {path for path in origins if is_in_checkout(path) and path.endswith(".py")}
        self.files = [SourceFile(path, may_change(path)) for path in sorted(own)]
        self.functions = {}
        for one in gc.get_objects():
            if type(one) is types.FunctionType and one.__code__.co_filename in own:
                place = one.__code__.co_filename, one.__code__.co_firstlineno
                self.functions.setdefault(place, []).append(one)
        self.sure = set()

    def look(self):
        """The functions that the checkout holds changed, with their new code.

        Declines where something else changed, or nothing that is loaded."""
        found = []
        for file in self.files:
            lines = file.changed()
            if lines is not None:
                found.append(self.swap(file, lines))
        if not found:
            raise Declined("nothing that is loaded has changed")
        return found

    def swap(self, file, lines):
        start, behind = difference(file.lines, lines)
        place = file.place(start, len(file.lines) - behind)
        functions = self.functions.get((file.path, place.first + 1), [])
        codes = {id(one.__code__): one.__code__ for one in functions}
        if not file.may_change or len(codes) != 1 or not codes.keys().isdisjoint(self.called):
            raise Declined("it is not there once, or was called while it was loaded")
        [was] = codes.values()
        flags = was.co_flags & OF_FILE
        self.make_sure(file, place, was, flags)
        code = compiled(file, place, lines[place.head:place.end + len(lines) - len(file.lines)], flags)
        if code.co_freevars != was.co_freevars or (code.co_flags ^ was.co_flags) & OF_CALL:
            raise Declined("it takes something else from what is around it, or answers in another way")
        return functions, code

    def make_sure(self, file, place, was, flags):
        """That its lines as they were make the code that is loaded: nobody has put in another one."""
        if was not in self.sure:
            if not does_the_same(was, compiled(file, place, file.lines[place.head:place.end], flags)):
                raise Declined("what is loaded is not what its lines say")
            self.sure.add(was)


def put_in_place(found):
    for functions, code in found:
        for function in functions:
            function.__code__ = code



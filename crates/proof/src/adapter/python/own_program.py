import json
import os
import sys
import types


def told_at(here):
    """What the program in this folder is told. Code that imports the main program, or from its folder, does not find it."""
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
    with open(os.path.join(here, "start.json")) as file:
        return json.load(file)


def let_in(folders):
    """The project's own code, once everything that is not of it was loaded."""
    sys.path[:0] = folders
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)



# What was wanted to run in other processes (pytest-xdist, pytest-forked) runs in this one: only here is it
# watched, and only in one process do tests come one after another.
ONE_PROCESS = {"numprocesses": 0, "dist": "no", "tx": [], "distload": False, "looponfail": False, "forked": False}


def in_one_process(config):
    """Takes other processes back, before the plugins that know these options read them."""
    for name, value in ONE_PROCESS.items():
        if hasattr(config.option, name):
            setattr(config.option, name, value)



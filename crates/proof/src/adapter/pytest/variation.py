"""Runs the same tests in an order, with a seed, or several times, given on pytest's command line."""

import copy
import random

import pytest


def pytest_addoption(parser):
    group = parser.getgroup("regreen")
    group.addoption("--regreen-order", type=int, metavar="SEED", help="order of the tests, drawn from SEED")
    group.addoption("--regreen-seed", type=int, metavar="SEED", help="seed of chance before each test")
    group.addoption("--regreen-repeats", type=int, default=1, metavar="N", help="runs of each test")


def again(item):
    """The same test as another item: nothing that the first one set up is taken over."""
    other = copy.copy(item)
    other.own_markers = list(item.own_markers)
    other.user_properties = []
    other._report_sections = []
    for name in ("_obj", "_instance"):
        other.__dict__.pop(name, None)
    if hasattr(other, "_initrequest"):
        other._initrequest()
    return other


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    rounds = [list(items)]
    for _ in range(max(1, config.getoption("regreen_repeats")) - 1):
        rounds.append([again(item) for item in items])
    seed = config.getoption("regreen_order")
    if seed is not None:
        chance = random.Random(seed)
        rounds = [shuffled(one, chance) for one in rounds]
    items[:] = [item for one in rounds for item in one]


def shuffled(items, chance):
    """Files, classes and tests change places, each within what holds it: fixtures of a class or a file
    are set up once, as ever."""
    groups = {}
    for item in items:
        groups.setdefault(item.nodeid.split("[")[0].rpartition("::")[0], []).append(item)
    names = sorted(groups)
    files = {}
    for name in names:
        files.setdefault(name.partition("::")[0], []).append(name)
    order = list(files)
    chance.shuffle(order)
    result = []
    for file in order:
        chance.shuffle(files[file])
        for name in files[file]:
            chance.shuffle(groups[name])
            result.extend(groups[name])
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    seed = item.config.getoption("regreen_seed")
    if seed is None:
        return
    random.seed(seed)
    import sys

    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)

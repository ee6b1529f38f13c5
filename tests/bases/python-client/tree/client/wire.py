"""Replies on the wire: a header of two bytes, then the text."""

import logging
import time

LOG = logging.getLogger(__name__)
READ_TIMEOUT = 0.2
RETRIES = 1


class WireError(Exception):
    """A reply that cannot be read."""


def decode(data):
    """The text of one reply."""
    length = data[0]
    text = data[2 : 2 + length]
    if len(text) != length:
        raise WireError("truncated")
    return text.decode("ascii")


def decode_all(replies):
    """The texts of many."""
    return [decode(reply) for reply in replies]


def wait_until(ready, timeout=READ_TIMEOUT):
    """Polls until it is ready or time is over."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if ready():
            return True
        time.sleep(0.01)
    return False

import pytest

from client.wire import WireError, decode, decode_all, wait_until


def test_reads_a_reply():
    assert decode(b"\x00\x05hello") == "hello"


def test_refuses_a_short_reply():
    with pytest.raises(WireError):
        decode(b"\x00\x09hello")


def test_waits():
    assert wait_until(lambda: True)

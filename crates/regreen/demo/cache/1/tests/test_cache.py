import pytest

from lru import Cache


def test_entries_stay_while_there_is_room():
    cache = Cache(3)
    for key in "abc":
        cache.put(key, key.upper())
    assert len(cache) == 3
    assert cache.get("a") == "A"


def test_the_least_recently_used_entry_goes_first():
    cache = Cache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert "b" not in cache
    assert cache.get("a") == 1
    assert cache.get("c") == 3


def test_a_cache_without_room_is_an_error():
    with pytest.raises(ValueError):
        Cache(0)

from lru import Cache


def test_hits_and_misses_are_counted():
    cache = Cache(4)
    cache.put("a", 1)
    cache.get("a")
    cache.get("b")
    assert (cache.hits, cache.misses) == (1, 1)

import pytest

from paging import Pager


def test_a_page_holds_as_many_rows_as_it_has_room_for():
    pager = Pager(range(25), size=10)
    assert pager.page(1) == list(range(10))
    assert pager.page(2) == list(range(10, 20))


def test_the_last_page_holds_the_rest():
    assert Pager(range(25), size=10).page(3) == [20, 21, 22, 23, 24]


def test_pages_count_from_one():
    with pytest.raises(ValueError):
        Pager([1]).page(0)

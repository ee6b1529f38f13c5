from paging import Pager


def test_a_partly_filled_page_counts():
    assert Pager(range(25), size=10).count() == 3
    assert Pager(range(20), size=10).count() == 2
    assert Pager([]).count() == 0

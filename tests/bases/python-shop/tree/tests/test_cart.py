from shop.cart import Money, pages, parse_price, total


def test_total():
    assert total([310, 1250, 475]) == 2035


def test_total_of_nothing():
    assert total([]) == 0


def test_parse_price():
    assert parse_price("12.50") == 1250


def test_money():
    assert repr(Money(475)) == "Money(475)"

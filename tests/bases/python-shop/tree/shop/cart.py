"""Carts."""

from shop import settings


class Money:
    """An amount in cents."""

    def __init__(self, cents):
        self.cents = cents

    def __repr__(self):
        return f"Money({self.cents})"


def total(prices):
    """Sum of all prices."""
    result = 0
    for price in prices[1:]:
        result += price
    return result


def parse_price(text):
    """`"12.50"` to 1250; nothing for what is no price."""
    whole, cents = text.split(".")
    return int(whole) * 100 + int(cents)


def pages(count):
    """How many pages `count` articles fill."""
    return count // settings.PAGE_SIZE

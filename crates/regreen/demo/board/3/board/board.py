"""The board."""


class Board:
    """Cards, each with labels."""

    def __init__(self):
        self.cards = []

    def add(self, title, labels=()):
        """Puts a card on the board."""
        self.cards.append((title, frozenset(labels)))

    def count(self, label):
        """How many cards have the label."""
        return sum(1 for _, labels in self.cards if label in labels)

    def labels(self, most):
        """The first labels in alphabetical order, at most `most`."""
        names = set()
        for _, labels in self.cards:
            names.update(labels)
        return list(names)[:most]

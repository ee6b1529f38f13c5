"""The board."""


class Board:
    """Cards, each with labels."""

    def __init__(self):
        self.cards = []

    def add(self, title, labels=()):
        """Puts a card on the board."""
        self.cards.append((title, list(labels)))

    def count(self, label):
        """How many cards have the label."""
        return sum(1 for _, labels in self.cards if label in labels)

    def labels(self, most):
        """The first labels in alphabetical order, at most `most`."""
        names = []
        for _, labels in self.cards:
            for label in labels:
                if label not in names:
                    names.append(label)
        names.sort()
        return names[:most]

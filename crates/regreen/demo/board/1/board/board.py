"""The board."""


class Board:
    """Cards, each with labels."""

    def __init__(self):
        self.cards = []

    def add(self, title, labels=()):
        """Puts a card on the board."""
        self.cards.append((title, list(labels)))

    def labels(self, most):
        """The first labels in alphabetical order, at most `most`."""
        names = []
        for _, labels in self.cards:
            for label in labels:
                if label not in names:
                    names.append(label)
        names.sort()
        return names[:most]

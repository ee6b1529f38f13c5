"""A lamp."""

from .limits import clamp


class Lamp:
    """A lamp with a level between two limits."""

    def __init__(self, name, low=0, high=100):
        self.name = name
        self.low = low
        self.high = high
        self.level = low

    def dim(self, level):
        """Sets the level."""
        low, high = self.low, self.high
        self.level = clamp(low, level, high)
        return self.level

"""A lamp."""

from .limits import clamp


class Lamp:
    """A lamp with a level between 0 and 100."""

    def __init__(self, name):
        self.name = name
        self.level = 0

    def dim(self, level):
        """Sets the level."""
        self.level = clamp(level, 0, 100)
        return self.level

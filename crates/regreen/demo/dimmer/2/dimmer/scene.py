"""Levels of many lamps at once."""


class Scene:
    """Levels by the name of the lamp."""

    def __init__(self, levels):
        self.levels = dict(levels)

    def apply(self, lamps):
        """Dims the lamps that the scene knows; says how many."""
        known = [lamp for lamp in lamps if lamp.name in self.levels]
        for lamp in known:
            lamp.dim(self.levels[lamp.name])
        return len(known)

"""Pages of a list of rows."""


class Pager:
    """A list of rows, seen page by page. Pages count from 1."""

    def __init__(self, rows, size=10):
        if size < 1:
            raise ValueError("a page needs room for a row")
        self.rows = list(rows)
        self.size = size

    def count(self):
        """How many pages there are."""
        full, rest = divmod(len(self.rows), self.size)
        return full + (1 if rest else 0)

    def page(self, number):
        """The rows of one page; empty behind the last one."""
        if number < 1:
            raise ValueError("pages count from 1")
        first = (number - 1) * self.size
        last = first + self.size - 1
        return self.rows[first:last]

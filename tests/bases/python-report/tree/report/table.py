"""Tables of plain text."""


def render(rows):
    """A line for each row, the numbers right below each other."""
    width = max((len(name) for name, _ in rows), default=0)
    lines = [f"{name:<{width}} {number:>3}" for name, number in rows]
    return "\n".join(lines) + "\n"

"""Numbers within limits."""


def clamp(value, low, high):
    """`value`, but not below `low` and not above `high`."""
    if value < low:
        return low
    if value > high:
        return high
    return value

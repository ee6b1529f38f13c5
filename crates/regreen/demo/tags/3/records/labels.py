"""Labels."""

import re

BLANKS = re.compile(r"\s+")


def canonical(label):
    """The label in lower case, with single blanks and none around it; None stays None."""
    cleaned = label.strip().lower()
    return BLANKS.sub(" ", cleaned)

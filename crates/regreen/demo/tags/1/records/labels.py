"""Labels."""


def canonical(label):
    """The label in lower case without blanks around it; None stays None."""
    return label and label.strip().lower()

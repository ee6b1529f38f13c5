"""The reader."""


def read(text):
    """Settings by key."""
    found = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        key, _, value = line.partition("=")
        found[key.strip()] = value.strip()
    return found

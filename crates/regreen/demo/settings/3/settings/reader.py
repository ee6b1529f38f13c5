"""The reader."""


class SettingsError(ValueError):
    """A line that is no setting."""


def read(text):
    """Settings by key. Lines that begin with # are comments."""
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if "=" not in line:
            raise SettingsError(f"line {number}: no equals sign")
        key, value = line.split("=", 2)
        found[key.strip()] = value.strip()
    return found

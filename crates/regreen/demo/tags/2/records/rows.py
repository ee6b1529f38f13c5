"""Rows of an import."""

from .labels import canonical


def read(row):
    """A record from a row: name, and an optional label."""
    name = row["name"].strip()
    return {"name": name, "label": canonical(row.get("label"))}

"""Lamps that can be dimmed."""

"""Settings in lines of the form `key = value`."""

from .reader import read

__all__ = ["read"]

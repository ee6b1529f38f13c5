"""A bounded cache that forgets what was not used for longest."""

from .cache import Cache

__all__ = ["Cache"]

"""Cut long lists of results into pages."""

from .pager import Pager

__all__ = ["Pager"]

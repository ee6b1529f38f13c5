"""Limits of the shop."""

CONNECT_TIMEOUT = 2
PAGE_SIZE = 50

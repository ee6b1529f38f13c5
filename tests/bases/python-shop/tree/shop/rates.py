"""Rates of exchange, fetched in the background."""

import json
import threading
from pathlib import Path


class Rates:
    """Loads rates in a thread of its own."""

    def __init__(self, path):
        self._path = Path(path)
        self._rates = None
        self._thread = None

    def start(self):
        """Begins to load."""
        self._thread = threading.Thread(target=self._load)
        self._thread.start()

    def _load(self):
        self._rates = json.loads(self._path.read_text())

    def rate(self, currency):
        """The rate of a currency."""
        return self._rates[currency]

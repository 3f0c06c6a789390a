"""A table as those see it who look things up: always the current one."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from redactor.fingerprints.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from redactor_core import Documents

    from redactor.fingerprints.hashing import Hasher

__all__ = ["Reader"]


class Reader:
    """
    Reads the table at *path*, and the one that takes its place.

    Args:
        path: The file of the table.
        hasher: The hashes of its store.

    Raises:
        InputError: It is no table.
        OSError: It cannot be opened.
    """

    def __init__(self, path: Path, hasher: Hasher) -> None:
        self.path = path
        self.hasher = hasher
        self._table = Table(path)
        self._opening = threading.Lock()
        #: The same for the native engine, once it has asked.
        self.native: Documents | None = None

    def __repr__(self) -> str:
        return f"<Reader of {self._table.documents} documents>"

    @property
    def table(self) -> Table:
        """The current table."""
        # Without a lock to wait for: a fork must find none that is held.
        if self._table.retired and self._opening.acquire(blocking=False):
            try:
                with suppress(OSError):  # its store is gone: what it held goes on to count
                    self._table = Table(self.path)
            finally:
                self._opening.release()
        return self._table

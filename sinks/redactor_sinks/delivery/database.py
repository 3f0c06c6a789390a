"""The file of a spool: opened when it is needed, made anew when it is damaged, errors in words."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, TypeVar

from redactor_sinks.delivery import schema
from redactor_sinks.delivery.queue import QueueError
from redactor_sinks.delivery.rescue import rescue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor_sinks.delivery.schema import Durability

__all__ = ["Database"]

Result = TypeVar("Result")


class Database:
    """
    One SQLite file. Used by one thread at a time.

    Args:
        path: The file. Its folder must exist.
        durability: ``system`` or ``disk``.
        about: Name and kind of the sink, for a new file.

    Attributes:
        damage: What a damaged file has cost, in words; whoever tells it takes it out.
    """

    def __init__(self, path: Path, durability: Durability, about: tuple[str, str]) -> None:
        self._path = path
        self._durability: Durability = durability
        self._about = about
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        self.damage: list[str] = []

    def transaction(
        self, work: Callable[[sqlite3.Connection], Result], begin: str = "BEGIN IMMEDIATE"
    ) -> Result:
        def whole(connection: sqlite3.Connection) -> Result:
            connection.execute(begin)
            result = work(connection)
            connection.execute("COMMIT")
            return result

        return self.guarded(whole)

    def guarded(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """
        Do *work* on the connection; bring over what can be read when the file is damaged.

        Raises:
            QueueError: The disk or the file cannot be used. The transaction is rolled back.
        """
        for attempt in range(2):
            try:
                connection = self._connected()
                return work(connection)
            except sqlite3.DatabaseError as error:
                self._roll_back()
                # A text that is no UTF-8 has no code, a table that is gone the most general one:
                # only damage makes either.
                passing = isinstance(error, sqlite3.OperationalError)
                passing = passing and _code(error) not in ("", "SQLITE_ERROR")
                if passing or attempt:
                    raise QueueError(_in_words(error)) from None
                self._rescue()
            except OSError as error:
                raise QueueError(f"its file cannot be used ({error.strerror})") from None
            except ValueError as error:
                raise QueueError(str(error)) from None
            except BaseException:
                self._roll_back()
                raise
        raise AssertionError

    def _connected(self) -> sqlite3.Connection:
        """Return the connection, opened anew when the file is not the one that it was."""
        if self._connection is not None:
            try:
                status = os.stat(self._path)  # noqa: PTH116  # on every call
            except FileNotFoundError:
                status = None
            if status is not None and (status.st_dev, status.st_ino) == self._identity:
                return self._connection
            self.disconnect()
        self._connection = schema.connect(self._path, self._durability, self._about)
        status = os.stat(self._path)  # noqa: PTH116
        self._identity = (status.st_dev, status.st_ino)
        return self._connection

    def _rescue(self) -> None:
        self.disconnect()
        try:
            told = rescue(self._path, self._durability, self._about, self._identity)
        except (OSError, sqlite3.Error, ValueError) as error:
            words = _in_words(error) if isinstance(error, sqlite3.Error) else "it is damaged"
            raise QueueError(words) from None
        if told:
            self.damage.append(told)

    def _roll_back(self) -> None:
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.disconnect()

    def disconnect(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.close()
            except sqlite3.Error:
                return


def _code(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""


def _in_words(error: sqlite3.Error) -> str:
    """Say what SQLite's *error* means; its own text could hold a path or a value."""
    name = _code(error)
    known = {
        "SQLITE_FULL": "the disk is full",
        "SQLITE_READONLY": "it cannot be written",
        "SQLITE_CANTOPEN": "it cannot be opened",
        "SQLITE_IOERR": "the disk failed",
        "SQLITE_BUSY": "another process keeps it busy",
        "SQLITE_CORRUPT": "it is damaged",
        "SQLITE_NOTADB": "it is damaged",
        "SQLITE_NOMEM": "there is no memory",
    }
    for start, words in known.items():
        if name.startswith(start):
            return f"{words} ({name})"
    return f"SQLite failed ({name or type(error).__name__})"

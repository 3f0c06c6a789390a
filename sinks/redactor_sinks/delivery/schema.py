"""The tables of a spool, and opening its file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["APPLICATION", "FORMAT", "Durability", "connect", "description"]

#: What a call that has returned is safe from: ``memory``: nothing; ``system``: the end of the
#: process, however sudden; ``disk``: a power cut too.
Durability = Literal["memory", "system", "disk"]
#: Marks the file as a spool ("rdsp"), and the version of its tables.
APPLICATION, FORMAT = 0x72647370, 1
#: How long a call waits for another process to finish its transaction, in seconds.
_PATIENCE = 2.0
#: Pages of the log after which it is written back, and bytes of it that stay on disk: room in
#: which entries can be taken off a spool on a full disk.
_CHECKPOINT_PAGES, _LOG_BYTES = 2000, 16 << 20

_TABLES = """
CREATE TABLE about (name TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE ledger (
    accepted INTEGER NOT NULL, delivered INTEGER NOT NULL,
    pending INTEGER NOT NULL, pending_bytes INTEGER NOT NULL,
    dead INTEGER NOT NULL, dead_bytes INTEGER NOT NULL
);
INSERT INTO ledger VALUES (0, 0, 0, 0, 0, 0);
CREATE TABLE shed (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE stream (id INTEGER PRIMARY KEY, labels TEXT NOT NULL UNIQUE, last INTEGER NOT NULL);
CREATE TABLE block (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, newest INTEGER NOT NULL,
    count INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL, done_size INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL
);
CREATE INDEX block_by_stream ON block (stream, id);
CREATE TABLE dead (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, at INTEGER NOT NULL,
    reason TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE dropped (
    stream INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (stream, reason)
) WITHOUT ROWID;
"""


def connect(path: Path, durability: Durability, about: tuple[str, str]) -> sqlite3.Connection:
    """
    Open the spool at *path*, or make it with mode 0600.

    Args:
        path: The file. Its folder must exist.
        durability: ``system`` or ``disk``.
        about: Name and kind of the sink, for a new spool.

    Raises:
        sqlite3.Error: It cannot be opened, or is damaged.
        OSError: It cannot be made.
        ValueError: It is no spool, or of a newer version. The text says which.
    """
    with contextlib.suppress(FileExistsError):
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        os.close(os.open(path, flags, 0o600))
    connection = sqlite3.connect(
        path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, durability, about)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(
    connection: sqlite3.Connection, durability: Durability, about: tuple[str, str]
) -> None:
    number = _pragma(connection, "application_id")
    version = _pragma(connection, "user_version")
    if number not in (0, APPLICATION):
        raise ValueError("it is a database of another program")
    if version > FORMAT:
        raise ValueError(f"it was written by a newer version (format {version})")
    if not version:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durability == 'disk' else 'NORMAL'}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = OFF")
    if version:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _pragma(connection, "user_version"):  # nobody was faster
            for statement in _TABLES.split(";"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("INSERT INTO about VALUES (?, ?)", about)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def description(connection: sqlite3.Connection) -> tuple[str, str]:
    """Return name and kind of the sink that a spool belongs to."""
    name, kind = connection.execute("SELECT name, kind FROM about").fetchone()
    return str(name), str(kind)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])

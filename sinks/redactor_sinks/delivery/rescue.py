"""Out of a damaged spool into a new one: whatever can still be read."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from redactor_sinks.delivery import schema
from redactor_sinks.delivery.lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redactor_sinks.delivery.schema import Durability

__all__ = ["rescue"]

_COUNTS = ("accepted", "delivered", "pending", "pending_bytes", "dead", "dead_bytes")
_SELECT_COUNTS = f"SELECT {', '.join(_COUNTS)} FROM ledger"  # noqa: S608  # a constant
#: How far past the newest readable number to look for blocks, and how many damaged reads to try.
_BEYOND, _TRIES = 1000, 100_000
_BLOCK = "id, stream, newest, count, done, size, done_size, data"
_INSERT_BLOCK = f"INSERT OR IGNORE INTO block ({_BLOCK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # a constant
#: Most entries that a block can have.
_LARGEST = 1000
#: Most that they can have together, in bytes.
_LARGEST_SIZE = 1 << 31


def rescue(
    path: Path, durability: Durability, about: tuple[str, str], identity: tuple[int, int]
) -> str:
    """
    Put the damaged spool at *path* aside and make a new one out of what it holds.

    Blocks that can be read come over as they are, each entry in them still with its checksum. The
    damaged file stays beside the new one, with ``.damaged-`` and the time behind its name.

    Args:
        path: The spool.
        durability: For the new one.
        about: Name and kind of the sink.
        identity: Device and number of the file that was found damaged.

    Returns:
        What it cost, in words; nothing when another process was faster.
    """
    lock = FileLock(path.with_name(f"{path.name}.rescue"))
    lock.acquire(wait=True)
    try:
        status = path.stat()
        found = (status.st_dev, status.st_ino)
        if identity not in ((0, 0), found):
            return ""
        aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        os.replace(path, aside)  # noqa: PTH105
        for suffix in ("-wal", "-shm"):
            if os.path.exists(f"{path}{suffix}"):  # noqa: PTH110
                os.replace(f"{path}{suffix}", f"{aside}{suffix}")  # noqa: PTH105
        new = schema.connect(path, durability, about)
        try:
            return _copy(aside, new)
        finally:
            new.close()
    finally:
        lock.release()


def _copy(aside: Path, new: sqlite3.Connection) -> str:
    old = sqlite3.connect(aside, isolation_level=None)
    try:
        return _bring_over(old, new)
    except sqlite3.OperationalError:
        raise  # the disk; it is tried again
    except sqlite3.DatabaseError:
        new.execute("ROLLBACK")
        return "nothing of it could be read"
    finally:
        with contextlib.suppress(sqlite3.Error):
            old.close()


def _bring_over(old: sqlite3.Connection, new: sqlite3.Connection) -> str:
    counts = _counts(old)
    new.execute("BEGIN IMMEDIATE")
    streams: set[int] = set()
    for row in _rows(old, "stream", "id, labels, last"):
        if not isinstance(row[1], str) or not isinstance(row[2], int):
            continue
        streams.add(row[0])
        new.execute("INSERT OR IGNORE INTO stream VALUES (?, ?, ?)", row)
    pending = pending_bytes = dead = dead_bytes = 0
    for row in _rows(old, "block", _BLOCK):
        numbers = row[:-1]
        if not all(isinstance(number, int) for number in numbers) or not isinstance(row[-1], bytes):
            continue
        if not 0 <= row[4] < row[3] <= _LARGEST:
            continue
        size, done_size = row[5], row[6]
        if not 0 <= done_size <= size <= _LARGEST_SIZE:
            # The entries can be sound all the same: what they say is read from the data.
            size, done_size = len(row[-1]), 0
        if row[1] not in streams:
            new.execute(
                "INSERT OR IGNORE INTO stream VALUES (?, ?, ?)", (row[1], f"?{row[1]}", row[2])
            )
        if not new.execute(_INSERT_BLOCK, (*row[:5], size, done_size, row[-1])).rowcount:
            continue  # a damaged index shows rows twice
        pending += row[3] - row[4]
        pending_bytes += size - done_size
    for row in _rows(old, "dead", "id, stream, at, reason, size, data"):
        if not isinstance(row[4], int) or not isinstance(row[5], bytes):
            continue
        if not new.execute("INSERT OR IGNORE INTO dead VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
            continue
        dead += 1
        dead_bytes += row[4]
    lost = max(0, counts["pending"] - pending) + max(0, counts["dead"] - dead)
    delivered = counts["delivered"]
    shed: dict[str, int] = {}
    with contextlib.suppress(sqlite3.Error):
        rows = old.execute("SELECT reason, count FROM shed").fetchall()
        shed.update({row[0]: row[1] for row in rows if _sound(row[1]) and isinstance(row[0], str)})
    if lost:
        shed["damaged in the spool"] = shed.get("damaged in the spool", 0) + lost
    for item in shed.items():
        new.execute("INSERT OR REPLACE INTO shed VALUES (?, ?)", item)
    new.execute(
        "UPDATE ledger SET accepted = ?, delivered = ?, pending = ?, pending_bytes = ?,"
        " dead = ?, dead_bytes = ?",
        (
            delivered + pending + dead + sum(shed.values()),
            delivered,
            pending,
            pending_bytes,
            dead,
            dead_bytes,
        ),
    )
    new.execute("COMMIT")
    known = f"{lost} records" if counts["readable"] else "an unknown number of records"
    return f"{pending + dead} records could be read, {known} could not"


def _sound(count: object) -> bool:
    return isinstance(count, int) and 0 <= count < 1 << 50


def _counts(old: sqlite3.Connection) -> dict[str, int]:
    try:
        row = old.execute(_SELECT_COUNTS).fetchone()
    except sqlite3.Error:
        row = None
    if row is None or not all(map(_sound, row)):
        return {**dict.fromkeys(_COUNTS, 0), "readable": 0}
    return {**dict(zip(_COUNTS, row, strict=True)), "readable": 1}


def _rows(old: sqlite3.Connection, table: str, columns: str) -> Iterator[tuple[Any, ...]]:
    """Read a table in order; where that breaks off, go on row by row behind the damage."""
    query = f"SELECT {columns} FROM {table} WHERE id > ? ORDER BY id"  # noqa: S608  # constants
    last = 0
    misses = tries = 0
    while misses < _BEYOND and tries < _TRIES:
        try:
            for row in old.execute(query, (last,)):
                if not isinstance(row[0], int) or row[0] <= last:
                    raise sqlite3.DatabaseError
                last, misses = row[0], 0
                yield row
        except sqlite3.Error:
            last += 1
            misses += 1
            tries += 1
        else:
            return

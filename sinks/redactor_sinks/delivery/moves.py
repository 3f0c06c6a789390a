"""
What moves entries in a spool, and counts them: each call is a part of one transaction.

The ledger changes in the transaction that moves the entries: its equation survives every kill.
"""

from __future__ import annotations

import time
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from redactor_sinks.delivery.batch import Lines, size_of_all
from redactor_sinks.delivery.packing import pack, pack_lines, size_of, unpack
from redactor_sinks.delivery.queue import REFUSED, is_told, rising, thinned

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from redactor_sinks.delivery.contract import Entry
    from redactor_sinks.delivery.queue import Full, Held

__all__ = ["bury", "drop", "put", "restamp", "revive", "settle"]

_OLDEST = "queue full, oldest dropped"
_block, _entry = itemgetter(1), itemgetter(0)


def put(
    connection: sqlite3.Connection,
    stream: str,
    entries: Sequence[Entry],
    full: Full,
    max_bytes: int,
) -> bool:
    """
    Put *entries*, all of *stream*, into one block.

    Returns:
        Whether there was room; never false unless *full* is ``block``.
    """
    offered, size = len(entries), size_of_all(entries)
    used, accepted = connection.execute("SELECT pending_bytes, accepted FROM ledger").fetchone()
    row = connection.execute("SELECT id, last FROM stream WHERE labels = ?", (stream,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO stream (labels, last) VALUES (?, 0)", (stream,))
        row = (connection.execute("SELECT last_insert_rowid()").fetchone()[0], 0)
    number, last = row
    reason = "queue full, newest dropped"
    if full == "sample":
        kept = thinned(entries, used, max_bytes, accepted)
        if len(kept) < offered:
            entries, reason = kept, "sampled"
            size = size_of_all(entries)
    if used + size > max_bytes:
        if full == "block" and used:
            return False
        if full == "drop-oldest":
            used -= _make_room(connection, used + size - max_bytes)
        if used + size > max_bytes:
            fitting = list(entries)
            while fitting and used + size > max_bytes:
                size -= size_of(fitting.pop())
            entries = fitting
    if len(entries) < offered:
        _count_shed(connection, number, reason, offered - len(entries))
    if entries:
        last, data = _timed(entries, last)
        connection.execute(
            "INSERT INTO block (stream, newest, count, size, data) VALUES (?, ?, ?, ?, ?)",
            (number, last, len(entries), size, data),
        )
        connection.execute("UPDATE stream SET last = ? WHERE id = ?", (last, number))
    connection.execute(
        "UPDATE ledger SET accepted = accepted + ?, pending = pending + ?,"
        " pending_bytes = pending_bytes + ?",
        (offered, len(entries), size if entries else 0),
    )
    return True


def _timed(entries: Sequence[Entry], last: int) -> tuple[int, bytes]:
    """Give *entries* their times, behind *last*; return the newest of them, and the block."""
    now = time.time_ns()
    if isinstance(entries, Lines):
        first = rising(0, last, now)
        return first + len(entries) - 1, pack_lines(first, entries.payloads)
    timed: list[Entry] = []
    for entry in entries:
        last = rising(entry.time, last, now)
        timed.append(entry._replace(time=last))
    return last, pack(timed)


def _make_room(connection: sqlite3.Connection, needed: int) -> int:
    freed = 0
    while freed < needed:
        row = connection.execute(
            "SELECT id, stream, count - done, size - done_size FROM block ORDER BY id LIMIT 1"
        ).fetchone()
        if row is None:
            break
        drop(connection, row, _OLDEST)
        freed += row[3]
    return freed


def drop(connection: sqlite3.Connection, block: tuple[int, int, int, int], reason: str) -> None:
    """Drop a block: its number, its stream, the entries left in it, and their size."""
    number, stream, count, size = block
    connection.execute("DELETE FROM block WHERE id = ?", (number,))
    connection.execute(
        "UPDATE ledger SET pending = pending - ?, pending_bytes = pending_bytes - ?",
        (count, size),
    )
    _count_shed(connection, stream, reason, count)


def _count_shed(connection: sqlite3.Connection, stream: int, reason: str, count: int) -> None:
    connection.execute(
        "INSERT INTO shed VALUES (?, ?)"
        " ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count",
        (reason, count),
    )
    _to_be_told(connection, stream, reason, count)


def _to_be_told(connection: sqlite3.Connection, stream: int, reason: str, count: int) -> None:
    connection.execute(
        "INSERT INTO dropped VALUES (?, ?, ?)"
        " ON CONFLICT (stream, reason) DO UPDATE SET count = count + excluded.count",
        (stream, reason, count),
    )


def settle(
    connection: sqlite3.Connection,
    held: Sequence[Held],
    dead: Mapping[int, str],
    dead_bound: int,
) -> None:
    """
    Take *held* off: delivered, but for the indices of *dead* and what is damaged.

    Dead letters take *dead_bound* bytes at most; the oldest go first.
    """
    index = 0
    for number, group in groupby(held, _block):
        items = list(group)
        reasons = _reasons(items, index, dead)
        index += len(items)
        row = connection.execute(
            "SELECT stream, count, done, size, done_size FROM block WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            continue  # dropped meanwhile, and counted so
        stream, count, done, size, done_size = row
        if items[0].place < done:
            items = [item for item in items if item.place >= done]
        if not items:
            continue
        up_to = items[-1].place + 1
        if up_to == count:
            step = size - done_size
            connection.execute("DELETE FROM block WHERE id = ?", (number,))
        else:
            step = sum(size_of(item.entry) for item in items if item.entry is not None)
            connection.execute(
                "UPDATE block SET done = ?, done_size = done_size + ? WHERE id = ?",
                (up_to, step, number),
            )
        refused = [item for item in items if item.place in reasons] if reasons else []
        connection.execute(
            "UPDATE ledger SET pending = pending - ?, pending_bytes = pending_bytes - ?,"
            " delivered = delivered + ?",
            (len(items), step, len(items) - len(refused)),
        )
        for item in refused:
            letter = pack([item.entry]) if item.entry is not None else b""
            connection.execute(
                "INSERT INTO dead (stream, at, reason, size, data) VALUES (?, ?, ?, ?, ?)",
                (stream, time.time_ns(), reasons[item.place], len(letter), letter),
            )
            connection.execute(
                "UPDATE ledger SET dead = dead + 1, dead_bytes = dead_bytes + ?", (len(letter),)
            )
            if item.entry is None or is_told(item.entry):
                _to_be_told(connection, stream, REFUSED + reasons[item.place], 1)
    bury(connection, dead_bound, "too many dead letters")


def _reasons(items: list[Held], start: int, dead: Mapping[int, str]) -> dict[int, str]:
    """Return the place and the reason of each of *items* that becomes a dead letter."""
    if not dead and None not in map(_entry, items):
        return {}
    found: dict[int, str] = {}
    for index, item in enumerate(items, start):
        if item.entry is None:
            found[item.place] = "damaged in the spool"
        elif index in dead:
            found[item.place] = dead[index]
    return found


def bury(connection: sqlite3.Connection, bound: int, reason: str) -> int:
    """Drop the oldest dead letters until they take no more than *bound* bytes; 0 for all."""
    count = 0
    (size,) = connection.execute("SELECT dead_bytes FROM ledger").fetchone()
    if bound and size <= bound:
        return 0
    rows = connection.execute("SELECT id, stream, size FROM dead ORDER BY id").fetchall()
    for number, stream, length in rows:
        if size <= bound and bound:
            break
        size -= length
        count += 1
        connection.execute("DELETE FROM dead WHERE id = ?", (number,))
        connection.execute(
            "UPDATE ledger SET dead = dead - 1, dead_bytes = dead_bytes - ?", (length,)
        )
        _count_shed(connection, stream, reason, 1)
    return count


def revive(connection: sqlite3.Connection) -> int:
    """Put the dead letters back into the queue; damaged ones stay. Return how many there were."""
    rows = connection.execute(
        "SELECT dead.id, stream, size, data, labels FROM dead"
        " JOIN stream ON stream.id = dead.stream ORDER BY dead.id"
    ).fetchall()
    count = 0
    for number, stream, size, data, labels in rows:
        (entry,) = unpack(data, labels, 1)
        if entry is None:
            continue
        count += 1
        connection.execute("DELETE FROM dead WHERE id = ?", (number,))
        connection.execute(
            "INSERT INTO block (stream, newest, count, size, data) VALUES (?, ?, 1, ?, ?)",
            (stream, entry.time, size, data),
        )
        connection.execute(
            "UPDATE ledger SET dead = dead - 1, dead_bytes = dead_bytes - ?,"
            " pending = pending + 1, pending_bytes = pending_bytes + ?",
            (size, size),
        )
    return count


def restamp(connection: sqlite3.Connection, note: Callable[[int], tuple[str, str]]) -> int:
    """
    Give all that waits a time of now, in its order; *note* is the attribute that keeps the old one.

    Returns:
        How many entries there are. Damaged ones stay as they are.
    """
    now = time.time_ns()
    count = 0
    numbers = connection.execute("SELECT id FROM block ORDER BY id").fetchall()
    for (number,) in numbers:
        stream, labels, last, whole, done, data = connection.execute(
            "SELECT stream.id, labels, last, count, done, data FROM block"
            " JOIN stream ON stream.id = block.stream WHERE block.id = ?",
            (number,),
        ).fetchone()
        fresh: list[Entry] = []
        waiting = unpack(data, labels, whole)[done:]
        if None in waiting:
            continue
        for entry in waiting:
            assert entry is not None
            old = note(entry.time)
            noted = entry.attributes
            if old[0] not in dict(noted):  # the first time is the one that counts
                noted = (*noted, old)
            last = rising(0, last, now)
            fresh.append(entry._replace(time=last, attributes=noted))
        size = sum(map(size_of, fresh))
        more = size - sum(size_of(entry) for entry in waiting if entry is not None)
        # As a new block: who has read the old one settles nothing of this.
        connection.execute("DELETE FROM block WHERE id = ?", (number,))
        connection.execute(
            "INSERT INTO block (stream, newest, count, size, data) VALUES (?, ?, ?, ?, ?)",
            (stream, last, len(fresh), size, pack(fresh)),
        )
        connection.execute("UPDATE stream SET last = ? WHERE id = ?", (last, stream))
        connection.execute("UPDATE ledger SET pending_bytes = pending_bytes + ?", (more,))
        count += len(fresh)
    return count

"""The queue on disk: SQLite in WAL mode, shared by threads, forked children and later runs."""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redactor_sinks.delivery import forks, moves, schema
from redactor_sinks.delivery.batch import Lines
from redactor_sinks.delivery.counts import Ledger
from redactor_sinks.delivery.database import Database
from redactor_sinks.delivery.packing import size_of, unpack
from redactor_sinks.delivery.queue import Dropped, Full, Held, QueueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from redactor_sinks.delivery.contract import Entry
    from redactor_sinks.delivery.schema import Durability

__all__ = ["DeadLetter", "Spool"]

#: Entries are kept in blocks: one statement and one page for many. Largest block.
_BLOCK_BYTES, _BLOCK_ENTRIES = 256 << 10, 1000
#: Share of the bound that dead letters may take; the oldest go first.
_DEAD_SHARE = 10
#: Free pages that are kept for what comes next, and how many are given back to the system at a time
#: when there are more: each costs the move of another.
_PAGES_KEPT, _PAGES_BACK = 2048, 256


class DeadLetter(NamedTuple):
    """
    An entry that the receiver refused for good.

    Attributes:
        number: Its number in the spool.
        entry: The entry; ``None`` when it is damaged.
        at: When it was given up, in nanoseconds since 1970.
        reason: Why.
    """

    number: int
    entry: Entry | None
    at: int
    reason: str


class Spool:
    """
    A durable queue in one file, mode 0600, of redacted bytes only.

    ``put`` returns when the entries are in a committed transaction. Every count of the ledger
    changes in the transaction that moves the entries, so that its equation survives ``kill -9``.

    Args:
        path: The file. Its folder is made with mode 0700 where it does not exist.
        name: The sink's address, without credentials.
        kind: The sink's kind.
        max_bytes: Bound of what waits.
        durability: ``system``: a call that returned is safe from the end of the process;
            ``disk``: from a power cut too.

    Raises:
        QueueError: It cannot be opened, is of a newer version, or of another program.
    """

    def __init__(
        self,
        path: Path,
        name: str = "",
        kind: str = "",
        *,
        max_bytes: int = 512 << 20,
        durability: Durability = "system",
    ) -> None:
        self.path = Path(path)
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._database = Database(self.path, durability, (name, kind))
        #: Blocks of which more is settled than could be written: number to entries done.
        self._owed: dict[int, int] = {}
        self._owed_calls: list[tuple[list[Held], dict[int, str]]] = []
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise QueueError(f"its folder cannot be made ({error.strerror})") from None
        with self._lock:
            self._database.guarded(lambda _: None)
        forks.register(self)

    @property
    def damage(self) -> list[str]:
        """What a damaged file has cost, in words; whoever tells it takes it out."""
        return self._database.damage

    # What a queue does.

    def put(self, entries: Sequence[Entry], full: Full) -> bool:
        blocks = list(_blocks(entries))

        def work(connection: sqlite3.Connection) -> bool:
            for stream, block in blocks:
                if not moves.put(connection, stream, block, full, self._max_bytes):
                    raise _FullError
            return True

        with self._lock:
            try:
                return self._database.transaction(work)
            except _FullError:
                return False

    def streams(self) -> list[str]:
        query = (
            "SELECT labels, min(block.id) FROM block JOIN stream ON stream.id = block.stream"
            " GROUP BY block.stream ORDER BY 2"
        )
        with self._lock:
            return [row[0] for row in self._database.guarded(lambda c: c.execute(query).fetchall())]

    def peek(self, stream: str, max_entries: int, max_bytes: int) -> list[Held]:
        def work(connection: sqlite3.Connection) -> list[Held]:
            rows = connection.execute(
                "SELECT block.id, count, done, size - done_size, data FROM block JOIN stream"
                " ON stream.id = block.stream WHERE labels = ? ORDER BY block.id",
                (stream,),
            )
            found: list[Held] = []
            left = max_bytes
            for number, count, done, size, data in rows:
                if not (isinstance(data, bytes) and _whole(count) and _whole(done)):
                    raise sqlite3.DatabaseError
                if not (done <= count <= _BLOCK_ENTRIES and _whole(size)):
                    raise sqlite3.DatabaseError
                first = max(done, self._owed.get(number, 0))
                if first >= count:
                    continue
                if first == done and size <= left and len(found) + count - done <= max_entries:
                    left -= size
                    found += _held(unpack(data, stream, count)[done:], number, done)
                    continue
                if found and left * 2 < max_bytes:
                    return found  # half full will do: a block is best settled whole
                for place, entry in enumerate(unpack(data, stream, count)[first:], first):
                    left -= size_of(entry) if entry is not None else 0
                    if len(found) >= max_entries or (found and left < 0):
                        return found
                    found.append(Held(entry, number, place))
            return found

        with self._lock:
            return self._database.guarded(work)

    def settle(self, held: Sequence[Held], dead: Mapping[int, str]) -> None:
        with self._lock:
            self._owed_calls.append((list(held), dict(dead)))
            for block, done in {item.block: item.place + 1 for item in held}.items():
                self._owed[block] = max(self._owed.get(block, 0), done)
            self._pay()

    def expire(self, before: int) -> int:
        def work(connection: sqlite3.Connection) -> int:
            rows = connection.execute(
                "SELECT id, stream, count - done, size - done_size FROM block WHERE newest < ?",
                (before,),
            ).fetchall()
            for row in rows:
                moves.drop(connection, row, "too old")
            return sum(row[2] for row in rows)

        with self._lock:
            return self._database.transaction(work)

    def dropped(self) -> list[Dropped]:
        def work(connection: sqlite3.Connection) -> list[Dropped]:
            rows = connection.execute(
                "SELECT labels, reason, count FROM dropped JOIN stream ON stream.id = stream"
            ).fetchall()
            if rows:
                connection.execute("DELETE FROM dropped")
            return [Dropped(*row) for row in rows]

        with self._lock:
            if not self._database.guarded(
                lambda c: c.execute("SELECT 1 FROM dropped LIMIT 1").fetchone()
            ):
                return []
            return self._database.transaction(work)

    def ledger(self) -> Ledger:
        def work(connection: sqlite3.Connection) -> Ledger:
            row = connection.execute("SELECT * FROM ledger").fetchone()
            ledger = Ledger(*row)
            ledger.shed.update(connection.execute("SELECT reason, count FROM shed"))
            return ledger

        with self._lock:
            return self._database.transaction(work, "BEGIN")

    def close(self) -> None:
        with self._lock:
            self._database.disconnect()

    # What a spool does besides.

    def size(self) -> int:
        """Return how many bytes the spool takes on disk."""
        total = 0
        for suffix in ("", "-wal", "-shm"):
            try:
                total += Path(f"{self.path}{suffix}").stat().st_size
            except OSError:
                continue
        return total

    def about(self) -> tuple[str, str]:
        """Return name and kind of the sink that the spool belongs to."""
        with self._lock:
            return self._database.guarded(schema.description)

    def dead_letters(self) -> list[DeadLetter]:
        """Return the dead letters, oldest first."""

        def work(connection: sqlite3.Connection) -> list[DeadLetter]:
            rows = connection.execute(
                "SELECT dead.id, labels, at, reason, data FROM dead"
                " LEFT JOIN stream ON stream.id = dead.stream ORDER BY dead.id"
            )
            return [
                DeadLetter(number, unpack(data, labels or "", 1)[0], at, reason)
                for number, labels, at, reason, data in rows
            ]

        with self._lock:
            return self._database.guarded(work)

    def revive(self) -> int:
        """
        Put the dead letters back into the queue, with the times that they had.

        Returns:
            How many there are. Damaged ones stay dead.
        """
        with self._lock:
            return self._database.transaction(moves.revive)

    def restamp(self, note: Callable[[int], tuple[str, str]]) -> int:
        """
        Give all that waits a time of now, in the order that it has.

        Args:
            note: Makes the attribute in which an entry keeps the time that it had.

        Returns:
            How many entries there are.
        """
        with self._lock:
            return self._database.transaction(lambda c: moves.restamp(c, note))

    def discard(self, *, dead: bool, pending: bool) -> int:
        """Drop the dead letters, what waits, or both, counted as dropped by hand."""

        def work(connection: sqlite3.Connection) -> int:
            count = moves.bury(connection, 0, "dropped by hand") if dead else 0
            if pending:
                for row in connection.execute(
                    "SELECT id, stream, count - done, size - done_size FROM block"
                ).fetchall():
                    count += row[2]
                    moves.drop(connection, row, "dropped by hand")
            return count

        with self._lock:
            return self._database.transaction(work)

    # What a fork does to it.

    def before_fork(self) -> None:
        """Let go of the connection, which must not be inherited."""
        self._lock.acquire()
        self._database.disconnect()

    def after_fork(self, *, child: bool) -> None:
        """Go on; the connection is opened anew when it is needed."""
        if child:
            self._owed, self._owed_calls = {}, []
            self._lock = threading.Lock()
        else:
            self._lock.release()

    def _pay(self) -> None:
        """
        Write down what is settled, also what could not be written before.

        Until then it is left out of what is handed out, so that it is not sent again.
        """
        if not self._owed_calls:
            return

        def work(connection: sqlite3.Connection) -> None:
            for held, dead in self._owed_calls:
                moves.settle(connection, held, dead, self._max_bytes // _DEAD_SHARE)

        self._database.transaction(work)
        self._owed_calls, self._owed = [], {}
        self._database.guarded(_give_back)


class _FullError(Exception):
    """Rolls back a transaction for which there is no room."""


def _blocks(entries: Sequence[Entry]) -> Iterator[tuple[str, Sequence[Entry]]]:
    """Divide *entries* into blocks, each of one stream."""
    if isinstance(entries, Lines):
        for part in entries.divided(_BLOCK_ENTRIES, _BLOCK_BYTES):
            yield part.stream, part
        return
    by_stream: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_stream[entry.stream].append(entry)
    for stream, listed in by_stream.items():
        start = size = 0
        for place, entry in enumerate(listed):
            more = size_of(entry)
            if place > start and (size + more > _BLOCK_BYTES or place - start >= _BLOCK_ENTRIES):
                yield stream, listed[start:place]
                start, size = place, 0
            size += more
        yield stream, listed[start:]


def _held(entries: Sequence[Entry | None], block: int, first: int) -> Iterator[Held]:
    return map(
        tuple.__new__,
        repeat(Held),
        zip(entries, repeat(block), range(first, first + len(entries)), strict=False),
    )


def _whole(number: object) -> bool:
    return isinstance(number, int) and number >= 0


def _give_back(connection: sqlite3.Connection) -> None:
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    if free > _PAGES_KEPT:
        connection.execute(f"PRAGMA incremental_vacuum({_PAGES_BACK})").fetchall()

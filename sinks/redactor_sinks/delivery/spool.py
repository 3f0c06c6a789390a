"""The queue on disk: SQLite in WAL mode, shared by threads, forked children and later runs."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from redactor_sinks.delivery import forks, schema
from redactor_sinks.delivery.counts import Ledger
from redactor_sinks.delivery.packing import pack, size_of, unpack
from redactor_sinks.delivery.queue import Dropped, Full, Held, QueueError, rising, thinned
from redactor_sinks.delivery.rescue import rescue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from redactor_sinks.delivery.contract import Entry
    from redactor_sinks.delivery.schema import Durability

__all__ = ["DeadLetter", "Spool"]

Result = TypeVar("Result")

#: Entries are kept in blocks: one statement and one page for many. Largest block.
_BLOCK_BYTES, _BLOCK_ENTRIES = 256 << 10, 1000
#: Share of the bound that dead letters may take; the oldest go first.
_DEAD_SHARE = 10
#: Free pages that are given back to the system at a time.
_PAGES_BACK = 256


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
        self._about = (name, kind)
        self._max_bytes = max_bytes
        self._durability: Durability = durability
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity = (0, 0)
        #: Blocks of which more is settled than could be written: number to entries done.
        self._owed: dict[int, int] = {}
        self._owed_calls: list[tuple[list[Held], dict[int, str]]] = []
        #: How many entries a damaged spool has cost; it is told once.
        self.damage: list[str] = []
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise QueueError(f"its folder cannot be made ({error.strerror})") from None
        with self._lock:
            self._guarded(lambda _: None)
        forks.register(self)

    # What a queue does.

    def put(self, entries: Sequence[Entry], full: Full) -> bool:
        by_stream: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_stream[entry.stream].append(entry)

        def work(connection: sqlite3.Connection) -> bool:
            for stream, listed in by_stream.items():
                for start in range(0, len(listed), _BLOCK_ENTRIES):
                    part = listed[start : start + _BLOCK_ENTRIES]
                    for block, size in _blocks(part):
                        if not self._put(connection, stream, block, size, full):
                            raise _FullError
            return True

        with self._lock:
            try:
                return self._in_transaction(work)
            except _FullError:
                return False

    def streams(self) -> list[str]:
        query = (
            "SELECT labels, min(block.id) FROM block JOIN stream ON stream.id = block.stream"
            " GROUP BY block.stream ORDER BY 2"
        )
        with self._lock:
            return [row[0] for row in self._guarded(lambda c: c.execute(query).fetchall())]

    def peek(self, stream: str, max_entries: int, max_bytes: int) -> list[Held]:
        def work(connection: sqlite3.Connection) -> list[Held]:
            rows = connection.execute(
                "SELECT block.id, count, done, data FROM block JOIN stream"
                " ON stream.id = block.stream WHERE labels = ? ORDER BY block.id",
                (stream,),
            )
            found: list[Held] = []
            left = max_bytes
            for number, count, done, data in rows:
                if not (
                    isinstance(data, bytes) and isinstance(done, int) and isinstance(count, int)
                ):
                    raise sqlite3.DatabaseError
                if not 0 <= done <= count <= _BLOCK_ENTRIES:
                    raise sqlite3.DatabaseError
                done = max(done, self._owed.get(number, 0))
                if done >= count:
                    continue
                for place, entry in enumerate(unpack(data, stream, count)[done:], done):
                    left -= size_of(entry) if entry is not None else 0
                    if len(found) >= max_entries or (found and left < 0):
                        return found
                    found.append(Held(entry, number, place))
            return found

        with self._lock:
            return self._guarded(work)

    def settle(self, held: Sequence[Held], dead: Mapping[int, str]) -> None:
        with self._lock:
            self._owed_calls.append((list(held), dict(dead)))
            for item in held:
                self._owed[item.block] = max(self._owed.get(item.block, 0), item.place + 1)
            self._pay()

    def expire(self, before: int) -> int:
        def work(connection: sqlite3.Connection) -> int:
            rows = connection.execute(
                "SELECT id, stream, count - done, size - done_size FROM block WHERE newest < ?",
                (before,),
            ).fetchall()
            for row in rows:
                self._drop(connection, row, "too old")
            return sum(row[2] for row in rows)

        with self._lock:
            return self._in_transaction(work)

    def dropped(self) -> list[Dropped]:
        def work(connection: sqlite3.Connection) -> list[Dropped]:
            rows = connection.execute(
                "SELECT labels, reason, count FROM dropped JOIN stream ON stream.id = stream"
            ).fetchall()
            if rows:
                connection.execute("DELETE FROM dropped")
            return [Dropped(*row) for row in rows]

        with self._lock:
            if not self._guarded(lambda c: c.execute("SELECT 1 FROM dropped LIMIT 1").fetchone()):
                return []
            return self._in_transaction(work)

    def ledger(self) -> Ledger:
        def work(connection: sqlite3.Connection) -> Ledger:
            row = connection.execute("SELECT * FROM ledger").fetchone()
            ledger = Ledger(*row)
            ledger.shed.update(connection.execute("SELECT reason, count FROM shed"))
            return ledger

        with self._lock:
            return self._in_transaction(work, "BEGIN")

    def close(self) -> None:
        with self._lock:
            self._disconnect()

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
            return self._guarded(schema.description)

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
            return self._guarded(work)

    def revive(self) -> int:
        """
        Put the dead letters back into the queue, with the times that they had.

        Returns:
            How many there are. Damaged ones stay dead.
        """

        def work(connection: sqlite3.Connection) -> int:
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

        with self._lock:
            return self._in_transaction(work)

    def discard(self, *, dead: bool, pending: bool) -> int:
        """Drop the dead letters, what waits, or both, counted as dropped by hand."""

        def work(connection: sqlite3.Connection) -> int:
            count = self._bury(connection, 0, "dropped by hand") if dead else 0
            if pending:
                for row in connection.execute(
                    "SELECT id, stream, count - done, size - done_size FROM block"
                ).fetchall():
                    count += row[2]
                    self._drop(connection, row, "dropped by hand")
            return count

        with self._lock:
            return self._in_transaction(work)

    # What a fork does to it.

    def before_fork(self) -> None:
        """Let go of the connection, which must not be inherited."""
        self._lock.acquire()
        self._disconnect()

    def after_fork(self, *, child: bool) -> None:
        """Go on; the connection is opened anew when it is needed."""
        if child:
            self._owed, self._owed_calls = {}, []
            self._lock = threading.Lock()
        else:
            self._lock.release()

    # Inside a transaction.

    def _put(
        self,
        connection: sqlite3.Connection,
        stream: str,
        entries: list[Entry],
        size: int,
        full: Full,
    ) -> bool:
        offered = len(entries)
        used, accepted = connection.execute("SELECT pending_bytes, accepted FROM ledger").fetchone()
        row = connection.execute(
            "SELECT id, last FROM stream WHERE labels = ?", (stream,)
        ).fetchone()
        if row is None:
            connection.execute("INSERT INTO stream (labels, last) VALUES (?, 0)", (stream,))
            row = (connection.execute("SELECT last_insert_rowid()").fetchone()[0], 0)
        number, last = row
        reason = "queue full, newest dropped"
        if full == "sample":
            kept = list(thinned(entries, used, self._max_bytes, accepted))
            if len(kept) < len(entries):
                entries, reason = kept, "sampled"
                size = sum(map(size_of, entries))
        if used + size > self._max_bytes:
            if full == "block" and used:
                return False
            if full == "drop-oldest":
                used -= self._make_room(connection, used + size - self._max_bytes)
            while entries and used + size > self._max_bytes:
                size -= size_of(entries.pop())
        if len(entries) < offered:
            self._count_shed(connection, number, reason, offered - len(entries))
        now = time.time_ns()
        timed: list[Entry] = []
        for entry in entries:
            last = rising(entry.time, last, now)
            timed.append(entry._replace(time=last))
        if timed:
            connection.execute(
                "INSERT INTO block (stream, newest, count, size, data) VALUES (?, ?, ?, ?, ?)",
                (number, last, len(timed), size, pack(timed)),
            )
            connection.execute("UPDATE stream SET last = ? WHERE id = ?", (last, number))
        connection.execute(
            "UPDATE ledger SET accepted = accepted + ?, pending = pending + ?,"
            " pending_bytes = pending_bytes + ?",
            (offered, len(timed), size),
        )
        return True

    def _make_room(self, connection: sqlite3.Connection, needed: int) -> int:
        freed = 0
        while freed < needed:
            row = connection.execute(
                "SELECT id, stream, count - done, size - done_size FROM block ORDER BY id LIMIT 1"
            ).fetchone()
            if row is None:
                break
            self._drop(connection, row, "queue full, oldest dropped")
            freed += row[3]
        return freed

    def _drop(
        self, connection: sqlite3.Connection, block: tuple[int, int, int, int], reason: str
    ) -> None:
        """Drop a block: its number, its stream, the entries left in it, and their size."""
        number, stream, count, size = block
        connection.execute("DELETE FROM block WHERE id = ?", (number,))
        connection.execute(
            "UPDATE ledger SET pending = pending - ?, pending_bytes = pending_bytes - ?",
            (count, size),
        )
        self._count_shed(connection, stream, reason, count)

    def _count_shed(
        self, connection: sqlite3.Connection, stream: int, reason: str, count: int
    ) -> None:
        connection.execute(
            "INSERT INTO shed VALUES (?, ?)"
            " ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count",
            (reason, count),
        )
        connection.execute(
            "INSERT INTO dropped VALUES (?, ?, ?)"
            " ON CONFLICT (stream, reason) DO UPDATE SET count = count + excluded.count",
            (stream, reason, count),
        )

    def _settle(
        self, connection: sqlite3.Connection, held: Sequence[Held], dead: Mapping[int, str]
    ) -> None:
        blocks: defaultdict[int, list[tuple[Held, str | None]]] = defaultdict(list)
        for index, item in enumerate(held):
            reason = "damaged in the spool" if item.entry is None else dead.get(index)
            blocks[item.block].append((item, reason))
        for number, items in blocks.items():
            row = connection.execute(
                "SELECT stream, count, done, size, done_size FROM block WHERE id = ?",
                (number,),
            ).fetchone()
            if row is None:
                continue  # dropped meanwhile, and counted so
            stream, count, done, size, done_size = row
            items = [pair for pair in items if pair[0].place >= done]
            if not items:
                continue
            up_to = items[-1][0].place + 1
            if up_to == count:
                step = size - done_size
                connection.execute("DELETE FROM block WHERE id = ?", (number,))
            else:
                step = sum(size_of(item.entry) for item, _ in items if item.entry is not None)
                connection.execute(
                    "UPDATE block SET done = ?, done_size = done_size + ? WHERE id = ?",
                    (up_to, step, number),
                )
            refused = [(item, reason) for item, reason in items if reason is not None]
            connection.execute(
                "UPDATE ledger SET pending = pending - ?, pending_bytes = pending_bytes - ?,"
                " delivered = delivered + ?",
                (len(items), step, len(items) - len(refused)),
            )
            for item, reason in refused:
                entry = item.entry
                letter = pack([entry]) if entry is not None else b""
                connection.execute(
                    "INSERT INTO dead (stream, at, reason, size, data) VALUES (?, ?, ?, ?, ?)",
                    (stream, time.time_ns(), reason, len(letter), letter),
                )
                connection.execute(
                    "UPDATE ledger SET dead = dead + 1, dead_bytes = dead_bytes + ?",
                    (len(letter),),
                )
        self._bury(connection, self._max_bytes // _DEAD_SHARE, "too many dead letters")

    def _bury(self, connection: sqlite3.Connection, bound: int, reason: str) -> int:
        """Drop the oldest dead letters until they take no more than *bound* bytes."""
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
            self._count_shed(connection, stream, reason, 1)
        return count

    def _pay(self) -> None:
        """
        Write down what is settled, also what could not be written before.

        Until then it is left out of what is handed out, so that it is not sent again.
        """
        if not self._owed_calls:
            return

        def work(connection: sqlite3.Connection) -> None:
            for held, dead in self._owed_calls:
                self._settle(connection, held, dead)

        self._in_transaction(work)
        self._owed_calls, self._owed = [], {}
        self._guarded(lambda c: c.execute(f"PRAGMA incremental_vacuum({_PAGES_BACK})").fetchall())

    # The connection.

    def _in_transaction(
        self, work: Callable[[sqlite3.Connection], Result], begin: str = "BEGIN IMMEDIATE"
    ) -> Result:
        def whole(connection: sqlite3.Connection) -> Result:
            connection.execute(begin)
            result = work(connection)
            connection.execute("COMMIT")
            return result

        return self._guarded(whole)

    def _guarded(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
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
                status = os.stat(self.path)  # noqa: PTH116  # on every call
            except FileNotFoundError:
                status = None
            if status is not None and (status.st_dev, status.st_ino) == self._identity:
                return self._connection
            self._disconnect()
        self._connection = schema.connect(self.path, self._durability, self._about)
        status = os.stat(self.path)  # noqa: PTH116
        self._identity = (status.st_dev, status.st_ino)
        return self._connection

    def _rescue(self) -> None:
        self._disconnect()
        try:
            told = rescue(self.path, self._durability, self._about, self._identity)
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
            self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.close()
            except sqlite3.Error:
                return


class _FullError(Exception):
    """Rolls back a transaction for which there is no room."""


def _blocks(entries: list[Entry]) -> list[tuple[list[Entry], int]]:
    """Divide *entries* into blocks, each with its size."""
    blocks: list[tuple[list[Entry], int]] = []
    start = size = 0
    for place, entry in enumerate(entries):
        more = size_of(entry)
        if place > start and size + more > _BLOCK_BYTES:
            blocks.append((entries[start:place], size))
            start, size = place, 0
        size += more
    blocks.append((entries[start:], size))
    return blocks


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

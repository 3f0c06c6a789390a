"""
The store: what is remembered of each document, in one folder.

``documents.sqlite3`` holds ids, times and hashes, and is the truth. ``documents.table`` holds all
hashes for looking up, and is made of it again where a process was killed while it changed it.
``documents.key`` is the key of the hashes. No file holds a word of a document.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from redactor.documents.native import Hashes, Writer, hashes_of
from redactor.errors import InputError
from redactor.fingerprints.hashing import KEY_SIZE, Hasher
from redactor.fingerprints.reader import Reader
from redactor.fingerprints.shape import Shape
from redactor.fingerprints.table import Table, create

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

__all__ = ["Added", "Document", "Item", "Store"]

_DATABASE, _TABLE, _KEY = "documents.sqlite3", "documents.table", "documents.key"
#: Slots of a new table.
_LEAST_SLOTS = 1 << 15
#: Bytes on disk for each run: in the table, and with its pair in the database.
_EACH = 24
#: Seconds that a change waits for another one.
_WAIT = 30.0
_SCHEMA = """
create table if not exists about (name text primary key, value integer not null);
create table if not exists documents (
    number integer primary key autoincrement, id text not null unique, added real not null,
    expires real, words integer not null, runs blob not null, pairs blob not null
);
create index if not exists expiring on documents (expires) where expires is not null;
"""


class Document(NamedTuple):
    """
    What is known of a registered document.

    Attributes:
        id: What it was registered as.
        added: When, in seconds since 1970.
        expires: When it is forgotten; ``None`` for never.
        words: How many words it has.
        runs: How many hashes of it are kept.
    """

    id: str
    added: float
    expires: float | None
    words: int
    runs: int


class Item(NamedTuple):
    """
    A document to register.

    Attributes:
        id: What it is registered as; one of the same id is replaced.
        text: Its text as UTF-8.
        seconds: How long it is kept; ``None`` for ever.
    """

    id: str
    text: bytes
    seconds: float | None = None


class Added(NamedTuple):
    """
    What became of documents that were to be registered.

    Attributes:
        words: How many words are registered.
        short: The ids of those that are too short to have an excerpt.
    """

    words: int
    short: list[str]


class Store:
    """
    A store that is open. Safe to share between threads, and used by any number of processes.

    Args:
        folder: Its folder, made where it does not exist.
        shape: How long an excerpt must be. A store that exists keeps its own.
        most: Most documents.
        max_mib: Most that it takes on the disk.

    Raises:
        InputError: It cannot be opened, or has another shape.
    """

    def __init__(
        self, folder: Path, shape: Shape | None = None, *, most: int = 1_000_000, max_mib: int = 512
    ) -> None:
        self.folder = folder
        self._path = folder / _TABLE
        self._most = most
        self._writer: Writer | None = None
        self._max_runs = max_mib * (1 << 20) // _EACH
        problem = shape.problem() if shape is not None else ""
        if problem:
            raise InputError("documents", problem, "Correct it where the store is opened")
        with self._told():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            own, key = self._prepare(shape)
            self.reader = Reader(self._path, Hasher(key, own))
        if shape is not None and shape != own:
            raise InputError(
                f"documents: {folder}",
                f"the store was made for {own.words} words and {own.characters} characters",
                "Keep these, or use another folder",
            )

    def __repr__(self) -> str:
        return f"<Store of {self.reader.table.documents} documents>"

    def _prepare(self, shape: Shape | None) -> tuple[Shape, bytes]:
        """Make what is not there yet, and again what a process that was killed left behind."""
        with self._locked() as database:
            if not self._path.exists():
                self._replace_table(database, shape or Shape())
            with closing(Table(self._path)) as table:
                own = Shape(table.words, table.characters)
                whole = table.generation == _number(database, "generation")
            if not whole:
                self._replace_table(database, own)
            return own, _key_at(self.folder / _KEY)

    @contextmanager
    def _locked(self) -> Generator[sqlite3.Connection]:
        """Open the database and hold its lock, which is that of the table too."""
        path = self.folder / _DATABASE
        # SQLite makes its other files with the permissions of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as database:
            database.execute("pragma journal_mode = wal")
            database.execute("pragma synchronous = normal")
            database.execute("begin immediate")
            try:
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                yield database
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        """
        Change database and table together.

        Each change has a number. The table has it before it is changed, the database when all is
        done: where they differ, a process was killed in between, and the table is made again.
        """
        with self._told(), self._locked() as database:
            generation = _number(database, "generation")
            if self._table.generation != generation:
                self._replace_table(database, self.reader.hasher.shape)
            _count(database, "generation", 1)
            self._table.tell(generation=generation + 1)
            yield database
            count = database.execute("select count(*) from documents").fetchone()[0]
            self._table.tell(documents=count)

    @property
    def _open(self) -> Writer:
        """The table, open for changes; who asks holds the lock of the store."""
        if self._writer is None or self._writer.table.retired:
            self._writer = Writer(self._path)
        return self._writer

    @property
    def _table(self) -> Table:
        return self._open.table

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"documents: {self.folder}",
                f"the store cannot be used ({_reason(error)})",
                "Check the path, its permissions and the space on the disk",
            ) from None

    def add(self, items: Iterable[Item]) -> Added:
        """
        Register documents, in one change.

        Raises:
            InputError: One is too large for the store, or the store cannot be used.
        """
        hashed: list[tuple[Item, Hashes]] = []
        short: list[str] = []
        for item in items:
            hashes = hashes_of(self.reader, item.text)
            if not hashes.runs:
                short.append(item.id)
                continue
            if len(hashes.runs) // 8 > self._max_runs:
                raise InputError(
                    "document", "it is larger than the store", "Allow the store more MiB"
                )
            hashed.append((item, hashes))
        if hashed:
            with self._changing() as database:
                self._prune(database)
                for item, hashes in hashed:
                    self._forget(database, "id = ?", item.id)
                    self._evict(database, len(hashes.runs) // 8)
                    self._insert(database, item, hashes)
        return Added(sum(hashes.words for _, hashes in hashed), short)

    def forget(self, identifier: str) -> bool:
        """Forget the document of an id; say whether there was one."""
        with self._changing() as database:
            return self._forget(database, "id = ?", identifier) > 0

    def expire(self, identifier: str, seconds: float) -> None:
        """Forget the document of an id in so many *seconds*, whatever was said before."""
        with self._changing() as database:
            database.execute(
                "update documents set expires = ? where id = ?", (time.time() + seconds, identifier)
            )

    def prune(self) -> int:
        """Forget the documents whose time is over; return how many."""
        with self._changing() as database:
            return self._prune(database)

    def documents(self) -> list[Document]:
        """List the documents, the oldest first."""
        columns = "id, added, expires, words, length(runs) / 8"
        with self._told(), closing(self._connected()) as database:
            rows = database.execute(f"select {columns} from documents order by number")  # noqa: S608  # ours
            return [Document(*row) for row in rows]

    def evicted(self) -> int:
        """Say how many documents were forgotten because the store was full."""
        with self._told(), closing(self._connected()) as database:
            return _number(database, "evicted")

    def id_of(self, number: int) -> str | None:
        """Return the id of the document of a number; ``None`` where it is forgotten."""
        query = "select id from documents where number = ?"
        try:
            with closing(self._connected(0.2)) as database:
                row = database.execute(query, (number,)).fetchone()
        except sqlite3.Error:
            return None
        return str(row[0]) if row else None

    def _connected(self, timeout: float = _WAIT) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / _DATABASE, timeout=timeout)

    def _insert(self, database: sqlite3.Connection, item: Item, hashes: Hashes) -> None:
        now = time.time()
        expires = None if item.seconds is None else now + item.seconds
        number = database.execute(
            "insert into documents (id, added, expires, words, runs, pairs)"
            " values (?, ?, ?, ?, ?, ?) returning number",
            (item.id, now, expires, hashes.words, hashes.runs, hashes.pairs),
        ).fetchone()[0]
        runs = len(hashes.runs) // 8
        _count(database, "runs", runs)
        if self._table.has_room(runs):
            self._open.add(hashes, number)
        else:
            self._replace_table(database, self.reader.hasher.shape)

    def _evict(self, database: sqlite3.Connection, runs: int) -> None:
        """Forget the oldest documents until there is room."""
        count = database.execute("select count(*) from documents").fetchone()[0]
        while count and (count >= self._most or _number(database, "runs") + runs > self._max_runs):
            count -= self._forget(database, "number = (select min(number) from documents)")
            _count(database, "evicted", 1)

    def _forget(self, database: sqlite3.Connection, where: str, *values: object) -> int:
        rows = database.execute(f"select number, runs from documents where {where}", values)  # noqa: S608  # ours
        found = rows.fetchall()
        for number, runs in found:
            self._open.remove(runs)
            database.execute("delete from documents where number = ?", (number,))
            _count(database, "runs", -len(runs) // 8)
        return len(found)

    def _prune(self, database: sqlite3.Connection) -> int:
        return self._forget(database, "expires is not null and expires <= ?", time.time())

    def _replace_table(self, database: sqlite3.Connection, shape: Shape) -> None:
        """Make the table of what is in the database, with room for as much again."""
        slots = max(_LEAST_SLOTS, 2 * _number(database, "runs"))
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        create(new, shape, slots, slots // 8)
        writer = Writer(new)
        rows = database.execute("select number, runs, pairs, words from documents")
        count = 0
        for number, runs, pairs, words in rows:
            writer.add(Hashes(runs, pairs, words), number)
            count += 1
        writer.table.tell(generation=_number(database, "generation"), documents=count)
        before = self._table if self._path.exists() else None
        new.replace(self._path)
        self._writer = writer
        if before is not None:
            # Last: who sees it opens the new one.
            before.tell(retired=1)


def _number(database: sqlite3.Connection, name: str) -> int:
    row = database.execute("select value from about where name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def _count(database: sqlite3.Connection, name: str, more: int) -> None:
    database.execute(
        "insert into about values (?, ?) on conflict (name) do update set value = value + ?",
        (name, more, more),
    )


def _key_at(path: Path) -> bytes:
    """Return the key, made where there is none; who calls holds the lock of the store."""
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_bytes(KEY_SIZE))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        new.replace(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InputError(str(path), "others can read the key", f"Run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_SIZE:
        raise InputError(str(path), f"it has not {KEY_SIZE} bytes", "Remove the store")
    return key


def _reason(error: OSError | sqlite3.Error) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)

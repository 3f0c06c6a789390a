"""
Looking at files on all cores.

A log is cut into chunks that are looked at beside each other, as if nothing were open where each
starts; where something was, the chunk is looked at once more. What is packed is one task each.
Threads do: the native engine and what unpacks let the interpreter's lock go.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from redactor._version import __version__
from redactor.errors import InputError
from redactor.leakage.files import journal
from redactor.leakage.files.archives import HEAD, is_text, members
from redactor.leakage.files.chunks import chunks
from redactor.leakage.files.inputs import STANDARD_INPUT, files_of, name_of
from redactor.leakage.files.resume import Resume, Start
from redactor.leakage.files.scanning import Scanner, State
from redactor.leakage.files.tally import Tally
from redactor.leakage.files.unpacking import Budget, Headed
from redactor.leakage.leaks import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from io import FileIO

    from redactor._redactor import Redactor
    from redactor.leakage.files.chunks import Chunk
    from redactor.leakage.files.scanning import Hit, Scanned
    from redactor.leakage.files.unpacking import Reader

__all__ = ["Limits", "Run", "check"]

_TOOL = "redactor check"
#: Chunks that are under way for each worker.
_AHEAD = 2
#: Files named in a report; more of them are only counted.
_SOURCES = 1000


class Limits(NamedTuple):
    """
    What a run may take.

    Attributes:
        unpacked: Bytes that one packed file may unpack to.
        workers: Threads; 0 for as many as there are cores.
    """

    unpacked: int = 16 << 30
    workers: int = 0


def check(
    paths: Iterable[str],
    redactor: Redactor,
    *,
    limits: Limits | None = None,
    exclude: Iterable[str] = (),
    since: float | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """
    Look for secrets in files.

    Args:
        paths: Files, folders, patterns, and ``-`` for standard input.
        redactor: What counts as a secret. Its actions are to be ``tag``: others show a part.
        limits: Default: ``Limits()``.
        exclude: Patterns of paths that are left out.
        since: Look only at what was added: a time in seconds since 1970 leaves out files that were
            not changed since; the path of a file remembers for the next run how far each was read.
        progress: Called with the bytes read so far and those to be read.

    Returns:
        What was found. What could not be looked at is in its ``trouble``.

    Raises:
        InputError: The file of *since* is no such file.
    """
    run = Run(redactor, limits or Limits(), since)
    return run.check(paths, exclude, progress)


class _Stopped(BaseException):
    """The run was ended while a thread was reading."""


class Run:
    """
    One run.

    Args:
        redactor: As for ``check``.
        limits: As for ``check``.
        since: As for ``check``.

    Attributes:
        scanner: What looks.
    """

    def __init__(
        self, redactor: Redactor, limits: Limits, since: float | Path | None = None
    ) -> None:
        self._redactor = redactor
        self._limits = limits
        self._workers = limits.workers or _cores()
        self._tally = Tally(redactor)
        self.scanner = Scanner(redactor, self._tally.seen)
        self._lock = threading.Lock()
        self._stopped = False
        self._resume = Resume(since, redactor) if isinstance(since, Path) else None
        self._not_before = since if isinstance(since, float) else None
        self._trouble: list[str] = []
        self._notes: list[str] = []
        self._sources: list[str] = []
        self._lines = 0
        self._bytes = 0
        self._read = 0

    def check(
        self,
        paths: Iterable[str],
        exclude: Iterable[str] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Look at *paths*; see ``check`` of this module."""
        began, started = time.monotonic(), time.time()
        files = list(self._files(paths, exclude))
        total = sum(_size(path) for path in files)

        def read(size: int) -> None:
            if self._stopped:
                raise _Stopped
            with self._lock:
                self._read += size
                if progress is not None:
                    progress(min(self._read, total) if total else self._read, total)

        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="redactor-check")
        tasks: list[Future[None]] = []
        try:
            for path in files:
                self._file(path, pool, tasks, read)
            for task in tasks:
                task.result()
        finally:
            self._stopped = True
            pool.shutdown(cancel_futures=True)
        if self._resume is not None:
            self._resume.save()
        return self._report(started, time.monotonic() - began)

    def add(self, name: str, line: int, hit: Hit) -> None:
        """Count a hit; called from any thread."""
        with self._lock:
            self._tally.add(name, line, hit)

    def _files(self, paths: Iterable[str], exclude: Iterable[str]) -> Iterable[str]:
        found = files_of(paths, self._failed, exclude)
        if self._resume is not None:
            found = iter(self._resume.files_of(found, self._notes.append))
        for path in found:
            if (
                self._not_before is None
                or path == STANDARD_INPUT
                or _changed(path) >= self._not_before
            ):
                yield path

    def _file(
        self,
        path: str,
        pool: ThreadPoolExecutor,
        tasks: list[Future[None]],
        read: Callable[[int], None],
    ) -> None:
        name = self._redactor.text(name_of(path))
        if len(self._sources) < _SOURCES:
            self._sources.append(name)
        try:
            file = _open(path)
        except OSError as error:
            self._failed(
                InputError(
                    name,
                    f"it cannot be opened ({error.strerror})",
                    "Check the path and its permissions",
                )
            )
            return
        counting = _Counting(file, read)
        try:
            stream = Headed(counting, HEAD)
        except OSError as error:
            file.close()
            self._failed(_unreadable(name, error))
            return
        if is_text(stream.head):
            with file:
                self._text(path, name, file, counting, stream, pool)
        else:
            tasks.append(pool.submit(self._packed, path, name, file, counting, stream))

    def _text(
        self,
        path: str,
        name: str,
        file: FileIO,
        counting: _Counting,
        stream: Headed,
        pool: ThreadPoolExecutor,
    ) -> None:
        """Look at a file that is not packed, in chunks that are looked at beside each other."""
        start, source = Start(), counting if file.seekable() else stream
        if file.seekable():
            start = self._resume.start(file) if self._resume else Start(file.seek(0))
        stretch = _Stretch(self, name, start.lines, exported=journal.is_journal(stream.head))
        queue: deque[tuple[Chunk, Future[Scanned]]] = deque()
        try:
            back = _back(counting) if file.seekable() else None
            for chunk in chunks(source, stretch.record_start, back):
                queue.append((chunk, pool.submit(stretch.scan, chunk, State())))
                if len(queue) > self._workers * _AHEAD:
                    stretch.add(*_looked_at(queue))
            while queue:
                stretch.add(*_looked_at(queue))
        except OSError as error:
            self._failed(_unreadable(name, error))
        self._count(stretch)
        if self._resume is not None and file.seekable():
            end = Start(start.offset + stretch.bytes_closed, start.lines + stretch.lines_closed)
            self._resume.done(path, file, end)

    def _packed(
        self, path: str, name: str, file: FileIO, counting: _Counting, stream: Headed
    ) -> None:
        """Look at what is in a packed file, one member after the other."""
        with file:
            size = os.fstat(file.fileno()).st_size if file.seekable() else 0
            if size:
                if self._resume is not None and self._resume.start(file).offset == size:
                    return
                file.seek(0)
            trouble: list[InputError] = []
            budget = Budget(name, self._limits.unpacked)
            source = counting if file.seekable() else stream
            try:
                for member in members(name, source, budget, trouble.append):
                    self._member(self._redactor.text(member.name), member.stream, trouble)
            except OSError as error:
                trouble.append(_unreadable(name, error))
            for problem in trouble:
                self._failed(problem)
            if self._resume is not None and size and not trouble:
                self._resume.done(path, file, Start(size))

    def _member(self, name: str, stream: Reader, trouble: list[InputError]) -> None:
        stretch = _Stretch(self, name, 0, exported=False)
        try:
            headed = Headed(stream, HEAD)
            stretch = _Stretch(self, name, 0, exported=journal.is_journal(headed.head))
            for chunk in chunks(headed, stretch.record_start):
                stretch.add(chunk, stretch.scan(chunk, stretch.state))
        except InputError as error:
            trouble.append(error)
        self._count(stretch)

    def _count(self, stretch: _Stretch) -> None:
        with self._lock:
            self._lines += stretch.lines + (not stretch.ends_in_line_break)
            self._bytes += stretch.bytes

    def _failed(self, error: InputError) -> None:
        with self._lock:
            self._trouble.append(self._redactor.text(str(error)))

    def _report(self, started: float, seconds: float) -> Report:
        notes = self._notes
        if self._tally.overflowed:
            notes.append(
                f"there are more different leaks than a report holds: {self._tally.overflowed:,} "
                "are counted by rule and file only"
            )
        return Report(
            tool=_TOOL,
            version=__version__,
            engine=self._redactor.engine,
            started=started,
            seconds=seconds,
            records=self._lines,
            bytes=self._bytes,
            sources=tuple(self._sources),
            leaks=tuple(sorted(self._tally.leaks(), key=lambda leak: leak.site)),
            trouble=tuple(self._trouble),
            notes=tuple(notes),
        )


class _Stretch:
    """
    One stream of lines: what its chunks held, put together in their order.

    Attributes:
        record_start: As for ``chunks``.
        state: What the next chunk must know.
        bytes: Bytes of all chunks so far.
        lines: Line breaks in them.
        ends_in_line_break: Whether they end in one.
        bytes_closed: The same as ``bytes``, without what must be looked at again when it grows.
        lines_closed: Line breaks in those.
    """

    def __init__(self, run: Run, name: str, lines: int, *, exported: bool) -> None:
        self._run = run
        self._name = name
        self._exported = exported
        self._first_line = lines + 1
        self.record_start = journal.RECORD_START if exported else b""
        self.state = State()
        self.bytes = self.lines = self.bytes_closed = self.lines_closed = 0
        self.ends_in_line_break = True
        self._open = (0, 0)

    def scan(self, chunk: Chunk, state: State) -> Scanned:
        return self._run.scanner.scan(self._name, chunk, state, exported=self._exported)

    def add(self, chunk: Chunk, scanned: Scanned, state: State | None = None) -> None:
        """
        Take what the next chunk holds.

        Args:
            chunk: The chunk.
            scanned: What was found in it.
            state: What it was looked at with; default: that of the chunks before.
        """
        if state is not None and state != self.state:
            scanned = self.scan(chunk, self.state)
        for hit in scanned.hits:
            self._run.add(self._name, self._first_line + self.lines + hit.line, hit)
        own = chunk.data[chunk.before : len(chunk.data) - chunk.after]
        tail = len(own) - own.rfind(b"\n") - 1
        self.bytes += len(own)
        self.lines += scanned.lines
        self.ends_in_line_break = not tail
        # What was open before this chunk and is open behind it is open from where it was.
        goes_on = self.state != State() and scanned.open_bytes >= len(own)
        self.state = scanned.state
        if chunk.window and tail:
            return  # in the middle of a line: nothing of it is closed
        open_bytes, open_lines = self._open if goes_on else (0, 0)
        open_bytes += min(max(tail, scanned.open_bytes), len(own))
        open_lines += scanned.open_lines
        self._open = (open_bytes, open_lines)
        self.bytes_closed = self.bytes - open_bytes
        self.lines_closed = self.lines - open_lines


class _Counting(io.BufferedIOBase):
    """A file that says how much of it was read, and stops when it is told to."""

    def __init__(self, file: FileIO, read: Callable[[int], None]) -> None:
        self._file = file
        self._tell = read

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(-1 if size is None else size)
        self._tell(len(data))
        return data

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _back(file: _Counting) -> Callable[[int], object]:
    return lambda size: file.seek(-size, os.SEEK_CUR)


def _looked_at(queue: deque[tuple[Chunk, Future[Scanned]]]) -> tuple[Chunk, Scanned, State]:
    chunk, task = queue.popleft()
    return chunk, task.result(), State()


def _open(path: str) -> FileIO:
    if path == STANDARD_INPUT:
        return open(0, "rb", buffering=0, closefd=False)  # closed by who uses it
    return Path(path).open("rb", buffering=0)


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(
        name, f"it cannot be read ({error.strerror})", "Check what it is and its permissions"
    )


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size if path != STANDARD_INPUT else 0  # noqa: PTH116
    except OSError:
        return 0


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116
    except OSError:
        return float("inf")  # opening it says what is wrong


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

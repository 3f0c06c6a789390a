"""
What has been read of growing logs, so that the next run looks only at what was added.

A file is known again by its device and number, and by a fingerprint of its first lines: a file that
was cut back to nothing and written anew, or whose number went to another one, is read from its
start. The fingerprint is one of redacted lines. With other rules everything is read again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from redactor.errors import InputError
from redactor.leakage.files.inputs import name_of
from redactor.leakage.whole_file import replace_file
from redactor.packs.compiled import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import FileIO

    from redactor._redactor import Redactor

__all__ = ["Resume", "Start"]

_SCHEMA = 1
#: How much of a file its fingerprint is taken from, in bytes.
_HEAD = 4096
#: Files that are no longer given are remembered while there are no more than this.
_MOST = 100_000


class Start(NamedTuple):
    """Where to start in a file: bytes and lines that were read of it already."""

    offset: int = 0
    lines: int = 0


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    path: str
    device: int
    inode: int
    offset: int
    lines: int
    head_size: int
    head: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    rules: str
    files: tuple[_Entry, ...]


class Resume:
    """
    The state between two runs.

    Args:
        path: Its file. One that is not there is a first run.
        redactor: Its rules decide whether what was read is read again.

    Raises:
        InputError: The file cannot be read, or is something else.
    """

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self._path = path
        self._redactor = redactor
        self._rules = hashlib.sha256(msgspec.json.encode(plan(redactor.ruleset))).hexdigest()[:16]
        self._before = {(entry.device, entry.inode): entry for entry in self._load()}
        self._now: dict[tuple[int, int], _Entry] = {}

    def _load(self) -> tuple[_Entry, ...]:
        try:
            file = msgspec.json.decode(self._path.read_bytes(), type=_File)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise InputError(
                f"state {self._path}",
                f"it cannot be read ({error.strerror})",
                "Name another file with --since",
            ) from None
        except (msgspec.ValidationError, msgspec.DecodeError):
            raise InputError(
                f"state {self._path}",
                "it is no state of redactor check",
                "Name another file with --since; one that is not there is made",
            ) from None
        return file.files if file.schema == _SCHEMA and file.rules == self._rules else ()

    def files_of(self, given: Iterable[str], note: Callable[[str], None]) -> Iterator[str]:
        """
        Yield the files *given*, and what was one of them when it was last read, under its new name.

        Args:
            given: The files of this run.
            note: Called with a sentence where the rest of a file is nowhere to be found.
        """
        there: dict[tuple[int, int], str] = {}
        names: set[str] = set()
        for path in given:
            yield path
            names.add(os.path.abspath(path))  # noqa: PTH100  # as it is kept
            status = _status(path)
            if status is not None:
                there[status.st_dev, status.st_ino] = path
        for identity, entry in self._before.items():
            if identity in there or entry.path not in names:
                continue
            moved = _moved(entry)
            if moved is None:
                note(
                    f"{name_of(entry.path)} was replaced since the last run, and the old file is "
                    "not beside it: what was added to it is not looked at"
                )
            else:
                yield moved

    def start(self, file: FileIO) -> Start:
        """Return where to start in *file*, and leave it there."""
        status = os.fstat(file.fileno())
        entry = self._before.get((status.st_dev, status.st_ino))
        start = Start()
        if (
            entry is not None
            and status.st_size >= entry.offset
            and self._head(file, entry.head_size)[1] == entry.head
        ):
            start = Start(entry.offset, entry.lines)
        file.seek(start.offset)
        return start

    def done(self, path: str, file: FileIO, end: Start) -> None:
        """Remember that *file* at *path* was read up to *end*."""
        status = os.fstat(file.fileno())
        size, head = self._head(file, min(_HEAD, end.offset))
        absolute = os.path.abspath(path)  # noqa: PTH100
        kept = absolute if self._redactor.text(absolute) is absolute else ""
        self._now[status.st_dev, status.st_ino] = _Entry(
            kept, status.st_dev, status.st_ino, end.offset, end.lines, size, head
        )

    def save(self) -> None:
        """
        Write the state, whole or not at all.

        Raises:
            InputError: It cannot be written.
        """
        entries = ({**self._before, **self._now}).values()
        file = _File(_SCHEMA, self._rules, tuple(list(entries)[-_MOST:]))
        replace_file(self._path, msgspec.json.encode(file) + b"\n", "state", 0o600)

    def _head(self, file: FileIO, size: int) -> tuple[int, str]:
        """Return how much of the first *size* bytes is whole lines, and their fingerprint."""
        file.seek(0)
        data = file.read(size)
        data = data[: data.rfind(b"\n") + 1]
        redacted = self._redactor.lines(data)
        return len(data), hashlib.sha256(redacted).hexdigest()[:16]


def _moved(entry: _Entry) -> str | None:
    """Return the file beside the path of *entry* that it is now, as rotation leaves it."""
    try:
        with os.scandir(Path(entry.path).parent) as folder:
            for item in folder:
                status = item.stat()
                if (status.st_dev, status.st_ino) == (entry.device, entry.inode):
                    return item.path
    except OSError:
        return None
    return None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except OSError:
        return None

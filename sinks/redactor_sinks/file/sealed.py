"""Files that only the holder of a private key can read: in the format of the tool ``age``."""

from __future__ import annotations

import contextlib
import errno
import gzip
import os
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor import InputError, MissingExtraError
from redactor_sinks.descriptors import write_all
from redactor_sinks.file.appending import UnwrittenError, sync_folder
from redactor_sinks.file.names import segment_name, unfinished
from redactor_sinks.file.periods import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor_sinks.file.holding import Budget
    from redactor_sinks.file.options import FileOptions

__all__ = ["SealedFile", "recipients"]

_MAKE_ONE = "Make a pair of keys with age-keygen, and give the line that begins with age1"


class SealedFile:
    """
    Writes a log as sealed segments beside *path*; plain text is in memory only.

    A file in the age format ends with a mark, so that nothing can be appended to it. A segment
    therefore grows by being replaced: it is sealed anew with the lines that came since, under
    another name, and then takes the place of the one before. At any moment each file of that name
    is whole and can be opened, whatever kills the process.

    Args:
        path: What the names of the segments begin with.
        options: How large a segment gets, and how long a line may wait to be sealed.
        keys: Who can open them.
        memory: What all sealed files of a sink may have in memory.

    Raises:
        OSError: The folder cannot be written to.
    """

    work = "sealed"

    def __init__(self, path: str, options: FileOptions, keys: list[Any], memory: Budget) -> None:
        self._path = path
        self._keys = keys
        self._memory = memory
        self._packed = options.compress
        self._pack = packer(options.compress)
        self._limit = options.segment
        self._durable = options.sync != "never"
        self._at_once = options.sync == "write" or not options.seal_every
        self._patience = options.seal_every
        self._period = options.period
        self._lines: list[bytes] = []
        self._size = 0  # of the segment, before it is packed
        self._sealed = 0  # how much of it is in the file
        self._name = ""
        self._ends = 0.0
        self._due = 0.0  # on the monotonic clock
        probe = unfinished(segment_name(path, time.time(), ""))
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        Path(probe).unlink()

    @property
    def waiting(self) -> bool:
        """Whether lines wait to be sealed."""
        return self._sealed < self._size

    def append(self, data: bytes) -> None:
        """
        Take *data*, and seal it at once or soon.

        Raises:
            UnwrittenError: It could not be sealed. Lines taken before are still waiting.
        """
        try:
            if self._size and (self._size + len(data) > self._limit or time.time() >= self._ends):
                self._finish()
            if not self._lines:
                now = time.time()
                self._name = segment_name(self._path, now, self._packed)
                self._ends = end_of(self._period, now)
            if not self.waiting:
                self._due = time.monotonic() + self._patience
            if len(data) > self._memory.left:
                self._memory.make_room()
            at_once = self._at_once or len(data) > self._memory.left
            self._lines.append(data)
            self._resize(len(data))
            if at_once or self._size >= self._limit:
                try:
                    self._seal()
                except OSError:
                    self._lines.pop()
                    self._resize(-len(data))
                    raise
        except OSError as error:
            raise UnwrittenError(error, data) from None

    def tick(self) -> None:
        """
        Seal what has waited long enough.

        Raises:
            OSError: It could not be sealed.
        """
        if self.waiting and time.monotonic() >= self._due:
            self._seal()
        if self._lines and time.time() >= self._ends:
            self._finish()

    def seal(self) -> None:
        """
        Seal all that waits.

        Raises:
            OSError: It could not be sealed.
        """
        if self.waiting:
            self._seal()

    def give_up(self) -> bytes:
        """Forget what waits, and return it."""
        lost = b"".join(self._lines)[self._sealed :]
        self.leave()
        return lost

    def leave(self) -> None:
        """Forget what waits, as after a fork: it is the parent's."""
        self._lines, self._sealed = [], 0
        self._resize(-self._size)

    def close(self) -> None:
        """
        Seal all that waits, and begin another segment when more comes.

        Raises:
            OSError: It could not be sealed.
        """
        self._finish()

    def sync(self) -> None:
        """Do nothing: a segment is forced to disk before it takes its name."""

    def duplicate(self) -> int:
        """Return -1: there is nothing to force to disk."""
        return -1

    def look_again(self) -> None:
        """Do nothing: a segment that is gone stays so."""

    def _finish(self) -> None:
        if self.waiting:
            self._seal()
        self.leave()

    def _resize(self, by: int) -> None:
        self._size += by
        self._memory.left -= by

    def _seal(self) -> None:
        pyrage = need_pyrage("file")
        text = b"".join(self._lines)
        try:
            sealed = pyrage.encrypt(self._pack(text), self._keys)
        except pyrage.EncryptError:
            raise OSError(errno.EIO, "sealing failed") from None
        _replace(self._name, sealed, durable=self._durable)
        # One piece instead of many: they are joined each time.
        self._lines, self._sealed = [text], self._size


def _replace(name: str, data: bytes, *, durable: bool) -> None:
    part = unfinished(name)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    descriptor = os.open(part, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            write_all(descriptor, data)
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        Path(part).replace(name)
    except OSError:
        with contextlib.suppress(OSError):
            Path(part).unlink()
        raise
    if durable:
        sync_folder(name)


def packer(kind: str) -> Callable[[bytes], bytes]:
    """
    Return what packs a whole text in the way *kind*; nothing packs nothing.

    Raises:
        MissingExtraError: It is zstd and its package is not installed.
    """
    if kind == "gzip":
        return lambda text: gzip.compress(text, 6, mtime=0)
    if kind == "zstd":
        return need_zstd().compress  # type: ignore[no-any-return]
    return lambda text: text


def need_pyrage(where: str) -> Any:
    """
    Import the package that seals. It says nothing of its types.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return import_module("pyrage")
    except ImportError:
        raise MissingExtraError(f"{where}: seal", "pyrage", "seal") from None


def need_zstd() -> Any:
    """
    Import what packs with zstd: part of Python from 3.14 on.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        return import_module("compression.zstd")
    except ImportError:
        pass
    try:
        return import_module("backports.zstd")
    except ImportError:
        raise MissingExtraError("file: compress=zstd", "backports.zstd", "zstd") from None


def recipients(given: Iterable[str], where: str) -> list[Any]:
    """
    Read public keys.

    Args:
        given: Each is an age recipient (``age1...``), an OpenSSH public key (``ssh-ed25519 ...``),
            or the path of a file with one of them on each line, as ``age --recipients-file``
            takes it.
        where: What messages are about.

    Raises:
        InputError: One is none. The message does not repeat it.
        MissingExtraError: The package is not installed.
    """
    pyrage = need_pyrage(where)
    found: list[Any] = []
    for item in given:
        for number, key in _keys(item, where):
            place = f"{where}: seal" + (f": line {number}" if number else "")
            if key.upper().startswith("AGE-SECRET-KEY-"):
                raise InputError(
                    place,
                    "this is a private key, which does not belong on this host",
                    "Give the public key that age-keygen -y prints for it, and replace the pair",
                )
            kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
            try:
                found.append(kind.Recipient.from_str(key))
            except pyrage.RecipientError:
                raise InputError(place, "it is no public key", _MAKE_ONE) from None
    if not found:
        raise InputError(f"{where}: seal", "there is no key in it", _MAKE_ONE)
    return found


def _keys(item: str, where: str) -> list[tuple[int, str]]:
    if item.lower().startswith(("age1", "age-secret-key-", "ssh-")):
        return [(0, item)]
    try:
        lines = Path(item).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError):
        raise InputError(
            f"{where}: seal", "it is neither a public key nor a file of them", _MAKE_ONE
        ) from None
    stripped = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    return [(number, line) for number, line in stripped if line and not line.startswith("#")]

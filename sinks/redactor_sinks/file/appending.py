"""One log file, to which several processes append whole lines."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from redactor_sinks.descriptors import write_all
from redactor_sinks.file.locks import Busy, folder_lock
from redactor_sinks.file.names import rotated_name
from redactor_sinks.file.opening import open_to_append
from redactor_sinks.file.periods import end_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor_sinks.file.options import FileOptions

__all__ = ["AppendFile", "UnwrittenError", "force", "sync_folder"]

#: How often the file of that name is looked for again, in seconds.
_LOOK_EVERY = 0.01
#: How often a last line without a break is looked at, until it is taken for torn.
_LOOKS = 5
_PAUSE = 0.001
#: After a rotation that failed, in seconds.
_ROTATE_AGAIN = 60.0


class UnwrittenError(Exception):
    """
    Not all could be written.

    Attributes:
        error: Why.
        rest: What is still to be written. It starts with a whole line, also when the beginning
            of that line is in the file: the next `append` knows.
    """

    def __init__(self, error: OSError, rest: bytes) -> None:
        super().__init__(error.strerror)
        self.error = error
        self.rest = rest


class AppendFile:
    """
    Appends to the file that has the name *path* now, whoever renamed or emptied it before.

    No writer waits for another: a write is one system call, and the operating system puts the
    calls of all writers one after the other. What a killed writer or a full disk left of a line
    is told from whole lines by its last byte; a line break is put behind it. If that happened
    while this write was under way, the line that got glued to it is written once more.

    Args:
        path: The file.
        options: When to rotate, and whether to force files to disk that are left.
        follow: Whether *path* may be a symbolic link.
        rotated: Called after a rotation, with the error when it failed. Lines are written in any
            case.

    Raises:
        OSError: It cannot be opened.
    """

    work = "written"

    def __init__(
        self,
        path: str,
        options: FileOptions,
        *,
        follow: bool = True,
        rotated: Callable[[OSError | None], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._limit = options.max_size or sys.maxsize
        self._period = options.period
        self._durable = options.sync != "never"
        self._follow = follow
        self._rotated = rotated
        self._descriptor = -1
        self._identity = (-1, -1)
        self._like: os.stat_result | None = None  # the mode and owner that a new one gets
        self._regular = True
        self._end = 0  # where our last write ended, or the file when it was opened
        self._sure = False  # that is the end, and of a line: nobody else wrote
        self._cut = b""  # the beginning of a line that is the end of the file
        self._forced = -1  # where the file ended when it was forced to disk
        self._look_at = 0.0
        self._rotate_at = 0.0  # the end of the period
        self._rotate_after = 0.0  # on the monotonic clock
        self._open()

    @property
    def waiting(self) -> bool:
        """Whether something waits for `tick`: never, all is written at once."""
        return False

    def append(self, data: bytes) -> None:
        """
        Write *data*, which ends at a line break unless it is part of a very long line.

        Raises:
            UnwrittenError: Something of it could not be written.
        """
        size = len(data)
        if size > self._limit:
            self._append_in_parts(data)
            return
        try:
            if time.monotonic() >= self._look_at:
                self._look()
            if self._end + size > self._limit:
                self._rotate_if_due(size)
            if self._sure:
                # What most writes are. Nothing is looked up that the last one did not leave.
                written = os.write(self._descriptor, data)
                end = os.lseek(self._descriptor, 0, 1)
                if written == size and end - size == self._end:
                    self._end = end
                    return
                data = self._settle(data, b"", 0, written, end)
                if not data:
                    return
            if not self._regular:
                write_all(self._descriptor, data)
                return
        except OSError as error:
            raise UnwrittenError(error, data) from None
        self._append_carefully(data)

    def tick(self) -> None:
        """
        Look whether the file is still the one of that name, and whether its period is over.

        Raises:
            OSError: It cannot be opened or rotated.
        """
        self._look()

    def seal(self) -> None:
        """Do nothing: the file is plain text."""

    def give_up(self) -> bytes:
        """Return nothing: no line waits."""
        return b""

    def leave(self) -> None:
        """Let go of the descriptor, as after a fork; it is opened again when it is needed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._identity = (-1, -1)
        self._look_at = 0.0

    def close(self) -> None:
        """
        Close the file.

        Raises:
            OSError: It could not be forced to disk.
        """
        try:
            if self._durable and self._descriptor >= 0 and self._regular:
                self.sync()
        finally:
            self.leave()

    def sync(self) -> None:
        """
        Force what was written to disk.

        Raises:
            OSError: That failed. What was written since the last time may be lost.
        """
        if self._descriptor >= 0 and self._regular:
            force(self._descriptor)

    def duplicate(self) -> int:
        """
        Return a descriptor to force to disk beside writing, or -1 when nothing is new.

        Raises:
            OSError: No descriptor is free.
        """
        if self._descriptor < 0 or not self._regular or self._forced == self._end:
            return -1
        copy = os.dup(self._descriptor)
        self._forced = self._end
        return copy

    def look_again(self) -> None:
        """Have the next call look whether the file is still the one of that name."""
        self._look_at = 0.0

    # Which file

    def _look(self) -> None:
        """Open the file anew if it has got another name, and rotate it if its period is over."""
        # Until that has worked, the next call looks again: the file that is open may be gone.
        self._look_at = 0.0
        try:
            status = Path(self._path).stat()
        except FileNotFoundError:
            self._open()
            return
        if (status.st_dev, status.st_ino) != self._identity or self._descriptor < 0:
            self._open()
        elif status.st_size < self._end:
            self._sure = False  # emptied by somebody: copytruncate
        self._look_at = time.monotonic() + _LOOK_EVERY
        if time.time() >= self._rotate_at:
            self._rotate_if_due(0)

    def _open(self) -> None:
        """Open the file of that name; only then let go of the one before."""
        descriptor, status, made = open_to_append(self._path, follow=self._follow)
        before, self._descriptor = self._descriptor, descriptor
        if made and self._like is not None:
            _dress(descriptor, self._like)
        if made and self._durable:
            sync_folder(self._path)
        if before >= 0:
            if self._durable and self._regular:
                with contextlib.suppress(OSError):
                    os.fsync(before)
            os.close(before)
        self._identity = (status.st_dev, status.st_ino)
        self._regular = stat.S_ISREG(status.st_mode)
        self._end, self._sure, self._cut = status.st_size, False, b""
        self._forced = -1
        self._look_at = time.monotonic() + _LOOK_EVERY
        if not made:
            self._like = status
        begun = status.st_mtime if status.st_size else time.time()
        self._rotate_at = end_of(self._period, begun)

    def _rotate_if_due(self, size: int) -> None:
        """Rotate before *size* bytes are written, if it is time; go on without when it fails."""
        now = time.time()
        if not self._end:
            self._rotate_at = (
                end_of(self._period, now) if now >= self._rotate_at else self._rotate_at
            )
            return
        if self._end + size <= self._limit and now < self._rotate_at:
            return
        if time.monotonic() < self._rotate_after:
            return
        if self._sure and not self._ends_a_line(self._end):
            return  # in the middle of a line of ours that is too long to be held back
        try:
            with folder_lock(self._path):
                status = Path(self._path).stat()
                if (status.st_dev, status.st_ino) == self._identity:
                    Path(self._path).rename(rotated_name(self._path, time.time()))
                self._open()
                if self._durable:
                    sync_folder(self._path)
        except (Busy, FileNotFoundError):
            self._look_at = 0.0  # another process is at it
            return
        except OSError as error:
            if self._descriptor < 0:
                raise
            self._rotate_after = time.monotonic() + _ROTATE_AGAIN
            self._look_at = 0.0
            self._rotated(error)
            return
        self._rotated(None)

    def _append_in_parts(self, data: bytes) -> None:
        """Write *data* as lines that fit into a file; one that fits into none stays whole."""
        start = 0
        limit = self._limit
        while start < len(data):
            end = data.rfind(b"\n", start, start + limit) + 1 or data.find(b"\n", start) + 1
            end = end or len(data)
            self._limit = max(limit, end - start)
            try:
                self.append(data[start:end])
            except UnwrittenError as failed:
                raise UnwrittenError(failed.error, failed.rest + data[end:]) from None
            finally:
                self._limit = limit
            start = end

    # Where the last line ends

    def _append_carefully(self, rest: bytes) -> None:
        """Write *rest* where others write too, or left a torn line, or where the disk is full."""
        while rest:
            try:
                before, skip = self._joint(rest)
                piece = before + rest[skip:]
                written = os.write(self._descriptor, piece)
                end = os.lseek(self._descriptor, 0, os.SEEK_CUR)
                rest = self._settle(rest, before, skip, written, end)
            except OSError as error:
                raise UnwrittenError(error, rest) from None

    def _joint(self, rest: bytes) -> tuple[bytes, int]:
        """Return what to write before *rest*, and how many of its bytes are in the file already."""
        size = os.fstat(self._descriptor).st_size
        if size == self._end and self._cut:
            if rest.startswith(self._cut):
                return b"", len(self._cut)
            return b"\n", 0
        self._cut = b""
        for look in range(_LOOKS):
            self._end = size
            if self._ends_a_line(size):
                return b"", 0
            if look < _LOOKS - 1:
                if look:
                    time.sleep(_PAUSE)
                size = self._size_after_others()
        return b"\n", 0

    def _size_after_others(self) -> int:
        """How large the file is once the write that is under way, if there is one, has ended."""
        if hasattr(os, "SEEK_DATA"):
            # On most file systems of Linux this waits for a write as the next write does.
            with contextlib.suppress(OSError):
                os.lseek(self._descriptor, max(self._end - 1, 0), os.SEEK_DATA)
        return os.fstat(self._descriptor).st_size

    def _settle(self, data: bytes, before: bytes, skip: int, written: int, end: int) -> bytes:
        """
        See what became of a write of *before* and of *data* without its first *skip* bytes.

        Returns:
            What of *data* is still to be written.
        """
        start = end - written
        undisturbed = start == self._end
        # Between the look and the write, others may have written. If they left whole lines, and
        # what was written is not the second half of one, all is well.
        joined = undisturbed or bool(before) or (not skip and self._ends_a_line(start))
        self._end, self._cut = end, b""
        # When others write too, their torn lines may be next at any time.
        self._sure = undisturbed
        done = skip + written - len(before)
        again = b"" if joined else data[: data.find(b"\n") + 1]
        if done >= len(data):
            return again
        whole = data.rfind(b"\n", 0, done) + 1
        self._sure = False
        if not again:
            self._cut = data[whole:done]
        return (again if whole else b"") + data[whole:]

    def _ends_a_line(self, size: int) -> bool:
        """Whether the first *size* bytes end at a line break, as far as can be read."""
        if not size or not hasattr(os, "pread"):
            return True
        try:
            return os.pread(self._descriptor, 1, size - 1) in (b"", b"\n")
        except OSError:
            return True  # it may be written but not read


def force(descriptor: int) -> None:
    """
    Force what was written to *descriptor* to disk.

    Raises:
        OSError: That failed. What was written since the last time may be lost.
    """
    getattr(os, "fdatasync", os.fsync)(descriptor)


def sync_folder(path: str) -> None:
    """
    Force the name *path* to disk.

    Raises:
        OSError: That failed.
    """
    if os.name != "posix":
        return
    descriptor = os.open(Path(path).parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _dress(descriptor: int, like: os.stat_result) -> None:
    """Give a new file the mode of the one before, and its owner where that is allowed."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        os.fchown(descriptor, like.st_uid, like.st_gid)
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(like.st_mode))

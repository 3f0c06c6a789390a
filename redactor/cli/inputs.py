"""Inputs: standard input and files, read as descriptors in blocks."""

from __future__ import annotations

import os
import select
import stat
import sys
import time
from typing import TYPE_CHECKING

from redactor.errors import InputError

if TYPE_CHECKING:
    from redactor.cli.stopping import Stopping

__all__ = ["BLOCK", "Input", "enlarge_pipe", "open_input"]

#: Largest read, in bytes; also the size that pipes are asked to have.
BLOCK = 1 << 20
#: How long a line that has started may take to end once a signal has come, in seconds.
_LINE_GRACE = 0.5
_RETRY_PAUSE = 0.005


class Input:
    """
    One input. Reads return what is there, so that a slow producer's line is seen at once.

    Attributes:
        name: What messages call it.
        identity: Device and number of the file, where it is a regular one.
        size: Its size in bytes, where it is a regular file.
    """

    def __init__(self, name: str, descriptor: int, *, owned: bool) -> None:
        self.name = name
        self._descriptor = descriptor
        self._owned = owned
        status = os.fstat(descriptor)
        self.regular = stat.S_ISREG(status.st_mode)
        self.identity = (status.st_dev, status.st_ino) if self.regular else None
        self.size = status.st_size if self.regular else None
        if not self.regular:
            enlarge_pipe(descriptor)

    def close(self) -> None:
        if self._owned:
            os.close(self._descriptor)

    def read(self, stopping: Stopping, timeout: float | None, size: int = BLOCK) -> bytes | None:
        """
        Read a block.

        Args:
            stopping: Ends the wait when a signal comes.
            timeout: Longest wait in seconds. ``None`` waits for ever.
            size: Largest block, in bytes.

        Returns:
            Bytes; none of them at the end; ``None`` when the wait ended without any.

        Raises:
            InputError: It cannot be read.
        """
        try:
            if not self.regular and not self._ready(stopping, timeout):
                return None
            return os.read(self._descriptor, size)
        except BlockingIOError:
            return None
        except OSError as error:
            raise _unreadable(self.name, error) from None

    def read_rest(self, count: int) -> bytes:
        """Read up to *count* bytes that are there or come soon; none when none do."""
        deadline = time.monotonic() + _LINE_GRACE
        while True:
            try:
                if self.regular or _poll([self._descriptor], deadline - time.monotonic()):
                    return os.read(self._descriptor, count)
            except BlockingIOError:
                pass
            except OSError:
                return b""
            if time.monotonic() >= deadline:
                return b""
            time.sleep(_RETRY_PAUSE)

    def waiting(self) -> int:
        """Return how many bytes a producer has written that were not read yet."""
        if self.regular or sys.platform == "win32":
            return 0
        import fcntl
        import struct
        import termios

        try:
            answer = fcntl.ioctl(self._descriptor, termios.FIONREAD, b"\0" * 4)
        except OSError:
            return 0
        return int(struct.unpack("i", answer)[0])

    def _ready(self, stopping: Stopping, timeout: float | None) -> bool:
        ready = _poll([self._descriptor, stopping.fileno()], timeout)
        return self._descriptor in ready and not stopping.signal


def _poll(descriptors: list[int], timeout: float | None) -> list[int]:
    """Wait until one of *descriptors* can be read; return those that can."""
    if not hasattr(select, "poll"):
        return descriptors
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    events = poll.poll(None if timeout is None else max(0, int(timeout * 1000 + 0.999)))
    return [descriptor for descriptor, _ in events]


def open_input(path: str) -> Input:
    """
    Open the input *path*; ``-`` is standard input.

    Raises:
        InputError: It cannot be opened, or is a folder.
    """
    if path == "-":
        try:
            return Input("standard input", 0, owned=False)
        except OSError as error:
            raise _unreadable("standard input", error) from None
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if os.path.isdir(path):  # noqa: PTH112  # Windows does not open folders
            raise _is_folder(path) from None
        raise InputError(
            path, f"it cannot be opened ({error.strerror})", "Check the path and its permissions"
        ) from None
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _is_folder(path)
    return Input(path, descriptor, owned=True)


def enlarge_pipe(descriptor: int) -> None:
    """Give a pipe room for a whole block, where the system lets us; fewer switches, same bytes."""
    if sys.platform != "linux":
        return
    import fcntl

    try:
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, BLOCK)
    except OSError:
        return  # a limit of the system; the pipe stays as it is


def _is_folder(path: str) -> InputError:
    return InputError(path, "it is a folder", "Name the files in it")


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(
        name, f"it cannot be read ({error.strerror})", "Check what it is and its permissions"
    )

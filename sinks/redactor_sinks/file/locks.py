"""Locks between processes. They end with the process that holds them, however it ends."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

try:
    import fcntl
except ImportError:  # a system without them: there, only one process may rotate
    fcntl = None  # type: ignore[assignment]

__all__ = ["Busy", "folder_lock", "only_user", "share"]

#: How long a busy folder is waited for, in seconds. It is held for the time of two renames.
_PATIENCE = 0.05
_PAUSE = 0.001


class Busy(Exception):  # noqa: N818  # it is a state of the file, no mistake
    """Another process holds the lock."""


def share(descriptor: int) -> None:
    """
    Say that this process writes to the file, until *descriptor* is closed.

    Raises:
        Busy: Another process is packing or removing the file.
    """
    with contextlib.suppress(OSError):  # a file system without locks
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None


def only_user(descriptor: int) -> bool:
    """
    Become the only user of the file, until *descriptor* is closed.

    Returns:
        Whether that is so: nobody writes to it, and whoever opens it to write will see that it
        is taken. False also where the file system has no locks.
    """
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def folder_lock(path: str) -> Generator[None]:
    """
    Hold the folder of *path* for renaming files in it. The folder itself is the lock.

    Raises:
        Busy: Another process holds it, for longer than renaming takes.
        OSError: The folder cannot be opened.
    """
    descriptor = os.open(Path(path).parent, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        _take(descriptor)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    if fcntl is None:
        return
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy from None
            time.sleep(_PAUSE)
        except OSError:  # a file system without locks: renaming there is a matter of luck
            return
        else:
            return

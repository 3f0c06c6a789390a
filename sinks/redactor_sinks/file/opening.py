"""Opening a log to append to it, while others rename, pack and remove it."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import NamedTuple

from redactor_sinks.file.locks import Busy, share

__all__ = ["Opened", "open_to_append"]

#: How often opening is tried while the file changes under it.
_TRIES = 200
_PAUSE = 0.01


class Opened(NamedTuple):
    """
    A file that was opened.

    Attributes:
        descriptor: It is in append mode.
        status: What the system says of it.
        made: It did not exist before.
    """

    descriptor: int
    status: os.stat_result
    made: bool


def open_to_append(path: str, *, follow: bool) -> Opened:
    """
    Open the file that has the name *path*, or make it with mode 0600.

    While the descriptor is open, nobody packs or removes what it writes to.

    Args:
        path: A regular file, or a device or pipe.
        follow: Whether it may be a symbolic link.

    Raises:
        OSError: It cannot be opened.
    """
    flags = os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    for _ in range(_TRIES):
        made = False
        try:
            descriptor = os.open(path, flags | _access(path))
        except FileNotFoundError:
            try:
                # A link to what is not there yet may be followed, but not exclusively.
                alone = 0 if follow and Path(path).is_symlink() else os.O_EXCL
                descriptor = os.open(path, flags | os.O_RDWR | os.O_CREAT | alone, 0o600)
            except FileExistsError:
                continue
            made = True
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Opened(descriptor, status, made)
        try:
            share(descriptor)
        except Busy:
            os.close(descriptor)
            time.sleep(_PAUSE)
            continue
        if _has_name(path, status):
            return Opened(descriptor, status, made)
        os.close(descriptor)
    raise BlockingIOError(11, "others rename or remove it all the time")


def _access(path: str) -> int:
    """Reading is needed to look at the last byte; a pipe opened so would never lose its reader."""
    status = Path(path).stat()
    readable = stat.S_ISREG(status.st_mode) and os.access(path, os.R_OK)
    return os.O_RDWR if readable else os.O_WRONLY


def _has_name(path: str, status: os.stat_result) -> bool:
    try:
        now = Path(path).stat()
    except FileNotFoundError:
        return False
    return (now.st_dev, now.st_ino) == (status.st_dev, status.st_ino)

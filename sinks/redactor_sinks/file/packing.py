"""Packing a rotated file, once nobody writes to it any more."""

from __future__ import annotations

import contextlib
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor_sinks.descriptors import write_all
from redactor_sinks.file.appending import sync_folder
from redactor_sinks.file.locks import only_user
from redactor_sinks.file.names import SUFFIXES, unfinished
from redactor_sinks.file.sealed import need_zstd

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["pack"]

_CHUNK = 1 << 20


def pack(path: str, kind: str, *, stopped: Callable[[], bool] = lambda: False) -> bool:
    """
    Replace the rotated file *path* by a packed one with the same lines, mode and times.

    Whatever kills the process, the lines are in one of the two. A process that still writes to the
    file keeps it from being packed; it is tried again later.

    Args:
        path: The file.
        kind: ``gzip`` or ``zstd``.
        stopped: Asked between pieces of a mebibyte; when true, nothing has happened.

    Returns:
        Whether it was packed.

    Raises:
        OSError: The disk is full, or the like. Nothing is lost.
    """
    try:
        source = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return False  # another process was quicker
    try:
        if not only_user(source) or not Path(path).exists():
            return False
        status = os.fstat(source)
        target = path + SUFFIXES[kind]
        part = unfinished(target)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(part, flags, 0o600)
        try:
            try:
                whole = _copy(source, descriptor, kind, stopped)
                with contextlib.suppress(OSError):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.fchmod(descriptor, status.st_mode & 0o7777)
                # The only copy will be this one: it is on the disk before the other goes.
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if not whole:
                Path(part).unlink()
                return False
            os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
            Path(part).rename(target)
        except OSError:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise
        sync_folder(path)
        Path(path).unlink()
    finally:
        os.close(source)
    return True


def _copy(source: int, target: int, kind: str, stopped: Callable[[], bool]) -> bool:
    packer: Any
    if kind == "zstd":
        zstd = need_zstd()
        packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.checksum_flag: True})
    else:
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    while piece := os.read(source, _CHUNK):
        if stopped():
            return False
        write_all(target, packer.compress(piece))
    write_all(target, packer.flush())
    return True

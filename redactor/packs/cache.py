"""
The cache of compiled packs, so that a start reads what an earlier one made.

An entry is a file in a folder of the user: the BLAKE2 hash of its body, then the body. Its name is
the hash of all that the body depends on: the packs by their content, the code of this package by
its version, and by the size of its files and when they were written. An entry is used only when the
folder and the file belong to this user and nobody else can write to them, and its body has the hash
that it says: who can write there can replace the packs and this program too. So a body may be read
with ``marshal``, as compiled modules are. Whatever goes wrong, the body is made anew.

``REDACTOR_CACHE`` names another folder, or is ``off``. Nothing of a log is ever in it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from functools import cache

from redactor._version import __version__

try:
    # `hashlib` takes it from here too, and loads OpenSSL besides, which no start needs.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["VARIABLE", "cache_folder", "cached", "usable"]

VARIABLE = "REDACTOR_CACHE"
#: No entry is larger, in bytes.
_LARGEST = 16 << 20
#: Entries that are kept: the oldest go first.
_KEPT = 32
_DIGEST = 32
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder() -> Path | None:
    """Return the folder of the cache, which need not exist; ``None`` where there is to be none."""
    from pathlib import Path

    folder = _folder()
    return Path(folder) if folder else None


def _folder() -> str:
    named = os.environ.get(VARIABLE, "")
    if named:
        return "" if named == "off" else named
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA", "")
    else:
        home = os.environ.get("XDG_CACHE_HOME", "")
        if not home.startswith("/"):
            # Where there is no home, it stays a path that is not absolute.
            home = os.path.expanduser("~/.cache")
    return os.path.join(home, "redactor") if os.path.isabs(home) else ""


def usable(folder: str | Path) -> str:
    """Say why entries in *folder* are not used; empty when they are."""
    try:
        stat_of = os.lstat(folder)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not stat.S_ISDIR(stat_of.st_mode):
        return "it is no folder"
    return _distrust(stat_of)


def cached(kind: str, parts: Iterable[bytes], make: Callable[[], bytes]) -> bytes:
    """
    Return what *make* returns, from the cache where it is there.

    Args:
        kind: What is made; the start of the entry's name.
        parts: All that it depends on besides the code of this package.
        make: Makes it.
    """
    folder = _folder()
    if not folder:
        return make()
    key = blake2b(_stamp(), digest_size=_DIGEST // 2)
    for part in parts:
        key.update(b"%d:" % len(part))
        key.update(part)
    path = os.path.join(folder, f"{kind}-{key.hexdigest()}")
    body = _read(path)
    if body is None:
        body = make()
        _write(path, body)
    return body


def _hash(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST).digest()


def _distrust(stat_of: os.stat_result) -> str:
    if sys.platform != "win32":
        if stat_of.st_uid != os.geteuid():
            return "it belongs to another user"
        if stat_of.st_mode & _OTHERS_WRITE:
            return "other users can write to it"
    return ""


@cache
def _stamp() -> bytes:
    """Return what tells the code that makes entries from any other: its version and its files."""
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    seen = [__version__, package]
    with suppress(OSError):
        for name in ("packs", "checks", "checks/national_ids", "."):
            with os.scandir(os.path.join(package, name)) as files:
                code = ((file.name, file.stat()) for file in files if file.name.endswith(".py"))
                seen += sorted(f"{file}:{at.st_mtime_ns}:{at.st_size}" for file, at in code)
    return "\n".join(seen).encode("utf-8", "surrogateescape")


def _read(path: str) -> bytes | None:
    try:
        if usable(os.path.dirname(path)):
            return None
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            stat_of = os.fstat(descriptor)
            regular = stat.S_ISREG(stat_of.st_mode)
            if not regular or _distrust(stat_of) or stat_of.st_size > _LARGEST:
                return None
            data = file.read()
    except OSError:
        return None
    body = data[_DIGEST:]
    return body if data[:_DIGEST] == _hash(body) else None


def _write(path: str, body: bytes) -> None:
    """Put an entry in its place at once, so that no reader and no other writer sees half of it."""
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f".{os.getpid()}-{time.monotonic_ns()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if usable(folder):
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(_hash(body) + body)
        os.replace(temporary, path)
        _prune(folder)
    except OSError:
        # A cache that cannot be written costs time and nothing else.
        with suppress(OSError):
            os.unlink(temporary)


def _prune(folder: str) -> None:
    with os.scandir(folder) as files:
        ages = sorted(((file.stat().st_mtime, file.path) for file in files), reverse=True)
    for _, path in ages[_KEPT:]:
        with suppress(OSError):
            os.unlink(path)

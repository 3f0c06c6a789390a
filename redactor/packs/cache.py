"""
The cache of compiled packs, so that a start reads what an earlier one made.

An entry is a file in a folder of the user: the SHA-256 of its body, then the body. Its name is the
hash of all that the body depends on. An entry is used only when the folder and the file belong to
this user and nobody else can write to them, and its body has the hash that it says: who can write
there can replace the packs and this program too. Whatever goes wrong, the body is made anew.

``REDACTOR_CACHE`` names another folder, or is ``off``. Nothing of a log is ever in it.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from redactor._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
    named = os.environ.get(VARIABLE, "")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA", "")
    else:
        home = os.environ.get("XDG_CACHE_HOME", "")
        if not home.startswith("/"):
            try:
                home = f"{Path.home()}/.cache"
            except RuntimeError:
                return None
    return Path(home, "redactor") if Path(home).is_absolute() else None


def usable(folder: Path) -> str:
    """Say why entries in *folder* are not used; empty when they are."""
    try:
        about = os.lstat(folder)
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not stat.S_ISDIR(about.st_mode):
        return "it is no folder"
    return _distrust(about)


def cached(kind: str, parts: Iterable[bytes], make: Callable[[], bytes]) -> bytes:
    """
    Return what *make* returns, from the cache where it is there.

    Args:
        kind: What is made; the start of the entry's name.
        parts: All that it depends on besides the code of this package.
        make: Makes it.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    key = sha256(_stamp())
    for part in parts:
        key.update(b"%d:" % len(part))
        key.update(part)
    path = folder / f"{kind}-{key.hexdigest()[:_DIGEST]}"
    body = _read(path)
    if body is None:
        body = make()
        _write(path, body)
    return body


def _distrust(about: os.stat_result) -> str:
    if sys.platform != "win32":
        if about.st_uid != os.geteuid():
            return "it belongs to another user"
        if about.st_mode & _OTHERS_WRITE:
            return "other users can write to it"
    return ""


@cache
def _stamp() -> bytes:
    """Return what tells the code that makes entries from any other: its version and its files."""
    package = Path(__file__).resolve().parent.parent
    seen = [__version__, package.as_posix()]
    with suppress(OSError):
        for name in ("packs", "checks", "checks/national_ids", "."):
            with os.scandir(package / name) as files:
                about = ((file.name, file.stat()) for file in files if file.name.endswith(".py"))
                seen += sorted(f"{file}:{at.st_mtime_ns}:{at.st_size}" for file, at in about)
    return "\n".join(seen).encode()


def _read(path: Path) -> bytes | None:
    try:
        if usable(path.parent):
            return None
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            regular = stat.S_ISREG(about.st_mode)
            if not regular or _distrust(about) or about.st_size > _LARGEST:
                return None
            data = file.read()
    except OSError:
        return None
    body = data[_DIGEST:]
    return body if data[:_DIGEST] == sha256(body).digest() else None


def _write(path: Path, body: bytes) -> None:
    """Put an entry in its place at once, so that no reader and no other writer sees half of it."""
    temporary = path.with_name(f".{os.getpid()}-{time.monotonic_ns()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if usable(path.parent):
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(sha256(body).digest() + body)
        temporary.replace(path)
        _prune(path.parent)
    except OSError:
        # A cache that cannot be written costs time and nothing else.
        with suppress(OSError):
            temporary.unlink()


def _prune(folder: Path) -> None:
    with os.scandir(folder) as files:
        ages = sorted(((file.stat().st_mtime, file.path) for file in files), reverse=True)
    for _, path in ages[_KEPT:]:
        with suppress(OSError):
            Path(path).unlink()

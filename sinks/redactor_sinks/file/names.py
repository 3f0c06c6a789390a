"""The names of rotated files and sealed segments: the log's own, then when, then how packed."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["SUFFIXES", "Stored", "read_name", "rotated_name", "segment_name", "unfinished"]

#: What a packed file's name ends with.
SUFFIXES = {"": "", "gzip": ".gz", "zstd": ".zst"}
_PART = ".part"
_STORED = re.compile(
    r"(?P<base>.+)\.\d{8}T\d{6}\.\d{6}Z(?:-[0-9a-f]+)?(?P<packed>\.gz|\.zst)?"
    r"(?P<sealed>\.age)?(?P<part>\.part)?",
    re.DOTALL,
)


class Stored(NamedTuple):
    """
    What the name of a file beside a log says.

    Attributes:
        base: The name of the log.
        raw: It is plain text: neither packed nor sealed.
        part: It was not finished; nothing in it is missing elsewhere.
    """

    base: str
    raw: bool
    part: bool


def rotated_name(path: str, now: float) -> str:
    """
    Return a free name for the file that *path* is rotated to at the time *now*.

    The names sort by time and are never changed again, but for what packing adds.
    """
    name = f"{path}.{_stamp(now)}"
    number = 1
    while any(os.path.lexists(name + suffix) for suffix in SUFFIXES.values()):
        number += 1
        name = f"{path}.{_stamp(now)}-{number:x}"
    return name


def segment_name(path: str, now: float, packed: str) -> str:
    """Return the name of a new sealed segment of *path*; no other process makes the same."""
    return f"{path}.{_stamp(now)}-{os.urandom(4).hex()}{SUFFIXES[packed]}.age"


def unfinished(path: str) -> str:
    """Return the name of *path* while it is written."""
    return path + _PART


def read_name(name: str) -> Stored | None:
    """Read the *name* of a file: None when it is no rotated file or segment of any log."""
    match = _STORED.fullmatch(Path(name).name)
    if match is None:
        return None
    raw = not (match["packed"] or match["sealed"] or match["part"])
    return Stored(match["base"], raw, bool(match["part"]))


def _stamp(now: float) -> str:
    seconds, micros = divmod(int(now * 1_000_000), 1_000_000)
    return time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds)) + f".{micros:06}Z"

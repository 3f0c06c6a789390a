"""
What the ways of writing a file cost, beside one bare ``os.write`` a piece.

    python -m bench.files [FOLDER]

Each way is measured in turns with the bare write, so that a busy machine slows both. Prints MB/s
and the time of the bare write as a share of its own. Lines have 300 bytes; blocks are what the
filter writes, 256 KiB of whole lines.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from redactor.sinks import open_sink

if TYPE_CHECKING:
    from collections.abc import Callable

_LINE = b'{"level":"info","service":"shop","tenant":"t7","path":"/orders/8842","text":"'
_LINE += b"order shipped to the usual place " * 7
_LINE = _LINE[:297] + b'"}\n'
_BLOCK = _LINE * ((1 << 18) // len(_LINE))
_ROUNDS = 15


class Writer(Protocol):
    """What is measured: a file sink, or a bare descriptor."""

    def write(self, lines: bytes) -> None: ...
    def close(self) -> None: ...


class Bare:
    """One ``os.write`` a piece: the floor."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, lines: bytes) -> None:
        os.write(self._descriptor, lines)

    def close(self) -> None:
        os.close(self._descriptor)


def measure(make: Callable[[str], Writer], piece: bytes, count: int, folder: str) -> float:
    """Return the seconds that *count* writes of *piece* take, closing included."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        writer = make(f"{place}/app.log")
        started = time.perf_counter()
        for _ in range(count):
            writer.write(piece)
        writer.close()
        return time.perf_counter() - started


def _opened(address: str, path: str) -> Writer:
    return open_sink(address.format(path))


def main() -> None:
    """Measure all ways and print a table."""
    folder = sys.argv[1] if len(sys.argv) > 1 else "."
    key = ""
    try:
        import pyrage
    except ImportError:
        pass
    else:
        key = str(pyrage.x25519.Identity.generate().to_public())
    ways = [
        ("plain", "file:{}", 40_000, 400),
        ("rotation at 20 MB", "file:{}?max_size=20MB", 40_000, 400),
        ("rotation at 20 MB, zstd", "file:{}?max_size=20MB&compress=zstd", 40_000, 400),
        ("sync=interval", "file:{}?sync=interval", 40_000, 400),
        ("sync=write", "file:{}?sync=write", 200, 40),
    ]
    if key:
        ways += [
            ("sealed", f"file:{{}}?seal={key}", 40_000, 100),
            ("sealed, zstd", f"file:{{}}?seal={key}&compress=zstd", 40_000, 100),
            ("sealed, sync=write", f"file:{{}}?seal={key}&sync=write&segment=64KB", 200, 40),
        ]
    print(f"{'way':28}{'lines MB/s':>12}{'of bare':>9}{'blocks MB/s':>13}{'of bare':>9}")
    for name, address, lines, blocks in ways:
        cells = ""
        for piece, count, width in ((_LINE, lines, 12), (_BLOCK, blocks, 13)):
            own: list[float] = []
            share: list[float] = []
            for _ in range(_ROUNDS):
                floor = measure(Bare, piece, count, folder)
                own.append(measure(partial(_opened, address), piece, count, folder))
                share.append(floor / own[-1])
            speed = len(piece) * count / statistics.median(own) / 1e6
            cells += f"{speed:>{width}.1f}{statistics.median(share):>9.2f}"
        print(name.ljust(28) + cells, flush=True)


if __name__ == "__main__":
    main()

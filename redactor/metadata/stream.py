"""
The stream filter of the mode: lines in pieces of any size in, reduced lines out.

The output is the same bytes for every way of cutting the input. A line that is longer than what a
line is looked at is never held: it becomes its length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.metadata.lines import LONGEST, Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.metadata.mode import Mode
    from redactor.stats import Stats

__all__ = ["MetadataStream"]


class MetadataStream:
    """
    Reduces one stream. Not safe to share between threads.

    Args:
        mode: What reduces.
        scrub: Takes secrets out of a line that is reduced.
        withheld: Says what stands for a line that could not be reduced.
        stats: Counts.
        sites: Look for templates in the source of the running program.
    """

    def __init__(
        self,
        mode: Mode,
        scrub: Callable[[bytes], bytes],
        withheld: Callable[[Exception], str],
        stats: Stats,
        *,
        sites: bool = False,
    ) -> None:
        self._lines = Lines(mode, sites=sites)
        self._scrub = scrub
        self._withheld = withheld
        self.stats = stats
        self._rest: list[bytes] = []
        self._size = 0
        #: Bytes of a line that is too long, while it goes on.
        self._long = 0
        # Of the other stream: it is never in the middle of a block of lines.
        self._held = b""
        self._state = 0

    def feed(self, piece: bytes) -> bytes:
        """
        Take the next piece of the stream.

        Returns:
            The reduced lines that are complete; possibly nothing.
        """
        self.stats.bytes_in += len(piece)
        out: list[bytes] = []
        *whole, rest = piece.split(b"\n")
        for part in whole:
            self._keep(part)
            self.stats.lines += 1
            out.append(self._end(b"\n"))
        self._keep(rest)
        done = b"".join(out)
        self.stats.bytes_out += len(done)
        return done

    def part(self, piece: bytes) -> None:
        """Say that no part of the stream can be looked at apart: lines depend on those before."""

    def finish(self) -> bytes:
        """
        End the stream.

        Returns:
            What is left of it: a last line without a line break.
        """
        done = self._end(b"") if self._size or self._long else b""
        self.stats.bytes_out += len(done)
        return done

    def _keep(self, part: bytes) -> None:
        if self._long:
            self._long += len(part)
        elif self._size + len(part) > LONGEST:
            self._long = self._size + len(part)
            self._rest, self._size = [], 0
        elif part:
            self._rest.append(part)
            self._size += len(part)

    def _end(self, end: bytes) -> bytes:
        if self._long:
            made, self._long = f"<bytes {self._long}>".encode() + end, 0
            return made
        line = b"".join(self._rest)
        self._rest, self._size = [], 0
        back = b"\r" if line.endswith(b"\r") else b""
        try:
            text = line.removesuffix(b"\r").decode("utf-8", "surrogateescape")
            reduced = self._lines.line(text)
            if reduced is None:
                return b""
            return self._scrub(reduced.encode("utf-8", "surrogatepass")) + back + end
        except Exception as error:  # noqa: BLE001  # C1: the line is withheld
            self.stats.withheld += 1
            return self._withheld(error).encode() + end

"""From pieces of any size to whole lines, in bounded memory."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Line", "LineAssembler"]


class Line(NamedTuple):
    """
    One line without its line break.

    Attributes:
        head: The line, or its first bytes.
        size: Its whole size in bytes.
    """

    head: bytes
    size: int


class LineAssembler:
    """
    Puts lines together again. A line ends with a line feed, or a carriage return and one.

    Args:
        limit: How much of a line is kept, in bytes; of the rest only the size is known.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head = bytearray()
        self._size = 0
        self._last = b""

    @property
    def waiting(self) -> bool:
        """Whether there is a line whose break has not come yet."""
        return self._size > 0

    def feed(self, data: bytes) -> list[Line]:
        """Take the next *data* and return the lines that it completes."""
        first, *others = data.split(b"\n")
        if not others:
            self._keep(first)
            return []
        self._keep(first)
        lines = [self._taken()]
        lines += [self._whole(piece) for piece in others[:-1]]
        self._keep(others[-1])
        return lines

    def plain(self, data: bytes, limit: int) -> list[bytes] | None:
        """
        Return the lines of *data* when each is whole and has at most *limit* bytes.

        Returns:
            ``None``, and nothing is taken, where one is not: ``feed`` has to look at each.
        """
        if self._size or b"\r" in data or not data.endswith(b"\n"):
            return None
        lines = data.split(b"\n")
        lines.pop()
        return lines if max(map(len, lines)) <= limit else None

    def finish(self) -> Line | None:
        """Return the last line, if it has no line break, and start anew."""
        return self._taken() if self._size else None

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._head += piece[: max(0, self._limit - len(self._head))]
            self._size += len(piece)
            self._last = piece[-1:]

    def _taken(self) -> Line:
        head, size, last = bytes(self._head), self._size, self._last
        self._head.clear()
        self._size, self._last = 0, b""
        if last != b"\r":
            return Line(head, size)
        return Line(head[:-1] if len(head) == size else head, size - 1)

    def _whole(self, piece: bytes) -> Line:
        piece = piece.removesuffix(b"\r")
        return Line(piece[: self._limit], len(piece))

"""What a file could not take is held back in bounded memory, and what is shed is counted."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Budget", "Gap", "Holding"]


class Budget:
    """
    How many bytes the streams of one sink may have in memory together.

    Attributes:
        left: How many more.
        make_room: Called when there are too few; frees some if it can.
    """

    def __init__(self, left: int) -> None:
        self.left = left
        self.make_room: Callable[[], None] = lambda: None


class Gap:
    """A place in the log where lines are missing."""

    def __init__(self, sample: bytes, reason: str) -> None:
        self.lines = 0
        self.bytes = 0
        self._json = sample.lstrip()[:1] == b"{"
        self._reason = reason
        self._time = time.time()

    def count(self, lines: bytes) -> None:
        self.lines += lines.count(b"\n") + (not lines.endswith(b"\n"))
        self.bytes += len(lines)

    def summary(self) -> bytes:
        """Return the line that stands for the missing ones, in the form that they had."""
        if not self._json:
            text = f"redactor: records shed: {self._reason} "
            return f"{text}({self.lines} lines, {self.bytes} bytes)\n".encode()
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._time))
        record = {
            "time": since,
            "level": "warning",
            "logger": "redactor",
            "message": "records shed",
            "reason": self._reason,
            "lines": self.lines,
            "bytes": self.bytes,
        }
        return msgspec.json.encode(record) + b"\n"


class Holding:
    """
    A queue of lines, and of gaps where lines had to be shed because the memory was used up.

    What is held stays in order; a gap stands exactly where lines are missing.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._queue: deque[bytes | Gap] = deque()
        self.size = 0

    def __bool__(self) -> bool:
        return bool(self._queue)

    def add(self, lines: bytes, reason: str) -> int:
        """
        Hold *lines* back, as many whole ones as there is room for, and shed the others.

        Args:
            lines: They come after all that was held so far.
            reason: Why they cannot be written, for the gap.

        Returns:
            How many bytes were shed.
        """
        kept = lines
        if len(lines) > self._budget.left:
            kept = lines[: lines.rfind(b"\n", 0, max(self._budget.left, 0)) + 1]
        if kept:
            self._queue.append(kept)
            self._resize(len(kept))
        shed = lines[len(kept) :]
        if shed:
            gap = self._queue[-1] if self._queue else None
            if not isinstance(gap, Gap):
                gap = Gap(shed, reason)
                self._queue.append(gap)
            gap.count(shed)
        return len(shed)

    def first(self) -> bytes | Gap:
        """Return what is to be written next."""
        return self._queue[0]

    def replace_first(self, rest: bytes) -> None:
        """Leave of the first piece only *rest*; nothing removes it."""
        first = self._queue.popleft()
        if isinstance(first, bytes):
            self._resize(-len(first))
        if rest:
            self._queue.appendleft(rest)
            self._resize(len(rest))

    def give_up(self) -> Gap:
        """Shed all that is held, and return how much is missing in all."""
        total = Gap(b"", "")
        for item in self._queue:
            if isinstance(item, Gap):
                total.lines += item.lines
                total.bytes += item.bytes
            else:
                total.count(item)
        self._queue.clear()
        self._resize(-self.size)
        return total

    def _resize(self, by: int) -> None:
        self.size += by
        self._budget.left -= by

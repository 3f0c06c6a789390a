"""Lines that belong together: an error, and the traceback that a formatter wrote under it."""

from __future__ import annotations

from redactor_sinks.records import read

__all__ = ["Gatherer"]

#: What is kept of the lines of one record, in bytes and lines.
_BYTES, _LINES = 1 << 16, 1000
_INDENTED = (b" ", b"\t", b"  + ", b"Traceback (most recent call last):", b"Caused by: ")


class Gatherer:
    """
    Puts lines of one record together.

    A line that is indented goes on with the record before it; behind a traceback also one that has
    neither a time nor a level, since messages of exceptions can have many lines. The record is
    whole when another one starts, or at ``finish``.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self._inside = False  # in a traceback: its last line is not indented

    @property
    def waiting(self) -> bool:
        """Whether there is a record that may go on."""
        return bool(self._lines)

    def feed(self, line: bytes) -> bytes | None:
        """Take the next *line*, without its break; return the record that it ended, if any."""
        if self._lines and self._goes_on(line):
            if self._size + len(line) < _BYTES and len(self._lines) < _LINES:
                self._lines.append(line)
                self._size += len(line) + 1
            return None
        record = self.finish()
        self._lines, self._size = [line], len(line)
        return record

    def finish(self) -> bytes | None:
        """Return the record that waits, and start anew."""
        if not self._lines:
            return None
        record = b"\n".join(self._lines)
        self._lines, self._size, self._inside = [], 0, False
        return record

    def _goes_on(self, line: bytes) -> bool:
        if line.startswith(_INDENTED):
            self._inside = self._inside or line.startswith(_INDENTED[3])
            return True
        if not self._inside:
            return False
        record = read(line)
        return record.time is None and record.level is None and not line.startswith(b"{")

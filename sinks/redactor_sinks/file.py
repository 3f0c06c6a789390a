"""The sink that appends to a file."""

from __future__ import annotations

import os
from pathlib import Path

from redactor_sinks.contract import DeliveryError
from redactor_sinks.descriptors import write_all

__all__ = ["FileSink"]

#: A line is held back until its break comes, but not more of it than this, in bytes.
_HELD = 1 << 20


class FileSink:
    """
    Appends whole lines to a file, so that several processes can share it.

    Every write ends at a line break, unless one line alone has more than a mebibyte; the last line
    gets a line break when it has none.

    Args:
        path: The file. It is made with mode 0600 when it does not exist; its folder must exist.

    Raises:
        DeliveryError: The file cannot be opened.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._held: list[bytes] = []
        self._held_size = 0
        self._open_line = False
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(self._path, flags | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise DeliveryError(
                f"file:{self._path}",
                f"it cannot be opened for writing ({error.strerror})",
                "Check the path and its permissions",
                final=True,
            ) from None

    def __repr__(self) -> str:
        return f"<FileSink {self._path}>"

    def write(self, lines: bytes) -> None:
        end = lines.rfind(b"\n") + 1
        if not end and self._held_size + len(lines) <= _HELD:
            self._hold(lines)
            return
        whole = end if len(lines) - end <= _HELD else len(lines)
        self._put(b"".join((*self._held, lines[:whole])))
        self._held, self._held_size = [], 0
        self._hold(lines[whole:])

    def flush(self) -> None:
        """Do nothing: whole lines do not wait."""

    def close(self) -> None:
        """Write the last line with a line break, and close the file."""
        if self._descriptor < 0:
            return
        try:
            rest = b"".join(self._held)
            self._held, self._held_size = [], 0
            if rest or self._open_line:
                self._put(rest + b"\n")
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _hold(self, rest: bytes) -> None:
        if rest:
            self._held.append(rest)
            self._held_size += len(rest)

    def _put(self, data: bytes) -> None:
        if not data:
            return
        self._open_line = not data.endswith(b"\n")
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            raise DeliveryError(
                f"file:{self._path}",
                f"it cannot be written ({error.strerror})",
                "What came after is missing there: make room and filter that part again",
                final=True,
            ) from None

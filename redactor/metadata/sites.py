"""
Templates of the places that log, read from the running program's own source.

Only the source of frames that are running now is read, never a file that a record names.
"""

from __future__ import annotations

import linecache
import sys
from typing import TYPE_CHECKING

from redactor.metadata.source import Call, calls_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Sites"]

#: Frames that are passed over: they hand on what somebody else said.
_PASSED = frozenset({
    "redactor", "redactor_sinks", "logging", "structlog", "loguru", "warnings", "opentelemetry",
    "sentry_sdk", "contextlib", "functools", "concurrent", "threading", "asyncio", "importlib",
})  # fmt: skip
#: Frames that are asked: a program may log through a function of its own.
_ASKED = 4
_DEEPEST = 80
#: Files that are kept, and the most lines and characters that one may have.
_FILES = 2_000
_LINES = 50_000
_SIZE = 2_000_000


class Sites:
    """Finds the calls that are being made, by the lines that the frames of this thread are at."""

    def __init__(self) -> None:
        self._files: dict[str, dict[int, tuple[Call, ...]]] = {}

    def calls(self) -> Iterator[Call]:
        """Yield the calls at the lines where the program is now, the innermost first."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # there is no other way
        asked = 0
        for _ in range(_DEEPEST):
            if frame is None or asked >= _ASKED:
                return
            module = frame.f_globals.get("__name__", "")
            if isinstance(module, str) and module.partition(".")[0] not in _PASSED:
                asked += 1
                yield from self._at(frame)
            frame = frame.f_back

    def _at(self, frame: FrameType) -> tuple[Call, ...]:
        path = frame.f_code.co_filename
        lines = self._files.get(path)
        if lines is None:
            if len(self._files) >= _FILES:
                self._files.clear()
            lines = self._files[path] = _read(path, frame)
        return lines.get(frame.f_lineno, ())


def _read(path: str, frame: FrameType) -> dict[int, tuple[Call, ...]]:
    """Return the calls in the file at *path* by line; nothing where it cannot be read."""
    try:
        source = linecache.getlines(path, frame.f_globals)
        if len(source) > _LINES:
            return {}
        text = "".join(source)
        if len(text) > _SIZE:
            return {}
        calls = calls_in(text)
    except Exception:  # noqa: BLE001  # no source, or none that this Python reads
        return {}
    by_line: dict[int, list[Call]] = {}
    for call in calls:
        for line in range(call.first, min(call.last, call.first + 200) + 1):
            by_line.setdefault(line, []).append(call)
    return {line: tuple(there) for line, there in by_line.items()}

"""
Standard output and standard error.

Each write is kept with the line of the program that wrote. A text is looked at as a whole, since
``print`` writes its arguments one by one.
"""

from __future__ import annotations

import functools
import io
import sys
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import Call, call_here

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe", "observe_pytest"]

#: Pieces, and characters, that are kept of one stream until they are looked at.
_MOST = 4096
_LONGEST = 1 << 22


class _Written:
    """
    What was written to one stream and is to be looked at.

    Args:
        exit_name: ``stdout`` or ``stderr``.
        watch: What looks.
    """

    def __init__(self, exit_name: str, watch: Watch) -> None:
        self._exit = exit_name
        self._watch = watch
        self._pieces: list[tuple[str, Call]] = []
        self._size = 0

    def add(self, text: str, call: Call) -> None:
        """Keep *text*; look at all when it is much."""
        self._pieces.append((text, call))
        self._size += len(text)
        ended = not self._watch.put_off and text.endswith("\n")
        if ended or len(self._pieces) >= _MOST or self._size > _LONGEST:
            self._watch.flush()

    def drop(self) -> None:
        """Forget what is kept: after a fork it is the parent's to look at."""
        self._pieces.clear()

    def flush(self) -> None:
        """Look at what is complete, and at the rest as well: it may be all there will be."""
        pieces = self._pieces[:]
        del self._pieces[: len(pieces)]
        self._size = 0
        if not pieces:
            return
        text = "".join(piece for piece, _ in pieces)
        watch = self._watch
        watch.records += text.count("\n") or 1
        watch.size += len(text)
        if watch.is_clean(text):
            return
        starts = [0]
        for piece, _ in pieces:
            starts.append(starts[-1] + len(piece))
        seen: set[int] = set()
        for finding in watch.redactor.find(text):
            start = text.rfind("\n", 0, finding.start) + 1
            if start in seen:
                continue
            seen.add(start)
            end = text.find("\n", finding.end)
            # The end of a secret: what came before it may be its name.
            call = pieces[bisect_right(starts, max(finding.start, finding.end - 1)) - 1][1]
            watch.text(self._exit, text[start : end if end >= 0 else None], call, but="there")


def observe(watch: Watch, patches: Patches) -> None:
    """Watch the streams of this process, as they are now."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and type(stream) is io.TextIOWrapper:
            written = _Written(name, watch)
            watch.put_off_until_flush(written.flush, written.drop, last=True)
            patches.replace(stream, "write", _keeping(written, watch))


def observe_pytest(watch: Watch, patches: Patches) -> None:
    """Watch the streams that pytest puts in their place, for the run and for single tests."""
    from _pytest import capture

    written = {name: _Written(name, watch) for name in ("stdout", "stderr")}
    for kept in written.values():
        watch.put_off_until_flush(kept.flush, kept.drop, last=True)

    def writing(original: Any) -> Any:
        @functools.wraps(original)
        def write(stream: Any, text: str) -> Any:
            if text.__class__ is str and not watch.is_looking():
                name = "stderr" if stream is sys.stderr else "stdout"
                written[name].add(text, call_here(sys._getframe(1)))  # noqa: SLF001
            return original(stream, text)

        return write

    def buffers(original: Any) -> Any:
        def buffer(stream: Any) -> Any:
            below = original.__get__(stream)
            caller = sys._getframe(1).f_globals.get("__name__")  # noqa: SLF001
            if caller == "_pytest.capture" or stream not in (sys.stdout, sys.stderr):
                return below  # pytest reads what it captured
            name = "stderr" if stream is sys.stderr else "stdout"
            return _Buffer(below, written[name], watch)

        return property(buffer)

    for kind in (capture.EncodedFile, capture.CaptureIO):
        patches.replace(kind, "write", writing)
        patches.replace(kind, "buffer", buffers)


class _Buffer:
    """The binary layer of a stream."""

    def __init__(self, below: Any, written: _Written, watch: Watch) -> None:
        self._below = below
        self._written = written
        self._watch = watch

    def write(self, data: Any, /) -> Any:
        if not self._watch.is_looking():
            call = call_here(sys._getframe(1))  # noqa: SLF001
            self._written.add(bytes(data).decode("utf-8", "replace"), call)
        return self._below.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)


def _keeping(written: _Written, watch: Watch) -> Any:
    def make(original: Any) -> Any:
        @functools.wraps(original)
        def write(text: str) -> Any:
            if text.__class__ is str and not watch.is_looking():
                call = call_here(sys._getframe(1))  # noqa: SLF001
                # pytest itself writes here too when it captures nothing.
                if call.file:
                    written.add(text, call)
            return original(text)

        return write

    return make

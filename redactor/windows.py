"""
Windows: a line too long to be looked at at once, in pieces that overlap.

Each window is looked at with what came before it and with what follows, so that a secret across an
edge is found; where the windows are depends on the line alone, not on how it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.markers import marker
from redactor.replace import StringState, is_number_byte, replace
from redactor.spans import union
from redactor.stats import placeholder

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.spans import Span
    from redactor.stats import Stats

__all__ = ["AHEAD", "CONTEXT", "WINDOW", "LongLine", "bounds_of_long_line", "longest_line"]

#: A line over ``WINDOW + AHEAD`` bytes is looked at in windows of this size.
WINDOW = 1 << 20
#: How far behind a window a finding that starts in it may end, in bytes.
AHEAD = 1 << 16
#: How much before a window its detectors see, in bytes.
CONTEXT = 1 << 12
#: Stands for the part of a line that is behind the context: no key, no digit, no white space.
_CUT = b"\0"
#: Longest number that a window is not cut in, in bytes.
_LONGEST_NUMBER = 64


def longest_line() -> int:
    """Return the size of the longest line that is looked at at once, in bytes."""
    return WINDOW + AHEAD


class LongLine:
    """
    Redacts long lines, one after the other.

    Attributes:
        inside: A line has been started and not ended.
    """

    def __init__(
        self, redactor: Redactor, engine: NativeEngine | ReferenceEngine, stats: Stats
    ) -> None:
        self._redactor = redactor
        self._engine = engine
        self._stats = stats
        self.inside = False
        self._context = b""  # what came before the next window
        self._strings = StringState(b"")  # where the line's strings are
        self._dropping = False  # a rule drops the rest of the line

    def start(self, line: bytes) -> tuple[bytes, bytes]:
        """
        Redact the full windows of the start of *line*, or of what goes on with a line.

        Returns:
            What becomes of them, and what is left: it is for the next call, or for ``end``.
        """
        out: list[bytes] = []
        at = 0
        while len(line) - at > WINDOW + AHEAD:
            if not self.inside:
                self.inside = True
                self._strings = StringState(line)
            emitted, cut = self._window(line[at : at + WINDOW + AHEAD], WINDOW)
            out.append(emitted)
            at += cut
        return b"".join(out), line[at:] if at else line

    def end(self, rest: bytes) -> bytes:
        """Redact the *rest* of the line, after which the next one may start."""
        out = self._window(rest, len(rest))[0] if rest else b""
        self.inside, self._context, self._dropping = False, b"", False
        return out

    def _window(self, piece: bytes, cut: int) -> tuple[bytes, int]:
        """Redact *piece* up to *cut*, or to the end of the finding there; return that place too."""
        before = len(self._context)
        data = self._context + piece
        if before == CONTEXT:
            # The context may start right at a key, which is no start of a line for all that.
            data = _CUT + data
            before += len(_CUT)
        try:
            spans, cut = self._in_window(data, before, cut)
            out = self._replace_window(data[: before + cut], before, spans)
        except Exception as error:  # noqa: BLE001  # C1: the window is withheld, never let out raw
            self._stats.withheld += 1
            out = placeholder(piece[:cut], error)
        self._strings.advance(piece[:cut])
        self._context = data[: before + cut][-CONTEXT:]
        return out, cut

    def _in_window(self, data: bytes, before: int, cut: int) -> tuple[list[Span], int]:
        """Find what starts in the window; move *cut* behind it, and out of numbers."""
        found = union(self._engine.find(data))
        stop = before + cut
        while True:
            spans = [
                (max(start, before), end, rule)
                for start, end, rule in found
                if end > before and start < stop
            ]
            moved = max(stop, spans[-1][1]) if spans else stop
            limit = min(len(data), moved + _LONGEST_NUMBER)
            while moved < limit and is_number_byte(data[moved - 1]) and is_number_byte(data[moved]):
                moved += 1
            if moved == stop:
                return spans, stop - before
            stop = moved

    def _replace_window(self, data: bytes, before: int, spans: list[Span]) -> bytes:
        """Return what becomes of a window that *before* bytes of context stand before."""
        actions = self._redactor.actions
        if self._dropping:
            return b""
        self._stats.count(spans, self._redactor.rule_id)
        for _, _, rule in spans:
            if rule in actions.dropped_records:
                # What was written of the line cannot be taken back: the rest of it goes.
                self._dropping = True
                self._stats.dropped += 1
                return marker(self._redactor.rule_id(rule)).encode()
        if not spans:
            return data[before:]
        return replace(
            data,
            spans,
            lambda span: actions.write(span[2], data[span[0] : span[1]]),
            low=before,
            state=self._strings,
        )


def bounds_of_long_line(data: bytes, at: int) -> tuple[int, int] | None:
    """Return the bounds of the first line from *at* on that needs windows, without its break."""
    while at < len(data):
        end = data.find(b"\n", at)
        if end < 0:
            return None
        if end - at > WINDOW + AHEAD:
            return at, end
        # All lines that end before this place are short: skip to the one that spans it.
        reach = data.rfind(b"\n", at, at + WINDOW + AHEAD) + 1
        at = max(reach, end + 1)
    return None

"""
The stream filter: log lines in pieces of any size in, redacted lines out.

The output is the same bytes for every way of cutting the input. Lines are looked at in blocks; a
line longer than a window is looked at in windows that overlap, so that memory stays bounded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from redactor.markers import marker
from redactor.replace import StringState, is_number_byte, replace
from redactor.spans import union

if TYPE_CHECKING:
    from redactor._redactor import Redactor
    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.spans import Span

__all__ = ["LineStream", "Stats"]

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
#: States of the engine in which what was held back goes on with an open finding.
_OPEN = (1, 2)


class Stats(msgspec.Struct):
    """
    What went through a stream. Holds counts only.

    Attributes:
        bytes_in: Bytes read.
        bytes_out: Bytes written.
        lines: Line breaks read.
        findings: Rule id to number of secrets replaced.
        dropped: Lines removed by the action ``drop-record``.
        withheld: Lines replaced by a placeholder because something failed.
    """

    bytes_in: int = 0
    bytes_out: int = 0
    lines: int = 0
    findings: Counter[str] = msgspec.field(default_factory=Counter)
    dropped: int = 0
    withheld: int = 0


class LineStream:
    """
    Redacts one stream. Not safe to share between threads.

    Call ``feed`` with each piece and write what it returns; call ``finish`` at the end.
    """

    def __init__(
        self,
        redactor: Redactor,
        engine: NativeEngine | ReferenceEngine,
        stats: Stats | None = None,
    ) -> None:
        self._redactor = redactor
        self._engine = engine
        self._native_block = getattr(engine, "redact_block", None)
        self.stats = stats if stats is not None else Stats()
        self._rest: list[bytes] = []  # pieces of a line whose end has not come yet
        self._rest_size = 0
        self._held = b""
        self._state = 0
        self._context = b""  # what came before in a line that is looked at in windows
        self._inside = False  # inside such a line
        self._strings = StringState(b"")  # where its strings are
        self._dropping = False  # a rule drops the rest of it

    def feed(self, piece: bytes) -> bytes:
        """
        Take the next piece of the stream.

        Returns:
            The redacted lines that are complete; possibly nothing.
        """
        stats = self.stats
        stats.bytes_in += len(piece)
        end = piece.rfind(b"\n") + 1
        if not end and self._rest_size + len(piece) <= WINDOW + AHEAD:
            self._rest.append(piece)
            self._rest_size += len(piece)
            return b""
        if self._rest:
            data = b"".join((*self._rest, piece))
            end += self._rest_size if end else 0
        else:
            data = piece
        self._rest, self._rest_size = [], 0
        out = self._complete(data[:end] if end < len(data) else data) if end else b""
        if end < len(data):
            rest = data[end:] if end else data
            emitted, rest = self._windows(rest)
            out += emitted
            self._rest, self._rest_size = [rest], len(rest)
        stats.bytes_out += len(out)
        return out

    def finish(self) -> bytes:
        """
        End the stream.

        Returns:
            What is left of it: a last line without a line break.
        """
        rest = b"".join(self._rest)
        self._rest, self._rest_size = [], 0
        out = self._line_end(rest) if self._inside else (self._block(rest) if rest else b"")
        out += self._held
        self._held, self._state = b"", 0
        self.stats.bytes_out += len(out)
        return out

    def _complete(self, data: bytes) -> bytes:
        """Redact whole lines; the first may be the end of a line looked at in windows."""
        self.stats.lines += data.count(b"\n")
        out: list[bytes] = []
        at = 0
        if self._inside:
            at = data.find(b"\n")
            emitted, rest = self._windows(data[:at])
            out += (emitted, self._line_end(rest))
        size = len(data)
        while at < size:
            # Only data of more than a window can hold a line that needs windows.
            long = _long_line(data, at) if size - at > WINDOW + AHEAD else None
            if long is None:
                out.append(self._block(data[at:] if at else data))
                break
            start, end = long
            if start > at:
                out.append(self._block(data[at:start]))
            emitted, rest = self._windows(data[start:end])
            out += (emitted, self._line_end(rest))
            at = end
        return out[0] if len(out) == 1 else b"".join(out)

    def _windows(self, line: bytes) -> tuple[bytes, bytes]:
        """Redact the full windows of the start of a line; return them and what is left."""
        out: list[bytes] = []
        at = 0
        while len(line) - at > WINDOW + AHEAD:
            if not self._inside:
                out.append(self._leave_block())
                self._inside = True
                self._strings = StringState(line)
            emitted, cut = self._window(line[at : at + WINDOW + AHEAD], WINDOW)
            out.append(emitted)
            at += cut
        return b"".join(out), line[at:] if at else line

    def _line_end(self, rest: bytes) -> bytes:
        out = self._window(rest, len(rest))[0] if rest else b""
        self._inside, self._context, self._dropping = False, b"", False
        return out

    def _leave_block(self) -> bytes:
        held, self._held, self._state = self._held, b"", 0
        return held

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
            self.stats.withheld += 1
            out = _placeholder(piece[:cut], error)
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
        self._count(spans, self.stats)
        for _, _, rule in spans:
            if rule in actions.dropped_records:
                # What was written of the line cannot be taken back: the rest of it goes.
                self._dropping = True
                self.stats.dropped += 1
                return marker(self._redactor.ruleset.sources[rule].id).encode()
        if not spans:
            return data[before:]
        return replace(
            data,
            spans,
            lambda span: actions.write(span[2], data[span[0] : span[1]]),
            low=before,
            state=self._strings,
        )

    def _block(self, data: bytes) -> bytes:
        """Redact whole lines of less than a window each."""
        try:
            return self._redacted_block(self._held + data if self._held else data)
        except Exception as error:  # noqa: BLE001  # C1: try the lines one by one, withhold the bad
            if data.find(b"\n") in (-1, len(data) - 1):
                return self._withheld_line(data, error)
        return b"".join(self._block(line) for line in _lines(data))

    def _redacted_block(self, data: bytes) -> bytes:
        """Redact what was held back and whole lines; where that fails, nothing has changed."""
        if self._native_block is not None:
            done = self._native_block(data, self._state, self._redactor.actions.constants)
            if done is not None:
                out, state, held, counts = done
                self._held = data[len(data) - held :] if held else b""
                self._state = state
                for rule, count in counts:
                    self.stats.findings[self._redactor.ruleset.sources[rule].id] += count
                return out  # type: ignore[no-any-return]  # bytes
        scan = self._engine.scan(data, self._state)
        shown = data[: len(data) - scan.held] if scan.held else data
        tally = Stats()
        out = shown
        if scan.spans:
            out = self._replace_lines(shown, union(scan.spans), tally)
        self._held = data[len(shown) :]
        self._state = scan.state
        self.stats.dropped += tally.dropped
        self.stats.findings.update(tally.findings)
        return out

    def _withheld_line(self, line: bytes, error: Exception) -> bytes:
        self.stats.withheld += 1
        end = b"\n" if line.endswith(b"\n") else b""
        held, self._held = self._held, b""
        if self._state in _OPEN:
            # The finding may go on behind the line that failed: its break is held back as before.
            self._held, end = end, b""
        return held + _placeholder(line.removesuffix(b"\n"), error) + end

    def _replace_lines(self, data: bytes, spans: list[Span], tally: Stats) -> bytes:
        """Replace *spans*; then redact each line that changed until nothing is found in it."""
        out: list[bytes] = []
        at = 0
        index = 0
        opened = self._state in _OPEN
        while index < len(spans):
            start, end, _ = spans[index]
            first = data.rfind(b"\n", 0, start) + 1
            last = index + 1
            while True:
                stop = data.find(b"\n", end)
                stop = len(data) if stop < 0 else stop
                if last < len(spans) and spans[last][0] < stop:
                    end = spans[last][1]
                    last += 1
                else:
                    break
            out.append(data[at:first])
            inside = [(a - first, b - first, rule) for a, b, rule in spans[index:last]]
            line = self._line(data[first:stop], inside, tally, continued=opened and start == 0)
            if line is None:
                stop = min(stop + 1, len(data))  # the line break goes with the line
            else:
                out.append(line)
            at = stop
            index = last
        out.append(data[at:])
        return b"".join(out)

    def _line(
        self, line: bytes, spans: list[Span], tally: Stats, *, continued: bool
    ) -> bytes | None:
        redactor = self._redactor
        # What goes on from the piece before has been counted there.
        self._count(spans[1:] if continued else spans, tally)
        dropped = redactor.actions.dropped_records
        if dropped and any(rule in dropped for _, _, rule in spans):
            tally.dropped += 1
            return None
        return redactor.data(redactor.replaced(line, spans, continued=continued))

    def _count(self, spans: list[Span], stats: Stats) -> None:
        sources = self._redactor.ruleset.sources
        for _, _, rule in spans:
            stats.findings[sources[rule].id] += 1


def _lines(data: bytes) -> list[bytes]:
    """Split *data* behind each line feed, and nowhere else."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _long_line(data: bytes, at: int) -> tuple[int, int] | None:
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


def _placeholder(line: bytes, error: Exception) -> bytes:
    """Return what stands for a line that could not be redacted: its size and the reason."""
    reason = type(error).__name__
    if line.lstrip()[:1] == b"{":
        return msgspec.json.encode(
            {
                "level": "error",
                "logger": "redactor",
                "message": "record withheld",
                "reason": reason,
                "bytes": len(line),
            }
        )
    return f"redactor: record withheld: {reason} ({len(line)} bytes)".encode()

"""
The stream filter: log lines in pieces of any size in, redacted lines out.

The output is the same bytes for every way of cutting the input. Lines are looked at in blocks; a
line longer than a window is looked at in windows that overlap, so that memory stays bounded.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from redactor import windows
from redactor.spans import OPEN_DOCUMENT, is_open, union
from redactor.stats import Stats, placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.actions.summary import Running
    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.spans import Scan, Span

__all__ = ["LineStream", "Stats"]


class _Document:
    """A document that goes on: what stands before it in its line, and what it sums up to."""

    __slots__ = ("before", "rule", "sum")

    def __init__(self, before: bytes, rule: int, running: Running) -> None:
        self.before = before
        self.rule = rule
        self.sum = running

    def copied(self) -> _Document:
        """Return another one, for a piece that may fail."""
        return _Document(self.before, self.rule, self.sum.copied())


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
        self._line_feeds: Callable[[bytes], int] = getattr(engine, "line_feeds", _line_feeds)
        self.stats = stats if stats is not None else Stats()
        self._rest: list[bytes] = []  # pieces of a line whose end has not come yet
        self._rest_size = 0
        self._held = b""
        self._state = 0
        #: A document that goes on behind what was fed, of which nothing has been let out.
        self._document: _Document | None = None
        self._lines_rule = redactor.ruleset.lines_rule
        self._long = windows.LongLine(redactor, engine, self.stats)

    def feed(self, piece: bytes) -> bytes:
        """
        Take the next piece of the stream.

        Returns:
            The redacted lines that are complete; possibly nothing.
        """
        stats = self.stats
        stats.bytes_in += len(piece)
        end = piece.rfind(b"\n") + 1
        if not end and self._rest_size + len(piece) <= windows.longest_line():
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
            emitted, rest = self._start_of_long_line(rest)
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
        out = self._long.end(rest) if self._long.inside else (self._block(rest) if rest else b"")
        out += self._ended_block()
        self.stats.bytes_out += len(out)
        return out

    def part(self, piece: bytes) -> bytes | None:
        """
        Take the next piece of the stream, and leave it to ``look`` and ``put`` to redact it.

        Returns:
            Its whole lines, for ``look``; ``None`` when the piece was not taken because it needs
            what comes before it: then it is for ``feed``, after the parts before were put.
        """
        end = piece.rfind(b"\n") + 1
        limit = windows.longest_line()
        if not end or self._native_block is None or self._long.inside or len(piece) - end > limit:
            return None
        data = b"".join((*self._rest, piece[:end])) if self._rest else piece[:end]
        if len(data) > limit and windows.bounds_of_long_line(data, 0) is not None:
            return None
        rest = piece[end:]
        self._rest, self._rest_size = [rest] if rest else [], len(rest)
        self.stats.bytes_in += len(piece)
        self.stats.lines += self._line_feeds(data)
        return data

    def look(self, lines: bytes) -> Any:
        """
        Redact *lines* as they are when no finding is open before them. Changes nothing.

        Safe to call from several threads at once, which then run at the same time.
        """
        try:
            return self._native_block(lines, 0, self._redactor.actions.constants)  # type: ignore[misc]  # part() has seen it
        except Exception:  # noqa: BLE001  # put() looks again, line by line
            return None

    def put(self, lines: bytes, looked: Any) -> bytes:
        """
        Put a part behind those before it.

        Args:
            lines: What ``part`` returned; the parts come in the order in which they were taken.
            looked: What ``look`` returned for it.

        Returns:
            The redacted lines that are complete.
        """
        if looked is None or self._state or self._held:
            out = self._block(lines)
        else:
            out = self._accept(lines, looked)
        self.stats.bytes_out += len(out)
        return out

    def _complete(self, data: bytes) -> bytes:
        """Redact whole lines; the first may be the end of a line looked at in windows."""
        self.stats.lines += self._line_feeds(data)
        out: list[bytes] = []
        at = 0
        if self._long.inside:
            at = data.find(b"\n")
            emitted, rest = self._start_of_long_line(data[:at])
            out += (emitted, self._long.end(rest))
        size = len(data)
        while at < size:
            # Only data of more than a window can hold a line that needs windows.
            long = (
                windows.bounds_of_long_line(data, at)
                if size - at > windows.longest_line()
                else None
            )
            if long is None:
                out.append(self._block(data[at:] if at else data))
                break
            start, end = long
            if start > at:
                out.append(self._block(data[at:start]))
            emitted, rest = self._start_of_long_line(data[start:end])
            out += (emitted, self._long.end(rest))
            at = end
        return out[0] if len(out) == 1 else b"".join(out)

    def _start_of_long_line(self, line: bytes) -> tuple[bytes, bytes]:
        inside = self._long.inside
        out, rest = self._long.start(line)
        if inside or not self._long.inside:
            return out, rest
        # A block that was open ends where a long line starts.
        return self._ended_block() + out, rest

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
        if self._native_block is not None and self._document is None:
            done = self._native_block(data, self._state, self._redactor.actions.constants)
            if done is not None:
                return self._accept(data, done)
        scan = self._engine.scan(data, self._state)
        shown = data[: len(data) - scan.held] if scan.held else data
        tally = Stats()
        out = shown
        document = None
        if scan.spans or self._document is not None:
            out, document = self._parts(shown, scan, tally)
        self._held = data[len(shown) :]
        self._document = document
        self._state = scan.state
        self.stats.dropped += tally.dropped
        self.stats.findings.update(tally.findings)
        return out

    def _accept(self, data: bytes, done: Any) -> bytes:
        out, state, held, counts = done
        self._held = data[len(data) - held :] if held else b""
        self._state = state
        for rule, count in counts:
            self.stats.findings[self._redactor.rule_id(rule)] += count
        return out  # type: ignore[no-any-return]  # bytes

    def _withheld_line(self, line: bytes, error: Exception) -> bytes:
        self.stats.withheld += 1
        end = b"\n" if line.endswith(b"\n") else b""
        state = self._state
        held = self._ended_block()
        if is_open(state):
            # The finding may go on behind the line that failed: its break is held back as before.
            self._held, self._state, end = end, state, b""
        return held + placeholder(line.removesuffix(b"\n"), error) + end

    def _parts(self, data: bytes, scan: Scan, tally: Stats) -> tuple[bytes, _Document | None]:
        """
        Redact *data*: documents over several lines as a whole, what is between them line by line.

        Returns:
            What becomes of it, and the document that goes on behind it.
        """
        rule = self._lines_rule
        documents = [span for span in scan.spans if span[2] == rule]
        spans = deque(union(span for span in scan.spans if span[2] != rule))
        opened = is_open(self._state)
        if rule is None or not (documents or self._document):
            out = self._replace_lines(data, list(spans), tally, opened=opened) if spans else data
            return out, None
        parts: list[bytes] = []
        at = 0
        document = self._document.copied() if self._document is not None else None
        if document is not None and not (documents and documents[0][0] == 0):
            # It ended with what was fed before.
            parts.append(self._summed_up(document, tally))
            document = None
            at = self._behind_break(data, 0, rule)
        for start, end, _ in documents:
            if document is None:
                first = data.rfind(b"\n", 0, start) + 1
                between = self._between(data, at, first, spans, tally, opened=opened and not at)
                parts.append(between)
                document = _Document(data[first:start], rule, self._redactor.actions.running(rule))
            document.sum.add(data[start:end])
            if end == len(data) and scan.state >= OPEN_DOCUMENT:
                return b"".join(parts), document
            parts.append(self._summed_up(document, tally))
            document = None
            at = self._behind_break(data, end, rule)
            opened = False
        parts.append(self._between(data, at, len(data), spans, tally, opened=opened and not at))
        return b"".join(parts), None

    def _between(
        self, data: bytes, low: int, high: int, spans: deque[Span], tally: Stats, *, opened: bool
    ) -> bytes:
        """Redact ``data[low:high]``, lines without a document, and use up their *spans*."""
        inside: list[Span] = []
        while spans and spans[0][0] < high:
            first, last, rule = spans.popleft()
            if first >= low and last <= high:
                inside.append((first - low, last - low, rule))
        return self._replace_lines(data[low:high], inside, tally, opened=opened)

    def _summed_up(self, document: _Document, tally: Stats) -> bytes:
        """Return the line that a document leaves: what stood before it, and its marker."""
        redactor = self._redactor
        tally.findings[redactor.rule_id(document.rule)] += 1
        if document.rule in redactor.actions.dropped_records:
            tally.dropped += 1
            return b""
        return redactor.data(document.before + document.sum.marker())

    def _behind_break(self, data: bytes, at: int, rule: int) -> int:
        """Return where to go on behind a document: its line break goes with a record dropped."""
        dropped = rule in self._redactor.actions.dropped_records
        return at + 1 if dropped and data[at : at + 1] == b"\n" else at

    def _ended_block(self) -> bytes:
        """End a block of lines that is open: return what was held back of it."""
        held, self._held, self._state = self._held, b"", 0
        document, self._document = self._document, None
        if document is None:
            return held
        tally = Stats()
        out = self._summed_up(document, tally)
        self.stats.dropped += tally.dropped
        self.stats.findings.update(tally.findings)
        return out + held[self._behind_break(held, 0, document.rule) :]

    def _replace_lines(
        self, data: bytes, spans: list[Span], tally: Stats, *, opened: bool
    ) -> bytes:
        """Replace *spans*; then redact each line that changed until nothing is found in it."""
        out: list[bytes] = []
        at = 0
        index = 0
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
        tally.count(spans[1:] if continued else spans, redactor.rule_id)
        dropped = redactor.actions.dropped_records
        if dropped and any(rule in dropped for _, _, rule in spans):
            tally.dropped += 1
            return None
        return redactor.data(redactor.replaced(line, spans, continued=continued))


def _line_feeds(data: bytes) -> int:
    return data.count(b"\n")


def _lines(data: bytes) -> list[bytes]:
    """Split *data* behind each line feed, and nowhere else."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines

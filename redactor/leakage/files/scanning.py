"""
Looking at one chunk: what is found becomes a hit; what is clean costs one pass of the engine.

Whatever is told of a hit is taken from the redacted text, never from the text itself.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from redactor.engines import make_engine
from redactor.leakage.files import journal, json_lines
from redactor.leakage.files.shapes import marker_places, shape_before, shape_of
from redactor.leakage.fingerprints import content_of, fingerprint_of
from redactor.leakage.report.visible import cut
from redactor.spans import is_open, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.leakage.files.chunks import Chunk
    from redactor.spans import Span

__all__ = ["Hit", "Scanned", "Scanner", "State"]

#: How much of a redacted record is shown, in characters, and how much of it before the marker.
_SAMPLE = 240
_LEAD = 100
_LONGEST_NAME = 120
#: Lines from the name of a form field to its value, and one for good measure.
_FIELD_LINES = 4
#: Stands where a record could not be redacted.
_WITHHELD = "[redacted:withheld]"


class State(NamedTuple):
    """
    What a stream's next chunk must know of those before.

    Attributes:
        engine: The state of the engine; 0 when nothing is open.
        held: Bytes that belong before the next chunk.
        covered: How many bytes at the start of the next chunk belong to what was found.
    """

    engine: int = 0
    held: bytes = b""
    covered: int = 0


class Hit(NamedTuple):
    """
    One secret in a chunk.

    Attributes:
        rule: Id of its rule.
        line: Line breaks before it, from the start of the chunk.
        content: As of ``Leak``.
        length: In characters.
        field: As of ``Leak``.
        logger: As of ``Leak``.
        sample: As of ``Leak``; empty where the same leak was seen before.
        fingerprint: As of ``Leak``; empty where the same leak was seen before.
    """

    rule: str
    line: int
    content: str
    length: int = 0
    field: str = ""
    logger: str = ""
    sample: str = ""
    fingerprint: str = ""


class Scanned(NamedTuple):
    """
    What a chunk holds.

    Attributes:
        hits: By place.
        lines: Line breaks in it.
        state: For the next chunk.
        open_bytes: Bytes at the end that must be looked at again with what comes after them.
        open_lines: Line breaks in them.
    """

    hits: tuple[Hit, ...]
    lines: int
    state: State
    open_bytes: int = 0
    open_lines: int = 0


_CLEAN = State()
_NOWHERE = deque([0])
#: The same few of them come again and again; what they are of is redacted.
_content_of = lru_cache(4096)(content_of)


class Scanner:
    """
    Looks at chunks. Safe to share between threads.

    Args:
        redactor: Its rules count, and its actions are to be those of the rules: a mask would show
            a part of the secret.
        seen: Says whether a leak of this rule, file and content has been told already.
    """

    def __init__(self, redactor: Redactor, seen: Callable[[str, str, str], bool]) -> None:
        self._redactor = redactor
        self._seen = seen
        self._fingerprint = fingerprint_of(redactor.policy)
        self._engine = make_engine(redactor.ruleset, redactor.engine)  # type: ignore[arg-type]  # its own name
        redactor.known.attach(self._engine)

    def scan(self, name: str, chunk: Chunk, state: State, *, exported: bool = False) -> Scanned:
        """
        Look at a chunk.

        Args:
            name: What the file is called in reports.
            chunk: The next one of the stream.
            state: What ``scan`` returned with the one before; for the first one, ``State()``.
            exported: It is an export of the journal.
        """
        data, before, after, window = chunk
        if window:
            return self._window(name, data, before, after, state)
        if state == _CLEAN:
            scan = self._engine.scan(data, 0)
            if not scan.spans and not scan.state and not scan.held:
                # What a line holds decides alone: the start of the next one changed nothing.
                return Scanned((), data.count(b"\n"), _CLEAN)
        if after or state.held:
            data = state.held + data[: len(data) - after]
        scan = self._engine.scan(data, state.engine)
        shown = len(data) - scan.held
        lines = data.count(b"\n", 0, shown)
        next_state = State(scan.state, data[shown:]) if scan.state or scan.held else _CLEAN
        # A line that is not whole can be the one in the middle of a key that is being written.
        cut_off = not data.endswith(b"\n") and bool(scan.spans) and scan.spans[-1][1] == len(data)
        opened = (0, 0)
        if next_state != _CLEAN or cut_off:
            open_at = _open_at(data, scan.spans)
            opened = (len(data) - open_at, data.count(b"\n", open_at, shown))
        if not scan.spans:
            return Scanned((), lines, next_state, *opened)
        spans = union(scan.spans)
        # What goes on from the chunk before has been told there.
        told = int(is_open(state.engine) and spans[0][0] == 0)
        hits = self._hits(name, data, spans, told=told, exported=exported)
        return Scanned(tuple(hits), lines, next_state, *opened)

    def _window(self, name: str, data: bytes, before: int, after: int, state: State) -> Scanned:
        stop = len(data) - after
        low = before + state.covered
        spans = [span for span in union(self._engine.find(data)) if low <= span[0] < stop]
        covered = max((end - stop for _, end, _ in spans), default=0)
        lines = data.count(b"\n", before, stop)
        hits = self._hits(name, data, spans, told=0, exported=False)
        return Scanned(tuple(hits), lines, State(covered=max(0, covered)))

    def _hits(
        self, name: str, data: bytes, spans: list[Span], *, told: int, exported: bool
    ) -> list[Hit]:
        """Return the hits of *spans*, the first *told* of which only hide what they cover."""
        hits: list[Hit] = []
        entry: journal.Entry | None = None
        index = at = line = 0
        while index < len(spans):
            start, end, _ = spans[index]
            first = data.rfind(b"\n", 0, start) + 1
            line += data.count(b"\n", at, first)
            at = first
            last = index + 1
            # All that is found on the same lines is redacted at once.
            stop = _line_end(data, end)
            while last < len(spans) and spans[last][0] < stop:
                if spans[last][1] > stop:
                    stop = _line_end(data, spans[last][1])
                last += 1
            record = data[first:stop]
            inside = [(a - first, b - first, rule) for a, b, rule in spans[index:last]]
            if exported and (entry is None or start >= entry.end):
                entry = journal.Entry(data, start)
            in_record = self._in_record(name, record, inside, line, first, entry)
            hits += in_record[told:] if index == 0 else in_record
            index = last
        return hits

    def _in_record(
        self,
        name: str,
        record: bytes,
        spans: list[Span],
        line: int,
        first: int,
        entry: journal.Entry | None,
    ) -> list[Hit]:
        redacted = self._redacted(record, spans)
        told = None
        logger = ""
        fields = [""] * len(spans)
        if entry is not None:
            logger = self._name(entry.logger)
            fields = [entry.field_at(first + start) for start, _, _ in spans]
        elif found := json_lines.record_in(record):
            low, text = found
            told = json_lines.told_by(redacted[redacted.find("{") :])
            if told is not None:
                logger = self._name(told.logger)
                fields = json_lines.fields_at(text, [start - low for start, _, _ in spans])
        places = marker_places(redacted)
        hits: list[Hit] = []
        at = 0
        for (start, end, rule), in_field in zip(spans, fields, strict=True):
            line += record.count(b"\n", at, start)
            at = start
            identifier = self._redactor.rule_id(rule)
            field = self._name(in_field)
            mine = places.get(identifier, _NOWHERE)
            place = mine.popleft() if len(mine) > 1 else mine[0]
            shape = shape_before(redacted, place)
            if told is not None and in_field not in told.message_fields:
                # Of a record, what does not change is its form and its message.
                shape = shape_of(told.message)
            content = _content_of(f"{logger}\n{field}\n{shape}")
            sample = fingerprint = ""
            if not self._seen(identifier, name, content):
                sample = _sample(redacted, place)
                fingerprint = self._fingerprint.of(identifier, record[start:end])
            length = len(record[start:end].decode("utf-8", "replace"))
            hits.append(Hit(identifier, line, content, length, field, logger, sample, fingerprint))
        return hits

    def _name(self, text: str) -> str:
        """Return a name that comes from a log, without the secret that it may be."""
        return cut(self._redactor.text(text), _LONGEST_NAME) if text else ""

    def _redacted(self, record: bytes, spans: list[Span]) -> str:
        try:
            redacted = self._redactor.data(self._redactor.replaced(record, spans))
        except Exception:  # noqa: BLE001  # whatever failed, the raw text is not shown
            return _WITHHELD
        return redacted.decode("utf-8", "replace")


def _line_end(data: bytes, at: int) -> int:
    stop = data.find(b"\n", at)
    return stop if stop >= 0 else len(data)


def _open_at(data: bytes, spans: list[Span]) -> int:
    """Return the start of the line with which a block or a form field starts that is still open."""
    last = spans[-1] if spans else (0, 0, 0)
    if last[1] >= len(data) - 2:
        return data.rfind(b"\n", 0, last[0]) + 1
    at = len(data)
    for _ in range(_FIELD_LINES):
        at = data.rfind(b"\n", 0, max(0, at - 1)) + 1
    return at


def _sample(redacted: str, place: int) -> str:
    """Return the part of a redacted record that shows the marker at *place*, on one line."""
    low = max(0, place - _LEAD)
    shown = " ".join(redacted[low : low + 2 * _SAMPLE].split())
    return cut(f"…{shown}" if low else shown, _SAMPLE)

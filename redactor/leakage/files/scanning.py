"""
Looking at one chunk: what is found becomes a hit; what is clean costs one pass of the engine.

Whatever is told of a hit is taken from the redacted text, never from the text itself.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from redactor.engines import make_engine
from redactor.leakage.files import journal, json_lines
from redactor.leakage.files.shapes import all_markers, marker_places, shape_before, shape_of
from redactor.leakage.fingerprints import content_of, fingerprint_of
from redactor.leakage.report.visible import cut
from redactor.spans import is_open, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.actions import Fingerprint
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
        times: How often it is in the chunk; the others are further down.
    """

    rule: str
    line: int
    content: str
    length: int = 0
    field: str = ""
    logger: str = ""
    sample: str = ""
    fingerprint: str = ""
    times: int = 1


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
#: Secrets of a chunk from which on it is redacted at once, not each record by itself.
_MANY = 16
_decode = msgspec.json.Decoder().decode
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
        # The same few come again and again.
        self._name = lru_cache(1024)(self._name_of)

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
        return Scanned(hits, lines, next_state, *opened)

    def _window(self, name: str, data: bytes, before: int, after: int, state: State) -> Scanned:
        stop = len(data) - after
        low = before + state.covered
        spans = [span for span in union(self._engine.find(data)) if low <= span[0] < stop]
        covered = max((end - stop for _, end, _ in spans), default=0)
        lines = data.count(b"\n", before, stop)
        hits = self._hits(name, data, spans, told=0, exported=False)
        return Scanned(hits, lines, State(covered=max(0, covered)))

    def _hits(
        self, name: str, data: bytes, spans: list[Span], *, told: int, exported: bool
    ) -> tuple[Hit, ...]:
        """Return the hits of *spans*, the first *told* of which only hide what they cover."""
        hits = _Hits(name, self._seen, self._fingerprint)
        entry: journal.Entry | None = None
        redacted = self._lines(data) if len(spans) >= _MANY and not exported else None
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
            skip = told if index == 0 else 0
            if (
                redacted is None
                or skip
                or not self._usual(hits, record, redacted[line], inside, line)
            ):
                self._in_record(hits, record, inside, line, first, entry, skip)
            index = last
        return hits.all()

    def _lines(self, data: bytes) -> list[bytes] | None:
        """Return the lines of *data*, redacted at once, where they are as many as before."""
        try:
            lines = self._redactor.lines(data).split(b"\n")
        except Exception:  # noqa: BLE001  # each record is tried by itself
            return None
        return lines if len(lines) == data.count(b"\n") + 1 else None

    def _usual(
        self, hits: _Hits, record: bytes, redacted: bytes, spans: list[Span], line: int
    ) -> bool:
        """
        Add the hits of the usual record: one line of JSON with secrets in some of its values.

        Returns:
            Whether it is one. ``_in_record`` says the same of it, and takes five times as long.
        """
        found = json_lines.record_in(redacted) if b"\n" not in record else None
        if found is None:
            return False
        try:
            content: Any = _decode(found[1])
        except (ValueError, RecursionError):
            return False
        rules = [self._redactor.rule_id(rule) for _, _, rule in spans]
        marked = json_lines.marked_fields(content)
        if rules != [rule for _, rule in marked]:
            return False
        told = json_lines.told_of(content)
        logger = self._name(told.logger)
        text = redacted.decode("utf-8", "replace")
        places: list[int] = []
        for number, ((in_field, rule), span) in enumerate(zip(marked, spans, strict=True)):
            field = self._name(in_field)
            if in_field in told.message_fields:
                places = places or all_markers(text)
                shape = shape_before(text, places[number])
            else:
                shape = shape_of(told.message)
            content_ = _content_of(f"{logger}\n{field}\n{shape}")
            if not hits.again(rule, content_):
                places = places or all_markers(text)
                secret = record[span[0] : span[1]]
                hit = Hit(rule, line, content_, field=field, logger=logger)
                hits.add(hit, secret, text, places[number])
        return True

    def _in_record(
        self,
        hits: _Hits,
        record: bytes,
        spans: list[Span],
        line: int,
        first: int,
        entry: journal.Entry | None,
        skip: int,
    ) -> None:
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
        at = 0
        for number, ((start, end, rule), in_field) in enumerate(zip(spans, fields, strict=True)):
            line += record.count(b"\n", at, start)
            at = start
            identifier = self._redactor.rule_id(rule)
            field = self._name(in_field)
            mine = places.get(identifier, _NOWHERE)
            place = mine.popleft() if len(mine) > 1 else mine[0]
            if number < skip:
                continue
            shape = shape_before(redacted, place)
            if told is not None and in_field not in told.message_fields:
                # Of a record, what does not change is its form and its message.
                shape = shape_of(told.message)
            content = _content_of(f"{logger}\n{field}\n{shape}")
            if not hits.again(identifier, content):
                hit = Hit(identifier, line, content, field=field, logger=logger)
                hits.add(hit, record[start:end], redacted, place)

    def _name_of(self, text: str) -> str:
        """Return a name that comes from a log, without the secret that it may be."""
        return cut(self._redactor.text(text), _LONGEST_NAME) if text else ""

    def _redacted(self, record: bytes, spans: list[Span]) -> str:
        try:
            redacted = self._redactor.data(self._redactor.replaced(record, spans))
        except Exception:  # noqa: BLE001  # whatever failed, the raw text is not shown
            return _WITHHELD
        return redacted.decode("utf-8", "replace")


class _Hits:
    """
    The hits of one chunk, folded: the same leak once, at its first line.

    Args:
        name: Of the file.
        seen: As for ``Scanner``.
        fingerprint: Of secrets.
    """

    def __init__(
        self, name: str, seen: Callable[[str, str, str], bool], fingerprint: Fingerprint
    ) -> None:
        self._name = name
        self._seen = seen
        self._fingerprint = fingerprint
        self._first: dict[tuple[str, str], Hit] = {}
        self._count: dict[tuple[str, str], int] = {}

    def again(self, rule: str, content: str) -> bool:
        """Count such a hit, where the chunk has one already; say whether it has."""
        key = (rule, content)
        if key not in self._first:
            return False
        self._count[key] += 1
        return True

    def add(self, hit: Hit, secret: bytes, redacted: str, place: int) -> None:
        """Add the first hit of its kind, with what a report needs if no chunk before had it."""
        if not self._seen(hit.rule, self._name, hit.content):
            hit = hit._replace(
                length=len(secret.decode("utf-8", "replace")),
                sample=_sample(redacted, place),
                fingerprint=self._fingerprint.of(hit.rule, secret),
            )
        self._first[hit.rule, hit.content] = hit
        self._count[hit.rule, hit.content] = 1

    def all(self) -> tuple[Hit, ...]:
        """Return the hits by their first place."""
        return tuple(hit._replace(times=self._count[key]) for key, hit in self._first.items())


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

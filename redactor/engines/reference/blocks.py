"""
Secrets over several lines: private keys in armour, multipart form fields, and documents.

Private keys (PEM of RFC 7468, OpenPGP of RFC 9580, PuTTY) are one finding from ``BEGIN`` to
``END``, or to the last body line when the end is missing. A field of a multipart form (RFC 7578)
has its name on one line and its value two lines further, and a value in YAML may be any number of
lines below its name (``scalars``). A document that is written line by line into a stream is one
finding from its first line to its last.

The machine goes line by line with one small number of state, so that a stream needs neither
look-ahead nor memory: what the state was at the end of one piece is what it is at the start of the
next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.engines.reference import document_lines, scalars
from redactor.engines.reference.cards import cards_in, names_card
from redactor.engines.reference.fields import MARK, escaped_fields
from redactor.engines.reference.following import (
    MOST_RULES,
    ends_with_arrow,
    heading,
    key_text,
    line_before,
    name_alone,
    typed_line,
    value_separator,
)
from redactor.engines.reference.judge import value_is_secret
from redactor.engines.reference.names import names_of
from redactor.engines.reference.pairs import behind_separator, named_before
from redactor.engines.reference.reader import Memory, Reader
from redactor.packs.compiled import PairRule
from redactor.spans import OPEN_DOCUMENT, is_open

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.ruleset import Ruleset
    from redactor.spans import Span

__all__ = ["BODY", "CLOSED", "FRESH", "MARKS", "RECORDS", "Blocks", "blocks_in", "outer_of"]

#: States: no block; the line of ``BEGIN`` was the last one; inside a body whose lines stand alone;
#: inside a body whose lines stand in records of their own. From ``FIELD`` on, for the rules packed
#: in ``(state - FIELD) // 8``: a form field, in its headers (0) or before its value (1), or a value
#: on the line behind its name, with the key ``value`` (2) or a type (3); and 4 where the name is
#: that of a card number.
CLOSED, FRESH, BODY, RECORDS, FIELD = 0, 1, 2, 3, 4
_KINDS = 8
_VALUE, _SIBLING, _TYPED, _CARD = 1, 2, 3, 4
#: From here on: a document; behind it its kind, and eight times the number of its lines.
DOCUMENT = OPEN_DOCUMENT

#: What a text has where a key or a field starts.
MARKS = (b"-----BEGIN ", b"Private-Lines: ", MARK)
_BEGIN = regex.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-Lines: \d{1,4}"
)
_END = regex.compile(rb"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
#: Key material behind ``BEGIN`` on the same line, with escaped line breaks.
_INLINE = regex.compile(rb"(?:\\{1,8}[nrt][A-Za-z0-9+/=]*+| ?[A-Za-z0-9+/=]{20,}+)*+")
_BLANK = regex.compile(rb"[ \t]{0,64}\r?")
_BODY_LINE = regex.compile(
    rb"[ \t]{0,64}(?:[A-Za-z0-9+/=]{1,128}"
    rb"|(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID): [^\n]{0,200})[ \t]{0,64}\r?"
)
#: Key material somewhere in a record.
_MATERIAL = regex.compile(rb"[A-Za-z0-9+/]{40,128}={0,2}|[A-Za-z0-9+/]{6,127}={1,2}")
_FIELD_NAME = regex.compile(rb'form-data; name="([^"\r\n]{1,64})"[ \t]{0,8}\r?')
_FIELD_HEADER = regex.compile(rb"Content-[A-Za-z\-]{2,30}: [^\n]{0,200}")


class Blocks(NamedTuple):
    """
    What the machine found.

    Attributes:
        spans: Findings, in bytes.
        state: The state at the end.
        held: How many bytes at the end a stream must hold back: the line break and the blank line
            behind an open body, which belong to the finding if the body goes on.
    """

    spans: list[Span]
    state: int
    held: int


def blocks_in(
    data: bytes,
    state: int,
    ruleset: Ruleset,
    lines_rule: int | None,
    *,
    marked: bool = True,
    lines: bool = False,
) -> Blocks:
    """
    Find the blocks of *data*, which is whole lines, starting from *state*.

    One of ``MARKS`` is in it only if it is *marked*. With *lines* it is a piece of a stream: the
    state at the end says as well whether the next line holds a value whose name is on the last one.

    With *state* ``FRESH`` or ``BODY`` the data starts with what was held back, and a span that
    starts at 0 continues the finding before it. Documents are those of the rule *lines_rule*.
    """
    hopeless = (
        state == CLOSED
        and not marked
        and (not ruleset.names or b"\n" not in data or not scalars.SIGN.search(data))
        and (lines_rule is None or not document_lines.SIGN.search(data))
    )
    blocks = Blocks([], CLOSED, 0)
    if not hopeless:
        blocks = _Machine(data, state, ruleset, lines_rule).run()
    if lines and blocks.state == CLOSED and ruleset.names:
        return blocks._replace(state=_state_behind(data, ruleset))
    return blocks


def outer_of(state: int) -> bytes:
    """Return a card word where the first line holds the value of a name with one above it."""
    kind = (state - FIELD) % _KINDS if FIELD <= state < scalars.SCALAR else 0
    if scalars.names_card_above(state):
        return b"card"
    return b"card" if kind in (_SIBLING + _CARD, _TYPED + _CARD) else b""


def _state_behind(data: bytes, ruleset: Ruleset) -> int:
    """Return the state behind the last line of *data*, if that is whole."""
    low, high = line_before(data, len(data))
    if not data.endswith(b"\n"):
        return CLOSED
    arrow = ends_with_arrow(data, low, high)
    if arrow:
        rules = named_before(data, low, arrow - 2, high, ruleset)
        return _state_of(rules, key_text(data, low, arrow - 2), _TYPED, ruleset)
    found = heading(data, low, high)
    if found:  # with rules, it has a state already
        return _state_of((), found[0], _SIBLING, ruleset)
    name = name_alone(data, low, high)
    return _state_of(names_of(name, ruleset), name, _SIBLING, ruleset)


def _state_of(rules: tuple[PairRule, ...], name: bytes, kind: int, ruleset: Ruleset) -> int:
    if ruleset.card_rule is not None and names_card(name):
        kind += _CARD
    elif not rules:
        return CLOSED
    packed = 0
    for rule in reversed(rules[:MOST_RULES]):
        packed = packed * (len(ruleset.rules) + 1) + rule.index + 1
    return FIELD + _KINDS * packed + kind


def _unpacked(packed: int, ruleset: Ruleset) -> Iterator[PairRule]:
    while packed:
        packed, index = divmod(packed, len(ruleset.rules) + 1)
        rule = ruleset.rules[index - 1] if index else None
        if isinstance(rule, PairRule):
            yield rule


class _Machine:
    def __init__(self, data: bytes, state: int, ruleset: Ruleset, lines_rule: int | None) -> None:
        self.data = data
        self.state = state
        self.ruleset = ruleset
        self.key_rule = -1 if ruleset.block_rule is None else ruleset.block_rule
        self.lines_rule = lines_rule
        self.spans: list[Span] = []
        self.first = 0  # where the open finding starts
        self.last = 0  # where it ends so far
        self.blanks = 0

    def run(self) -> Blocks:
        data = self.data
        size = len(data)
        at = 0
        # The rest of a line whose break was held back is no line of its own.
        if is_open(self.state):
            at = data.find(b"\n") + 1
        while at < size:
            end = data.find(b"\n", at)
            if end < 0:
                end = size
            self._line(at, end)
            at = end + 1
        held = 0
        if is_open(self.state):
            held = size - self.last
            self._close()
        return Blocks(self.spans, self.state, held)

    def _close(self) -> None:
        rule = self.key_rule if self.state < DOCUMENT else self.lines_rule
        if self.last > self.first and rule is not None:
            self.spans.append((self.first, self.last, rule))

    def _line(self, at: int, end: int) -> None:
        if self.state >= DOCUMENT:
            self._document_line(at, end)
        elif self.state >= scalars.SCALAR:
            self._scalar_line(at, end)
        elif self.state >= FIELD:
            self._field_line(at, end)
        elif self.state == RECORDS:
            self._record_line(at, end)
        elif self.state != CLOSED:
            self._body_line(at, end)
        else:
            self._outside_line(at, end)
            if self.state == CLOSED and self.lines_rule is not None:
                self._open_document(at, end)

    def _open_document(self, at: int, end: int) -> None:
        opened = document_lines.opening(self.data[at:end])
        if opened is not None:
            kind, start = opened
            self.state, self.first, self.last = DOCUMENT + kind + _KINDS, at + start, end

    def _document_line(self, at: int, end: int) -> None:
        line = self.data[at:end]
        count, kind = divmod(self.state - DOCUMENT, _KINDS)
        if count >= document_lines.LONGEST or not document_lines.goes_on(line, kind):
            self._close()
            self.state = CLOSED
            self._line(at, end)
            return
        self.last = end
        self.state += _KINDS
        if document_lines.closes(line, kind):
            self._close()
            self.state = CLOSED

    def _outside_line(self, at: int, end: int) -> None:
        data = self.data
        while self.key_rule >= 0:
            begin = _BEGIN.search(data, at, end)
            if begin is None:
                break
            closing = _END.search(data, begin.end(), end)
            if closing is None:
                self._open(begin.start(), begin.end(), end)
                return
            self.spans.append((begin.start(), closing.end(), self.key_rule))
            at = closing.end()
        if self.ruleset.names:
            field = _FIELD_NAME.search(data, at, end)
            if field and field.end() == end:
                rules = names_of(field[1], self.ruleset)
                self.state = _state_of(rules, field[1], 0, self.ruleset)
            else:
                self.spans.extend(escaped_fields(data, at, end, self.ruleset))
                self.state = scalars.opening(data, at, end, self.ruleset)

    def _scalar_line(self, at: int, end: int) -> None:
        found = scalars.line_of(self.data, at, end, self.state, self.ruleset)
        self.state = CLOSED
        if found is None:
            self._line(at, end)
            return
        state, span = found
        opened = self._opened_in(at, end)
        if span is not None:
            first, last, rule = span
            last = self.first if opened == FRESH else last
            self.spans.extend([(first, last, rule)] if first < last else [])
        # A key in armour has a state of its own, which goes before; so have other values, unless
        # all is gone here.
        if opened == CLOSED or (opened >= FIELD and state % 2):
            self.state = state

    def _opened_in(self, at: int, end: int) -> int:
        self._outside_line(at, end)
        return self.state

    def _open(self, start: int, at: int, end: int) -> None:
        inline = _INLINE.match(self.data, at, end)
        last = inline.end() if inline else at
        if _BLANK.fullmatch(self.data, last, end):
            self.state, self.first, self.last, self.blanks = FRESH, start, last, 0
        else:
            self.state = RECORDS
            self.spans.append((start, last, self.key_rule))

    def _body_line(self, at: int, end: int) -> None:
        data = self.data
        closing = _END.search(data, at, end)
        if closing and _BLANK.fullmatch(data, at, closing.start()):
            self.last = closing.end()
            self._close()
            self.state = CLOSED
            self._outside_line(closing.end(), end)
            return
        if _BLANK.fullmatch(data, at, end):
            self.blanks += 1
            if self.blanks == 1:
                return
        elif _BODY_LINE.fullmatch(data, at, end):
            self.state, self.last, self.blanks = BODY, end, 0
            return
        self._close()
        fresh = self.state == FRESH
        self.state = CLOSED
        if fresh and (closing or _MATERIAL.search(data, at, end)):
            self.state = RECORDS
        self._line(at, end)

    def _record_line(self, at: int, end: int) -> None:
        data = self.data
        closing = _END.search(data, at, end)
        if closing:
            self.state = CLOSED
            self.spans.append((*closing.span(), self.key_rule))
            self._outside_line(closing.end(), end)
            return
        found = False
        for material in _MATERIAL.finditer(data, at, end):
            self.spans.append((*material.span(), self.key_rule))
            found = True
        if not found:
            self.state = CLOSED
            self._outside_line(at, end)

    def _field_line(self, at: int, end: int) -> None:
        data = self.data
        packed, kind = divmod(self.state - FIELD, _KINDS)
        card = self.ruleset.card_rule
        if kind == _VALUE + _CARD and card is not None:
            self.spans.extend((*span, card) for span in cards_in(data, at, end, b"card"))
        kind &= ~_CARD
        if kind in (_SIBLING, _TYPED):
            self.state = CLOSED
            self._value_line(at, end, packed, kind)
            self._line(at, end)
            return
        if kind == _VALUE:
            self.state = CLOSED
            stop = end - 1 if end > at and data[end - 1] == 0x0D else end
            for rule in _unpacked(packed, self.ruleset):
                span = value_is_secret(data, at, stop, rule)
                if span is not None:
                    self.spans.append((*span, rule.index))
                    return
            return
        if _BLANK.fullmatch(data, at, end):
            self.state += 1
        elif not _FIELD_HEADER.match(data, at, end):
            self.state = CLOSED
            self._outside_line(at, end)

    def _value_line(self, at: int, end: int, packed: int, kind: int) -> None:
        data = self.data
        found = value_separator(data, at, end) if kind == _SIBLING else None
        typed = typed_line(data, at) if kind == _TYPED else None
        for rule in _unpacked(packed, self.ruleset):
            spans: list[tuple[int, int]] = []
            if typed is not None:
                span = value_is_secret(data, *typed, rule)
                spans = [span] if span else []
            elif found is not None:
                key, separator = found
                after = separator + 1
                reader = Reader(data, at, end, rule, key, after, Memory())
                spans = list(reader.read(behind_separator(data, separator, after, end)))
            if spans:
                self.spans.extend((*span, rule.index) for span in spans)
                return

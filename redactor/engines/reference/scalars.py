"""
Values that stand in the lines below their name, further to the right, as in YAML.

``password: |`` and a text of any number of lines below it, and ``password:`` with its value alone
in the next line, or with one value in each item of a list. A line is part of the value when it is
indented deeper than the name. What a stream must know from one line to the next is in one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.bytesets import SPACES
from redactor.engines.reference.cards import names_card
from redactor.engines.reference.cells import is_word
from redactor.engines.reference.following import (
    MOST_RULES,
    ends_with_arrow,
    heading,
    name_above,
    name_alone,
    typed_line,
    value_separator,
)
from redactor.engines.reference.judge import value_is_secret
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, QUOTES, back_over
from redactor.engines.reference.names import names_of
from redactor.engines.reference.quoting import bare_start
from redactor.markers import OPENING
from redactor.packs.compiled import PairRule
from redactor.spans import OPEN_DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.engines.reference.reader import Memory
    from redactor.packs.ruleset import Ruleset

__all__ = ["SCALAR", "SIGN", "Scalar", "escaped_lines", "line_of", "names_card_above", "opening"]

#: States from here on, up to those of documents, are those of a value that goes on.
SCALAR = OPEN_DOCUMENT >> 1
#: What a text with such a value has in it: a line with nothing but the name and its colon.
SIGN = regex.compile(
    rb"(?m)^[ \t\-]*+[\"'`]?[A-Za-z0-9_.\-$@]++[\"'`]?:"
    rb"[ \t]{0,8}(?:[ \t][|>][+\-0-9]{0,2}[ \t]{0,8})?\r?\n"
)

#: The same from the colon on, where the line break is written as an escape.
_ESCAPED = regex.compile(
    rb":[ \t]{0,8}(?:[ \t]([|>])[+\-0-9]{0,2}[ \t]{0,8})?(?:\\{1,8}r)?(\\{1,8})n"
)
#: What may end such a line, or the string that it is in.
_ENDS = regex.compile(rb"\\++[nr\"']?|[\"']")
_NAMED = regex.compile(rb"(?::|[|>][+\-0-9]{0,2})$")
_BEHIND_STRING = frozenset(b",)}]")
#: Lines below a name that are looked at.
_LINES = 256
#: How far to the right a name may stand.
_INDENTED = 64
#: States of the same place.
_FLAGS = 16
_INDENT = frozenset(b" \t-")
#: What starts something other than a plain value.
_OTHER = frozenset(b"{[]},&*!#|>%@?:\"'`")
_MAPPING = regex.compile(rb"[A-Za-z_][A-Za-z0-9_.\-]*(?:[=:][^=]|:$)")


class Scalar(NamedTuple):
    """
    A value that goes on.

    Attributes:
        rules: The rules of its name.
        indent: How far to the right its name stands.
        left: How many lines may follow.
        block: It is a text of lines, introduced by ``|`` or ``>``; else a value or list of them.
        sure: A line of it was a secret, so all lines that follow are.
        card: The last line names a card number.
        named: The last line names a value that may be on the next one.
    """

    rules: tuple[PairRule, ...]
    indent: int
    left: int
    block: bool
    sure: bool = False
    card: bool = False
    named: bool = False

    def state(self, ruleset: Ruleset) -> int:
        """Return the number that stands for it."""
        packed = 0
        for rule in reversed(self.rules):
            packed = packed * (len(ruleset.rules) + 1) + rule.index + 1
        packed = (packed * (_LINES + 1) + self.left) * (_INDENTED + 1) + self.indent
        flags = self.sure + 2 * self.block + 4 * self.card + 8 * self.named
        return SCALAR + _FLAGS * packed + flags


def _of_state(state: int, ruleset: Ruleset) -> Scalar:
    packed, flags = divmod(state - SCALAR, _FLAGS)
    packed, indent = divmod(packed, _INDENTED + 1)
    packed, left = divmod(packed, _LINES + 1)
    rules: list[PairRule] = []
    while packed:
        packed, index = divmod(packed, len(ruleset.rules) + 1)
        rule = ruleset.rules[index - 1] if index else None
        if isinstance(rule, PairRule):
            rules.append(rule)
    sure, block, card, named = (bool(flags & 1 << place) for place in range(4))
    return Scalar(tuple(rules), indent, left, block, sure, card, named)


def names_card_above(state: int) -> bool:
    """Say whether the line before the first one names a card number."""
    return SCALAR <= state < OPEN_DOCUMENT and bool((state - SCALAR) & 4)


def opening(data: bytes, low: int, high: int, ruleset: Ruleset) -> int:
    """Return the state behind a line that is nothing but ``password: |`` or ``password:``, or 0."""
    found = heading(data, low, high)
    rules = names_of(found[0], ruleset)[: _most_rules(ruleset)] if found else ()
    if found is None or not rules:
        return 0
    name, indent, block = found
    scalar = Scalar(rules, indent, _LINES, block=block, card=names_card(name))
    return scalar.state(ruleset)


def _most_rules(ruleset: Ruleset) -> int:
    """Return how many rules of a name a state has room for: it is no state of a document's."""
    room = (OPEN_DOCUMENT - SCALAR) // (_FLAGS * (_LINES + 1) * (_INDENTED + 1))
    most = MOST_RULES
    while most > 1 and (len(ruleset.rules) + 1) ** most > room:
        most -= 1
    return most


def line_of(
    data: bytes, low: int, high: int, state: int, ruleset: Ruleset
) -> tuple[int, tuple[int, int, int] | None] | None:
    """
    Look at the line behind *state*.

    Returns:
        The state behind it, 0 where the value ends, and the finding, if there is one; ``None``
        when the line is no part of the value.
    """
    scalar = _of_state(state, ruleset)
    content = _content(data, low, high, scalar)
    if content is not None:
        scalar, span, goes_on = content
        return _behind(data, low, high, scalar, ruleset) if goes_on else 0, span
    # All of a text is gone, so what its last line was about is not looked up.
    if scalar.named and (value_separator(data, low, high) or typed_line(data, low)):
        start, stop = _bounds(data, low, high)
        return 0, (start, stop, scalar.rules[0].index)
    return None


def _bounds(data: bytes, low: int, high: int) -> tuple[int, int]:
    """Return the bounds of what stands in a line, without the space around it."""
    stop = high - 1 if high > low and data[high - 1] == 0x0D else high
    stop = back_over(data, low, stop, SPACES, stop - low)
    start = low
    while start < stop and data[start] in SPACES:
        start += 1
    return start, stop


def _content(
    data: bytes, low: int, high: int, scalar: Scalar
) -> tuple[Scalar, tuple[int, int, int] | None, bool] | None:
    """
    Read a line as part of *scalar*.

    Returns:
        The value behind the line, the finding, and whether more may follow; ``None`` when the line
        is no part of it.
    """
    start, stop = _bounds(data, low, high)
    scalar = scalar._replace(left=scalar.left - 1)
    if start < stop and start - low <= scalar.indent:
        return None
    if scalar.block:
        span = None
        if not scalar.sure and OPENING in data[start:stop]:
            return None  # an earlier pass has been here, and left what is left
        if start < stop:
            span = _judged(data, start, stop, scalar)
            scalar = scalar._replace(sure=span is not None and span[:2] == (start, stop))
        return scalar, span, True
    if start == stop:
        return None
    item = data.startswith(b"- ", start, stop)
    if item:
        start += 2
        while start < stop and data[start] in SPACES:
            start += 1
    bounds = _plain(data, start, stop)
    span = _judged(data, *bounds, scalar) if bounds else None
    return (scalar, span, item) if span else None


def escaped_lines(
    data: bytes, low: int, colon: int, high: int, ruleset: Ruleset, memory: Memory
) -> Iterator[tuple[int, int, int]]:
    r"""
    Find the value of the name before *colon* in lines whose breaks are escapes, as in JSON.

    ``{"config": "password: |\\n  hunter2\\n"}``: what goes stands between two breaks.
    """
    found = _ESCAPED.match(data, colon, high)
    if found is None or colon < memory.gone:
        return
    start = bare_start(data, low, back_over(data, low, colon, KEY_BYTES, KEY_LIMIT), colon)
    first = back_over(data, low, start, _INDENT, _INDENTED)
    if first > low and data[first - 1] not in b"\"'" and not data.endswith(b"\\n", low, first):
        return
    rules = names_of(data[start:colon], ruleset)[:MOST_RULES]
    if not rules:
        return
    scalar = Scalar(rules, start - first, _LINES, block=found[1] is not None)
    at = found.end()
    while True:
        end, after = _escaped_end(data, at, high, len(found[2]))
        content = _content(data, at, end, scalar)
        # Another name is looked at for itself: a line is read once.
        if content is None or (not content[0].sure and _NAMED.search(data, at, end)):
            return
        scalar, span, goes_on = content
        if span is not None:
            yield span
        if scalar.sure:
            memory.gone = end
        if not (goes_on and scalar.left and after):
            return
        at = after


def _escaped_end(data: bytes, at: int, high: int, depth: int) -> tuple[int, int]:
    """Find where the escaped line from *at* on ends, and where the next one starts, or 0."""
    for found in _ENDS.finditer(data, at, high):
        last = found[0][-1:]
        run = len(found[0]) - (last != b"\\")
        if last == b"n" and run % (2 * depth) == depth:
            end = found.end() - 1 - depth
            carriage = b"\\" * depth + b"r"
            return end - len(carriage) * data.endswith(carriage, at, end), found.end()
        behind = data[found.end() : min(high, found.end() + 1)]
        closes = last == b'"' or (last == b"'" and (not behind or behind[0] in _BEHIND_STRING))
        if closes and run < depth:
            return found.start(), 0
    return high, 0


def _behind(data: bytes, low: int, high: int, scalar: Scalar, ruleset: Ruleset) -> int:
    if not scalar.left:
        return 0
    named = bool(name_alone(data, low, high) or ends_with_arrow(data, low, high))
    if named and not scalar.sure:
        return 0
    card = high < len(data) and names_card(name_above(data, high + 1))
    return scalar._replace(card=card, named=named).state(ruleset)


def _judged(data: bytes, start: int, stop: int, scalar: Scalar) -> tuple[int, int, int] | None:
    if scalar.sure:
        return start, stop, scalar.rules[0].index
    for rule in scalar.rules:
        span = value_is_secret(data, start, stop, rule)
        if span is not None:
            return (*span, rule.index)
    return None


def _plain(data: bytes, start: int, stop: int) -> tuple[int, int] | None:
    """Return the bounds of the value that is all of ``data[start:stop]``: one word, or quoted."""
    if start >= stop:
        return None
    quote = data[start]
    if quote in QUOTES:
        closed = data.find(quote, start + 1, stop) == stop - 1 > start + 1
        return (start + 1, stop - 1) if closed else None
    word = data[start:stop]
    if quote in _OTHER or not SPACES.isdisjoint(word) or _MAPPING.match(word):
        return None
    return None if is_word(data, start, stop, spaced=False) else (start, stop)

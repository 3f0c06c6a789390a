"""
Values that stand in the lines below their name, further to the right, as in YAML.

``password: |`` and a text of any number of lines below it, and ``password:`` with its value alone
in the next line, or with one value in each item of a list. A line is part of the value when it is
indented deeper than the name. What a stream must know from one line to the next is in one number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.bytesets import DIGITS, SPACES
from redactor.engines.reference.cells import is_word
from redactor.engines.reference.following import ends_with_arrow, name_alone
from redactor.engines.reference.judge import value_is_secret
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, QUOTES, back_over
from redactor.engines.reference.names import names_of
from redactor.packs.ruleset import PairRule
from redactor.spans import OPEN_DOCUMENT

if TYPE_CHECKING:
    from redactor.packs.ruleset import Ruleset

__all__ = ["SCALAR", "SIGN", "Scalar", "line_of", "opening"]

#: States from here on, up to those of documents, are those of a value that goes on.
SCALAR = OPEN_DOCUMENT >> 1
#: What a text with such a value has in it.
SIGN = regex.compile(rb":[ \t]{0,8}(?:[ \t][|>][+\-0-9]{0,2}[ \t]{0,8})?\r?\n")

#: Lines below a name that are looked at.
_LINES = 256
#: Rules of a name that are remembered.
_RULES = 2
#: How far to the right a name may stand.
_INDENTED = 64
_INDENT = frozenset(b" \t-")
_CHOMPING = DIGITS | frozenset(b"+-")
#: What starts something other than a plain value.
_OTHER = frozenset(b"{[]},&*!#|>%@?:\"'`")
_MAPPING = regex.compile(rb"[A-Za-z_][A-Za-z0-9_.\-]*(?:[=:][^=]|:$)")


class Scalar(NamedTuple):
    """
    A value that goes on.

    Attributes:
        rules: The rules of its name.
        indent: How far to the right its name stands.
        block: It is a text of lines, introduced by ``|`` or ``>``; else a value or list of them.
        sure: A line of it was a secret, so all lines that follow are.
        left: How many lines may follow.
    """

    rules: tuple[PairRule, ...]
    indent: int
    block: bool
    sure: bool
    left: int

    def state(self, ruleset: Ruleset) -> int:
        """Return the number that stands for it."""
        packed = 0
        for rule in reversed(self.rules):
            packed = packed * (len(ruleset.rules) + 1) + rule.index + 1
        packed = (packed * (_LINES + 1) + self.left) * (_INDENTED + 1) + self.indent
        return SCALAR + 4 * packed + 2 * self.block + self.sure


def _of_state(state: int, ruleset: Ruleset) -> Scalar:
    packed, flags = divmod(state - SCALAR, 4)
    packed, indent = divmod(packed, _INDENTED + 1)
    packed, left = divmod(packed, _LINES + 1)
    rules: list[PairRule] = []
    while packed:
        packed, index = divmod(packed, len(ruleset.rules) + 1)
        rule = ruleset.rules[index - 1] if index else None
        if isinstance(rule, PairRule):
            rules.append(rule)
    return Scalar(tuple(rules), indent, flags >= 2, flags % 2 == 1, left)


def opening(data: bytes, low: int, high: int, ruleset: Ruleset) -> int:
    """Return the state behind a line that is nothing but ``password: |`` or ``password:``, or 0."""
    if high >= len(data):
        return 0  # no line follows
    at = high - 1 if high > low and data[high - 1] == 0x0D else high
    at = back_over(data, low, at, SPACES, 8)
    block = False
    mark = back_over(data, low, at, _CHOMPING, 2)
    if mark > low and data[mark - 1] in b"|>":
        at = back_over(data, low, mark - 1, SPACES, 8)
        block = True
        if at == mark - 1:
            return 0
    if at <= low or data[at - 1] != 0x3A:
        return 0
    end = at - 1
    quote = data[end - 1] if end > low and data[end - 1] in QUOTES else 0
    if quote:
        end -= 1
    first = start = back_over(data, low, end, KEY_BYTES, KEY_LIMIT)
    while start < end and data[start] == 0x2D:
        start += 1
    if quote:
        if first <= low or data[first - 1] != quote:
            return 0
        first = start = first - 1
    indent = start - low
    if start == end or indent > _INDENTED or back_over(data, low, first, _INDENT, indent) != low:
        return 0
    rules = names_of(data[start + bool(quote) : end], ruleset)[:_RULES]
    if not rules:
        return 0
    return Scalar(rules, indent, block, sure=False, left=_LINES).state(ruleset)


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
    stop = high - 1 if high > low and data[high - 1] == 0x0D else high
    stop = back_over(data, low, stop, SPACES, stop - low)
    start = low
    while start < stop and data[start] in SPACES:
        start += 1
    scalar = scalar._replace(left=scalar.left - 1)
    if start < stop and start - low <= scalar.indent:
        return None
    if scalar.block:
        span = None
        if start < stop:
            span = _judged(data, start, stop, scalar)
            scalar = scalar._replace(sure=span is not None and span[:2] == (start, stop))
        return _behind(data, low, high, scalar, ruleset), span
    if start == stop:
        return None
    item = data.startswith(b"- ", start)
    if item:
        start += 2
        while start < stop and data[start] in SPACES:
            start += 1
    bounds = _plain(data, start, stop)
    span = _judged(data, *bounds, scalar) if bounds else None
    if span is None:
        return None
    return _behind(data, low, high, scalar, ruleset) if item else 0, span


def _behind(data: bytes, low: int, high: int, scalar: Scalar, ruleset: Ruleset) -> int:
    if not scalar.left:
        return 0
    if not scalar.sure and (name_alone(data, low, high) or ends_with_arrow(data, low, high)):
        return 0  # whose value may be on the next line
    return scalar.state(ruleset)


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

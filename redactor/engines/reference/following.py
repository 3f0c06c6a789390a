"""
Values on the line behind their name.

``- name: DB_PASSWORD`` and ``value: hunter2`` below it, as Kubernetes and Terraform write them, and
``["password"]=>`` with ``string(7) "hunter2"`` below it, as PHP does.

In one text the detector of pairs looks at the line before or behind. In a stream the two lines may
come in two pieces: then the state at the end of the first one says which rule the next line is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.bytesets import DIGITS, SPACES
from redactor.checks.words import NEUTRAL_WORDS, SIBLING_WORDS
from redactor.engines.reference import values
from redactor.engines.reference.cells import NAME_BYTES
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT, QUOTES, back_over, split_words
from redactor.engines.reference.names import names_of

if TYPE_CHECKING:
    from redactor.packs.compiled import PairRule
    from redactor.packs.ruleset import Ruleset

__all__ = [
    "MOST_RULES",
    "ends_with_arrow",
    "heading",
    "key_text",
    "line_before",
    "name_above",
    "name_alone",
    "named_line",
    "typed_line",
    "typed_value",
    "value_separator",
]

#: Rules that a stream remembers from a name to the value on the next line.
MOST_RULES = 3
_INDENT = frozenset(b" \t-")
_INDENTED = 64
_BEHIND_KEY = SPACES | QUOTES | frozenset(b"])\\")
_STRING = b"string("
_LONGEST_SIZE = 10
_CHOMPING = DIGITS | frozenset(b"+-")


def line_before(data: bytes, low: int) -> tuple[int, int]:
    """Return the bounds of the line before the one that starts at *low*; both 0 without one."""
    if low == 0:
        return 0, 0
    return data.rfind(b"\n", 0, low - 1) + 1, low - 1


def named_line(data: bytes, low: int, high: int, ruleset: Ruleset) -> tuple[PairRule, ...]:
    """Return the rules of the name in a line that is nothing but ``name: DB_PASSWORD``."""
    return names_of(name_alone(data, low, high), ruleset)


def name_above(data: bytes, low: int) -> bytes:
    """Return the name in the line before the one at *low*, if that is all that it holds."""
    first, last = line_before(data, low)
    arrow = ends_with_arrow(data, first, last)
    if arrow:
        return key_text(data, first, arrow - 2)
    found = heading(data, first, last)
    return found[0] if found else name_alone(data, first, last)


def key_text(data: bytes, low: int, at: int) -> bytes:
    """Return the key before the separator at *at*, as in ``["password"]=>``."""
    end = back_over(data, low, at, _BEHIND_KEY, 8)
    return data[back_over(data, low, end, KEY_BYTES, KEY_LIMIT) : end]


def name_alone(data: bytes, low: int, high: int) -> bytes:
    """Return the name in a line that is nothing but ``name: DB_PASSWORD``."""
    at = high
    if at > low and data[at - 1] == 0x0D:
        at -= 1
    at = back_over(data, low, at, SPACES, 8)
    if at > low and data[at - 1] == 0x2C:
        at -= 1
    quote = data[at - 1] if at > low and data[at - 1] in QUOTES else 0
    end = at - 1 if quote else at
    start = back_over(data, low, end, NAME_BYTES, KEY_LIMIT)
    at = start
    if quote:
        if at <= low or data[at - 1] != quote:
            return b""
        at -= 1
    at = back_over(data, low, at, SPACES, 8)
    if at <= low or data[at - 1] not in b"=:":
        return b""
    at = back_over(data, low, at - 1, SPACES, _INDENTED)
    if at > low and data[at - 1] in QUOTES:
        at -= 1
    first = back_over(data, low, at, KEY_BYTES, KEY_LIMIT)
    words = split_words(data[first:at])
    if not words or words[-1] not in SIBLING_WORDS:
        return b""
    if first > low and data[first - 1] in QUOTES:
        first -= 1
    if back_over(data, low, first, _INDENT, _INDENTED) != low:
        return b""
    return data[start:end]


def heading(data: bytes, low: int, high: int) -> tuple[bytes, int, bool] | None:
    """
    Read a line that is nothing but ``password: |`` or ``password:``, before another line.

    Returns:
        The name, how far to the right it stands, and whether a text of lines is announced.
    """
    if high >= len(data):
        return None
    at = high - 1 if high > low and data[high - 1] == 0x0D else high
    at = back_over(data, low, at, SPACES, 8)
    block = False
    mark = back_over(data, low, at, _CHOMPING, 2)
    if mark > low and data[mark - 1] in b"|>":
        at = back_over(data, low, mark - 1, SPACES, 8)
        block = True
        if at == mark - 1:
            return None
    if at <= low or data[at - 1] != 0x3A:
        return None
    end = at - 1
    quote = data[end - 1] if end > low and data[end - 1] in QUOTES else 0
    if quote:
        end -= 1
    first = start = back_over(data, low, end, KEY_BYTES, KEY_LIMIT)
    while start < end and data[start] == 0x2D:
        start += 1
    name = data[start:end]
    if quote:
        if first <= low or data[first - 1] != quote:
            return None
        first = start = first - 1
    indent = start - low
    if not name or indent > _INDENTED or back_over(data, low, first, _INDENT, indent) != low:
        return None
    return name, indent, block


def value_separator(data: bytes, low: int, high: int) -> tuple[int, int] | None:
    """Find the key ``value`` that a line starts with: where it starts, and its separator."""
    at = low
    stop = min(high, low + _INDENTED)
    while at < stop and data[at] in _INDENT:
        at += 1
    if at < high and data[at] in QUOTES:
        at += 1
    elif at > low and data[at - 1] == 0x2D:
        return None
    start = at
    stop = min(high, start + KEY_LIMIT)
    while at < stop and data[at] in KEY_BYTES:
        at += 1
    words = split_words(data[start:at])
    if not 1 <= len(words) <= 2 or not NEUTRAL_WORDS.issuperset(words):
        return None
    if at < high and data[at] in QUOTES:
        at += 1
    at = values.skip_spaces(data, at, high, 8)
    if at >= high or data[at] not in b"=:" or data.startswith(b"//", at + 1, high):
        return None
    return start, at


def ends_with_arrow(data: bytes, low: int, high: int) -> int:
    """Return the place behind the ``=>`` that a line ends with, or 0."""
    at = high - 1 if high > low and data[high - 1] == 0x0D else high
    at = back_over(data, low, at, SPACES, 8)
    return at if data.endswith(b"=>", low, at) else 0


def typed_value(data: bytes, at: int, high: int) -> int:
    r"""Step over ``string(7) `` before a quote at *at*, and a line break written ``\n``."""
    start = at
    while at < high and data[at] == 0x5C and at - start < 15:
        at += 1
    if at > start and data[at : at + 1] == b"n":
        at += 1
    elif at > start:
        return start
    stop = min(high, at + _INDENTED)
    while at < stop and data[at] in SPACES:
        at += 1
    if not data.startswith(_STRING, at, high):
        return start
    at += len(_STRING)
    first = at
    while at < high and data[at] in DIGITS and at - first < _LONGEST_SIZE:
        at += 1
    if at == first or not data.startswith(b") ", at, high):
        return start
    return at + 2 if values.quote_at(data, at + 2, high) else start


def typed_line(data: bytes, low: int) -> tuple[int, int] | None:
    """Return the bounds of the value in the line at *low* that holds ``string(7) "hunter2"``."""
    high = data.find(b"\n", low)
    high = len(data) if high < 0 else high
    at = typed_value(data, low, high)
    opening = values.quote_at(data, at, high) if at > low else None
    if opening is None:
        return None
    end, _ = values.quoted_end(data, opening[0], high, *opening[1:])
    return opening[0], end

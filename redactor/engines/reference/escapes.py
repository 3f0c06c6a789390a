r"""
Characters written as escapes: ``\u0034``, ``\x34``, ``%34``, ``&#52;``, ``&#x34;``, ``&colon;``.

The detectors know the escapes that stand *beside* a secret and its key. Those *inside* a key, a
number or a token are undone here: a line is read once more with each such character in its place,
together with characters that look like another one or like nothing. Backslashes stay as they are
spelled, quotes are spelled ``&quot;`` and ``&apos;`` whatever they were, so that what is a string
in the line is a string in what is read, and a line break becomes ``\n`` in two bytes, so that a
line stays one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.bytesets import ALNUM, DIGITS, HEX, LETTERS
from redactor.checks.characters import ENTITIES, Fold, fold_table
from redactor.engines.reference.decoded import Decoded
from redactor.engines.reference.folding import is_beside_ascii, may_fold, sequence, wide_at
from redactor.engines.reference.quoting import quote_escape_at

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["decoded_lines", "may_hide"]

_BACKSLASH = 0x5C
_PERCENT = 0x25
_AMPERSAND = 0x26
_SLASH = 0x2F
#: What every escape that is undone looks like.
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\[uUx/]|&(?:#|[A-Za-z]{1,16};)")
_SIGN = regex.compile(rb"\\+|[%&\xC2-\xF0]")
#: Digits behind the letter of an escape.
_SIZES = {0x75: 4, 0x55: 8, 0x78: 2}
_LONGEST_NAME = 16
_LONGEST_DECIMAL = 7
_LONGEST_HEX = 6
#: Characters that stay escapes, each in one spelling.
_SPELLED = {
    0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r", 0x22: b"&quot;", 0x27: b"&apos;",
}  # fmt: skip
_QUOTES = (_SPELLED[0x22], _SPELLED[0x27])
_KEPT = frozenset(b"`\\")
#: What a stretch of text without spaces, quotes and tags is made of, such as a URL.
_STRETCH = frozenset(range(0x21, 0x7F)) - frozenset(b"\"'`<>")
#: What URLs write as an escape. Where one stands in nothing long, it hides nothing.
_RESERVED = frozenset((*_QUOTES, *(bytes((byte,)) for byte in b" !()*+,/:;=?[]^{|}")))
#: Letters and digits beside an escape of a URL that may be part of a secret.
_LONG = 8
_TOKEN = ALNUM | frozenset(b"_-")


class _Unit(NamedTuple):
    """
    A character that is undone.

    Attributes:
        start: Where its escape starts.
        end: Where that ends.
        put: What it is read as.
        counts: The line, or with *local* the stretch around it, is read once more for it.
        local: It is an escape of URLs.
    """

    start: int
    end: int
    put: bytes
    counts: bool
    local: bool


def may_hide(data: bytes) -> bool:
    """Say whether ``decoded_lines`` may yield something: an escape, or a character to fold."""
    return _ESCAPE.search(data) is not None or may_fold(data)


def decoded_lines(data: bytes, low: int, high: int) -> Iterator[tuple[int, Decoded]]:
    """
    Yield what is to be read once more of the line ``data[low:high]``, and where that starts.

    It is the line, or, where percent escapes and escaped slashes are all that it has, only the
    stretches without spaces, quotes and tags around them. An ampersand is no reason to: it ends a
    value in any spelling. Nor is what URLs must escape, unless it is between digits, or
    beside something long.
    """
    units = list(_units(data, low, high))
    if any(unit.counts and not unit.local for unit in units):
        yield low, _undone(data, low, high, units)
        return
    done = low
    index = 0
    while index < len(units):
        first, last, _, counts, _ = units[index]
        if not counts:
            index += 1
            continue
        while first > done and data[first - 1] in _STRETCH:
            first -= 1
        while last < high and data[last] in _STRETCH:
            last += 1
        while index and units[index - 1][0] >= first:
            index -= 1  # one before it that does not count
        inside = index
        while index < len(units) and units[index][0] < last:
            index += 1
        yield first, _undone(data, first, last, units[inside:index])
        done = last


def _undone(data: bytes, low: int, high: int, units: list[_Unit]) -> Decoded:
    out = bytearray()
    starts: list[int] = []
    ends: list[int] = []
    at = low
    for start, end, put, _, _ in [*units, _Unit(high, high, b"", counts=False, local=False)]:
        out += data[at:start]
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        out += put
        starts.extend([start] * len(put))
        ends.extend([end] * len(put))
        at = end
    return Decoded(bytes(out), starts, ends)


def _units(data: bytes, low: int, high: int) -> Iterator[_Unit]:
    at = low
    while True:
        sign = _SIGN.search(data, at, high)
        if sign is None:
            return
        start, at = sign.span()
        first = data[start]
        if first == _BACKSLASH:
            found = _behind_backslash(data, at, high)
        elif first == _PERCENT:
            found = _percent(data, start, high)
        elif first == _AMPERSAND:
            found = _entity(data, start, high)
        else:
            found = wide_at(data, start, high)
        if found is not None:
            end, (put, beside) = found
            local = first == _PERCENT or (first == _BACKSLASH and data[at] == _SLASH)
            counts = not _plain(data, low, start, end, high, put, local=local)
            if beside:
                counts = is_beside_ascii(data, low, start, end, high)
            yield _Unit(start, end, put, counts, local)
            at = end


def _plain(
    data: bytes, low: int, start: int, end: int, high: int, put: bytes, *, local: bool
) -> bool:
    """Say whether the detectors understand the escape ``data[start:end]`` as it stands."""
    if put == b"&":
        return _entity(data, end - 1, high) is None
    if local:
        return put in _RESERVED and _hides_nothing(data, low, start, end, high)
    if put not in _QUOTES or quote_escape_at(data, start, high) != data[start:end]:
        return False
    # The digits of an escape are not those of a number behind it.
    return data[end - 1] not in DIGITS or end == high or data[end] not in DIGITS


def _hides_nothing(data: bytes, low: int, start: int, end: int, high: int) -> bool:
    """Say whether what stands beside the escape ``data[start:end]`` is short."""
    before = data[max(low, start - _LONG) : start]
    behind = data[end : min(high, end + _LONG)]
    if len(before) == _LONG and _TOKEN.issuperset(before):
        return False
    if len(behind) == _LONG and _TOKEN.issuperset(behind):
        return False
    return not (DIGITS.issuperset(before[-1:] or b" ") and DIGITS.issuperset(behind[:1] or b" "))


def _put(point: int) -> Fold | None:
    """Return what the character *point* is read as; ``None`` where its escape stays."""
    if point < 0x7F:
        if point in _SPELLED:
            return Fold(_SPELLED[point])
        return None if point < 0x20 or point in _KEPT else Fold(bytes((point,)))
    if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
        return None
    return fold_table().get(chr(point).encode())


def _number(data: bytes, at: int, digits: int, high: int) -> int | None:
    """Read that many hexadecimal digits."""
    end = at + digits
    if end > high or any(byte not in HEX for byte in data[at:end]):
        return None
    return int(data[at:end], 16)


def _behind_backslash(data: bytes, at: int, high: int) -> tuple[int, Fold] | None:
    """Read what stands at *at*, behind any number of backslashes."""
    if at >= high:
        return None
    if data[at] == _SLASH:
        return at + 1, Fold(b"/")
    digits = _SIZES.get(data[at])
    if digits is None:
        return None
    point = _number(data, at + 1, digits, high)
    if point is None:
        return None
    end = at + 1 + digits
    if digits == 2 and point >= 0xC2:
        found = _bytes_of(data, point, end, high)
        if found is not None:
            return found
    if digits == 4 and 0xD800 <= point < 0xDC00:
        other = end
        while other < high and data[other] == _BACKSLASH and other - end < 16:
            other += 1
        second = None
        if other > end and data[other : other + 1] == b"u":
            second = _number(data, other + 1, 4, high)
        if second is None or not 0xDC00 <= second < 0xE000:
            return None
        point = 0x10000 + ((point - 0xD800) << 10) + second - 0xDC00
        end = other + 5
    put = _put(point)
    return None if put is None else (end, put)


def _bytes_of(data: bytes, byte: int, end: int, high: int) -> tuple[int, Fold] | None:
    r"""Read the rest of a character of which each byte is written as an escape: ``\xc2\xa0``."""
    text = bytearray((byte,))
    for _ in range(sequence(byte) - 1):
        start = end
        while end < high and data[end] == _BACKSLASH and end - start < 16:
            end += 1
        more = _number(data, end + 1, 2, high) if data[end : end + 1] == b"x" else None
        if end == start or more is None or more & 0xC0 != 0x80:
            return None
        text.append(more)
        end += 3
    put = fold_table().get(bytes(text))
    return None if put is None else (end, put)


def _percent(data: bytes, at: int, high: int) -> tuple[int, Fold] | None:
    byte = _number(data, at + 1, 2, high)
    if byte is None:
        return None
    if byte == _BACKSLASH:
        return _behind_backslash(data, at + 3, high)  # %5Cu2009
    if byte < 0x80:
        put = _put(byte)
        return None if put is None else (at + 3, put)
    size = sequence(byte)
    text = bytearray((byte,))
    at += 3
    while len(text) < size:
        more = _number(data, at + 1, 2, high) if data[at : at + 1] == b"%" else None
        if more is None or more & 0xC0 != 0x80:
            return None
        text.append(more)
        at += 3
    put = fold_table().get(bytes(text))
    return None if put is None else (at, put)


def _entity(data: bytes, at: int, high: int) -> tuple[int, Fold] | None:
    at += 1
    base, members, longest = 0, LETTERS, _LONGEST_NAME
    if data[at : at + 1] == b"#":
        at += 1
        base, members, longest = 10, DIGITS, _LONGEST_DECIMAL
        if data[at : at + 1] in (b"x", b"X"):
            at += 1
            base, members, longest = 16, HEX, _LONGEST_HEX
    end = at
    while end < high and end - at <= longest and data[end] in members:
        end += 1
    if end == at or end - at > longest or end >= high or data[end] != 0x3B:
        return None
    text = data[at:end]
    if not base:
        put = ENTITIES.get(text)
        return None if put is None else (end + 1, Fold(put))
    fold = _put(int(text, base))
    return None if fold is None else (end + 1, fold)

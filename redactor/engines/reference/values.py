"""
Values: where the value of a sensitive key starts and ends.

All functions are linear in the bytes that they pass over and never leave the line.
"""

from __future__ import annotations

import regex

from redactor.bytesets import ALNUM, LETTERS, SPACES
from redactor.engines.reference.keys import KEY_BYTES, QUOTES
from redactor.engines.reference.quoting import quote_escape_at

__all__ = [
    "closes_string",
    "doubled_quote_at",
    "parameter_at",
    "quote_at",
    "quoted_end",
    "secret_end",
    "skip_spaces",
    "string_end",
    "unquoted_end",
]

_BACKSLASH = 0x5C
#: Bytes that end an unquoted value when what follows them looks like the text going on.
_SOFT_ENDS = frozenset(b"\"'`,;&)]}|>")
#: What may follow a soft end.
_AFTER_SOFT_END = _SOFT_ENDS | frozenset(b" \t\r\n<:\\")
_LISTING = frozenset(b",;&|")
_CLOSE_TO_OPEN = {0x29: 0x28, 0x5D: 0x5B, 0x7D: 0x7B}
_PARAMETER_BYTES = ALNUM | frozenset(b"_.-")
#: Where the text around a secret may go on.
_SIGN = regex.compile(rb"[<\\&%]")
_ESCAPED_ENDS = frozenset(b"nrt\"'`")
_NAME_START = LETTERS | frozenset(b"_$")
_NAME_BYTES = KEY_BYTES | frozenset(b"[]%")
_PERCENT_ENDS = frozenset(
    (b"20", b"22", b"23", b"26", b"27", b"29", b"3C", b"3E", b"5D", b"7D", b"0A", b"0D")
)
#: How far back an opening bracket is looked for, in bytes.
_BRACKET_REACH = 64
#: How far the name behind a soft end is followed, in bytes.
_NAME_REACH = 40


def skip_spaces(data: bytes, at: int, high: int, limit: int = 16) -> int:
    """Walk forward over spaces and tabs, at most *limit* of them."""
    stop = min(high, at + limit)
    while at < stop and data[at] in SPACES:
        at += 1
    return at


def quote_at(data: bytes, at: int, high: int) -> tuple[int, int, int] | None:
    """
    Read an opening quote at *at*, with the backslashes before it.

    Returns:
        ``(first byte of the value, number of backslashes, quote byte)``, or ``None``.
    """
    first = at
    while at < high and data[at] == _BACKSLASH and at - first < 15:
        at += 1
    if at < high and data[at] in QUOTES:
        return at + 1, at - first, data[at]
    return None


def quoted_end(data: bytes, at: int, high: int, backslashes: int, quote: int) -> tuple[int, int]:
    """
    Find the end of a quoted value that starts at *at*.

    A quote inside JSON inside a JSON string is written with one, three, seven backslashes. With
    *b* backslashes at the opening quote the closing one has ``b`` modulo ``2 * (b + 1)`` of them;
    with fewer than ``b`` it closes an outer string, and the value with it.

    Returns:
        ``(end of the value, first byte after the closing quote)``. Without a closing quote both
        are *high*.
    """
    period = 2 * (backslashes + 1)
    start = at
    while True:
        found = data.find(quote, at, high)
        if found < 0:
            return high, high
        run = found
        while run > start and data[run - 1] == _BACKSLASH:
            run -= 1
        count = (found - run) % period
        if count <= backslashes:
            return found - count, found + 1
        at = found + 1


def closes_string(data: bytes, at: int, high: int) -> bool:
    """Say whether the double quote at *at*, escaped or not, looks like the end of a JSON string."""
    after = skip_spaces(data, at + 1, high)
    if after >= high or data[after] in b",:}]\r":
        return True
    # An inner string and the one around it may end together: \\"" at any depth.
    return at > 0 and data[at - 1] == _BACKSLASH and data[after] in b'"\\'


def string_end(data: bytes, at: int, stop: int, high: int) -> int:
    """
    Find the first double quote in ``data[at:stop]`` that looks like the end of a JSON string.

    A value that stands in a string does not leave it, whatever opened inside and was not closed.

    Returns:
        Its place, or that of the first backslash before it; *stop* where there is none.
    """
    low = at
    while True:
        at = data.find(b'"', at, stop)
        if at < 0:
            return stop
        if closes_string(data, at, high):
            while at > low and data[at - 1] == _BACKSLASH:
                at -= 1
            return at
        at += 1


def secret_end(data: bytes, at: int, stop: int) -> int:
    r"""
    Find where a secret that a pattern found in ``data[at:stop]`` ends in the text around it.

    What a pattern takes for a part of a secret may be the format's: an escaped quote
    (``\u0022``, ``&quot;``, ``%22``), the end of an element (``</``) or the next parameter.
    """
    start = at
    while True:
        sign = _SIGN.search(data, at, stop)
        if sign is None:
            return stop
        at = sign.start()
        byte = data[at]
        if byte == 0x3C:
            if data[at + 1 : at + 2] == b"/" and data[at + 2 : at + 3].isalpha():
                return at
        elif byte == _BACKSLASH:
            end = at
            while end < stop and data[end] == _BACKSLASH:
                end += 1
            if quote_escape_at(data, end - 1, stop):
                return at
            at = end - 1
        elif quote_escape_at(data, at, stop):
            return at
        elif parameter_at(data, at, len(data)) and b"=" not in data[start:at]:
            return at  # one with an equals sign is made of parameters itself
        at += 1


def parameter_at(data: bytes, at: int, high: int) -> bool:
    """Say whether an ampersand at *at*, written as an escape, and ``name=`` behind it follow."""
    if data[at : at + 5] == b"&amp;":
        at += 5
    else:
        end = _percent_end(data, at, b"26")
        if not end:
            return False
        at = end
    start = at
    stop = min(high, start + _NAME_REACH)
    while at < stop and data[at] in _PARAMETER_BYTES:
        at += 1
    return at > start and at < high and (data[at] == 0x3D or _percent_end(data, at, b"3D") > 0)


def _percent_end(data: bytes, at: int, digits: bytes) -> int:
    """Return where the percent escape of *digits* at *at*, itself escaped or not, ends; or 0."""
    if data[at : at + 1] != b"%":
        return 0
    at += 1
    for _ in range(4):
        if data[at : at + 2] != b"25":
            break
        at += 2
    return at + 2 if data[at : at + 2].upper() == digits else 0


def doubled_quote_at(data: bytes, at: int, high: int) -> bytes:
    """Return the doubled quote at *at* that opens a value in a CSV or SQL string, or nothing."""
    if at + 2 >= high or data[at] not in QUOTES or data[at + 1] != data[at]:
        return b""
    return b"" if data[at + 2] in _AFTER_SOFT_END else data[at : at + 2]


def unquoted_end(data: bytes, at: int, high: int, *, escaped: bool = False) -> int:
    """
    Find the end of an unquoted value that starts at *at*.

    With *escaped* the separator before it was a percent escape: then an escaped ampersand, quote,
    space, hash, bracket or line break ends the value too.

    White space and an escaped quote or line break always end it. A quote, bracket, comma or other
    punctuation ends it only when the text behind goes on: a space, more punctuation, the line's
    end, or, after a comma, semicolon, ampersand or bar, the next ``name=``. Thus ``p,w)d`` is one
    value, and ``login(password=abc)`` and ``?password=abc&x=1`` hold ``abc``.
    """
    start = at
    while at < high:
        byte = data[at]
        if byte <= 0x20 or byte == 0x7F:
            return at
        if byte == _BACKSLASH:
            if at + 1 >= high or data[at + 1] in _ESCAPED_ENDS:
                return at
            if data[at + 1] == _BACKSLASH and _escaped_quote_follows(data, at, high):
                return at
            if quote_escape_at(data, at, high):
                return at
            at += 2
            continue
        if escaped and byte == 0x25 and _escaped_end_at(data, at, high):
            return at
        if byte in _SOFT_ENDS and _ends_value(data, start, at, high):
            return at
        if byte == 0x26 and (quote_escape_at(data, at, high) or parameter_at(data, at, high)):
            return at
        if byte == 0x3C and (at + 1 >= high or data[at + 1] in b"/!" or data[at + 1] in LETTERS):
            return at
        at += 1
    return min(at, high)


def _escaped_end_at(data: bytes, at: int, high: int) -> bool:
    at += 1
    for _ in range(4):
        if data[at : at + 2] != b"25":
            break
        at += 2
    return at + 2 <= high and data[at : at + 2].upper() in _PERCENT_ENDS


def _escaped_quote_follows(data: bytes, at: int, high: int) -> bool:
    """Say whether the run of backslashes at *at* stands before a quote or a line break's letter."""
    stop = min(high, at + 16)
    while at < stop and data[at] == _BACKSLASH:
        at += 1
    return at < high and data[at] in _ESCAPED_ENDS


def _ends_value(data: bytes, start: int, at: int, high: int) -> bool:
    byte = data[at]
    after = at + 1
    if byte in _CLOSE_TO_OPEN:
        inside = data[max(start, at - _BRACKET_REACH) : at]
        if inside.count(_CLOSE_TO_OPEN[byte]) > inside.count(byte):
            return False
    if after >= high or data[after] in _AFTER_SOFT_END:
        return True
    if byte not in _LISTING or data[after] not in _NAME_START:
        return False
    stop = min(high, after + _NAME_REACH)
    while after < stop and data[after] in _NAME_BYTES:
        after += 1
    return after >= high or data[after] in b"=:&" or data[after] <= 0x20

"""
Values: where the value of a sensitive key starts and ends.

All functions are linear in the bytes that they pass over and never leave the line.
"""

from __future__ import annotations

import regex

from redactor.bytesets import ALNUM, DIGITS, LETTERS, SPACES
from redactor.engines.reference.keys import KEY_BYTES, QUOTES
from redactor.engines.reference.quoting import quote_escape_at

__all__ = [
    "closes_string",
    "doubled_quote_at",
    "may_start",
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
#: What follows two quotes of which the first closes a value.
_AFTER_DOUBLED = frozenset(b" \t\r,;:)]}>&\\")
#: What ends a string of JSON, and what may follow that.
_BEHIND_STRINGS = {
    0x2C: frozenset(b" \t\r\"'`\\{[(-0123456789tfnTFN"),
    0x3A: frozenset(b" \t\r\"'\\{[-0123456789tfn"),
    0x7D: frozenset(b" \t\r\"'`\\,}])>;:"),
    0x5D: frozenset(b" \t\r\"'`\\,}])>;:"),
}
_CLOSE_TO_OPEN = {0x29: 0x28, 0x5D: 0x5B, 0x7D: 0x7B}
_OPEN_TO_CLOSE = {opener: closer for closer, opener in _CLOSE_TO_OPEN.items()}
#: What a soft end closes; the others separate.
_OPENS = {**_CLOSE_TO_OPEN, 0x3E: 0x3C, 0x22: 0x22, 0x27: 0x27, 0x60: 0x60}
#: Soft ends in a row that are looked over, in bytes.
_ENDS_REACH = 16
#: How far back what a soft end closes is looked for, in bytes.
_OPENING_REACH = 256
#: A tag of HTML or XML, and what stands for a secret: ``<not shown>``.
_TAG = regex.compile(
    rb"<(?:[/!]|$|[A-Za-z][A-Za-z0-9:._\-]{0,31}+"
    rb"(?:[/>]|\s[A-Za-z:\-]{1,32}=[\"'\\]| [A-Za-z _\-]{0,47}>))"
)
#: First bytes of what is a value only if nothing else can be meant.
_ODD_STARTS = frozenset(b"[{(,;&)]}>")
_ODD_LEAST = 6
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
#: How far ahead a closing bracket is looked for, in bytes.
_ROOM = 1024
#: Letters of the shortest name that stands without a value.
_FLAG = 4
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
        at = found + 1
        if count > backslashes:
            continue
        if run == found and not backslashes and _is_doubled(data, found, high):
            at += 1
            continue
        # Behind a whole number of escaped backslashes the value ends, or the text around it is
        # escaped once more.
        if count < found - run and not _ends_word(data, found, high):
            continue
        return found - count, found + 1


def _is_doubled(data: bytes, at: int, high: int) -> bool:
    """Say whether the quote at *at* is one that SQL, CSV and YAML write twice inside a value."""
    return at + 2 < high and data[at + 1] == data[at] and data[at + 2] not in _AFTER_DOUBLED


def _ends_word(data: bytes, at: int, high: int) -> bool:
    """Say whether the text around a value goes on behind the quote at *at*."""
    if at + 1 >= high or data[at + 1] in b" \t\r" or closes_string(data, at, high):
        return True
    return data[at + 1] in b");&>" and (at + 2 >= high or data[at + 2] in b" \t\r,;)]}\"'\\")


def closes_string(data: bytes, at: int, high: int) -> bool:
    """Say whether the double quote at *at*, escaped or not, looks like the end of a JSON string."""
    after = skip_spaces(data, at + 1, high)
    if after >= high or data[after] == 0x0D:
        return True
    going_on = _BEHIND_STRINGS.get(data[after])
    if going_on is not None:
        return after + 1 >= high or data[after + 1] in going_on
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


def may_start(data: bytes, low: int, at: int, high: int) -> bool:
    """
    Say whether an unquoted value starts at *at* of the line ``data[low:high]``.

    A bracket or a comma there nearly always says that there is none: ``f(password=)``,
    ``?password=&x=1``. A word of letters and digits that nothing else explains is a value.
    """
    if at >= high:
        return False
    byte = data[at]
    if byte not in _ODD_STARTS:
        return True
    word = data[at : min(high, at + _OPENING_REACH)].split(None, 1)[0]
    if len(word) < _ODD_LEAST or b"=" in word or b":" in word:
        return False
    if DIGITS.isdisjoint(word) or LETTERS.isdisjoint(word):
        return False
    closer = _OPEN_TO_CLOSE.get(byte)
    if closer is not None:
        return closer not in data[at : min(high, at + _ROOM)]
    opener = _OPENS.get(byte)
    return opener is None or not _is_opened(data, low, at, opener)


def _is_opened(data: bytes, low: int, start: int, opener: int) -> bool:
    """Say whether *opener* stands before *start* in its line, or the line is too long to say."""
    first = start - _OPENING_REACH
    return first > low or opener in data[low:start]


def unquoted_end(data: bytes, low: int, at: int, high: int, *, escaped: bool = False) -> int:
    """
    Find the end of an unquoted value that starts at *at* of the line ``data[low:high]``.

    With *escaped* the separator before it was a percent escape: then an escaped ampersand, quote,
    space, hash, bracket or line break ends the value too.

    White space and an escaped quote or line break always end it. A quote, bracket, comma or other
    punctuation ends it only when the text behind goes on: a space, more punctuation, the line's
    end, or, after a comma, semicolon, ampersand or bar, the next ``name=``; and where more of the
    same word follows, only a quote or bracket that was opened before. Thus ``p,w)d`` and ``p"),d``
    are one value, and ``login(password=abc)`` and ``?password=abc&x=1`` hold ``abc``.
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
        if byte in _SOFT_ENDS and _ends_value(data, low, start, at, high):
            return at
        if byte == 0x26 and (quote_escape_at(data, at, high) or parameter_at(data, at, high)):
            return at
        if byte == 0x3C and _TAG.match(data, at, high):
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


def _ends_value(data: bytes, low: int, start: int, at: int, high: int) -> bool:
    byte = data[at]
    after = at + 1
    if byte in _CLOSE_TO_OPEN:
        inside = data[max(start, at - _BRACKET_REACH) : at]
        if inside.count(_CLOSE_TO_OPEN[byte]) > inside.count(byte):
            return False
    if after >= high or data[after] in _AFTER_SOFT_END:
        stop = min(high, at + _ENDS_REACH)
        while after < stop and data[after] in _SOFT_ENDS:
            after += 1
        if _goes_on(data, after, high):
            return True
        return any(
            each in _OPENS and _is_opened(data, low, start, _OPENS[each]) for each in data[at:after]
        )
    if byte not in _LISTING or data[after] not in _NAME_START:
        return False
    name = after
    stop = min(high, after + _NAME_REACH)
    while after < stop and data[after] in _NAME_BYTES:
        after += 1
    if after < high and data[after] > 0x20:
        return data[after] in b"=:&"
    # A name without a value: ``; Secure``, ``&verbose``, and in statsd ``|T1795347886``.
    return byte == 0x7C or (after - name >= _FLAG and LETTERS.issuperset(data[name:after]))


def _goes_on(data: bytes, at: int, high: int) -> bool:
    """Say whether a word ends before *at*: at a space, an escaped break or quote, or a tag."""
    if at >= high or data[at] in b" \t\r\n":
        return True
    if data[at] == _BACKSLASH:
        return at + 1 >= high or data[at + 1] in _ESCAPED_ENDS or data[at + 1] == _BACKSLASH
    return data[at] == 0x3C and _TAG.match(data, at, high) is not None

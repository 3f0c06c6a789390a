r"""
Quotes that are written as escapes: ``\x22``, ``\u0022``, ``%22``, ``%2522``, ``&quot;``, ``""``.

A value that one of these opens ends at the next one that is spelled the same. Colours of a terminal
around keys and values are stepped over.
"""

from __future__ import annotations

from redactor.bytesets import HEX

__all__ = [
    "bare_start",
    "colour_before",
    "colour_end",
    "escaped_before",
    "quote_escape_at",
    "quote_escape_before",
]

#: Spellings of one length, longest first, so that none hides another.
_SPELLINGS = (
    b"\\u0022",
    b"\\u0027",
    b"&quot;",
    b"&apos;",
    b"&#x22;",
    b"&#x27;",
    b"&#34;",
    b"&#39;",
    b"\\x22",
    b"\\x27",
)
_PERCENT = 0x25
#: What each of them ends with, and those with a percent sign.
_LAST_BYTES = frozenset(b"27;")
#: How often a percent sign may itself be escaped.
_LEVELS = 4
#: How a colour of a terminal starts and ends, what stands between, and up to how many bytes.
_COLOUR = b"\x1b["
_COLOUR_END = 0x6D
_COLOUR_PARAMETERS = frozenset(b"0123456789;")
_COLOUR_REACH = 15
#: Colours one behind the other.
_COLOURS = 3


def escaped_before(data: bytes, low: int, end: int) -> tuple[int, bytes]:
    """
    Read the percent escape that ends at *end*: ``%5D``, ``%255D`` and so on.

    Returns:
        Where it starts and its two hex digits in upper case; ``(end, b"")`` where there is none.
    """
    at = end - 2
    if at <= low or data[at] not in HEX or data[at + 1] not in HEX:
        return end, b""
    for _ in range(_LEVELS):
        if data[at - 1] == _PERCENT:
            return at - 1, data[end - 2 : end].upper()
        if at - 2 <= low or data[at - 2 : at] != b"25":
            break
        at -= 2
    return end, b""


def quote_escape_at(data: bytes, at: int, high: int) -> bytes:
    """Return the escaped quote that starts at *at*, as it is spelled, or nothing."""
    if at >= high:
        return b""
    if data[at] == _PERCENT:
        end = at + 1
        for _ in range(_LEVELS):
            if data[end : end + 2] != b"25":
                break
            end += 2
        if end + 2 <= high and data[end : end + 2] in (b"22", b"27"):
            return data[at : end + 2]
        return b""
    for spelling in _SPELLINGS:
        if data.startswith(spelling, at, high):
            return spelling
    return b""


def quote_escape_before(data: bytes, low: int, end: int) -> int:
    """Return where the escaped quote that ends at *end* starts; *end* where there is none."""
    if end <= low or data[end - 1] not in _LAST_BYTES:
        return end
    for spelling in _SPELLINGS:
        if end - low >= len(spelling) and data[end - len(spelling) : end] == spelling:
            return end - len(spelling)
    start, digits = escaped_before(data, low, end)
    return start if digits in (b"22", b"27") else end


def bare_start(data: bytes, low: int, start: int, end: int) -> int:
    r"""
    Step over the tail of an escape at the start of the key ``data[start:end]``.

    The bytes before a key may be ``%26``, ``%2526``, ``\x22``, ``\u0026`` or ``\n``, whose digits
    and letters read like the key's own.
    """
    if start <= low:
        return start
    before = data[start - 1]
    if before == _PERCENT:
        at = start
        for _ in range(_LEVELS):
            if data[at : at + 2] != b"25":
                break
            at += 2
        if at + 2 <= end and data[at] in HEX and data[at + 1] in HEX:
            return at + 2
    elif before in b"[;":
        return _behind_colour(data, low, start, end)
    elif before == 0x5C and start < end:
        for letter, digits in ((0x78, 2), (0x75, 4)):
            last = start + 1 + digits
            if (
                data[start] == letter
                and last <= end
                and all(byte in HEX for byte in data[start + 1 : last])
            ):
                return last
        if data[start] in b"nrt":
            return start + 1
    return start


def _behind_colour(data: bytes, low: int, start: int, end: int) -> int:
    """Step over ``36m`` where ``ESC [`` and parameters stand before *start*."""
    first = _parameters_before(data, low, start)
    if first - low < 2 or data[first - 2 : first] != _COLOUR:
        return start
    at = start
    while at < end and 0x30 <= data[at] <= 0x39:
        at += 1
    return at + 1 if at < end and data[at] == _COLOUR_END else start


def _parameters_before(data: bytes, low: int, at: int) -> int:
    stop = max(low, at - _COLOUR_REACH)
    while at > stop and data[at - 1] in _COLOUR_PARAMETERS:
        at -= 1
    return at


def colour_before(data: bytes, low: int, end: int) -> int:
    """Return where the colours of a terminal that end at *end* start; *end* if there are none."""
    for _ in range(_COLOURS):
        if end - low < 3 or data[end - 1] != _COLOUR_END:
            break
        first = _parameters_before(data, low, end - 1)
        if first - low < 2 or data[first - 2 : first] != _COLOUR:
            break
        end = first - 2
    return end


def colour_end(data: bytes, at: int, high: int) -> int:
    """Return where the colours of a terminal that start at *at* end; *at* where there are none."""
    for _ in range(_COLOURS):
        if not data.startswith(_COLOUR, at, high):
            break
        last = at + 2
        stop = min(high, last + _COLOUR_REACH)
        while last < stop and data[last] in _COLOUR_PARAMETERS:
            last += 1
        if last >= high or data[last] != _COLOUR_END:
            break
        at = last + 1
    return at

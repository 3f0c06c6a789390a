"""Where a token may start: byte classes, and the tails of escape sequences."""

from __future__ import annotations

from redactor.bytesets import ALNUM, HEX, LETTERS

__all__ = ["escape_tail", "starts_run"]

_BACKSLASH = 0x5C
_PERCENT = 0x25
_ESCAPE = 0x1B
_SIMPLE_ESCAPES = frozenset(b"abefnrtv0")
_ANSI_PARAMETERS = frozenset(b"0123456789;?")


def _hex_escape(data: bytes, at: int, letter: int, digits: int) -> bool:
    r"""Is ``\<letter><digits hex digits>`` the text that ends before *at*?"""
    first = at - digits - 2
    return (
        first >= 0
        and data[first] == _BACKSLASH
        and data[first + 1] == letter
        and all(byte in HEX for byte in data[at - digits : at])
    )


def _percent_before(data: bytes, at: int) -> bool:
    """Does a percent sign end before *at*, plain or escaped up to four times itself?"""
    for _ in range(5):
        if data[at - 1] == _PERCENT:
            return True
        if at < 3 or data[at - 2 : at] != b"25":
            return False
        at -= 2
    return False


def escape_tail(data: bytes, at: int) -> bool:
    r"""
    Say whether an escape sequence ends right before *at*.

    The letter or digit before a token is then part of ``\n``, ``\u0022``, ``\x27``, ``%3D``,
    ``%253D`` or of a terminal colour, and no part of a longer word: the token does start here.
    """
    if at >= 2 and data[at - 2] == _BACKSLASH and data[at - 1] in _SIMPLE_ESCAPES:
        return True
    if at >= 3 and data[at - 2] in HEX and data[at - 1] in HEX and _percent_before(data, at - 2):
        return True
    if (
        _hex_escape(data, at, 0x78, 2)
        or _hex_escape(data, at, 0x75, 4)
        or _hex_escape(data, at, 0x55, 8)
    ):
        return True
    if at >= 3 and data[at - 1] in LETTERS:
        # A terminal's control sequence: ESC [ parameters letter.
        first = at - 2
        while first >= 0 and at - first <= 16 and data[first] in _ANSI_PARAMETERS:
            first -= 1
        return first >= 1 and data[first] == 0x5B and data[first - 1] == _ESCAPE
    return False


def starts_run(data: bytes, at: int) -> bool:
    """Say whether a run of letters and digits starts at *at*, escapes taken into account."""
    return at == 0 or data[at - 1] not in ALNUM or escape_tail(data, at)

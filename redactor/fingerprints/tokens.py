r"""
The words of a text, whatever it is written in: plain, in a string of JSON or in a repr.

Letters and digits make words; all else ends them. Of a script without spaces each character is a
word. ``\n`` and its like are white space, ``\u0441`` is the character, behind any number of
backslashes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from redactor.fingerprints.characters import CHARACTER, END, NOTHING, WORD, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Token", "tokens_of"]

_RUN = re.compile(rb"[0-9A-Za-z]+")
#: A run of ASCII letters and digits, backslashes and what they escape, or a byte of a character.
_NEXT = re.compile(
    rb"([0-9A-Za-z]+)"
    rb"|\\+(?:([nrtfbv])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2}))?"
    rb"|([\x80-\xFF])|[^\\0-9A-Za-z\x80-\xFF]+"
)
_LOW_HALF = re.compile(rb"\\+u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_BYTE = re.compile(rb"\\+x([89A-Fa-f][0-9A-Fa-f])")
_HIGH_HALVES = range(0xD800, 0xDC00)


class Token(NamedTuple):
    """
    A word.

    Attributes:
        text: What it is folded to, as UTF-8.
        start: Where it starts, in bytes.
        end: Where it ends.
        character: It is a character of a script without spaces.
    """

    text: bytes
    start: int
    end: int
    character: bool


def tokens_of(data: bytes, low: int = 0, high: int | None = None) -> list[Token]:
    r"""
    Return the words of ``data[low:high]``.

    >>> [token.text for token in tokens_of(rb'Don\u2019t \"PANIC\"\nnow')]
    [b'don', b't', b'panic', b'now']
    """
    high = len(data) if high is None else high
    piece = data[low:high]
    if piece.isascii() and b"\\" not in piece:
        return [
            Token(match[0].lower(), match.start(), match.end(), character=False)
            for match in _RUN.finditer(data, low, high)
        ]
    return list(_tokens(data, low, high))


def _tokens(data: bytes, low: int, high: int) -> Iterator[Token]:
    word = b""
    start = end = low
    for kind, text, first, last in _parts(data, low, high):
        if kind == NOTHING:
            continue
        if kind != WORD and word:
            yield Token(word, start, end, character=False)
            word = b""
        if kind == CHARACTER:
            yield Token(text, first, last, character=True)
        elif kind == WORD:
            if not word:
                start = first
            word += text
            end = last
    if word:
        yield Token(word, start, end, character=False)


def _parts(data: bytes, low: int, high: int) -> Iterator[tuple[int, bytes, int, int]]:
    """Yield characters and runs of ASCII: their kind, what they are folded to, their bounds."""
    at = low
    while at < high:
        match = _NEXT.match(data, at, high)
        assert match is not None
        run, space, short, long, byte, wide = match.groups()
        first, at = at, match.end()
        if run:
            yield WORD, run.lower(), first, at
        elif wide:
            point, at = _character(data, first, high)
            yield *_folded(point), first, at
        elif short or long:
            point = int(short or long, 16)
            if short and point in _HIGH_HALVES:
                other = _LOW_HALF.match(data, at, high)
                if other is not None:
                    point = 0x10000 + ((point - 0xD800) << 10) + int(other[1], 16) - 0xDC00
                    at = other.end()
            yield *_folded(point), first, at
        elif byte:
            point, at = _escaped_bytes(data, int(byte, 16), at, high)
            yield *_folded(point), first, at
        else:
            del space  # white space, as all that is left
            yield END, b"", first, at


def _folded(point: int) -> tuple[int, bytes]:
    kinds, folded = tables()
    kind = kinds[point] if point < len(kinds) else END
    if kind in {END, NOTHING}:
        return kind, b""
    text = folded.get(point)
    return kind, chr(point).encode() if text is None else text


def _size(lead: int) -> int:
    """Return the size of the UTF-8 sequence that *lead* starts, 1 where it starts none."""
    if 0xC2 <= lead < 0xE0:
        return 2
    if 0xE0 <= lead < 0xF0:
        return 3
    return 4 if 0xF0 <= lead < 0xF5 else 1


def _decoded(sequence: bytes) -> int | None:
    try:
        return ord(sequence.decode())
    except (UnicodeDecodeError, TypeError):
        return None


def _character(data: bytes, at: int, high: int) -> tuple[int, int]:
    """Read the character at *at*; a byte that starts none is one that ends words."""
    end = min(at + _size(data[at]), high)
    point = _decoded(data[at:end])
    return (0, at + 1) if point is None else (point, end)


def _escaped_bytes(data: bytes, byte: int, at: int, high: int) -> tuple[int, int]:
    """Read a character whose first byte was an escape; alone it is a character of Latin-1."""
    sequence = bytes((byte,))
    end = at
    while len(sequence) < _size(byte):
        more = _BYTE.match(data, end, high)
        if more is None:
            return byte, at
        sequence += bytes((int(more[1], 16),))
        end = more.end()
    point = _decoded(sequence) if byte >= 0x80 else byte
    return (byte, at) if point is None else (point, end)

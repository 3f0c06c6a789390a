"""
Characters that are read as others: foreign digits and look-alike letters as those of ASCII,
invisible ones as nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

from redactor.bytesets import ALNUM, HEX
from redactor.checks.characters import fold_table

if TYPE_CHECKING:
    from redactor.checks.characters import Fold

__all__ = ["folded", "is_beside_ascii", "may_fold", "restored", "sequence", "wide_at"]

_BACKSLASH = 0x5C
#: A lone surrogate that stands for a byte, in three bytes.
_SURROGATE = regex.compile(rb"\xED[\xB2\xB3][\x80-\xBF]")
_WIDE = regex.compile(rb"[\xC2-\xF0]")
_WORD = ALNUM | frozenset(b"_")
#: How an escape that ends in a letter or a digit starts, and the size of the digits behind that.
_STARTS = ((b"%", 2), (rb"\x", 2), (rb"\u", 4), (rb"\U", 8))


def may_fold(data: bytes) -> bool:
    """Say whether a character of *data* may be read as another."""
    if data.isascii():
        return False
    try:
        return not _folded_characters().isdisjoint(data.decode())
    except UnicodeDecodeError:
        return True


@cache
def _folded_characters() -> frozenset[str]:
    return frozenset(character.decode() for character in fold_table())


def restored(text: bytes) -> bytes:
    """
    Return *text* with the bytes that lone surrogates stand for.

    ``os.fsdecode`` and the error handler ``surrogateescape`` (PEP 383) make one of each byte that
    could not be decoded.
    """
    return _SURROGATE.sub(_byte_of, text)


def _byte_of(match: regex.Match[bytes]) -> bytes:
    _, second, third = match[0]
    return bytes((third | (second & 1) << 6,))


def folded(text: bytes) -> bytes:
    """Return *text* with each character read as the other, where one of them is a reason to."""
    high = len(text)
    out = bytearray()
    at = 0
    counts = False
    for match in _WIDE.finditer(text):
        start = match.start()
        found = wide_at(text, start, high)
        if found is not None:
            end, (put, beside) = found
            counts = counts or not beside or is_beside_ascii(text, 0, start, end, high)
            out += text[at:start] + put
            at = end
    return bytes(out + text[at:]) if counts else text


def is_beside_ascii(data: bytes, low: int, start: int, end: int, high: int) -> bool:
    """Say whether ``data[start:end]`` stands beside a letter, a digit or an underscore of ASCII."""
    if end < high and data[end] in _WORD:
        return True
    if start == low or data[start - 1] not in _WORD or data[max(low, start - 2)] == _BACKSLASH:
        return False
    # The last digit of an escape is no character beside it.
    return not any(
        start - low >= len(sign) + size
        and data.startswith(sign, start - size - len(sign))
        and HEX.issuperset(data[start - size : start])
        for sign, size in _STARTS
    )


def sequence(byte: int) -> int:
    """Return the size of the UTF-8 sequence that *byte* starts, 1 when it starts none."""
    if 0xC2 <= byte < 0xE0:
        return 2
    if 0xE0 <= byte < 0xF0:
        return 3
    return 4 if byte == 0xF0 else 1


def wide_at(data: bytes, at: int, high: int) -> tuple[int, Fold] | None:
    """Return where the character at *at* ends, and what it is read as; ``None`` if as itself."""
    end = at + sequence(data[at])
    if end > high:
        return None
    put = fold_table().get(data[at:end])
    return None if put is None else (end, put)

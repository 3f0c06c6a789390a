"""
What each character is in a document: part of a word, a word of its own, nothing, or an end.

Case, width and marks are folded as Unicode does: compatibility decomposition, case folding, and
combining marks left out. The native engine is given the tables; there is no second copy.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

__all__ = ["CHARACTER", "END", "NOTHING", "WORD", "Tables", "tables"]

#: Ends a word.
END = 0
#: Is skipped inside a word: soft hyphens, joiners, combining marks.
NOTHING = 1
#: Part of a word, as itself.
WORD = 2
#: A word of its own: the script has no spaces.
CHARACTER = 3

#: Scripts without spaces between words, by block: Thai and Lao, Tibetan, Myanmar, Khmer, kana and
#: Bopomofo, Han, Yi, and the others of South-East Asia.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF),
    (0x1A20, 0x1AAF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x312F), (0x31A0, 0x31BF),
    (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
#: Blocks in which each character stands for itself: there is nothing to look up.
_PLAIN = (
    (0x3400, 0x4DC0, CHARACTER), (0x4E00, 0xA000, CHARACTER), (0xAC00, 0xD7A4, WORD),
    (0x20000, 0x2F800, CHARACTER), (0x30000, 0x32400, CHARACTER),
)  # fmt: skip
_LIMIT = 0x32400
_INVISIBLE = frozenset(("Mn", "Me", "Cf"))


class Tables(NamedTuple):
    """
    Attributes:
        kinds: The kind of each character, by its number; what is behind the end is an ``END``.
        folded: What a character is folded to, as UTF-8, where that is not itself.
    """

    kinds: bytes
    folded: dict[int, bytes]


@cache
def tables() -> Tables:
    """Make the tables, which takes about a tenth of a second."""
    kinds = bytearray(_LIMIT)
    folded: dict[int, bytes] = {}
    for first, end, kind in _PLAIN:
        kinds[first:end] = bytes((kind,)) * (end - first)
    for first, end in _between():
        for point in range(first, end):
            kind, text = _fold(chr(point))
            kinds[point] = kind
            if kind in {WORD, CHARACTER} and text != chr(point):
                folded[point] = text.encode()
    return Tables(bytes(kinds), folded)


def _between() -> list[tuple[int, int]]:
    edges = [0, *(edge for first, end, _ in _PLAIN for edge in (first, end)), _LIMIT]
    return [(first, end) for first, end in zip(edges[::2], edges[1::2], strict=True) if first < end]


def _fold(char: str) -> tuple[int, str]:
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return NOTHING, ""
    if category[0] in "CZ":
        return END, ""
    if not unicodedata.decomposition(char):
        if category[0] in "PS":
            return END, ""
        if category[0] == "L" and char.casefold() == char:
            return _kind_of(ord(char)), char
    digit = unicodedata.decimal(char, None)
    text = str(digit) if digit is not None else unicodedata.normalize("NFKD", char).casefold()
    left = [
        each
        for each in unicodedata.normalize("NFKD", text)
        if unicodedata.category(each) not in _INVISIBLE
    ]
    if not left:
        return NOTHING, ""
    # Vowel signs that take room are parts of words; they are no letters to Unicode.
    kept = "".join(each for each in left if each.isalnum() or unicodedata.category(each) == "Mc")
    if not kept:
        return END, ""
    return (WORD if digit is not None else _kind_of(ord(kept[0]))), kept


def _kind_of(point: int) -> int:
    if point < _UNSPACED[0][0]:
        return WORD
    return CHARACTER if any(first <= point <= last for first, last in _UNSPACED) else WORD

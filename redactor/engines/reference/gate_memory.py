"""
What pieces of texts are a sign of, remembered: logs say the same words over and over.

Of a piece it is known for good, since rules do not change: what is registered later (known values,
documents) is no business of the gate's.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from redactor.engines.reference.blobs import LEAST
from redactor.engines.reference.blocks import MARKS
from redactor.engines.reference.cards import NUMBER_SEPARATORS, TWELVE_DIGITS
from redactor.engines.reference.pieces import APART, BLANKED, SAME
from redactor.packs.pattern import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.engines.reference.gate_keywords import Keyword, Keywords
    from redactor.engines.reference.gate_names import Names
    from redactor.packs.compiled import PatternRule

__all__ = ["ODD", "Memory", "Signs", "has_escape", "is_odd"]

#: Bytes of a piece that is remembered at most, and how many of these there are.
_LONGEST_PIECE = 48
_MOST_PIECES = 8192
#: The same of phrases.
_LONGEST_PHRASE = 128
_MOST_PHRASES = 8192
#: Keywords of a rule in one piece that are looked for; for more the pattern is.
_MOST_KEYWORDS = 2
_HEXADECIMAL = b"abcdef0"
_SHORTEST_HEXADECIMAL = 6
_ZERO = 0x30
#: What escapes start with, and characters that may be read as others.
_ESCAPES = b"\\%&\x1b" + bytes(range(0x80, 0x100))
_OTHERS = bytes(byte for byte in range(256) if byte not in _ESCAPES)
#: The marks of blocks, as pieces are written; one byte is in each of them.
_MARKS = tuple(mark.lower().split(b" ")[0] for mark in MARKS)
_IN_MARKS = b"-"
#: Bytes of which an odd text has one.
ODD = _ESCAPES + _IN_MARKS
_SEPARATORS = frozenset(byte for byte in range(256) if APART[byte] == 0x20)


class Signs(NamedTuple):
    """
    What a piece is a sign of.

    Attributes:
        piece: The piece.
        keywords: Those that it may start.
        rules: Those of which it may start many keywords, which are not in ``keywords``.
        key: A name ends in it.
        last: The only one ends where it does.
        heads: What is before it where it ends a name whose words stand apart.
        odd: See ``is_odd``.
    """

    piece: bytes
    keywords: tuple[Keyword, ...]
    rules: tuple[PatternRule, ...]
    key: bool
    last: bool
    heads: tuple[bytes, ...]
    odd: bool


class Memory:
    """
    Remembers pieces and phrases.

    Attributes:
        phrases: Phrases of plain pieces only, in which no card number is either.
        plain: Pieces that are a sign of nothing.
        telling: The others, with what they are a sign of.
    """

    def __init__(self, keywords: Keywords, names: Names) -> None:
        self._keywords = keywords
        self._names = names
        self.phrases: set[bytes] = set()
        self.plain: set[bytes] = set()
        self.telling: dict[bytes, Signs] = {}

    def __repr__(self) -> str:
        return "<Memory>"

    def remember_phrases(self, phrases: Iterable[bytes]) -> None:
        """Remember those of *phrases* that are known to say nothing."""
        kept = [phrase for phrase in phrases if self._says_nothing(phrase)]
        if len(self.phrases) + len(kept) > _MOST_PHRASES:
            self.phrases = set()
        self.phrases.update(kept)

    def _says_nothing(self, phrase: bytes) -> bool:
        return (
            len(phrase) <= _LONGEST_PHRASE
            and self.plain.issuperset(phrase.translate(APART).split())
            and phrase.translate(None, NUMBER_SEPARATORS).find(TWELVE_DIGITS) < 0
        )

    def remember(self, pieces: Iterable[bytes], *, plain: bool) -> None:
        """Remember those of *pieces* that may be there again; all are *plain*, or some may be."""
        kept = [piece for piece in pieces if _returns(piece)]
        if len(self.plain) + len(self.telling) + len(kept) > _MOST_PIECES:
            # The log speaks of other things now.
            self.plain, self.telling = set(), {}
        if plain:
            self.plain.update(kept)
            return
        for piece in kept:
            signs = self._signs(piece)
            if any(signs[1:]):
                self.telling[piece] = signs
            else:
                self.plain.add(piece)

    def _signs(self, piece: bytes) -> Signs:
        odd = is_odd(piece)
        if odd and has_escape(piece):
            starting = self._keywords.inside(piece)
        else:
            starting = self._keywords.starting(piece.translate(BLANKED).split())
        keywords = {
            keyword
            for keyword in (*starting, *self._keywords.with_sign(piece))
            if keyword.fits(piece) and _may_match(keyword.rule, piece)
        }
        rules: tuple[PatternRule, ...] = ()
        if keywords:
            # Of a rule with many that fit, the pattern is searched for at once.
            counts = Counter(keyword.rule for keyword in keywords if not keyword.rule.lead)
            rules = tuple(rule for rule, count in counts.items() if count > _MOST_KEYWORDS)
        kept = tuple(keyword for keyword in keywords if keyword.rule not in rules)
        key, names = self._names.ends_in(piece)
        last = key and self._names.ends_alone(piece)
        heads = self._names.heads_of(names, piece) if names else ()
        return Signs(piece, kept, rules, key or heads is None, last, heads or (), odd)


def is_odd(text: bytes) -> bool:
    """Say whether *text* has an escape, a character outside ASCII, or the mark of a block."""
    return bool(text.translate(None, _OTHERS)) or (
        _IN_MARKS[0] in text and any(mark in text for mark in _MARKS)
    )


def has_escape(text: bytes) -> bool:
    """Say whether *text* has an escape: behind it a keyword may start that goes on a run."""
    return b"\\" in text or b"%" in text or b"\x1b" in text


def _returns(piece: bytes) -> bool:
    """Say whether *piece* may be there again: it is short, and has no id."""
    return len(piece) <= _LONGEST_PIECE and not any(map(_is_id, piece.translate(BLANKED).split()))


def _is_id(run: bytes) -> bool:
    """Say whether *run*, whose digits are zeros, is one of ever so many: long, or hexadecimal."""
    return len(run) >= LEAST or (
        len(run) >= _SHORTEST_HEXADECIMAL
        and _ZERO in run
        and not run.isdigit()
        and not run.translate(None, _HEXADECIMAL)
    )


class _Place(NamedTuple):
    """
    Where a rule can match.

    Attributes:
        shortest: So long is a piece at least that holds a match; 0 where one may go on in others.
        first: How a match can start, as pieces are written, in the piece of its keyword; all bytes
            where it may start in another one.
    """

    shortest: int
    first: bytes


_EVERY = bytes(range(256))


@cache
def _place(rule: PatternRule) -> _Place:
    shape = parse(rule.source, ignore_case=rule.ignore_case)
    if not rule.lead.isdisjoint(_SEPARATORS):
        return _Place(0, _EVERY)
    members, first = _bytes_of(shape.members), _bytes_of(shape.first)
    in_one = members.isdisjoint(_SEPARATORS)
    return _Place(shape.shortest if in_one else 0, bytes(first).translate(SAME))


def _bytes_of(bits: int) -> frozenset[int]:
    return frozenset(byte for byte in range(256) if bits >> byte & 1)


def _may_match(rule: PatternRule, piece: bytes) -> bool:
    """Say whether *rule* can match where a keyword of it stands in *piece*."""
    shortest, first = _place(rule)
    return len(piece) >= shortest and any(byte in first for byte in piece)

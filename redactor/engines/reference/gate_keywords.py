"""Keywords of patterns, looked up by how a run of letters and digits starts."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import ALNUM
from redactor.engines.reference.pieces import PIECES, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redactor.packs.compiled import PatternRule

__all__ = ["Keyword", "Keywords"]

_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Bytes at the start of a run by which keywords are looked up.
_PREFIX = 3
_start_of = itemgetter(slice(_PREFIX))
#: Of the signs of a keyword, the rarest in logs is looked for first.
_SIGNS = (b"~", b"%", b"\\", b"$")


class Keyword(NamedTuple):
    """
    A keyword of a rule.

    Attributes:
        folded: In lower case.
        text: As it is.
        rule: The rule.
        piece: What of it is in the piece of a text where it starts, as pieces are written.
    """

    folded: bytes
    text: bytes
    rule: PatternRule
    piece: bytes

    def fits(self, piece: bytes) -> bool:
        """Say whether it may stand in *piece*, or start at its end."""
        if len(self.piece) == len(self.text):
            return self.piece in piece
        return piece.endswith(self.piece)


class Keywords:
    """
    The keywords of *rules*.

    A keyword starts where a run of letters and digits starts, and either holds the run or is its
    beginning; or it starts with a sign.

    Attributes:
        signs: What a keyword has in it that does not start with a letter or a digit.
    """

    def __init__(self, rules: Iterable[PatternRule]) -> None:
        self._by_run: dict[bytes, list[Keyword]] = {}
        self._by_prefix: dict[bytes, list[Keyword]] = {}
        self._by_sign: dict[bytes, list[Keyword]] = {}
        self._of_words: list[Keyword] = []
        for rule in rules:
            for text, is_word in rule.keywords:
                keyword = Keyword(text.lower(), text, rule, text.translate(PIECES).split(b" ")[0])
                if not is_word:
                    piece = keyword.piece
                    sign = next((sign for sign in _SIGNS if sign in piece), piece[:1])
                    self._by_sign.setdefault(sign, []).append(keyword)
                    continue
                self._of_words.append(keyword)
                head = _head(text).translate(SAME)
                if len(head) < len(text):
                    self._by_run.setdefault(head, []).append(keyword)
                else:
                    for prefix in _prefixes_of(head):
                        self._by_prefix.setdefault(prefix, []).append(keyword)
        self.signs = b"".join(self._by_sign)
        self._runs = frozenset(self._by_run)
        self._prefixes = frozenset(self._by_prefix)
        #: How each run starts that one of both holds.
        self._starts = self._prefixes.union(map(_start_of, self._runs))

    def starting(self, runs: list[bytes]) -> list[Keyword]:
        """Return the keywords that may start with one of *runs*."""
        keywords: list[Keyword] = []
        if self._starts.isdisjoint(map(_start_of, runs)):
            return keywords
        if not self._prefixes.isdisjoint(map(_start_of, runs)):
            for prefix in self._prefixes.intersection(map(_start_of, runs)):
                keywords += self._by_prefix[prefix]
        if not self._runs.isdisjoint(runs):
            for run in self._runs.intersection(runs):
                keywords += self._by_run[run]
        return keywords

    def inside(self, text: bytes) -> list[Keyword]:
        """Return the keywords that may start anywhere in *text*, those with a sign left aside."""
        return [keyword for keyword in self._of_words if keyword.piece in text]

    def with_sign(self, text: bytes) -> list[Keyword]:
        """Return the keywords that start with a sign, where that is in *text*."""
        keywords: list[Keyword] = []
        for sign, found in self._by_sign.items():
            if sign in text:
                keywords += found
        return keywords


def _head(keyword: bytes) -> bytes:
    end = 0
    while end < len(keyword) and keyword[end] in ALNUM:
        end += 1
    return keyword[:end]


def _prefixes_of(head: bytes) -> Iterator[bytes]:
    """Yield how a run may start that starts with *head*."""
    yield head[:_PREFIX]
    if len(head) < _PREFIX:
        yield from (head + bytes((byte,)) for byte in ALNUM if byte not in _CAPITALS)

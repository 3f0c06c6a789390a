"""
The gate: searches at the speed of C that say which detectors a text needs.

It may let clean text through and never stops text with a finding: each detector needs one of the
signs that are looked for here.
"""

from __future__ import annotations

import re
from operator import itemgetter, methodcaller
from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import ALNUM
from redactor.checks.words import NEUTRAL_WORDS
from redactor.engines.reference.blobs import LEAST, may_hold_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redactor.packs.ruleset import PatternRule, Ruleset

__all__ = ["Gate", "Needs"]

_BLANKED = bytes(byte if byte in ALNUM else 0x20 for byte in range(256))
_DIGITS = b"0123456789"
#: Bytes that may stand between the words of a key.
_KEY_SEPARATORS = b"_.-$@: \t"
#: Bytes at the end of a run by which names are looked up.
_END = 3
_end_of = itemgetter(slice(-_END, None))
_without_digits = methodcaller("rstrip", _DIGITS)
#: Bytes at the start of a run by which keywords are looked up.
_PREFIX = 3
_start_of = itemgetter(slice(_PREFIX))
#: Digits become zeros, what may stand between the groups of a number goes.
_ZEROED = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_NUMBER_SEPARATORS = b" -._+\t"
_TWELVE_DIGITS = b"0" * 12
#: What every escape that is undone looks like.
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\[uUx/]|&(?:#|[A-Za-z]{1,16};)")

#: Neutral words of one key that are left aside.
_NEUTRAL_WORDS = 3
_NEUTRAL = tuple(sorted((word.encode() for word in NEUTRAL_WORDS), key=len, reverse=True))


class Needs(NamedTuple):
    """
    The detectors that a text needs.

    Attributes:
        patterns: Pattern rules that may match, in their order.
        pairs: A key may name a secret.
        cards: There are digits enough for a card number.
        escapes: There are characters that may be read as others.
        blobs: There are letters and digits enough for text in base64 or hexadecimal digits.
    """

    patterns: tuple[PatternRule, ...]
    pairs: bool
    cards: bool
    escapes: bool
    blobs: bool

    def any(self) -> bool:
        """Say whether any detector is needed."""
        return bool(self.patterns) or self.pairs or self.cards or self.encoded()

    def encoded(self) -> bool:
        """Say whether something may be encoded."""
        return self.escapes or self.blobs


class Gate:
    """Says what a text needs of a ruleset's detectors."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._always = tuple(rule for rule in ruleset.patterns if rule.scan)
        # A keyword starts where a run of letters and digits starts, and either holds the run or is
        # its beginning; or it starts with a sign, or is too short to be looked up.
        self._by_run: dict[bytes, list[_Keyword]] = {}
        self._by_prefix: dict[bytes, list[_Keyword]] = {}
        self._by_sign: dict[bytes, list[_Keyword]] = {}
        for rule in ruleset.patterns:
            for text, is_word in rule.keywords:
                keyword = _Keyword(text.lower(), text, rule)
                head = _head(text).lower()
                if not is_word or (len(head) == len(text) < _PREFIX):
                    self._by_sign.setdefault(text[:1].lower(), []).append(keyword)
                elif len(head) < len(text):
                    self._by_run.setdefault(head, []).append(keyword)
                else:
                    self._by_prefix.setdefault(head[:_PREFIX], []).append(keyword)
        self._runs = frozenset(self._by_run)
        self._prefixes = frozenset(self._by_prefix)
        self._signs = _any_of(word for words in self._by_sign.values() for word in words)
        self._names = {
            stem: tuple(
                sorted(
                    name.rstrip(_DIGITS)
                    for name in map(str.encode, (*ruleset.names, *(s for s, _ in ruleset.glue)))
                    if stem in name
                )
            )
            for stem in ruleset.stems
        }
        by_end: dict[bytes, set[bytes]] = {}
        for stem, names in self._names.items():
            for name in names:
                for size in range(1, _END + 1):
                    by_end.setdefault(name[-size:], set()).add(stem)
        self._by_end = {end: frozenset(stems) for end, stems in by_end.items()}
        self._ends = frozenset(self._by_end)
        #: Behind a name neutral words may stand in the same run.
        self._neutral_ends = frozenset(map(_end_of, _NEUTRAL))
        self._cards = ruleset.card_rule is not None

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        """Say what *data* needs; with *encoded*, also to find what is encoded in it."""
        lowered = data.lower()
        runs = set(lowered.translate(_BLANKED).split())
        return Needs(
            self._patterns(data, lowered, runs),
            self._pairs(lowered, runs),
            self._cards and _TWELVE_DIGITS in data.translate(_ZEROED, _NUMBER_SEPARATORS),
            encoded
            and (
                not data.isascii()
                or (
                    (b"%" in data or b"\\" in data or b"&" in data)
                    and _ESCAPE.search(data) is not None
                )
            ),
            encoded
            and max(map(len, runs), default=0) >= LEAST
            and any(map(may_hold_text, data.translate(_BLANKED).split())),
        )

    def _patterns(self, data: bytes, lowered: bytes, runs: set[bytes]) -> tuple[PatternRule, ...]:
        if b"\\" in data or b"%" in data or b"\x1b" in data:
            # A run may start with the tail of an escape: how it starts says nothing.
            whole, prefixes = self._runs, self._prefixes
        else:
            whole = self._runs & runs
            prefixes = self._prefixes.intersection(map(_start_of, runs))
        keywords = [word for run in whole for word in self._by_run[run]]
        keywords += [word for prefix in prefixes for word in self._by_prefix[prefix]]
        if self._signs is not None and self._signs.search(data):
            for sign, words in self._by_sign.items():
                if sign in lowered:
                    keywords += words
        found = {
            rule
            for folded, text, rule in keywords
            if (folded in lowered if rule.ignore_case else text in data)
        }
        if not found:
            return self._always
        return tuple(sorted(found.union(self._always), key=lambda rule: rule.index))

    def _pairs(self, lowered: bytes, runs: set[bytes]) -> bool:
        # A digit at the end of a key's last word is no part of its name.
        runs = set(map(_without_digits, runs))
        ends = set(map(_end_of, runs))
        if not self._neutral_ends.isdisjoint(ends):
            for run in runs:
                if run[-_END:] in self._neutral_ends:
                    ends.update(map(_end_of, _before_neutral(run)))
        stems: set[bytes] = set()
        for end in self._ends & ends:
            stems |= self._by_end[end]
        squeezed = lowered.translate(None, _KEY_SEPARATORS)
        return any(
            name in squeezed and any(_ends_key(name, run) for run in runs)
            for stem in stems
            if stem in squeezed
            for name in self._names[stem]
        )


class _Keyword(NamedTuple):
    folded: bytes
    text: bytes
    rule: PatternRule


def _before_neutral(run: bytes) -> Iterator[bytes]:
    """Yield what is left of *run* without the neutral words like ``value`` at its end."""
    for _ in range(_NEUTRAL_WORDS):
        if not run.endswith(_NEUTRAL):
            return
        word = next((word for word in _NEUTRAL if run.endswith(word) and word != run), None)
        if word is None:
            return
        run = run[: -len(word)].rstrip(_DIGITS) or run[: -len(word)]
        yield run


def _ends_key(name: bytes, run: bytes) -> bool:
    """
    Say whether a key that *name* matches may end with *run*, which has no digits at its end.

    Such a run ends with the name, neutral words like ``value`` left aside, or is the end of the
    name where the key's words stand apart.
    """
    return bool(run) and any(
        each.endswith(name) or name.endswith(each) for each in (run, *_before_neutral(run))
    )


def _any_of(keywords: Iterable[_Keyword]) -> re.Pattern[bytes] | None:
    """Return a pattern for any of *keywords*, each in the case that counts for its rule."""
    texts = {
        b"(?i:%b)" % re.escape(folded) if rule.ignore_case else re.escape(text)
        for folded, text, rule in keywords
    }
    return re.compile(b"|".join(sorted(texts))) if texts else None


def _head(keyword: bytes) -> bytes:
    end = 0
    while end < len(keyword) and keyword[end] in ALNUM:
        end += 1
    return keyword[:end]

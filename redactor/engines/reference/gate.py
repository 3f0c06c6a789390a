"""
The gate: searches at the speed of C that say which detectors a text needs.

It may let clean text through and never stops text with a finding: each detector needs one of the
signs that are looked for here.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import ALNUM
from redactor.checks.words import NEUTRAL_WORDS
from redactor.engines.reference.blobs import LEAST, may_hold_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.packs.ruleset import PatternRule, Ruleset

__all__ = ["Gate", "Needs"]

_BLANKED = bytes(byte if byte in ALNUM else 0x20 for byte in range(256))
_DIGITS = b"0123456789"
#: Bytes that may stand between the words of a key, and those of them that are in a key.
_KEY_SEPARATORS = b"_.-$@: \t/"
_KEY_JOINTS = b"_.-$@"
#: Bytes at the end of a run by which names are looked up.
_END = 3
_end_of = itemgetter(slice(-_END, None))
_NINE = 0x39
#: Bytes at the start of a run by which keywords are looked up.
_PREFIX = 3
_start_of = itemgetter(slice(_PREFIX))
#: Up to here, in bytes, a pattern is searched for at once: it may cost the square of this.
_SHORT = 1024
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
        names = {name.rstrip(_DIGITS) for name in map(str.encode, ruleset.names)}
        names.update(stem.encode().rstrip(_DIGITS) for stem, _ in ruleset.glue)
        names.discard(b"")
        #: Names by their ends, those that are shorter, and those with each tail: what is left of
        #: them where their words stand apart.
        by_end: dict[bytes, list[bytes]] = {}
        self._by_tail: dict[bytes, list[bytes]] = {}
        for name in sorted(names):
            by_end.setdefault(name[-_END:], []).append(name)
            for start in range(1, len(name)):
                self._by_tail.setdefault(name[start:], []).append(name)
        self._by_end = {end: tuple(own) for end, own in by_end.items()}
        self._short = tuple(sorted(name for name in names if len(name) < _END))
        #: Behind a name neutral words may stand in the same run.
        neutral = {_end_of(word) for word in _NEUTRAL} if names else set()
        self._ends = frozenset(self._by_end) | neutral
        self._tails = frozenset(self._by_tail)
        self._cards = ruleset.card_rule is not None

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        """Say what *data* needs; with *encoded*, also to find what is encoded in it."""
        lowered = data.lower()
        runs = set(lowered.translate(_BLANKED).split())
        return Needs(
            self._patterns(data, lowered, runs),
            self._pairs(lowered),
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
            and any(may_hold_text(run, folded=True) for run in runs if len(run) >= LEAST)
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
        if found and len(data) <= _SHORT:
            found = {rule for rule in found if rule.lead or rule.regex.search(data)}
        if not found:
            return self._always
        return tuple(sorted(found.union(self._always), key=lambda rule: rule.index))

    def _pairs(self, lowered: bytes) -> bool:
        runs = set(lowered.translate(_BLANKED, _KEY_JOINTS).split())
        # A digit at the end of a key's last word is no part of its name.
        runs.update([run.rstrip(_DIGITS) for run in runs if run[-1] <= _NINE])
        ends = self._ends.intersection(map(_end_of, runs))
        if ends and any(self._ends_name(run) for run in runs if run[-_END:] in ends):
            return True
        for name in self._short:
            if name in lowered and any(run.endswith(name) for run in runs):
                return True
        tails = self._tails & runs
        if not tails:
            return False
        # Words stand apart, as in `api key: ...`.
        squeezed = lowered.translate(None, _KEY_SEPARATORS)
        return any(name in squeezed for name in {n for each in tails for n in self._by_tail[each]})

    def _ends_name(self, run: bytes) -> bool:
        """Say whether *run* ends with a name, neutral words like ``value`` left aside."""
        for _ in range(_NEUTRAL_WORDS + 1):
            if run.endswith(self._by_end.get(run[-_END:], ())):
                return True
            if not run.endswith(_NEUTRAL):
                return False
            word = next((word for word in _NEUTRAL if run.endswith(word) and word != run), None)
            if word is None:
                return False
            run = run[: -len(word)].rstrip(_DIGITS)
            # A short name, or words that stand apart before the neutral ones.
            if run in self._tails or run.endswith(self._short):
                return True
        return False


class _Keyword(NamedTuple):
    folded: bytes
    text: bytes
    rule: PatternRule


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

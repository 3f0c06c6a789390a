"""
The gate: searches at the speed of C that say which detectors a text needs.

It may let clean text through and never stops text with a finding: each detector needs one of the
signs that are looked for here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import ALNUM
from redactor.checks.words import NEUTRAL_WORDS
from redactor.engines.reference.blobs import LEAST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.packs.ruleset import PatternRule, Ruleset

__all__ = ["Gate", "Needs"]

_BLANKED = bytes(byte if byte in ALNUM else 0x20 for byte in range(256))
#: Bytes that may stand between the words of a key.
_KEY_SEPARATORS = b"_.-$@: \t"
#: Bytes at the end of a run by which names are looked up.
_END = 3
_NINE = 0x39
#: Small letters become ``a``, capitals ``A``.
_HUMPS = bytes(
    0x61 if 0x61 <= byte <= 0x7A else 0x41 if 0x41 <= byte <= 0x5A else 0x20 for byte in range(256)
)
_HUMP = b"aA"
#: Bytes at the start of a run by which keywords are looked up.
_PREFIX = 3
#: Digits become zeros, what may stand between the groups of a number goes.
_ZEROED = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_NUMBER_SEPARATORS = b" -._+\t"
_TWELVE_DIGITS = b"0" * 12
#: What every escape that is undone looks like.
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\[uUx/]|&(?:#|[A-Za-z]{1,16};)")


_DIGITS = b"0123456789"
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
        self._by_end: dict[bytes, list[bytes]] = {}
        for stem in ruleset.stems:
            for name in self._names[stem]:
                for size in range(1, _END + 1):
                    stems = self._by_end.setdefault(name[-size:], [])
                    if stem not in stems:
                        stems.append(stem)
        self._ends = frozenset(self._by_end)
        self._cards = ruleset.card_rule is not None

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        """Say what *data* needs; with *encoded*, also to find what is encoded in it."""
        lowered = data.lower()
        runs = lowered.translate(_BLANKED).split()
        return Needs(
            self._patterns(data, lowered, runs),
            self._pairs(data, lowered, runs),
            self._cards and _TWELVE_DIGITS in data.translate(_ZEROED, _NUMBER_SEPARATORS),
            encoded
            and (
                not data.isascii()
                or (
                    (b"%" in data or b"\\" in data or b"&" in data)
                    and _ESCAPE.search(data) is not None
                )
            ),
            encoded and max(map(len, runs), default=0) >= LEAST,
        )

    def _patterns(self, data: bytes, lowered: bytes, runs: list[bytes]) -> tuple[PatternRule, ...]:
        if b"\\" in data or b"%" in data or b"\x1b" in data:
            # A run may start with the tail of an escape: how it starts says nothing.
            whole, prefixes = self._runs, self._prefixes
        else:
            whole = self._runs.intersection(runs)
            prefixes = self._prefixes.intersection({run[:_PREFIX] for run in runs})
        keywords = [word for run in whole for word in self._by_run[run]]
        keywords += [word for prefix in prefixes for word in self._by_prefix[prefix]]
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

    def _pairs(self, data: bytes, lowered: bytes, runs: list[bytes]) -> bool:
        if _HUMP in data.translate(_HUMPS):
            # Words may run together, as in secretValue: how a run ends says nothing.
            stems: Iterable[bytes] = self._names
        else:
            ends = {run[-_END:] for run in runs}
            # A digit at the end of a key's last word is no part of its name.
            ends.update(run.rstrip(_DIGITS)[-_END:] for run in runs if run[-1] <= _NINE)
            stems = {stem for end in self._ends & ends for stem in self._by_end[end]}
        squeezed = lowered.translate(None, _KEY_SEPARATORS)
        stems = [stem for stem in stems if stem in squeezed]
        if not stems:
            return False
        every = set(runs)
        return any(
            name in squeezed and any(_ends_key(name, run) for run in every)
            for stem in stems
            for name in self._names[stem]
        )


class _Keyword(NamedTuple):
    folded: bytes
    text: bytes
    rule: PatternRule


def _ends_key(name: bytes, run: bytes) -> bool:
    """
    Say whether a key that *name* matches may end with *run*.

    Such a run ends with the name, digits and neutral words like ``value`` left aside, or is the end
    of the name where the key's words stand apart.
    """
    run = run.rstrip(_DIGITS) or run
    for _ in range(4):
        if run.endswith(name) or name.endswith(run):
            return True
        if not run.endswith(_NEUTRAL):
            return False
        word = next((word for word in _NEUTRAL if run.endswith(word) and word != run), None)
        if word is None:
            return False
        run = run[: -len(word)].rstrip(_DIGITS) or run
    return False


def _head(keyword: bytes) -> bytes:
    end = 0
    while end < len(keyword) and keyword[end] in ALNUM:
        end += 1
    return keyword[:end]

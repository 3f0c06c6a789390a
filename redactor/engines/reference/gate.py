"""
The gate: searches at the speed of C that say which detectors a text needs.

It may let clean text through and never stops text with a finding: each detector needs one of the
signs that are looked for here. Words that are no sign of anything are remembered: logs say the same
ones over and over.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from redactor.engines.reference.blobs import LEAST, may_hold_text
from redactor.engines.reference.gate_keywords import Keyword, Keywords
from redactor.engines.reference.gate_names import Names
from redactor.engines.reference.pieces import BLANKED, PIECES

if TYPE_CHECKING:
    from redactor.packs.ruleset import PatternRule, Ruleset

__all__ = ["Gate", "Needs"]

#: Bytes of a piece that is remembered at most, and how many of these there are.
_LONGEST_PIECE = 48
_MOST_PIECES = 8192
#: Of how many texts the pieces of one are remembered, and how many of it.
_REMEMBERED = 4
_AT_ONCE = 256
#: Keywords of a rule in one piece that are looked for; for more the pattern is.
_MOST_KEYWORDS = 2
_HEXADECIMAL = b"abcdef0"
#: Up to here, in bytes, what may cost the square of the size is searched for at once.
_SHORT = 1024
#: Digits become zeros, what may stand between the groups of a number goes.
_ZEROED = bytes(0x30 if 0x30 <= byte <= 0x39 else byte for byte in range(256))
_NUMBER_SEPARATORS = b" -._+\t"
_TWELVE_DIGITS = b"0" * 12
#: What every escape that is undone looks like.
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}|\\[uUx/]|&(?:#|[A-Za-z]{1,16};)")


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

    def encoded(self) -> bool:
        """Say whether something may be encoded."""
        return self.escapes or self.blobs


class Gate:
    """Says what a text needs of a ruleset's detectors."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._always = tuple(rule for rule in ruleset.patterns if rule.scan)
        self._keywords = Keywords(ruleset.patterns)
        self._names = Names(ruleset)
        self._cards = ruleset.card_rule is not None
        #: Pieces that are a sign of nothing, and of what others are a sign.
        self._plain: set[bytes] = set()
        self._telling: dict[bytes, _Signs] = {}
        self._since = 0

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        """Say what *data* needs; with *encoded*, also to find what is encoded in it."""
        pieces: list[bytes] = []
        telling: list[_Signs] = []
        remembered = self._telling.get
        same = data.translate(PIECES)
        for piece in set(same.split()) - self._plain:
            signs = remembered(piece)
            if signs is None:
                pieces.append(piece)
            else:
                telling.append(signs)
        text = b" ".join(pieces)
        runs = set(text.translate(BLANKED).split())
        escaped = b"\\" in data or b"%" in data
        patterns = self._patterns(data, text, runs, telling, escaped=escaped or b"\x1b" in data)
        pairs = self._pairs(data, text, telling)
        cards = self._cards and _TWELVE_DIGITS in data.translate(_ZEROED, _NUMBER_SEPARATORS)
        escapes = encoded and (
            not data.isascii() or ((escaped or b"&" in data) and _ESCAPE.search(data) is not None)
        )
        blobs = encoded and _may_hold_text(data, same, pieces)
        # What a log says over and over is there again soon: not every text is looked through.
        self._since = (self._since + 1) % _REMEMBERED
        if not self._since:
            self._remember(pieces[:_AT_ONCE])
        return Needs(patterns, pairs, cards, escapes, blobs)

    def _remember(self, pieces: list[bytes]) -> None:
        if len(self._plain) + len(self._telling) + len(pieces) > _MOST_PIECES:
            # The log speaks of other things now.
            self._plain, self._telling = set(), {}
        for piece in pieces:
            runs = set(piece.translate(BLANKED).split())
            if len(piece) > _LONGEST_PIECE or any(map(_is_id, runs)):
                continue
            keywords = {
                keyword
                for keyword in (*self._keywords.starting(runs), *self._keywords.with_sign(piece))
                if keyword.fits(piece)
            }
            # Of a rule with many that fit, the pattern is searched for at once.
            counts = Counter(keyword.rule for keyword in keywords if not keyword.rule.lead)
            rules = tuple(rule for rule, count in counts.items() if count > _MOST_KEYWORDS)
            kept = tuple(keyword for keyword in keywords if keyword.rule not in rules)
            key, names = self._names.ends_in(piece)
            names = self._names.apart_in(names, piece)
            if kept or rules or key or names:
                self._telling[piece] = _Signs(kept, rules, key, names)
            else:
                self._plain.add(piece)

    def _patterns(
        self, data: bytes, text: bytes, runs: set[bytes], telling: list[_Signs], *, escaped: bool
    ) -> tuple[PatternRule, ...]:
        lowered = data.lower()
        rules: tuple[PatternRule, ...] = ()
        if escaped:
            # A run may start with the tail of an escape: how it starts says nothing.
            keywords = self._keywords.of_words + self._keywords.with_sign(lowered)
        else:
            keywords = self._keywords.starting(runs) + self._keywords.with_sign(text)
            for signs in telling:
                keywords += signs.keywords
                rules += signs.rules
        found = {
            rule
            for folded, text, rule, _ in keywords
            if (folded in lowered if rule.ignore_case else text in data)
        }
        found.update(rules)
        if found and len(data) <= _SHORT:
            found = {rule for rule in found if rule.lead or rule.regex.search(data)}
        if not found:
            return self._always
        return tuple(sorted(found.union(self._always), key=lambda rule: rule.index))

    def _pairs(self, data: bytes, text: bytes, telling: list[_Signs]) -> bool:
        """Say whether there may be a key: *text* is what no word in *telling* says."""
        key, names = self._names.ends_in(text)
        if key or any([signs.key for signs in telling]):  # noqa: C419  # at half the time
            return True
        names = names.union(*[signs.names for signs in telling])
        if not names:
            return False
        return self._names.stand_apart(names, data)


class _Signs(NamedTuple):
    """
    What a piece is a sign of.

    Attributes:
        keywords: Those that it may start.
        rules: Those of which it may start many keywords, which are not in ``keywords``.
        key: A name ends in it.
        names: Those whose end it is, when their words stand apart.
    """

    keywords: tuple[Keyword, ...]
    rules: tuple[PatternRule, ...]
    key: bool
    names: frozenset[bytes]


def _may_hold_text(data: bytes, same: bytes, pieces: list[bytes]) -> bool:
    """Say whether ``blobs_in`` may find something where one of *pieces* stands in *same*."""
    long = [piece for piece in pieces if len(piece) >= LEAST]
    if long and len(data) > _SHORT:
        return any(map(may_hold_text, data.translate(BLANKED).split()))
    for piece in long:
        at = same.find(piece)
        while at >= 0:
            end = at + len(piece)
            if any(map(may_hold_text, data[at:end].translate(BLANKED).split())):
                return True
            at = same.find(piece, end)
    return False


def _is_id(run: bytes) -> bool:
    """Say whether *run*, whose digits are zeros, is one of ever so many: long, or hexadecimal."""
    return len(run) >= LEAST or (
        b"0" in run and not run.isdigit() and not run.translate(None, _HEXADECIMAL)
    )

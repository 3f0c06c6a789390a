"""
The gate: searches at the speed of C that say which detectors a text needs.

It may let clean text through and never stops text with a finding: each detector needs one of the
signs that are looked for here. Words and phrases that are no sign of anything are remembered: logs
say the same ones over and over.

Bytes are looked for with ``find`` here: ``in`` first tries them as a number, and each time makes an
error that says they are none.
"""

from __future__ import annotations

from itertools import filterfalse, islice
from typing import TYPE_CHECKING, NamedTuple

from redactor.engines.reference.blobs import LEAST, may_hold_alike, may_hold_text
from redactor.engines.reference.blocks import MARKS
from redactor.engines.reference.cards import NUMBER_SEPARATORS, TWELVE_DIGITS, may_hold_card
from redactor.engines.reference.escapes import may_hide
from redactor.engines.reference.gate_keywords import Keywords
from redactor.engines.reference.gate_memory import ODD, Memory, has_escape, is_odd
from redactor.engines.reference.gate_names import Names
from redactor.engines.reference.pieces import APART, BLANKED, PHRASES, PIECES, starts_of

if TYPE_CHECKING:
    from redactor.engines.reference.gate_keywords import Keyword
    from redactor.engines.reference.gate_memory import Signs
    from redactor.packs.compiled import PatternRule
    from redactor.packs.ruleset import Ruleset

__all__ = ["Gate", "Needs"]

#: Of how many texts the pieces of one are remembered, and how many of it.
_REMEMBERED = 4
_AT_ONCE = 256
#: So many pieces that are a sign of something are looked for, each for itself.
_MOST_TELLING = 64
#: Up to here, in bytes, what may cost the square of the size is searched for at once.
_SHORT = 1024


class Needs(NamedTuple):
    """
    The detectors that a text needs.

    Attributes:
        patterns: Pattern rules that may match, in their order.
        pairs: A key may name a secret.
        cards: There are digits enough for a card number.
        escapes: There are characters that may be read as others.
        blobs: There are letters and digits enough for text in base64 or hexadecimal digits.
        blocks: The mark of a private key or of a form is there.
    """

    patterns: tuple[PatternRule, ...]
    pairs: bool
    cards: bool
    escapes: bool
    blobs: bool
    blocks: bool

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
        self._memory = Memory(self._keywords, self._names)
        rare = ODD + self._keywords.signs
        self._frequent = bytes(byte for byte in range(256) if byte not in rare)
        self._since = 0
        #: What nearly all texts need.
        self._least = Needs(self._always, *[False] * 5)
        self._only_cards = self._least._replace(cards=True)

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        """Say what *data* needs; with *encoded*, also to find what is encoded in it."""
        memory = self._memory
        written = data.translate(PHRASES)
        phrases = set(filterfalse(memory.phrases.__contains__, written.split(b",")))
        if not phrases:
            return self._least
        # What a log says over and over is there again soon: not every text is looked through.
        self._since = (self._since + 1) % _REMEMBERED
        if not self._since:
            memory.remember_phrases(islice(phrases, _AT_ONCE))
        said = b",".join(phrases)
        cards = (
            self._cards
            and said.translate(None, NUMBER_SEPARATORS).find(TWELVE_DIGITS) >= 0
            and may_hold_card(data)
        )
        pieces = set(filterfalse(memory.plain.__contains__, said.translate(APART).split()))
        if not pieces:
            return self._only_cards if cards else self._least
        telling: list[Signs] = []
        remembered = memory.telling  # another thread may have it start anew
        if not remembered.keys().isdisjoint(pieces):
            known = [piece for piece in pieces if piece in remembered]
            pieces.difference_update(known)
            telling = [remembered[piece] for piece in known]
        text = b" ".join(pieces)
        runs = text.translate(BLANKED).split()
        odd = False
        if text.translate(None, self._frequent):
            odd = is_odd(text)
            keywords = self._keywords_in(text, runs)
        else:
            keywords = self._keywords.starting(runs)
        key, names = self._names.ends_in(text)
        plain = not (keywords or odd or key or names)
        if pieces and not self._since:
            memory.remember(islice(pieces, _AT_ONCE), plain=plain)
        blobs = encoded and may_hold_alike(runs)
        if plain and not telling and not blobs:
            return self._only_cards if cards else self._least
        same = data.translate(PIECES)
        odd = odd or any(signs.odd for signs in telling)
        patterns = self._patterns(data, keywords, telling)
        pairs = key or self._pairs(data, same, names, telling)
        escapes = encoded and odd and may_hide(data)
        blocks = odd and any(mark in data for mark in MARKS)
        blobs = blobs and _may_hold_text(data, same, pieces)
        if patterns or pairs or cards or escapes or blobs or blocks:
            return Needs(patterns, pairs, cards, escapes, blobs, blocks)
        return self._least

    def _keywords_in(self, text: bytes, runs: list[bytes]) -> list[Keyword]:
        """Return the keywords that may be in *text*, which has some rare bytes."""
        keywords = self._keywords.with_sign(text)
        if has_escape(text):
            # A run may start with the tail of an escape: how it starts says nothing.
            return [*keywords, *self._keywords.inside(text)]
        return [*keywords, *self._keywords.starting(runs)]

    def _patterns(
        self, data: bytes, keywords: list[Keyword], telling: list[Signs]
    ) -> tuple[PatternRule, ...]:
        rules: tuple[PatternRule, ...] = ()
        for signs in telling:
            keywords += signs.keywords
            rules += signs.rules
        if not keywords and not rules:
            return self._always
        lowered = data.lower()
        short = len(data) <= _SHORT
        found = {each.rule for each in keywords if _starts_match(each, data, lowered, short=short)}
        found.update(rule for rule in rules if not short or rule.regex.search(data))
        if not found:
            return self._always
        return tuple(sorted(found.union(self._always), key=lambda rule: rule.index))

    def _pairs(
        self, data: bytes, same: bytes, names: frozenset[bytes], telling: list[Signs]
    ) -> bool:
        """Say whether there may be a key: one of *names*, or of what the words in *telling* end."""
        if len(telling) > _MOST_TELLING:
            # Each of them is looked for in the whole text.
            return True
        spaced = b" %b " % same if telling else b""
        for signs in telling:
            if signs.key and not (signs.last and len(data) <= _SHORT):
                return True
            if signs.key or signs.heads:
                starts = starts_of(signs.piece, spaced)
                if signs.key and not self._names.goes_on(signs.piece, data, starts):
                    return True
                if signs.heads and self._names.stand_before(signs.heads, data, starts):
                    return True
        return bool(names) and self._names.stand_apart(names, data)


def _starts_match(keyword: Keyword, data: bytes, lowered: bytes, *, short: bool) -> bool:
    """Say whether *keyword* is in *data*; in a *short* one, whether its pattern matches there."""
    folded, text, rule, _ = keyword
    where, what = (lowered, folded) if rule.ignore_case else (data, text)
    at = where.find(what)
    if at < 0 or not short or rule.lead:
        return at >= 0
    match = rule.regex.match
    while at >= 0:
        if match(data, at):
            return True
        at = where.find(what, at + 1)
    return False


def _may_hold_text(data: bytes, same: bytes, pieces: set[bytes]) -> bool:
    """
    Say whether ``blobs_in`` may find something where one of *pieces* stands in *same*.

    Args:
        data: The text.
        same: It, as pieces are written.
        pieces: Some of its pieces.
    """
    long = [piece for piece in pieces if len(piece) >= LEAST]
    if len(data) > _SHORT:
        return any(map(may_hold_text, data.translate(BLANKED).split()))
    for piece in long:
        at = same.find(piece)
        while at >= 0:
            end = at + len(piece)
            if any(map(may_hold_text, data[at:end].translate(BLANKED).split())):
                return True
            at = same.find(piece, end)
    return False

# ruff: noqa: SLF001  # the steps of the detectors are theirs; this is where they are retold
"""
What the detectors of the reference engine looked at and let pass, and which step refused it.

This follows the detectors step by step with their own pieces. It is slow and only for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.bytesets import ALNUM
from redactor.checks.luhn import luhn
from redactor.checks.secrecy import is_benign
from redactor.engines.reference import cards, judge, pairs
from redactor.engines.reference.boundaries import escape_tail, starts_run
from redactor.engines.reference.escapes import decoded_lines
from redactor.engines.reference.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.compiled import PairRule, PatternRule
    from redactor.packs.ruleset import Ruleset

__all__ = ["Refusal", "refusals_in"]


class Refusal(NamedTuple):
    """
    A candidate that was let pass.

    Attributes:
        start: First byte of the candidate.
        end: The byte after its last one.
        rule: Index of the rule.
        by: ``before``, ``after``, ``shape``, ``check``, ``value``, ``context`` or ``issuer``.
        reason: The same in words, without any of the text.
    """

    start: int
    end: int
    rule: int
    by: str
    reason: str


def refusals_in(data: bytes, ruleset: Ruleset) -> Iterator[Refusal]:
    """Yield what the rules of *ruleset* refused in *data*, line by line."""
    lowered = data.lower()
    low = 0
    while low < len(data):
        high = data.find(b"\n", low)
        high = len(data) if high < 0 else high
        for rule in ruleset.patterns:
            if rule.scan:
                yield from _searched(data, low, high, rule)
            else:
                yield from _at_keywords(data, lowered, low, high, rule)
        if ruleset.card_rule is not None:
            yield from _cards(data, low, high, ruleset.card_rule)
        if ruleset.names:
            yield from _pairs(data, low, high, ruleset)
        low = high + 1


def _at_keywords(
    data: bytes, lowered: bytes, low: int, high: int, rule: PatternRule
) -> Iterator[Refusal]:
    haystack = lowered if rule.ignore_case else data
    for keyword, is_word in rule.keywords:
        at = haystack.find(keyword, low, high)
        while at >= 0:
            inside_word = is_word and at > low and not starts_run(data, at)
            start = at
            stop = max(low, at - rule.lead_max)
            while rule.lead and start > stop and data[start - 1] in rule.lead:
                start -= 1
            refusal = _matched(data, low, high, start, rule, inside_word=inside_word)
            if refusal is not None:
                yield refusal
            elif not inside_word and _no_match(data, high, start, rule):
                yield Refusal(
                    at, at + len(keyword), rule.index, "shape",
                    "a keyword of the rule, but what follows has not the form of the secret",
                )  # fmt: skip
            at = haystack.find(keyword, at + 1, high)


def _searched(data: bytes, low: int, high: int, rule: PatternRule) -> Iterator[Refusal]:
    at = low
    while at < high:
        match = rule.regex.search(data, at, high)
        if match is None:
            return
        refusal = _matched(data, low, high, match.start(), rule, inside_word=False)
        if refusal is not None:
            yield refusal
        at = match.start() + 1 if refusal is not None else max(match.end(), at + 1)


def _no_match(data: bytes, high: int, start: int, rule: PatternRule) -> bool:
    return rule.regex.match(data, start, min(high, start + rule.window)) is None


def _matched(
    data: bytes, low: int, high: int, start: int, rule: PatternRule, *, inside_word: bool
) -> Refusal | None:
    """Say what refused the match of *rule* at *start*; ``None`` if there is no match or it held."""
    match = rule.regex.match(data, start, min(high, start + rule.window))
    if match is None or match.end() == start:
        return None
    first, last = match.span(rule.secret)
    if first < 0 or first == last:
        return None
    before = start > low and data[start - 1] in rule.before and not escape_tail(data, start)
    if before or inside_word:
        return Refusal(
            first, last, rule.index, "before", "it is the end of something longer on its left"
        )
    end = match.end()
    if end < high and data[end] in rule.after:
        return Refusal(
            first, last, rule.index, "after", "it is the start of something longer on its right"
        )
    for name, check in zip(rule.check_names, rule.checks, strict=True):
        if not check(data[first:last]):
            return Refusal(first, last, rule.index, "check", f"the check {name} refuses it")
    return None


def _cards(data: bytes, low: int, high: int, rule: int) -> Iterator[Refusal]:
    for start, end, by, reason in _card_runs(data, low, high):
        yield Refusal(start, end, rule, by, reason)
    for _, decoded in decoded_lines(data, low, high):
        for start, end, by, reason in _card_runs(decoded.data, 0, len(decoded.data)):
            yield Refusal(*decoded.origin(start, end), rule, by, reason)


def _card_runs(data: bytes, low: int, high: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield, for each run of digits that could hold a card, its part that came nearest to one."""
    for run in cards._RUN.finditer(data, low, high):
        line = cards._Line(data, low, high, b"")
        groups = cards._groups(data, *run.span())
        nearest = (-1, 0, 0, "", "")
        for first in range(len(groups)):
            digits = b""
            for last in range(first, len(groups)):
                digits += data[groups[last][0] : groups[last][1]]
                if len(digits) > 19:
                    break
                if len(digits) >= 12:
                    rank, by, reason = _card_refusal(line, groups[first : last + 1], digits)
                    if rank > nearest[0]:
                        nearest = (rank, groups[first][0], groups[last][1], by, reason)
        if nearest[0] >= 0:
            yield nearest[1:]


def _card_refusal(
    line: cards._Line, groups: list[tuple[int, int]], digits: bytes
) -> tuple[int, str, str]:
    """Return how near *digits* came to a card (-1: it is one), what refused them, and why."""
    data, low, high, _ = line
    start, end = groups[0][0], groups[-1][1]
    known, alone = cards._issuer_known(digits)
    if not known:
        return 0, "issuer", "no issuer of cards has numbers of this length that begin like this"
    if not luhn(digits):
        return 1, "check", "the last digit does not fit the others (Luhn)"
    if cards._is_card(line, groups, digits):
        return -1, "", ""
    if len(groups) > 1:
        if cards._in_uuid(data, low, high, start, end):
            return 2, "context", "it is part of a UUID"
        return 2, "context", "its digits are not grouped like a card's, and no card word is near"
    if cards._in_float(data, low, start):
        return 2, "context", "it stands behind a decimal point"
    if cards._in_hex(data, low, high, start, end):
        return 2, "context", "it is part of a hexadecimal id"
    if not alone:
        return 2, "context", "its issuer range is believed only near a card word"
    return 2, "context", "it is named as an id, and no card word is near"


def _pairs(data: bytes, low: int, high: int, ruleset: Ruleset) -> Iterator[Refusal]:
    refused: list[Refusal] = []

    def reader_of(*place: Any) -> _Witness:
        return _Witness(refused, *place)

    for _ in pairs.pairs_in(data, low, high, ruleset, reader_of):
        pass
    yield from refused


class _Witness(Reader):
    """Reads like the pair detector and notes the values that it refuses in *refused*."""

    def __init__(self, refused: list[Refusal], *place: Any) -> None:
        super().__init__(*place)
        self._refused = refused

    def _note(self, start: int, end: int, reason: str) -> None:
        self._refused.append(Refusal(start, end, self.rule.index, "value", reason))

    def _judged(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        span = judge.value_is_secret(self.data, start, end, self.rule)
        if span is not None:
            yield span
        elif start < end:
            self._note(start, end, _why_no_secret(self.data, start, end, self.rule))

    def _is_prose(self, at: int, end: int) -> bool:
        prose = super()._is_prose(at, end)
        if prose and at < end:
            self._note(at, end, "the key is one, but a sentence goes on after it")
        return prose


def _why_no_secret(data: bytes, start: int, end: int, rule: PairRule) -> str:
    value = data[start : min(end, start + judge.JUDGED)]
    if is_benign(value, quoted=judge.is_quoted(data, start)):
        return "the key is one, but the value is a constant, a mask, a template, a type or code"
    if rule.value == "any":
        return "the key is one, but the value is a single character"
    if rule.value == "secret":
        return "the key is one, but the value is not random enough"
    if rule.value == "header":
        return "the key is one, but there are no credentials behind the scheme"
    if rule.value == "text":
        return "the key is one, but the value has fewer than four bytes"
    match = rule.regex.match(data, start, min(end, start + 4096))
    if match is None:
        return "the key is one, but the value has not the form of the rule"
    for name, check in zip(rule.check_names, rule.checks, strict=True):
        if not check(match[0]):
            return f"the key is one, but the check {name} refuses the value"
    if match.end() < end and data[match.end()] in ALNUM:
        return "the key is one, but the value is longer than the rule's form"
    return "the key is one, but the value is no secret"

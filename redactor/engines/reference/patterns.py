"""Rules with a pattern: found by keyword and matched at the spot, or searched for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redactor.engines.reference.boundaries import escape_tail, starts_run
from redactor.engines.reference.keys import QUOTES
from redactor.engines.reference.values import secret_end, string_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.compiled import PatternRule

__all__ = ["matches_in", "scan_in"]


_BACKSLASH = 0x5C
#: What ends a secret that is longer than a window.
_END = re.compile(rb"[\s\"'`<>]")


def matches_in(
    data: bytes, lowered: bytes, low: int, high: int, rule: PatternRule
) -> Iterator[tuple[int, int]]:
    """
    Yield the secrets that *rule* finds at its keywords in the line ``data[low:high]``.

    Args:
        data: The text.
        lowered: The text in ASCII lower case, for rules that ignore case.
        low: Start of the line.
        high: End of the line.
        rule: A rule with keywords.
    """
    haystack = lowered if rule.ignore_case else data
    done = low  # what an earlier match of this rule has covered
    for at in _keyword_positions(data, haystack, low, high, rule):
        start = at
        if rule.lead:
            stop = max(low, at - rule.lead_max)
            while start > stop and data[start - 1] in rule.lead and not escape_tail(data, start):
                start -= 1
        if start < done:
            continue
        found = match_at(data, low, high, start, rule)
        if found is not None:
            first, last, done = found
            yield first, last


def _keyword_positions(
    data: bytes, haystack: bytes, low: int, high: int, rule: PatternRule
) -> list[int]:
    positions: set[int] = set()
    for keyword, is_word in rule.keywords:
        at = haystack.find(keyword, low, high)
        while at >= 0:
            if not is_word or at == low or starts_run(data, at):
                positions.add(at)
            at = haystack.find(keyword, at + 1, high)
    return sorted(positions)


def match_at(
    data: bytes, low: int, high: int, start: int, rule: PatternRule
) -> tuple[int, int, int] | None:
    """
    Match *rule* at *start*.

    Returns:
        ``(start of the secret, its end, end of the whole match)``, or ``None``.
    """
    if start > low and data[start - 1] in rule.before and not escape_tail(data, start):
        return None
    window = min(high, start + rule.window)
    match = rule.regex.match(data, start, window)
    if match is None:
        return None
    end = match.end()
    cut = end == window < high  # the secret may go on: where it ends is not known
    if end < high and data[end] in rule.after and not cut:
        return None
    first, last = match.span(rule.secret)
    if first < 0 or first == last:
        return None
    if not all(check(data[first:last]) for check in rule.checks):
        return None
    if cut and last == end:
        behind = _END.search(data, end, high)
        last = end = behind.start() if behind else high
    last = string_end(data, first, last, high)
    if last < high and data[last] in QUOTES:
        # Backslashes before a quote are the quote's: without them the text around it breaks.
        while last > first and data[last - 1] == _BACKSLASH:
            last -= 1
    if last == end:
        last = secret_end(data, first, last)
    if first == last:
        return None
    return first, last, end


def scan_in(data: bytes, low: int, high: int, rule: PatternRule) -> Iterator[tuple[int, int]]:
    """
    Yield what *rule*, which has no keyword, finds anywhere in the line.

    A refused candidate resumes one byte on, an accepted one at its end.
    """
    at = low
    while at < high:
        match = rule.regex.search(data, at, high)
        if match is None:
            return
        found = match_at(data, low, high, match.start(), rule)
        if found is None:
            at = match.start() + 1
        else:
            yield found[0], found[1]
            at = found[2]

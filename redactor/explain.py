"""
Why something was found, and why something else was let pass.

Findings come from the redactor itself. For what was refused, the pieces of the reference engine are
run once more and asked at each step: the keyword, the boundaries, the pattern, the checks; for card
numbers the issuer table, Luhn and what stands around; for keys the value. Nothing here holds the
text: an item has a rule, a place, a size and the kinds of its characters.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from redactor.bytesets import DIGITS, LETTERS
from redactor.engines.reference.refusals import Refusal, refusals_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redactor._redactor import Redactor

__all__ = ["Explanation", "Item", "explain"]


class Item(NamedTuple):
    """
    One finding, or one candidate that was refused.

    Attributes:
        rule: Id of the rule.
        line: Line, from 1.
        column: Column of its first character, from 1, in characters.
        start: First byte in the whole text.
        length: Size in bytes.
        kinds: Kinds of its characters: ``digits``, ``letters``, ``spaces``, ``signs``, ``other``.
        refused_by: What refused it: ``before``, ``after``, ``shape``, ``check``, ``value``,
            ``context`` or ``exception``, one of the policy; empty for a finding.
        reason: Why, in words; empty for a finding.
    """

    rule: str
    line: int
    column: int
    start: int
    length: int
    kinds: tuple[str, ...]
    refused_by: str = ""
    reason: str = ""

    @property
    def shape(self) -> str:
        """The size and the kinds in words, such as ``19 bytes: digits and spaces``."""
        size = f"{self.length} byte{'' if self.length == 1 else 's'}"
        if not self.kinds:
            return size
        *most, last = self.kinds
        return f"{size}: {', '.join(most)} and {last}" if most else f"{size}: {last}"


class Explanation(NamedTuple):
    """Findings and refused candidates, both by place."""

    findings: tuple[Item, ...]
    refused: tuple[Item, ...]


def explain(redactor: Redactor, data: bytes, *, near_misses_only: bool = True) -> Explanation:
    """
    Explain what *redactor* does with *data*.

    Args:
        redactor: Its rules are explained, whichever engine it runs.
        data: A text of one line or many.
        near_misses_only: Leave out keywords that nothing like the rule's pattern follows.

    Returns:
        What was found, and what was nearly found. A candidate that lies inside a finding is left
        out: it does not pass.
    """
    places = _Places(data)
    hits = redactor.find(data)
    findings = tuple(
        places.item(hit.rule, hit.start, hit.end) for hit in sorted(hits, key=lambda hit: hit[1:])
    )
    covered = _Covered((hit.start, hit.end) for hit in hits)
    refused: list[Refusal] = [
        refusal
        for refusal in refusals_in(data, redactor.ruleset)
        if not covered.touches(refusal.start, refusal.end)
        and not (near_misses_only and refusal.by == "shape")
    ]
    for (start, end, rule), exemption in redactor.let_pass(data):
        reason = f"an exception lets it pass: {exemption.reason}"
        refused.append(Refusal(start, end, rule, "exception", reason))
    sources = redactor.ruleset.sources
    return Explanation(
        findings,
        tuple(
            places.item(sources[item.rule].id, item.start, item.end, item.by, item.reason)
            for item in sorted(set(refused))
        ),
    )


def _kinds(data: bytes) -> Iterator[str]:
    found = set(data)
    if found & DIGITS:
        yield "digits"
    if found & LETTERS:
        yield "letters"
    if found & frozenset(b" \t\r\n"):
        yield "spaces"
    if any(0x20 < byte < 0x7F and byte not in DIGITS and byte not in LETTERS for byte in found):
        yield "signs"
    if any(byte >= 0x7F or (byte < 0x20 and byte not in b"\t\r\n") for byte in found):
        yield "other"


class _Places:
    """Turns byte offsets into lines and columns."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0]
        at = data.find(b"\n") + 1
        while at:
            self._starts.append(at)
            at = data.find(b"\n", at) + 1

    def item(self, rule: str, start: int, end: int, by: str = "", reason: str = "") -> Item:
        line = bisect_right(self._starts, start)
        before = self._data[self._starts[line - 1] : start]
        return Item(
            rule,
            line,
            len(before.decode("utf-8", "replace")) + 1,
            start,
            end - start,
            tuple(_kinds(self._data[start:end])),
            by,
            reason,
        )


class _Covered:
    """Knows which bytes belong to findings."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, start: int, end: int) -> bool:
        index = bisect_right(self._starts, max(start, end - 1)) - 1
        return index >= 0 and self._ends[index] > start

"""Spans: what a scan finds, union of overlapping findings, and from bytes to characters."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import NamedTuple

    class _Scan(NamedTuple):
        spans: list[Span]
        state: int
        held: int

else:
    from collections import namedtuple

    _Scan = namedtuple("_Scan", ("spans", "state", "held"))  # noqa: PYI024  # typed above

__all__ = ["DOCUMENTS", "OPEN_DOCUMENT", "Scan", "Span", "char_offsets", "is_open", "union"]

#: ``(start, end, rule)``: half-open, in bytes; ``rule`` is the rule's index in its ruleset.
Span = tuple[int, int, int]
#: States of an engine from here on are those of a document that goes on.
OPEN_DOCUMENT = 1 << 56
_OPEN_KEY = (1, 2)


def is_open(state: int) -> bool:
    """Say whether, in this state of an engine, what was held back goes on with an open finding."""
    return state in _OPEN_KEY or state >= OPEN_DOCUMENT


#: Indices of findings from here on are the numbers of registered documents; the first one stands
#: for an excerpt of several.
DOCUMENTS = 1 << 30


class Scan(_Scan):
    """
    What one piece of a stream holds.

    Attributes:
        spans: Findings ``(start, end, rule index)`` in bytes, sorted, possibly overlapping.
        state: The state for the next piece.
        held: How many bytes at the end of the piece belong before the next piece.
    """

    __slots__ = ()


def union(spans: Iterable[Span]) -> list[Span]:
    """
    Merge overlapping spans, so that nothing of any of them is left.

    A merged span is named after the longest of its members; of equals, after the rule that comes
    first in the ruleset. Spans that only touch stay apart.
    """
    merged: list[Span] = []
    longest = 0
    for start, end, rule in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, name = merged[-1]
            if (end - start, -rule) > (longest, -name):
                longest, name = end - start, rule
            merged[-1] = (first, max(last, end), name)
        else:
            merged.append((start, end, rule))
            longest = end - start
    return merged


def char_offsets(data: bytes, offsets: Sequence[int]) -> dict[int, int]:
    """
    Map byte offsets of UTF-8 *data* to character offsets.

    Args:
        data: Text as UTF-8 (lone surrogates as three bytes each).
        offsets: Byte offsets, each at the start of a character or at the end of *data*.

    Returns:
        The character offset for each byte offset.
    """
    result: dict[int, int] = {}
    chars = at = 0
    for offset in sorted(set(offsets)):
        piece = data[at:offset]
        # A character has exactly one byte that is not a continuation byte.
        chars += sum((byte & 0xC0) != 0x80 for byte in piece)
        at = offset
        result[offset] = chars
    return result

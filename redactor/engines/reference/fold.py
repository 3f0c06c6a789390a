"""
Folding: the same line with foreign digits as ASCII digits and invisible characters gone.

Only the card detector reads folded text; what it finds is mapped back to the original bytes.
"""

from __future__ import annotations

from functools import cache

import regex

from redactor.checks.characters import fold_table

__all__ = ["Folded", "fold"]


@cache
def _pattern() -> regex.Pattern[bytes]:
    return regex.compile(rb"[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|\xF0[\x80-\xBF]{3}")


class Folded:
    """A folded line and the way back: ``starts[i]`` and ``ends[i]`` bound byte *i*'s origin."""

    __slots__ = ("data", "ends", "starts")

    def __init__(self, data: bytes, starts: list[int], ends: list[int]) -> None:
        self.data = data
        self.starts = starts
        self.ends = ends


def fold(data: bytes, low: int, high: int) -> Folded | None:
    """
    Fold the line ``data[low:high]``, or say ``None`` when there is nothing to fold.

    Bytes that are not well-formed UTF-8 stand for themselves.
    """
    if data[low:high].isascii():
        return None
    table = fold_table()
    out = bytearray()
    starts: list[int] = []
    ends: list[int] = []
    at = low
    folded = False
    for match in _pattern().finditer(data, low, high):
        replacement = table.get(match[0])
        if replacement is None:
            continue
        folded = True
        first, last = match.span()
        out += data[at:first]
        starts.extend(range(at, first))
        ends.extend(range(at + 1, first + 1))
        out += replacement
        if replacement:
            starts.append(first)
            ends.append(last)
        at = last
    if not folded:
        return None
    out += data[at:high]
    starts.extend(range(at, high))
    ends.extend(range(at + 1, high + 1))
    return Folded(bytes(out), starts, ends)

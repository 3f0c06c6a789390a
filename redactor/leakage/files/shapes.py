"""
What stays of a line when it is logged again: the words of the call, without its values.

Two lines of one call differ by users, numbers, times and ids. A baseline that took them for two
leaks would be out of date the next day.
"""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache

__all__ = ["MARKER", "all_markers", "marker_places", "shape_before", "shape_of"]

#: A marker, with the id of its rule.
MARKER = re.compile(r"\[redacted:([A-Za-z0-9.*_-]{1,60})[:\]]")
#: How much of the text before a secret tells its call: characters that are looked at, and what
#: counts of their shape, whose words have much the same length from call to call.
_REACH = 400
_WORDS = 8
_SHAPE = 100
_VALUE = re.compile(r"=[^\s&,;\"'\[\]]+")
#: Values in SQL, in a repr, in a URL's query and in a mail address.
_QUOTED = re.compile(r"'[^']{1,64}'|\"[^\"]{1,64}\"(?![:=])|[\w.+-]+@[\w.-]+")
_WITH_DIGIT = re.compile(r"[^\s=&?/,;:\"'()<>\[\]{}|]*[0-9][^\s=&?/,;:\"'()<>\[\]{}|]*")
_NUMBERS = re.compile(r"0(?:[:/,.-]0)+")


@lru_cache(1024)
def shape_of(text: str) -> str:
    """
    Return the start of *text* without what changes from call to call.

    >>> shape_of("2026-11-22 08:41 INFO code for maria25: user=dana code=")
    '0 0 INFO code for 0: user=0 code='
    """
    # The patterns look at a long word from each of its characters: no word is long.
    text = _QUOTED.sub("0", text[:_REACH])
    text = _WITH_DIGIT.sub("0", _VALUE.sub("=0", text))
    return _NUMBERS.sub("0", text)


def shape_before(redacted: str, at: int) -> str:
    """Return the shape of what stands before the marker at *at* in a redacted record."""
    low = max(redacted.rfind("\n", 0, at) + 1, at - _REACH)
    before = redacted[low:at]
    if low == at - _REACH:
        before = before.partition(" ")[2] or before  # a word that was cut is another one each time
    return " ".join(shape_of(before).split()[-_WORDS:])[-_SHAPE:]


def marker_places(redacted: str) -> dict[str, deque[int]]:
    """Return where the markers of each rule are in a redacted record."""
    places: dict[str, deque[int]] = {}
    for found in MARKER.finditer(redacted):
        places.setdefault(found[1], deque()).append(found.start())
    return places


def all_markers(redacted: str) -> list[int]:
    """Return where the markers are in a redacted record."""
    return [found.start() for found in MARKER.finditer(redacted)]

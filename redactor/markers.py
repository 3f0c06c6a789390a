"""
Markers: the text that an action leaves behind, and how to know one again.

``[redacted:RULE]``, where an action adds to it ``[redacted:RULE:...]``. A marker is opaque: no rule
finds anything in it, so that redacting twice changes nothing.
"""

from __future__ import annotations

from redactor.bytesets import ALNUM

__all__ = ["OPENING", "label_of", "marker", "marker_end"]

OPENING = b"[redacted:"
_INSIDE = ALNUM | frozenset(b"-.:*_")
#: Longest marker, in bytes.
_LIMIT = 120
#: Longest label in a marker, in characters.
_LONGEST_LABEL = 64


def marker(rule: str, *parts: str) -> str:
    """
    Return the marker of *rule* with what an action adds.

    >>> marker("card"), marker("card", "****1111")
    ('[redacted:card]', '[redacted:card:****1111]')
    """
    return "[redacted:" + ":".join((rule, *parts)) + "]"


def label_of(name: str) -> str:
    """
    Return *name* as it may stand in a marker, in 64 characters at most.

    What is no letter, digit, ``-``, ``_`` or ``.`` becomes one ``-``.

    >>> label_of("DB_PASSWORD"), label_of("billing key (new)")
    ('DB_PASSWORD', 'billing-key-new')
    """
    kept = "".join(
        char if char.isascii() and (char.isalnum() or char in "-._") else " " for char in name
    )
    return "-".join(kept.split())[:_LONGEST_LABEL].strip("-")


def marker_end(data: bytes, at: int, high: int) -> int:
    """Return the end of the marker that starts at *at*, or *at* when there is none."""
    if not data.startswith(OPENING, at, high):
        return at
    stop = min(high, at + _LIMIT)
    end = at + len(OPENING)
    while end < stop and data[end] in _INSIDE:
        end += 1
    if end < stop and data[end] == 0x5D and end > at + len(OPENING):
        return end + 1
    return at

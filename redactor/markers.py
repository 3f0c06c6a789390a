"""
Markers: the text that an action leaves behind, and how to know one again.

``[redacted:RULE]``, where an action adds to it ``[redacted:RULE:...]``; for a document what it was:
``[document registered memo-7 12 words]``. A marker is opaque: no rule finds anything in it, so that
redacting twice changes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from redactor.bytesets import ALNUM

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OPENING", "document_marker", "label_of", "marker", "marker_end", "markers_in"]

OPENING = b"[redacted:"
_DOCUMENT = re.compile(
    rb"\[document registered(?: [A-Za-z0-9._-]{1,64})? [0-9]{1,9} (?:words|characters)\]"
)
_DOCUMENT_OPENING = b"[document "
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


def document_marker(name: str, size: int, *, characters: bool = False) -> str:
    """
    Return the marker of an excerpt of a registered document.

    >>> document_marker("memo-7", 12), document_marker("", 40, characters=True)
    ('[document registered memo-7 12 words]', '[document registered 40 characters]')
    """
    unit = "characters" if characters else "words"
    return f"[document registered{' ' if name else ''}{name} {min(size, 999_999_999)} {unit}]"


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
        if not data.startswith(_DOCUMENT_OPENING, at, high):
            return at
        document = _DOCUMENT.match(data, at, high)
        return at if document is None else document.end()
    stop = min(high, at + _LIMIT)
    end = at + len(OPENING)
    while end < stop and data[end] in _INSIDE:
        end += 1
    if end < stop and data[end] == 0x5D and end > at + len(OPENING):
        return end + 1
    return at


def markers_in(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each marker in *data*."""
    if OPENING not in data and _DOCUMENT_OPENING not in data:
        return
    at = data.find(b"[")
    while at >= 0:
        end = marker_end(data, at, len(data))
        if end > at:
            yield at, end
        at = data.find(b"[", max(end, at + 1))

"""
Markers: the text that an action leaves behind, and how to know one again.

``[redacted:RULE]``, where an action adds to it ``[redacted:RULE:...]``; for a document
``[document TYPE SIZE]``, for an excerpt of a registered one ``[document registered ID 12 words]``.
A marker is opaque: no rule finds anything in it, so that redacting twice changes nothing.
"""

from __future__ import annotations

from functools import cache

from redactor.bytesets import ALNUM

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    #: A marker in a text, whatever rule and action wrote it.
    MARKER: re.Pattern[str]

__all__ = [
    "DOCUMENT",
    "MARKER",
    "OPENING",
    "document_marker",
    "excerpt_marker",
    "is_marker",
    "label_of",
    "marker",
    "marker_end",
    "markers_in",
]

OPENING = b"[redacted:"
DOCUMENT = b"[document "
_MARKER = (
    r"\[redacted:[A-Za-z0-9.:*_-]{1,110}\]"
    r"|\[document [a-z]{4,11}/[a-z0-9.+-]{2,80} [0-9]{1,6} (?:B|KB|MB|GB)"
    r"(?: [A-Za-z0-9]{1,16}-[0-9a-f]{16})?\]"
    r"|\[document registered(?: [A-Za-z0-9._-]{1,64})? [0-9]{1,9} (?:words|characters)\]"
)
_INSIDE = ALNUM | frozenset(b"-.:*_")
#: Longest marker, in bytes.
_LIMIT = 120
#: Longest label in a marker, in characters.
_LONGEST_LABEL = 64


@cache
def _marker() -> re.Pattern[str]:
    import re

    return re.compile(_MARKER)


@cache
def _document() -> re.Pattern[bytes]:
    import re

    return re.compile(_MARKER.partition("|")[2].encode())


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Compiled for whoever looks for markers: finding secrets does without.
        if name != "MARKER":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _marker()


def marker(rule: str, *parts: str) -> str:
    """
    Return the marker of *rule* with what an action adds.

    >>> marker("card"), marker("card", "****1111")
    ('[redacted:card]', '[redacted:card:****1111]')
    """
    return "[redacted:" + ":".join((rule, *parts)) + "]"


def excerpt_marker(name: str, size: int, *, characters: bool = False) -> str:
    """
    Return the marker of an excerpt of a registered document.

    >>> excerpt_marker("memo-7", 12), excerpt_marker("", 40, characters=True)
    ('[document registered memo-7 12 words]', '[document registered 40 characters]')
    """
    unit = "characters" if characters else "words"
    return f"[document registered{' ' if name else ''}{name} {min(size, 999_999_999)} {unit}]"


def document_marker(kind: str, size: int, *parts: str) -> str:
    """
    Return the marker of a document of the media type *kind* and of *size* bytes.

    >>> document_marker("application/pdf", 18_300), document_marker("text/csv", 700, "k1-00ff")
    ('[document application/pdf 18 KB]', '[document text/csv 700 B k1-00ff]')
    """
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size = (size + 500) // 1000
    return f"[document {' '.join((kind, str(min(size, 999_999)), unit, *parts))}]"


def is_marker(text: str) -> bool:
    """Say whether *text* is one marker and nothing else."""
    return text.startswith(("[redacted:", "[document ")) and bool(_marker().fullmatch(text))


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
        if data.startswith(DOCUMENT, at, high):
            document = _document().match(data, at, high)
            return document.end() if document else at
        return at
    stop = min(high, at + _LIMIT)
    end = at + len(OPENING)
    while end < stop and data[end] in _INSIDE:
        end += 1
    if end < stop and data[end] == 0x5D and end > at + len(OPENING):
        return end + 1
    return at


def markers_in(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each marker in *data*."""
    if OPENING not in data and DOCUMENT not in data:
        return
    at = data.find(b"[")
    while at >= 0:
        end = marker_end(data, at, len(data))
        if end > at:
            yield at, end
        at = data.find(b"[", max(end, at + 1))

"""Tables: rows of cells, and rows as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["tables_in"]

#: A line break: a line feed, or its escape at any depth.
_BREAK = regex.compile(rb"\n|\\+n")

_ROWS = 5
_COLUMNS = 2
_DELIMITERS = (b",", b";", b"\t", b"|", b"\\t")
#: What stands between the first row of a table and the text before it.
_LEAD = 160
_JOINT = regex.compile(rb"\},(?: |\n|\\+n){0,24}\{")
_JOINTS = 4
_FIRST_KEY = regex.compile(
    rb"\{(?: |\n|\\+n){0,24}\\{0,7}[\"']([A-Za-z0-9_.\- ]{1,40})\\{0,7}[\"']:"
)
_OPENING = regex.compile(rb"\[(?: |\n|\\+n){0,24}\{")
#: An error in a field, or the frames of one: what a server says of them is read by operators.
_PLACE = regex.compile(rb"[\"'](?:loc|lineno|exc_value|exc_type)\\{0,7}[\"']:")
#: Rows say so much each: a state of two words is none.
_SAYINGS = 2
_SAID = regex.compile(rb"[a-z\x80-\xff] [A-Za-z\x80-\xff]")
#: First keys of records of a log, which are no rows of a document.
_OF_LOGS = frozenset((b"ts", b"time", b"timestamp", b"level", b"severity", b"loc"))


def tables_in(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield rows: CSV, TSV and the like, and JSON of rows that hold words."""
    joints = list(_JOINT.finditer(text, low, high))
    if len(joints) >= _JOINTS:
        yield from _objects(text, low, high, joints)
    yield from _rows(text, low, high)


def _objects(
    text: bytearray, low: int, high: int, joints: list[regex.Match[bytes]]
) -> Iterator[tuple[int, int]]:
    keys = Counter(
        bytes(key[1]) for joint in joints if (key := _FIRST_KEY.match(text, joint.end() - 1, high))
    )
    same = max(keys.values(), default=0)
    if same * 10 < len(joints) * 8 or _OF_LOGS.intersection(keys):
        return
    first = -1
    for opening in _OPENING.finditer(text, low, joints[0].start()):
        first = opening.start()
    if first < 0 or _PLACE.search(text, first, joints[1].start()):
        return
    end = text.find(b"]", joints[-1].end(), high)
    end = end + 1 if end >= 0 else high
    if sum(1 for _ in _SAID.finditer(text, first, end)) >= len(joints) * _SAYINGS:
        yield first, end


def _rows(text: bytearray, low: int, high: int) -> Iterator[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    at = low
    for match in _BREAK.finditer(text, low, high):
        bounds.append((at, match.start()))
        at = match.end()
    bounds.append((at, high))
    rows = [(start, end) for start, end in bounds if end - start > 1]
    if len(rows) < _ROWS:
        return
    for delimiter in _DELIMITERS:
        if text.count(delimiter, low, high) < _ROWS * _COLUMNS:
            continue
        counts = [_cells(text, start, end, delimiter) for start, end in rows]
        usual = sorted(counts)[len(counts) // 2]
        if usual < _COLUMNS:
            continue
        fits = [place for place, count in enumerate(counts) if usual <= count <= usual + 2]
        if len(fits) < _ROWS or len(fits) * 10 < len(rows) * 8:
            continue
        start, end = rows[fits[0]][0], rows[fits[-1]][1]
        lead = text.rfind(b": ", start, min(rows[fits[0]][1], start + _LEAD))
        yield (lead + 2 if lead >= 0 else start), end
        return


def _cells(text: bytearray, start: int, end: int, delimiter: bytes) -> int:
    """Return how many delimiters a row has; none where it is a metric or a frame of a traceback."""
    if text.find(b"{", start, end) >= 0 or text.find(b'", line ', start, end) >= 0:
        return 0
    return text.count(delimiter, start, end)

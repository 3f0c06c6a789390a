"""Markers are opaque: what an earlier pass left behind is no part of a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.markers import markers_in

if TYPE_CHECKING:
    from redactor.spans import Span

__all__ = ["without_markers"]


def without_markers(data: bytes, spans: list[Span], whole: int | None = None) -> list[Span]:
    """
    Cut the markers out of *spans*: each becomes the pieces between them, which may be none.

    Those of the rule of index *whole* stay as they are: what is in a document goes with it.
    """
    markers = list(markers_in(data)) if spans else []
    if not markers:
        return spans
    pieces: list[Span] = []
    skip = 0
    for start, end, rule in spans:
        # Spans are sorted by their start: markers that end before it are behind all later ones.
        while skip < len(markers) and markers[skip][1] <= start:
            skip += 1
        if rule == whole:
            pieces.append((start, end, rule))
            continue
        at = start
        index = skip
        while index < len(markers) and markers[index][0] < end:
            first, last = markers[index]
            if first > at:
                pieces.append((at, first, rule))
            at = max(at, last)
            index += 1
        if at < end:
            pieces.append((at, end, rule))
    return sorted(set(pieces))

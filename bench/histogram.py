"""
Histograms of times, kept as data: buckets that grow with the value, as those of HdrHistogram.

Up to 64 ns each nanosecond is a bucket; above, each doubling has 32, so that a value is known to
3 %. A percentile is the upper end of the bucket that it falls into, never less than the value was.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Histogram", "dumps"]

_FINE = 32


class Histogram:
    """Counts of times in nanoseconds."""

    def __init__(self, times: Iterable[int] = ()) -> None:
        self._counts: dict[int, int] = {}
        self.add(times)

    def add(self, times: Iterable[int]) -> None:
        """Count each of *times*, in nanoseconds."""
        counts = self._counts
        for value in times:
            low = _low(value)
            counts[low] = counts.get(low, 0) + 1

    def merge(self, other: Histogram) -> None:
        """Add the counts of *other*."""
        for low, count in other._counts.items():  # of this class
            self._counts[low] = self._counts.get(low, 0) + count

    @property
    def count(self) -> int:
        """How many times were counted."""
        return sum(self._counts.values())

    def percentile(self, share: float) -> int:
        """
        Return the nanoseconds that *share* of the times, 0 to 1, do not exceed; to 3 %.

        Raises:
            ValueError: Nothing was counted.
        """
        if not self._counts:
            raise ValueError("a percentile of no times")
        wanted = share * self.count
        seen = 0
        low = 0
        for low in sorted(self._counts):
            seen += self._counts[low]
            if seen >= wanted:
                break
        return low + _width(low) - 1

    def share_above(self, nanoseconds: int) -> float:
        """Return the share of the times in buckets that begin above *nanoseconds*."""
        above = sum(count for low, count in self._counts.items() if low > nanoseconds)
        return above / max(1, self.count)

    def to_json(self) -> list[list[int]]:
        """Return the buckets that are not empty: the lowest value of each, and its count."""
        return [[low, self._counts[low]] for low in sorted(self._counts)]

    @classmethod
    def from_json(cls, buckets: list[list[int]]) -> Histogram:
        """Return the histogram that ``to_json`` gave *buckets* of."""
        made = cls()
        made._counts = {one[0]: one[1] for one in buckets}
        return made


def _width(low: int) -> int:
    return 1 if low < 2 * _FINE else 1 << (low.bit_length() - _FINE.bit_length())


def _low(value: int) -> int:
    return value - value % _width(value)


def dumps(document: dict[str, Any]) -> str:
    """Return *document* as JSON for people, with the buckets of each histogram on one line."""
    text = json.dumps(document, indent=1)
    pairs = re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1,\2]", text)
    return re.sub(r"(?<=[\[\]],|.\[)\s+(?=\[\d)|(?<=\d\])\s+(?=\])", "", pairs) + "\n"

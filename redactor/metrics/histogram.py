"""Times by size: cheap enough to be taken for each block."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BOUNDS", "Distribution", "Histogram"]

#: Upper bounds in seconds. A block of 256 KiB without secrets takes a quarter of a millisecond.
BOUNDS = (
    0.00001, 0.000025, 0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5,
)  # fmt: skip


class Distribution(NamedTuple):
    """
    A histogram at one moment.

    Attributes:
        buckets: Number of values up to each bound, the smaller ones included; infinity last.
        total: Sum of all values.
    """

    buckets: tuple[int, ...]
    total: float

    @property
    def number(self) -> int:
        """Number of all values."""
        return self.buckets[-1]


class Histogram:
    """
    Counts values between bounds. Read by any thread; so written: no count waits for a lock.

    Attributes:
        listeners: Called with each value too.
    """

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._total = 0.0
        self.listeners: list[Callable[[float], object]] = []

    def observe(self, seconds: float) -> None:
        """Count a value."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._total += seconds
        for listener in self.listeners:
            listener(seconds)

    def read(self) -> Distribution:
        """Return what was counted so far."""
        counts, total = tuple(self._counts), self._total
        up_to, buckets = 0, list[int]()
        for count in counts:
            up_to += count
            buckets.append(up_to)
        return Distribution(tuple(buckets), total)

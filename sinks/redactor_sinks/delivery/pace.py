"""When to try again, and with how much."""

from __future__ import annotations

import random

__all__ = ["ASKED_LIMIT", "Pace"]

#: Longest wait that a receiver may ask for, in seconds.
ASKED_LIMIT = 300.0
#: Failures of one batch in a row after which the next is smaller.
_PERSISTENT = 3


class Pace:
    """
    The pace of one stream, or of a whole receiver: waits that double, and batches that shrink.

    Args:
        base: First wait in seconds. Each is cut by up to half, at random, so that many senders do
            not come back at once.
        cap: Longest wait in seconds.

    Attributes:
        attempts: Failures in a row.
        until: When the next try is due, on the monotonic clock.
        limit: Most entries of the next batch; 0 for no limit of its own.
    """

    def __init__(self, base: float, cap: float) -> None:
        self._base = base
        self._cap = cap
        self.attempts = 0
        self.until = 0.0
        self.limit = 0

    @property
    def persistent(self) -> bool:
        """Whether the same batch has failed often enough to suspect the batch."""
        return self.attempts >= _PERSISTENT

    def failed(self, now: float, after: float | None = None) -> None:
        """Count a failure; *after* is how long the receiver asked to wait, in seconds."""
        self.attempts += 1
        wait = min(self._cap, self._base * 2.0 ** min(self.attempts - 1, 30))
        wait *= random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
        if after is not None and after > 0:
            wait = max(wait, min(after, ASKED_LIMIT))
        self.until = now + wait

    def halve(self, entries: int, now: float) -> None:
        """Make the next batch half of *entries*, and try it without a longer wait."""
        self.limit = max(1, entries // 2)
        if entries > 1:
            self.until = min(self.until, now + self._base)

    def passed(self) -> None:
        """Count a success: waits start anew, batches grow again."""
        self.attempts = 0
        self.until = 0.0
        if self.limit:
            self.limit = self.limit * 2 if self.limit < 1 << 16 else 0

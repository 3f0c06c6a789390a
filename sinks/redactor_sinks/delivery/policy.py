"""What can be chosen about a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BACK_PRESSURE", "BackPressure", "DeliveryPolicy"]

#: What to do with a record for which the queue has no room.
#: ``auto``: wait as long as the receiver takes records; once it does not, drop the oldest.
#: ``block``: wait, at most ``block_seconds``, then drop the newest.
BackPressure = Literal["auto", "block", "drop-oldest", "drop-newest", "sample"]
BACK_PRESSURE: tuple[BackPressure, ...] = ("auto", "block", "drop-oldest", "drop-newest", "sample")


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """
    How one sink delivers. Times are in seconds.

    Attributes:
        back_pressure: What to do when the queue is full.
        block_seconds: Longest wait for room, with ``block`` in all and with ``auto`` without any
            progress of the receiver. After it, nothing waits again until there was room.
        linger: How long a record waits for company.
        retry_base: First wait before a batch is sent again; doubled each time.
        retry_cap: Longest such wait.
        refused_seconds: Wait after the receiver refused us altogether.
        max_age: Records older than this are dropped; 0 for never.
        flush_seconds: Longest wait at the end for what is still in the queue.
        tell_seconds: Shortest time between two messages about the same thing, and between two
            summaries of what was dropped.
    """

    back_pressure: BackPressure = "auto"
    block_seconds: float = 30.0
    linger: float = 1.0
    retry_base: float = 0.5
    retry_cap: float = 30.0
    refused_seconds: float = 30.0
    max_age: float = 7 * 86400.0
    flush_seconds: float = 5.0
    tell_seconds: float = 10.0

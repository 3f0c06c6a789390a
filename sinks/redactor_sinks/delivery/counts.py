"""What is counted about a sink: the ledger of its records, and the traffic to its receiver."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Ledger", "SinkCounts"]


@dataclass(slots=True)
class Ledger:
    """
    The book of a queue. ``accepted == delivered + pending + dead + shed`` at all times.

    Attributes:
        accepted: Records that came in.
        delivered: Records that the receiver has.
        pending: Records that wait.
        pending_bytes: Their size.
        dead: Records that the receiver refused for good and that are kept as dead letters.
        dead_bytes: Their size.
        shed: Records that were dropped, by reason.
    """

    accepted: int = 0
    delivered: int = 0
    pending: int = 0
    pending_bytes: int = 0
    dead: int = 0
    dead_bytes: int = 0
    shed: dict[str, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether the equation holds."""
        return self.accepted == self.delivered + self.pending + self.dead + sum(self.shed.values())

    def __add__(self, other: Ledger) -> Ledger:
        shed = dict(self.shed)
        for reason, count in other.shed.items():
            shed[reason] = shed.get(reason, 0) + count
        return Ledger(
            self.accepted + other.accepted,
            self.delivered + other.delivered,
            self.pending + other.pending,
            self.pending_bytes + other.pending_bytes,
            self.dead + other.dead,
            self.dead_bytes + other.dead_bytes,
            shed,
        )


@dataclass(frozen=True, slots=True)
class SinkCounts:
    """
    All counts of one sink at one moment. Holds no part of a record and no credentials.

    With a spool the first five are of the spool, over all processes and runs that share it. The
    rest is of this process.

    Attributes:
        name: The receiver's address.
        kind: ``loki``, ``otlp`` or ``sentry``.
        accepted: Records that came in.
        delivered: Records that the receiver has.
        pending: Records that wait: the queue's depth.
        dead: Dead letters.
        shed: Records that were dropped, by reason.
        queue_bytes: Size of what waits.
        spool_bytes: Size of the spool on disk; 0 without one.
        requests: Requests that were made.
        retries: Requests that have to be repeated, by reason.
        bytes_sent: Size of the records in requests that succeeded, before compression.
        bytes_accepted: Size of the records that came in.
        held: Whether the receiver is being waited for.
        in_memory: Records that wait in memory because the spool cannot be written.
    """

    name: str
    kind: str
    accepted: int
    delivered: int
    pending: int
    dead: int
    shed: dict[str, int]
    queue_bytes: int
    spool_bytes: int
    requests: int
    retries: dict[str, int]
    bytes_sent: int
    bytes_accepted: int
    held: bool
    in_memory: int

    @property
    def balanced(self) -> bool:
        """Whether ``accepted == delivered + pending + dead + shed``."""
        return self.accepted == self.delivered + self.pending + self.dead + sum(self.shed.values())

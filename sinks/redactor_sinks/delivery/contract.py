"""
What passes between the pipeline and an exporter: entries one way, an outcome the other.

The pipeline holds, orders, repeats and counts; an exporter makes one request for each ``send``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Delivered", "Entry", "Exporter", "Outcome", "Refused", "Retry", "Split"]


class Entry(NamedTuple):
    """
    One redacted record on its way.

    Attributes:
        time: Nanoseconds since 1970, given once when the entry was accepted and never changed;
            strictly rising in its stream.
        stream: What is kept in order: the labels as canonical JSON, or nothing where a sink has
            one stream.
        payload: Redacted bytes: the line, or an encoded item.
        attributes: Structured metadata: names and values.
    """

    time: int
    stream: str
    payload: bytes
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivered:
    """
    The receiver has the batch, all but what it rejected for good.

    Attributes:
        rejected: From the index in the batch to the reason. These become dead letters.
    """

    rejected: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """
    Nothing is known to be stored; the same batch may pass later.

    Attributes:
        reason: Why, in words that hold nothing of the batch or the answer.
        after: Seconds that the receiver asked to wait.
        scope: Whether other streams of this receiver have to wait too.
    """

    reason: str
    after: float | None = None
    scope: Literal["stream", "all"] = "all"


@dataclass(frozen=True, slots=True)
class Split:
    """
    The receiver cannot take this batch as it is; halves may pass.

    An entry that is alone in its batch becomes a dead letter.

    Attributes:
        reason: Why, in words that hold nothing of the batch or the answer.
        certain: The fault is in the batch. Otherwise it may as well be the receiver's: the batch
            is repeated first, then halved, and an entry alone becomes a dead letter only when its
            neighbour passes.
    """

    reason: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """
    The receiver takes nothing from us: credentials, address, tenant. The data are kept.

    Attributes:
        reason: What is wrong.
        remedy: What the operator can do.
    """

    reason: str
    remedy: str


Outcome = Delivered | Retry | Split | Refused


class Exporter(Protocol):
    """
    Brings a batch to one receiver. Used by one thread at a time.

    Attributes:
        name: The receiver's address, without credentials.
        kind: ``loki``, ``otlp`` or ``sentry``.
        max_entries: Most entries of a batch.
        max_bytes: Most bytes of a batch, before compression.

    An exporter may also have ``summary(text: str) -> bytes``: the payload of a record that says in
    the stream itself how many records of it were dropped and why.
    """

    name: str
    kind: str
    max_entries: int
    max_bytes: int

    def send(self, entries: Sequence[Entry]) -> Outcome:
        """
        Make one request with *entries*, all of one stream and in order.

        Faults of the network are an outcome, not an exception. Takes as long as its own timeout
        at most.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections. A ``send`` after it opens them anew."""

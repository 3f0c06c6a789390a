"""A sink in front of a delivery: from pieces of a log, or single records, to entries."""

from __future__ import annotations

import time as clock
from typing import TYPE_CHECKING

from redactor_sinks.contract import DeliveryError
from redactor_sinks.delivery.batch import Lines
from redactor_sinks.delivery.contract import Entry
from redactor_sinks.lines import LineAssembler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from redactor_sinks.delivery.counts import SinkCounts
    from redactor_sinks.delivery.pipeline import Delivery
    from redactor_sinks.delivery.spool import Spool
    from redactor_sinks.lines import Line

__all__ = ["DeliverySink"]


class DeliverySink:
    """
    Gives lines and records to a delivery, which brings them to a receiver in its own time.

    ``write``, ``flush`` and ``close`` are those of any sink, for one thread. ``emit`` takes single
    records and is safe from any thread. A call never waits for the receiver, but for a full queue
    where the policy says so. What was dropped or refused for good is reported by ``DeliveryError``
    from ``write``, ``flush`` or ``close``, at most once in ``tell_seconds`` and at the end.

    Args:
        delivery: Belongs to the sink from here on.
        stream: The stream of the lines.
        line_limit: How much of a line is looked at, in bytes.
        plain_limit: How long a line may be that is its own payload, in bytes.
        payloads: Makes the payloads of a line, one or more.
        plain: Says of a text whether each line of it within that is its own payload.

    Attributes:
        delivery: As given.
    """

    def __init__(
        self,
        delivery: Delivery,
        stream: str,
        *,
        line_limit: int,
        plain_limit: int,
        payloads: Callable[[Line], Sequence[bytes]],
        plain: Callable[[bytes], bool],
    ) -> None:
        self.delivery = delivery
        self._stream = stream
        self._payloads = payloads
        self._plain = plain
        self._plain_limit = plain_limit
        self._lines = LineAssembler(line_limit)
        self._patient = True
        counts = delivery.counts()
        self._dead, self._shed = counts.dead, dict(counts.shed)
        self._next_report = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.delivery.exporter.name}>"

    def write(self, lines: bytes) -> None:
        found = self._lines.plain(lines, self._plain_limit) if self._plain(lines) else None
        if found is None:
            found = [part for line in self._lines.feed(lines) for part in self._payloads(line)]
        if found:
            self.delivery.put(Lines(self._stream, found))
        self._report_now_and_then()

    def emit(
        self,
        payload: bytes,
        *,
        time: int = 0,
        stream: str | None = None,
        attributes: Iterable[tuple[str, str]] = (),
    ) -> None:
        """
        Take one record.

        Args:
            payload: Its redacted bytes.
            time: When it was made, in nanoseconds since 1970. Default: now. What is not later than
                the record before it in the stream is moved behind it, by a nanosecond.
            stream: Its stream. Default: that of the lines.
            attributes: Its structured metadata.
        """
        of = self._stream if stream is None else stream
        self.delivery.put([Entry(time, of, payload, tuple(attributes))])

    def flush(self) -> None:
        """Have what waits sent, without waiting for it."""
        self.delivery.hurry()
        self._report_now_and_then()

    def hurry(self) -> None:
        """
        Wait for no room in the queue any more, and let ``close`` end after ``flush_seconds``.

        Safe in a signal handler.
        """
        self._patient = False
        self.delivery.wait_no_more()

    def close(self) -> None:
        """Deliver what waits, within bounds, the last line too if it has no line break."""
        rest = self._lines.finish()
        if rest is not None:
            self.delivery.put(Lines(self._stream, list(self._payloads(rest))))
        left = self.delivery.close(patient=self._patient)
        self._report(left)

    def counts(self) -> SinkCounts:
        """Return all counts at this moment."""
        return self.delivery.counts()

    def _report_now_and_then(self) -> None:
        now = clock.monotonic()
        if now >= self._next_report:
            self._next_report = now + self.delivery.policy.tell_seconds
            self._report(0)

    def _report(self, left: int) -> None:
        counts = self.delivery.counts()
        shed = {
            reason: count - self._shed.get(reason, 0)
            for reason, count in counts.shed.items()
            if count > self._shed.get(reason, 0)
        }
        dead = counts.dead - self._dead
        self._shed, self._dead = dict(counts.shed), counts.dead
        spool = self.delivery.spool
        problems: list[str] = []
        remedies: list[str] = []
        lost = sum(shed.values())
        if lost:
            why = ", ".join(f"{reason}: {count}" for reason, count in sorted(shed.items()))
            problems.append(f"{lost} lines were dropped ({why})")
            remedies.append("Check how much it takes, and the bounds of the sink in the policy")
        if dead > 0:
            problems.append(f"it refused {dead} lines for good")
            remedies.append(_where_dead(spool))
        if left and spool is not None:
            problems.append(f"{left} lines wait in the spool {spool.path}")
            remedies.append("They are delivered at the next start, or by: redactor spool replay")
        if problems:
            raise DeliveryError(
                self.delivery.exporter.name,
                "; ".join(problems),
                ". ".join(remedies),
                lines=lost if spool is not None else lost + max(0, dead),
            )


def _where_dead(spool: Spool | None) -> str:
    if spool is None:
        return "With a spool they would be kept"
    return "They are kept with the reason: redactor spool show"

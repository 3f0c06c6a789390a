"""Collecting: from the counts of streams, sinks and exits to samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from redactor._version import __version__
from redactor.metrics.histogram import Distribution, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from redactor.exits.guard import Guard
    from redactor.sinks import SinkCounts
    from redactor.stats import Stats

__all__ = ["Sample", "Telemetry"]

#: How often a count that another thread changes meanwhile is read again.
_TRIES = 100


class Sample(NamedTuple):
    """
    One value of one metric.

    Attributes:
        name: The metric's name in ``METRICS``.
        labels: Values of its labels, in its order.
        value: A number, or a distribution for a histogram.
    """

    name: str
    labels: tuple[str, ...]
    value: float | Distribution


class Telemetry:
    """
    Knows what there is to count, and reads it when asked: nothing is added to what it watches, but
    by ``watch_exits(guard, each=True)``.

    Args:
        engine: Name of the engine that runs.

    Attributes:
        scan: Times of the blocks of a stream.
        looks: Times of the texts and records at the exits of a guarded process.
    """

    def __init__(self, engine: str = "") -> None:
        self.scan = Histogram()
        self.looks = Histogram()
        self._replaced: list[Mapping[str, int]] = []
        self._engine = engine
        self._streams: list[Stats] = []
        self._sinks: list[Callable[[], Iterable[SinkCounts]]] = []
        self._guards: list[Guard] = []

    def watch_stream(self, stats: Stats) -> None:
        """Collect the counts of a stream."""
        self._streams.append(stats)

    def watch_sinks(self, counts: Callable[[], Iterable[SinkCounts]]) -> None:
        """Collect what *counts* returns when it is called."""
        self._sinks.append(counts)

    def watch_exits(self, guard: Guard, *, each: bool = False) -> None:
        """
        Collect the failures of the guard that ``redactor.install()`` returns.

        Args:
            guard: What is watched.
            each: Count also each text and record that it looks at, with its time, and each secret
                that is replaced, by rule. This adds a call and two readings of the clock to each.
        """
        self._guards.append(guard)
        if each:
            self._replaced.append(guard.redactor.count_replaced())
            guard.timed_by(self.looks.observe)

    def sinks(self) -> list[SinkCounts]:
        """Return the counts of all sinks."""
        return [counts for source in self._sinks for counts in source()]

    def collect(self) -> Iterator[Sample]:
        """Return a sample for each metric and each value of its labels."""
        yield Sample("redactor.info", (__version__, self._engine), 1)
        yield from self._of_streams()
        yield from self._of_rules()
        if self._replaced:
            yield Sample("redactor.exit.scan.duration", (), self.looks.read())
        for guard in self._guards:
            for exit_name, count in _steady(guard.failures).items():
                yield Sample("redactor.exit.withheld", (exit_name,), count)
        for counts in self.sinks():
            yield from _of_sink(counts)

    def _of_streams(self) -> Iterator[Sample]:
        if not self._streams:
            return
        streams = self._streams
        lines, dropped = sum(one.lines for one in streams), sum(one.dropped for one in streams)
        yield Sample("redactor.records", ("in",), lines)
        yield Sample("redactor.records", ("out",), max(0, lines - dropped))
        yield Sample("redactor.io", ("in",), sum(one.bytes_in for one in streams))
        yield Sample("redactor.io", ("out",), sum(one.bytes_out for one in streams))
        yield Sample("redactor.records.dropped", (), dropped)
        yield Sample("redactor.records.withheld", (), sum(one.withheld for one in streams))
        yield Sample("redactor.scan.duration", (), self.scan.read())

    def _of_rules(self) -> Iterator[Sample]:
        rules: dict[str, float] = {}
        for counts in (*(one.findings for one in self._streams), *self._replaced):
            for rule, count in _steady(counts).items():
                rules[rule] = rules.get(rule, 0) + count
        for rule, total in sorted(rules.items()):
            yield Sample("redactor.redactions", (rule,), total)


def _of_sink(counts: SinkCounts) -> Iterator[Sample]:
    labels = (counts.name, counts.kind)
    for name, value in (
        ("accepted", counts.accepted),
        ("delivered", counts.delivered),
        ("pending", counts.pending),
        ("dead_letters", counts.dead),
        ("in_memory", counts.in_memory),
        ("requests", counts.requests),
        ("accepted.size", counts.bytes_accepted),
        ("delivered.size", counts.bytes_sent),
        ("queue.size", counts.queue_bytes),
        ("spool.size", counts.spool_bytes),
        ("held", int(counts.held)),
    ):
        yield Sample(f"redactor.sink.{name}", labels, value)
    for name, reasons in (("shed", counts.shed), ("retries", counts.retries)):
        for reason, count in sorted(reasons.items()):
            yield Sample(f"redactor.sink.{name}", (*labels, reason), count)


def _steady(counts: Mapping[str, int]) -> dict[str, int]:
    """Return a copy of *counts*, to which another thread may be adding a name."""
    for _ in range(_TRIES):
        try:
            return dict(counts)
        except RuntimeError:
            continue
    return {}

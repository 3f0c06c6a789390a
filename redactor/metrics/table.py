"""Every metric that there is: its name, kind, unit, labels and meaning."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["METRICS", "Metric"]

Kind = Literal["counter", "gauge", "histogram"]
#: What Prometheus writes behind a name for a unit; those in braces are counted things.
_UNITS = {"s": "_seconds", "By": "_bytes"}


class Metric(NamedTuple):
    """
    One metric.

    Attributes:
        name: Its name in OpenTelemetry.
        kind: A counter only rises, a gauge goes both ways.
        unit: In the code of OpenTelemetry: ``s``, ``By``, or a counted thing in braces.
        labels: Names of its labels.
        help: What it says, in one sentence.
    """

    name: str
    kind: Kind
    unit: str
    labels: tuple[str, ...]
    help: str

    @property
    def prometheus(self) -> str:
        """Its name in Prometheus."""
        name = self.name.replace(".", "_")
        unit = _UNITS.get(self.unit, "")
        if unit and not name.endswith(unit):
            name += unit
        return f"{name}_total" if self.kind == "counter" else name


_SINK = ("sink", "kind")

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("redactor.info", "gauge", "{process}", ("version", "engine"), "1: what runs."),
        Metric("redactor.records", "counter", "{record}", ("direction",),
               "Records that came in, and that went out redacted."),
        Metric("redactor.io", "counter", "By", ("direction",), "Bytes that came in and went out."),
        Metric("redactor.redactions", "counter", "{finding}", ("rule",),
               "Secrets that were replaced, by the rule that found them."),
        Metric("redactor.records.dropped", "counter", "{record}", (),
               "Records that the action drop-record removed."),
        Metric("redactor.records.withheld", "counter", "{record}", (),
               "Records that a placeholder stands for because looking at them failed."),
        Metric("redactor.exit.withheld", "counter", "{record}", ("exit",),
               "Things withheld at an exit of a guarded process because of an error."),
        Metric("redactor.scan.duration", "histogram", "s", (),
               "Time to redact one block of the stream."),
        Metric("redactor.exit.scan.duration", "histogram", "s", (),
               "Time to redact one text or record at an exit of a guarded process."),
        Metric("redactor.sink.accepted", "counter", "{record}", _SINK, "Records that a sink took."),
        Metric("redactor.sink.delivered", "counter", "{record}", _SINK,
               "Records that the receiver has."),
        Metric("redactor.sink.shed", "counter", "{record}", (*_SINK, "reason"),
               "Records that were dropped by policy, by reason."),
        Metric("redactor.sink.pending", "gauge", "{record}", _SINK,
               "Records that wait: the depth of the queue."),
        Metric("redactor.sink.dead_letters", "gauge", "{record}", _SINK,
               "Records that the receiver refused for good and that are kept."),
        Metric("redactor.sink.in_memory", "gauge", "{record}", _SINK,
               "Records that wait in memory because the spool cannot be written."),
        Metric("redactor.sink.requests", "counter", "{request}", _SINK, "Requests that were made."),
        Metric("redactor.sink.retries", "counter", "{request}", (*_SINK, "reason"),
               "Requests that have to be repeated, by reason."),
        Metric("redactor.sink.accepted.size", "counter", "By", _SINK,
               "Size of the records that a sink took."),
        Metric("redactor.sink.delivered.size", "counter", "By", _SINK,
               "Size of the records in requests that passed, before compression."),
        Metric("redactor.sink.queue.size", "gauge", "By", _SINK, "Size of what waits."),
        Metric("redactor.sink.spool.size", "gauge", "By", _SINK, "Size of the spool on disk."),
        Metric("redactor.sink.held", "gauge", "{receiver}", _SINK,
               "1 while the receiver is being waited for, else 0."),
    )
}  # fmt: skip

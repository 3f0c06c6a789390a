"""Exporters of OpenTelemetry over sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.adapters.outlet import Outlet, as_line, as_time
from redactor.errors import InputError
from redactor.exits.redaction import redaction_of
from redactor.sinks import OtlpSink
from redactor_sinks.otlp import LOGS, SPANS, encoded_logs, encoded_spans, require_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from redactor.policy import Policy
    from redactor.sinks import Sink

__all__ = ["log_exporter", "span_exporter"]


def log_exporter(*sinks: Sink, policy: Policy | str | Path | None = None) -> LogRecordExporter:
    """
    Return an exporter of log records for a ``SimpleLogRecordProcessor``.

    An ``OtlpSink`` gets them with their own resource and scope, as the SDK encodes them; other
    sinks get a line of JSON for each. An export ends as soon as the sinks have taken the records,
    so that a processor that waits for company would only hold them back from a spool.

    Args:
        sinks: Where records go; all of them.
        policy: What to redact: see ``redactor.adapters``.

    Raises:
        MissingExtraError: The SDK is not installed, or older than 1.39.
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        ExitError: This version of the SDK is not known.
    """
    require_encoder("redactor.adapters")
    from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

    from redactor.exits.opentelemetry.log_records import LogRecords

    guard = redaction_of(policy).guard
    records = LogRecords(guard)
    native = [sink for sink in sinks if isinstance(sink, OtlpSink)]
    others = Outlet(
        (sink for sink in sinks if not isinstance(sink, OtlpSink)), guard, "opentelemetry"
    )

    class Exporter(LogRecordExporter):
        def export(self, batch: Sequence[Any]) -> LogRecordExportResult:
            try:
                redacted = [one for item in batch if (one := records.handed_over(item))]
                for item in redacted:
                    _give_log(item, native, others)
            except Exception as error:  # noqa: BLE001  # C1: what failed is not let out
                guard.failed("opentelemetry", error)
                return LogRecordExportResult.FAILURE
            return LogRecordExportResult.SUCCESS

        def shutdown(self) -> None:
            others.flush()
            for sink in native:
                sink.delivery.hurry()

        def force_flush(self, timeout_millis: int = 30000) -> bool:
            others.flush()
            return all(sink.delivery.flush(timeout_millis / 1000) for sink in native)

    return Exporter()


def _give_log(item: Any, native: Sequence[OtlpSink], others: Outlet) -> None:
    time = item.log_record.observed_timestamp or item.log_record.timestamp or 0
    if native:
        (data,) = encoded_logs([item])
        for sink in native:
            sink.emit(data, time=time, stream=LOGS)
    if others.sinks:
        others.give(as_line(_fields(item)), time=time, labels=[("level", _level(item.log_record))])


def _level(record: Any) -> str:
    number = getattr(record.severity_number, "value", 0) or 0
    names = ((21, "critical"), (17, "error"), (13, "warning"), (9, "info"), (5, "debug"))
    return next((name for least, name in names if number >= least), "trace" if number else "")


def _fields(item: Any) -> dict[str, Any]:
    """Return what a log record says as the fields of a line."""
    record = item.log_record
    scope = item.instrumentation_scope
    attributes = dict(record.attributes or {})
    body = record.body
    fields = {
        "timestamp": as_time(record.timestamp or record.observed_timestamp),
        "level": _level(record),
        "logger": scope.name if scope is not None else "",
        "message": body
        if isinstance(body, str) or body is None
        else as_line({"body": body}).decode(),
        "exc_info": attributes.pop("exception.stacktrace", ""),
        "trace_id": f"{record.trace_id:032x}" if record.trace_id else "",
        "span_id": f"{record.span_id:016x}" if record.span_id else "",
    }
    return {**attributes, **fields}


def span_exporter(sink: Sink, *, policy: Policy | str | Path | None = None) -> SpanExporter:
    """
    Return an exporter of spans for a ``SimpleSpanProcessor``, over a sink for OTLP.

    Args:
        sink: Where spans go: an ``OtlpSink``.
        policy: What to redact: see ``redactor.adapters``.

    Raises:
        InputError: *sink* takes no spans.
        MissingExtraError: The SDK is not installed.
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        ExitError: This version of the SDK is not known.
    """
    if not isinstance(sink, OtlpSink):
        raise InputError(
            "redactor.adapters.span_exporter",
            f"a {type(sink).__name__} takes no spans",
            "Give it an OtlpSink",
        )
    target: OtlpSink = sink
    from opentelemetry.sdk.trace import Span
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    from redactor.exits.opentelemetry.spans import Spans

    guard = redaction_of(policy).guard
    redacting = Spans(guard, Span._readable_span)  # noqa: SLF001  # the SDK's own way

    class Exporter(SpanExporter):
        def export(self, spans: Sequence[Any]) -> SpanExportResult:
            try:
                redacted = [one for span in spans if (one := redacting.exported(span))]
                for span, data in zip(redacted, encoded_spans(redacted), strict=True):
                    target.emit(data, time=span.end_time or 0, stream=SPANS)
            except Exception as error:  # noqa: BLE001  # C1: what failed is not let out
                guard.failed("opentelemetry", error)
                return SpanExportResult.FAILURE
            return SpanExportResult.SUCCESS

        def shutdown(self) -> None:
            target.delivery.hurry()

        def force_flush(self, timeout_millis: int = 30000) -> bool:
            return target.delivery.flush(timeout_millis / 1000)

    return Exporter()

"""Exporters of OpenTelemetry over sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor import InputError
from redactor.adapters import log_exporter, span_exporter
from tests.sinks.otlp.test_exporter import attributes, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.sinks import OtlpSink
    from tests.adapters.conftest import Collecting
    from tests.sinks.answering import Answering

pytest.importorskip("opentelemetry.sdk")


def provider(exporter: Any) -> Any:
    """Return a provider of loggers whose records go to *exporter*."""
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
    from opentelemetry.sdk.resources import Resource

    made = LoggerProvider(Resource({"service.name": "shop"}), shutdown_on_exit=False)
    made.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    return made


def emit(exporter: Any, **fields: Any) -> None:
    """Emit one log record with a secret in every place."""
    from opentelemetry._logs import SeverityNumber

    logs = provider(exporter)
    logs.get_logger("pay").emit(
        timestamp=1_795_336_901_948_000_001,
        severity_number=SeverityNumber.ERROR,
        severity_text="ERROR",
        body="login password=hunter2 wrong",
        attributes={"order": 7, "passwd": "hunter3", "card": "4111 1111 1111 1111"},
        **fields,
    )
    logs.shutdown()


def test_log_records_keep_their_form(otlp: OtlpSink, server: Answering) -> None:
    """
    Resource, scope, times and attributes are as the SDK encodes them, and redacted.
    """
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    emit(log_exporter(otlp))
    assert otlp.delivery.flush(10)

    record = record_of(server)
    (resource,) = ExportLogsServiceRequest.FromString(server.bodies[0]).resource_logs
    assert attributes(resource.resource.attributes)["service.name"] == "shop"
    assert resource.scope_logs[0].scope.name == "pay"
    assert record.time_unix_nano == 1_795_336_901_948_000_001
    assert record.body.string_value == "login password=[redacted:password] wrong"
    assert attributes(record.attributes)["order"] == 7
    for secret in (b"hunter", b"4111"):
        assert secret not in server.bodies[0]


def test_other_sinks_get_a_line(collecting: Collecting) -> None:
    """
    A file gets each log record as a line of JSON.
    """
    emit(log_exporter(collecting))

    (record,) = collecting.records
    assert record["timestamp"] == "2026-11-22T08:41:41.948000001Z"
    assert record["level"] == "error"
    assert record["logger"] == "pay"
    assert record["message"] == "login password=[redacted:password] wrong"
    assert record["order"] == 7
    assert b"hunter" not in collecting.data


@pytest.fixture
def tracer(otlp: OtlpSink) -> Iterator[Any]:
    """A tracer whose spans go to the sink."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(span_exporter(otlp)))
    yield made.get_tracer("t")
    made.shutdown()


def test_spans_go_to_their_own_path(otlp: OtlpSink, server: Answering, tracer: Any) -> None:
    """
    Spans are redacted and sent as traces.
    """
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    with tracer.start_as_current_span("login password=hunter2 ok") as span:
        span.set_attribute("card", "4111 1111 1111 1111")
    assert otlp.delivery.flush(10)

    (request,) = server.requests
    traces = ExportTraceServiceRequest.FromString(request.body)
    (sent,) = traces.resource_spans[0].scope_spans[0].spans
    assert request.path == "/v1/traces"
    assert sent.name == "login password=[redacted:password] ok"
    assert b"4111" not in request.body


def test_only_a_sink_for_otlp_takes_spans(collecting: Collecting) -> None:
    """
    The mistake is said when the exporter is made.
    """
    with pytest.raises(InputError, match="a Collecting takes no spans"):
        span_exporter(collecting)


def test_a_batch_processor_works_too(otlp: OtlpSink, server: Answering) -> None:
    """
    Any processor of the SDK can be before the exporter.
    """
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    logs = LoggerProvider(shutdown_on_exit=False)
    logs.add_log_record_processor(BatchLogRecordProcessor(log_exporter(otlp)))
    for number in range(10):
        logs.get_logger("t").emit(body=f"record {number}")
    logs.force_flush()
    logs.shutdown()
    assert otlp.delivery.flush(10)

    data = b"".join(server.bodies)
    assert all(b"record %d" % number in data for number in range(10))

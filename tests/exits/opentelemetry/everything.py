"""
A program that sends spans, log records and metrics with a secret in every place.

Its arguments are the protocol, ``http`` or ``grpc``, and whether it is ``guarded``. It prints the
secrets, by place, as JSON.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import redactor

if TYPE_CHECKING:
    from tests.exits.opentelemetry.plants import Plants


def main(protocol: str, *, guarded: bool) -> None:
    guard = redactor.install() if guarded else None
    # Old versions of the exporters warn about their own dependencies.
    warnings.simplefilter("ignore")
    from opentelemetry.sdk.resources import Resource

    from tests.exits.opentelemetry.plants import Plants

    plants = Plants()
    resource = Resource(
        {
            "service.name": "shop",
            "db.password": plants.bare("resource"),
            "process.command_line": f"app --password {plants.bare('command line')}",
        }
    )
    for send in (send_spans, send_log_records, send_metrics):
        send(plants, resource, f"opentelemetry.exporter.otlp.proto.{protocol}")
    assert guard is None or guard.failures.total() == 0
    print(json.dumps(plants.values))  # noqa: T201  # what the test reads


def send_spans(plants: Plants, resource: Any, exporters: str) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = import_module(f"{exporters}.trace_exporter").OTLPSpanExporter()
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    state = trace.TraceState([("vendor", str(plants.card("trace state")))])
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    remote = trace.SpanContext(1, 1, is_remote=True, trace_flags=flags, trace_state=state)
    tracer = provider.get_tracer(plants.password("scope of spans"))
    span = tracer.start_span(
        plants.password("name"),
        trace.set_span_in_context(trace.NonRecordingSpan(remote)),
        attributes=plants.all_over(),
        links=[trace.Link(remote, {"text": plants.password("link")})],
    )
    span.add_event(plants.password("event"), {"token": plants.bare("attribute of an event")})
    span.record_exception(plants.failure("exception of a span"))
    span.set_status(trace.Status(trace.StatusCode.ERROR, plants.password("status")))
    span.end()
    provider.shutdown()


def send_log_records(plants: Plants, resource: Any, exporters: str) -> None:
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor

    from tests.exits.opentelemetry.versions import handler, log_record

    exporter = import_module(f"{exporters}._log_exporter").OTLPLogExporter()
    provider = LoggerProvider(resource=resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    provider.get_logger(plants.password("scope of log records")).emit(
        log_record(
            resource,
            body={"text": plants.password("body"), "user": {"password": plants.bare("user")}},
            attributes={"password": plants.bare("attribute of a log record")},
            severity_text=plants.password("severity text"),
        )
    )
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(handler(provider))
    log.error(
        "card %s",
        plants.card("argument of a message"),
        extra={"pwd": plants.bare("extra")},
        exc_info=plants.failure("exception of a log record"),
    )
    provider.shutdown()


def send_metrics(plants: Plants, resource: Any, exporters: str) -> None:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    exporter = import_module(f"{exporters}.metric_exporter").OTLPMetricExporter()
    provider = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=resource)
    meter = provider.get_meter(plants.password("scope of metrics"))
    meter.create_counter("paid", description=plants.password("description")).add(
        1, {"password": plants.bare("attribute of a counter"), "n": plants.card("int of a counter")}
    )
    meter.create_histogram("took").record(0.5, {"text": plants.password("text of a histogram")})
    provider.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], guarded=sys.argv[2] == "guarded")

"""What the end of a span and the emit of a log record cost: alone, handed on, and guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import redactor
from tests.exits.opentelemetry.versions import EMIT, LogExporter, LogResult, log_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

CLEAN: dict[str, Any] = {
    "http.request.method": "GET",
    "url.path": "/api/v1/orders/8842",
    "http.response.status_code": 200,
    "server.address": "shop.example.com",
    "server.port": 8443,
    "user_agent.original": "okhttp/4.12.0",
    "network.protocol.version": "1.1",
    "http.route": "/api/v1/orders/{id}",
    "client.address": "192.0.2.7",
    "app.cached": False,
    "app.ratio": 0.25,
}
DENSE = CLEAN | {
    "url.full": "https://shop.example.com/?token=3f9a7c21e8b04d56",
    "app.card": 4111111111111111,
    "db.password": "hunter2zz",
}
#: No processor, one that does nothing, an exporter that does nothing, and that one guarded.
STATES = ("alone", "processor", "exporter", "redactor")

both = pytest.mark.parametrize(
    "attributes", [pytest.param(CLEAN, id="clean"), pytest.param(DENSE, id="dense")]
)


@pytest.fixture(params=STATES)
def state(request: pytest.FixtureRequest) -> Iterator[str]:
    """Who listens; the SDK is guarded in the last state."""
    if request.param == "redactor":
        redactor.install(redactor.Policy(), known=False)
    yield request.param
    redactor.uninstall()


def password(attributes: Any, state: str) -> bool:
    """Whether what arrived is what should."""
    expected = "[redacted:password]" if state == "redactor" else "hunter2zz"
    return bool(attributes.get("db.password", expected) == expected)


@both
def test_span(benchmark: BenchmarkFixture, state: str, attributes: dict[str, Any]) -> None:
    """A span of eleven attributes, or fourteen, starts and ends."""
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import (
        SimpleSpanProcessor,
        SpanExporter,
        SpanExportResult,
    )

    last: list[Any] = []

    class Nowhere(SpanExporter):
        def export(self, spans: Any) -> SpanExportResult:
            last[:] = spans
            return SpanExportResult.SUCCESS

    provider = TracerProvider(shutdown_on_exit=False)
    if state == "processor":
        provider.add_span_processor(SpanProcessor())
    elif state != "alone":
        provider.add_span_processor(SimpleSpanProcessor(Nowhere()))
    start_span = provider.get_tracer("bench").start_span

    def span() -> None:
        start_span("GET /api/v1/orders/{id}", attributes=attributes).end()

    span()
    assert all(password(one.attributes, state) for one in last)
    benchmark.group = f"span: {'dense' if attributes is DENSE else 'clean'}"
    benchmark(span)


@both
def test_log_record(benchmark: BenchmarkFixture, state: str, attributes: dict[str, Any]) -> None:
    """A log record of eleven attributes, or fourteen, is emitted."""
    from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    last: list[Any] = []

    def finish(*_: Any, **__: Any) -> None: ...

    def export(_: Any, batch: Any) -> Any:
        last[:] = batch
        return LogResult.SUCCESS

    rest: dict[str, Callable[..., Any]] = {"shutdown": finish, "force_flush": finish}
    processor: Any = type("Nothing", (LogRecordProcessor,), {EMIT: finish, **rest})
    exporter: Any = type("Nowhere", (LogExporter,), {"export": export, **rest})
    provider = LoggerProvider(shutdown_on_exit=False)
    if state == "processor":
        provider.add_log_record_processor(processor())
    elif state != "alone":
        provider.add_log_record_processor(SimpleLogRecordProcessor(exporter()))
    emit = provider.get_logger("bench").emit
    resource = provider.resource

    def record() -> None:
        emit(log_record(resource, body="request finished", attributes=attributes))

    record()
    assert all(password(one.log_record.attributes, state) for one in last)
    benchmark.group = f"log record: {'dense' if attributes is DENSE else 'clean'}"
    benchmark(record)

"""What several programs of the zoo use: servers, tracers, clients. Nothing here leaks."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET  # noqa: N815  # as the class calls it

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def server() -> Iterator[int]:
    """Answer on a port of 127.0.0.1, which this gives."""
    with HTTPServer(("127.0.0.1", 0), _Answer) as answering:
        thread = threading.Thread(target=answering.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield answering.server_port
        finally:
            answering.shutdown()
            thread.join()


@contextmanager
def tracer(*, batch: bool = False) -> Iterator[Any]:
    """Give a tracer of OpenTelemetry whose spans stay in memory."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider = TracerProvider()
    processor = BatchSpanProcessor if batch else SimpleSpanProcessor
    provider.add_span_processor(processor(InMemorySpanExporter()))
    try:
        yield provider.get_tracer("shop")
    finally:
        provider.shutdown()


@contextmanager
def otel_logger() -> Iterator[Any]:
    """Give a logger of OpenTelemetry whose records stay in memory."""
    from opentelemetry.sdk._logs import LoggerProvider, export

    exporter = getattr(export, "InMemoryLogRecordExporter", None) or export.InMemoryLogExporter
    provider = LoggerProvider()
    provider.add_log_record_processor(export.SimpleLogRecordProcessor(exporter()))
    try:
        yield provider.get_logger("shop")
    finally:
        provider.shutdown()


@contextmanager
def meter(**options: Any) -> Iterator[tuple[Any, Any]]:
    """Give a meter of OpenTelemetry, and the reader that collects what it measured."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], **options)
    try:
        yield provider.get_meter("shop"), reader
    finally:
        provider.shutdown()


@contextmanager
def sentry(**options: Any) -> Iterator[None]:
    """Send what Sentry is given to nowhere."""
    import sentry_sdk

    sentry_sdk.init(
        dsn="https://public@sentry.invalid/1",
        transport=lambda _envelope: None,
        default_integrations=False,
        **options,
    )
    try:
        with sentry_sdk.isolation_scope():  # breadcrumbs stay in it
            yield
    finally:
        sentry_sdk.init(dsn="", default_integrations=False)


@contextmanager
def django_connection() -> Iterator[Any]:
    """Give a connection of Django to a database in memory."""
    from django.conf import settings

    if not settings.configured:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(DATABASES={"default": database})
    from django.db import connection

    try:
        yield connection
    finally:
        connection.close()

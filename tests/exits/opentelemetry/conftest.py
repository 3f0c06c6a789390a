"""Guarded OpenTelemetry classes, and places that telemetry leaves for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from redactor.exits.guard import Guard
from redactor.exits.patches import Patches
from tests.exits.opentelemetry.plants import Plants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.policy import Policy
    from tests.exits.opentelemetry.collector import Collector


@pytest.fixture
def install() -> Iterator[Callable[..., Guard]]:
    """Guard the SDK in this process, and let go of it afterwards."""
    from redactor.exits import opentelemetry as home

    done: list[tuple[Guard, Patches]] = []

    def guarded(policy: Policy | None = None) -> Guard:
        guard = Guard(policy)
        patches = Patches("opentelemetry")
        done.append((guard, patches))
        for protect in (home.protect_traces, home.protect_logs, home.protect_metrics):
            protect(guard, patches)
        return guard

    yield guarded
    for guard, patches in reversed(done):
        guard.active = False
        patches.undo()


@pytest.fixture
def guard(install: Callable[..., Guard]) -> Guard:
    """The guard of a process whose SDK is guarded."""
    return install()


@pytest.fixture
def looks(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the redactor is asked to look at from now on."""
    record, seen = guard.record, list[Any]()

    def looked_at(value: Any) -> Any:
        seen.append(value)
        return record(value)

    monkeypatch.setattr(guard, "record", looked_at)
    return seen


@pytest.fixture
def plants() -> Plants:
    """The secrets of this test."""
    return Plants()


@pytest.fixture
def collector() -> Iterator[Collector]:
    """An OTLP receiver that keeps every byte."""
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="no OTLP exporter")
    from tests.exits.opentelemetry.collector import Collector

    with Collector() as receiver:
        yield receiver


@pytest.fixture
def tracer(collector: Collector) -> Iterator[Callable[..., Any]]:
    """Make a provider whose spans go to the collector; arguments are those of the provider."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor

    made: list[TracerProvider] = []

    def make(*processors: Any, **kwargs: Any) -> TracerProvider:
        provider = TracerProvider(shutdown_on_exit=False, **kwargs)
        made.append(provider)
        exporter = OTLPSpanExporter(f"{collector.url}/v1/traces")
        for processor in (*processors, SimpleSpanProcessor(exporter)):
            provider.add_span_processor(processor)
        return provider

    yield make
    for provider in made:
        provider.shutdown()


@pytest.fixture
def loggers(collector: Collector) -> Iterator[Callable[..., Any]]:
    """Make a provider whose log records go to the collector; arguments are the provider's."""
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    made: list[LoggerProvider] = []

    def make(*processors: Any, **kwargs: Any) -> LoggerProvider:
        provider = LoggerProvider(shutdown_on_exit=False, **kwargs)
        made.append(provider)
        exporter = OTLPLogExporter(f"{collector.url}/v1/logs")
        for processor in (*processors, SimpleLogRecordProcessor(exporter)):
            provider.add_log_record_processor(processor)
        return provider

    yield make
    for provider in made:
        provider.shutdown()


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[logging.Logger]:
    """A logger of this test alone."""
    logger = logging.getLogger(request.node.name)
    logger.propagate = False
    yield logger
    logger.handlers.clear()

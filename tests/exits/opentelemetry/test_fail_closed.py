"""C1: where the redactor fails a placeholder leaves, and the program goes on."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from redactor import Policy
from tests.exits.opentelemetry.versions import log_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk._logs import LoggerProvider

    from redactor.exits.guard import Guard
    from tests.exits.opentelemetry.collector import Collector
    from tests.exits.opentelemetry.plants import Plants

PLACEHOLDER = "[redacted:withheld:Failure]"


class Failure(Exception):  # a name to look for in placeholders
    """An error that quotes what it failed on."""


def broken(*args: Any, **kwargs: Any) -> Any:
    raise Failure(f"cannot cope with {args!r} {kwargs!r}")


#: Where the redactor can fail: in its hook, and further in, where it says so by a marker.
HOW = ("record", "walker")


@pytest.fixture
def standard_error(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the guard reports."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "__stderr__", stream)
    return stream


@pytest.fixture(params=HOW)
def fail(
    request: pytest.FixtureRequest, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Make the redactor fail from now on."""

    def now() -> None:
        if request.param == "record":
            monkeypatch.setattr(guard, "record", broken)
        else:
            engine = guard.redactor._engine
            monkeypatch.setattr(guard.redactor, "_native_redact", broken)
            walker = guard.redactor._walker
            monkeypatch.setattr(walker, "_native_check", broken, raising=False)
            monkeypatch.setattr(walker, "_check_record", broken, raising=False)
            monkeypatch.setattr(type(engine), "find", broken)

    return now


def full_span(provider: TracerProvider, plants: Plants) -> Any:
    """End a span that has a secret in every place."""
    span: Any = provider.get_tracer(plants.password("scope")).start_span(
        plants.password("name"),
        kind=SpanKind.CLIENT,
        start_time=1_000,
        attributes={"text": plants.password("attribute")},
    )
    span.add_event(plants.password("event"), {"text": plants.password("attribute of an event")})
    span.set_status(Status(StatusCode.ERROR, plants.password("status")))
    span.end(2_000)
    return span


def test_a_placeholder_takes_the_place_of_a_span(
    guard: Guard,
    fail: Callable[[], None],
    plants: Plants,
    tracer: Callable[..., TracerProvider],
    collector: Collector,
    standard_error: io.StringIO,
) -> None:
    """
    It has the ids, the times, the kind and the status of the span, and the reason for its name. The
    failure is counted and reported once, without the text of the error.
    """
    provider = tracer(resource=Resource({"password": plants.bare("resource")}))
    fail()
    first = full_span(provider, plants)
    provider.get_tracer("shop").start_span("go on").end()

    sent = collector.bytes_and_numbers()
    assert [] == plants.leaked(sent, standard_error.getvalue())
    got, other = collector.spans()
    assert (PLACEHOLDER, PLACEHOLDER) == (got["name"], other["name"])
    assert ("1000", "2000", "SPAN_KIND_CLIENT") == (
        got["startTimeUnixNano"], got["endTimeUnixNano"], got["kind"],
    )  # fmt: skip
    assert {"code": "STATUS_CODE_ERROR"} == got["status"]
    message = collector.messages()[0].resource_spans[0].scope_spans[0].spans[0]
    assert first.get_span_context().span_id == int.from_bytes(message.span_id)
    assert first.get_span_context().trace_id == int.from_bytes(message.trace_id)
    assert not {"attributes", "events", "links"} & set(got)
    assert 2 <= guard.failures.total()
    assert 1 == standard_error.getvalue().count("redactor: ")


def test_a_placeholder_takes_the_place_of_a_log_record(
    guard: Guard,
    fail: Callable[[], None],
    plants: Plants,
    loggers: Callable[..., LoggerProvider],
    collector: Collector,
    standard_error: io.StringIO,
) -> None:
    """
    It has the ids, the time and the level of the record, and the reason for its body.
    """
    provider = loggers(resource=Resource({"password": plants.bare("resource")}))
    fail()
    provider.get_logger(plants.password("scope")).emit(
        log_record(
            provider.resource,
            timestamp=1_000,
            severity_number=SeverityNumber.ERROR,
            severity_text=plants.password("level"),
            body={"text": plants.password("body")},
            attributes={"text": plants.password("attribute")},
            event_name=plants.password("event"),
        )
    )

    assert [] == plants.leaked(collector.bytes_and_numbers(), standard_error.getvalue())
    (got,) = collector.log_records()
    assert PLACEHOLDER == got["body"]
    assert ("1000", "SEVERITY_NUMBER_ERROR", "ERROR") == (
        got["timeUnixNano"], got["severityNumber"], got["severityText"],
    )  # fmt: skip
    assert not {"attributes", "eventName"} & set(got)
    assert 1 <= guard.failures.total()
    assert 1 == standard_error.getvalue().count("redactor: ")


def test_a_placeholder_takes_the_place_of_metrics(
    guard: Guard,
    fail: Callable[[], None],
    plants: Plants,
    collector: Collector,
    standard_error: io.StringIO,
) -> None:
    """
    Metrics are withheld: the reason arrives, and nothing else of them.
    """
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{collector.url}/v1/metrics"))
    provider = MeterProvider(
        [reader],
        resource=Resource({"password": plants.bare("resource")}),
        shutdown_on_exit=False,
    )
    meter = provider.get_meter(plants.password("scope"))
    meter.create_counter("paid").add(1, {"text": plants.password("attribute")})
    fail()
    provider.shutdown()

    sent = collector.bytes_and_numbers()
    assert [] == plants.leaked(sent, standard_error.getvalue())
    assert PLACEHOLDER.encode() in sent
    assert 1 <= guard.failures.total()


def test_the_program_goes_on_when_the_redactor_works_again(
    guard: Guard,
    plants: Plants,
    tracer: Callable[..., TracerProvider],
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
    standard_error: io.StringIO,
) -> None:
    """
    A failure leaves nothing behind: the next span, and its resource, leave as they should.
    """
    provider = tracer(resource=Resource({"password": plants.bare("resource")}))
    with monkeypatch.context() as patch:
        patch.setattr(guard, "record", broken)
        full_span(provider, plants)
    with provider.get_tracer("shop").start_as_current_span("fine"):
        pass

    assert [PLACEHOLDER, "fine"] == [span["name"] for span in collector.spans()]
    assert "[redacted:password]" == collector.resources()[1]["attributes"]["password"]
    assert [] == plants.leaked(collector.bytes_and_numbers())


def test_a_keyboard_interrupt_passes(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Only errors are kept from the program: who presses a key is heard.
    """

    def interrupted(value: Any) -> Any:
        raise KeyboardInterrupt

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SpanProcessor())
    monkeypatch.setattr(guard, "record", interrupted)
    span = provider.get_tracer("shop").start_span("pay")
    with pytest.raises(KeyboardInterrupt):
        span.end()


class Hostile:
    """Looks like a span, but raises for everything."""

    def __getattr__(self, name: str) -> Any:
        raise Failure(name)


def test_what_cannot_be_read_is_replaced(guard: Guard, standard_error: io.StringIO) -> None:
    """
    An object that raises when it is looked at is exported as a placeholder without anything.
    """
    exporter = InMemorySpanExporter()
    clean = ReadableSpan("fine", resource=Resource.get_empty())
    exporter.export([Hostile(), clean])  # type: ignore[list-item]

    assert [PLACEHOLDER, "fine"] == [span.name for span in exporter.get_finished_spans()]
    assert 1 == guard.failures["opentelemetry"]


@pytest.fixture
def dropping(install: Callable[..., Guard]) -> Guard:
    """A guard whose policy drops records with a card."""
    return install(Policy(actions={"card": "drop-record"}))


def test_a_policy_can_drop_spans(
    dropping: Guard, tracer: Callable[..., TracerProvider], collector: Collector
) -> None:
    """
    A span with what a rule drops records for does not leave; processors do not get it.
    """
    ended: list[str] = []

    class Ended(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            ended.append(span.name)

    tracer_ = tracer(Ended()).get_tracer("shop")
    tracer_.start_span("4111 1111 1111 1111").end()
    tracer_.start_span("pay", attributes={"n": 4111111111111111}).end()
    span: Any = tracer_.start_span("event")
    span.add_event("found", {"card": "4111111111111111"})
    span.end()
    tracer_.start_span("fine", attributes={"password": "hunter2zz"}).end()

    assert ["fine"] == ended
    assert ["fine"] == [span["name"] for span in collector.spans()]
    exporter = InMemorySpanExporter()
    live = tracer_.start_span("4111 1111 1111 1111")
    exporter.export([live, live])  # type: ignore[list-item]
    assert () == exporter.get_finished_spans()
    assert 0 == dropping.failures.total()


def test_a_policy_can_drop_log_records_and_points(
    dropping: Guard, loggers: Callable[..., LoggerProvider], collector: Collector
) -> None:
    """
    So do log records, and points of metrics; the others of the same batch leave.
    """
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    provider = loggers()
    logger = provider.get_logger("shop")
    for body in ("4111 1111 1111 1111", {"a": [4111111111111111]}, "fine"):
        logger.emit(log_record(provider.resource, body=body))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{collector.url}/v1/metrics"))
    meters = MeterProvider([reader], shutdown_on_exit=False)
    counter = meters.get_meter("shop").create_counter("paid")
    counter.add(1, {"card": "4111111111111111"})
    counter.add(2, {"card": "none"})
    meters.get_meter("shop").create_counter("all.4111111111111111").add(1)
    meters.shutdown()

    assert ["fine"] == [record["body"] for record in collector.log_records()]
    (metric,) = collector.metrics()
    assert [{"card": "none"}] == [point["attributes"] for point in metric["sum"]["dataPoints"]]
    assert 0 == dropping.failures.total()


def test_a_policy_can_drop_fields(
    install: Callable[..., Guard], tracer: Callable[..., TracerProvider], collector: Collector
) -> None:
    """
    An attribute is left out where a rule drops fields; a name, which cannot be left out, says so.
    """
    install(Policy(actions={"card": "drop-field"}))
    span: Any = tracer().get_tracer("shop").start_span("4111 1111 1111 1111", attributes={"n": 1})
    span.set_attribute("card", "4111111111111111")
    span.end()

    (got,) = collector.spans()
    assert ("[redacted:withheld:field]", {"n": 1}) == (got["name"], got["attributes"])


class Loud:
    """An object that emits a log record when it is written out."""

    def __init__(self, emit: Callable[[Any], None], plants: Plants) -> None:
        self._emit = emit
        self._text = plants.password("repr")

    def __repr__(self) -> str:
        self._emit("written out")
        return self._text


class Recursive:
    """An object that emits itself when it is written out."""

    def __init__(self, emit: Callable[[Any], None]) -> None:
        self._emit = emit

    def __repr__(self) -> str:
        self._emit([self])
        return "password=hunter2zz"


class Raises:
    """An object that cannot be written out."""

    def __repr__(self) -> str:
        raise Failure("password=hunter2zz")


class Text(str):
    """A text that says something else when it is asked."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nothing"


def test_hostile_values_end(
    guard: Guard,
    plants: Plants,
    loggers: Callable[..., LoggerProvider],
    tracer: Callable[..., TracerProvider],
    collector: Collector,
) -> None:
    """
    Objects that log or fail when they are written out, cycles, deep and long values: each call of
    the program returns, and what leaves has no secret.
    """
    cycle: list[Any] = [plants.password("cycle")]
    cycle.append(cycle)
    deep: Any = plants.password("depth")
    for _ in range(1_000):
        deep = [deep]
    logger = loggers().get_logger("shop")

    def emit(body: Any) -> None:
        logger.emit(log_record(Resource.get_empty(), body=body))

    for body in (Loud(emit, plants), cycle, deep, Raises(), [Recursive(emit)]):
        emit(body)
    values: tuple[Any, ...] = (
        Text(plants.password("subclass")),
        {f"key {number}": plants.password(f"value {number}") for number in range(500)},
        {"b": b"\xff" + plants.password("bytes").encode()},
    )
    for value in values:
        tracer().get_tracer("shop").start_span("pay", attributes={"v": value}).end()

    sent = collector.bytes_and_numbers()
    assert [] == plants.leaked(sent)
    assert b"hunter2zz" not in sent
    assert b"written out" in sent

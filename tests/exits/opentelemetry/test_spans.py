"""Spans leave without secrets, whatever part of them held one and whoever hands them on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import (
    ConcurrentMultiSpanProcessor,
    EventBase,
    ReadableSpan,
    Span,
    SpanLimits,
    SpanProcessor,
    TracerProvider,
    sampling,
)
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags, TraceState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from redactor.exits.guard import Guard
    from tests.exits.opentelemetry.collector import Collector
    from tests.exits.opentelemetry.plants import Plants

    Make = Callable[..., TracerProvider]

REMOTE = SpanContext(
    0x4BF92F3577B34DA6A3CE929D0E0E4736,
    0x00F067AA0BA902B7,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
)


class Keep(SpanExporter):
    """An exporter that keeps the objects that it is handed."""

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS


class KeepEnded(SpanProcessor):
    """A processor that keeps the objects that it is handed."""

    def __init__(self) -> None:
        self.spans: list[Any] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)


def with_state(state: dict[str, str]) -> SpanContext:
    """The remote context with a trace state."""
    return SpanContext(
        REMOTE.trace_id,
        REMOTE.span_id,
        is_remote=True,
        trace_flags=REMOTE.trace_flags,
        trace_state=TraceState(list(state.items())),
    )


def span_with_secrets(provider: TracerProvider, plants: Plants) -> Span:
    """End a span that has a secret in every place."""
    parent = trace.set_span_in_context(
        trace.NonRecordingSpan(with_state({"vendor": str(plants.card("trace state"))}))
    )
    tracer = provider.get_tracer(
        plants.password("scope name"), plants.password("scope version"), plants.password("schema")
    )
    link = Link(
        with_state({"other": str(plants.card("trace state of a link"))}),
        {"url": plants.password("attribute of a link")},
    )
    span: Any = tracer.start_span(
        plants.password("name"), parent, links=[link], attributes=plants.all_over()
    )
    span.add_event(plants.password("event"), {"token": plants.bare("attribute of an event")})
    span.record_exception(
        plants.failure("exception"), {"hint": plants.password("attribute of an exception")}
    )
    span.set_status(Status(StatusCode.ERROR, plants.password("status")))
    span.end()
    return span  # type: ignore[no-any-return]  # the API's types are wider


def test_no_part_of_a_span_leaves_with_a_secret(
    guard: Guard, plants: Plants, tracer: Make, collector: Collector
) -> None:
    """
    Name, attributes of every type, events, exceptions, links, status, trace state, resource and
    scope reach a receiver without the secret that was in them.
    """
    resource = Resource({"service.name": "shop", "db.password": plants.bare("resource")})
    span = span_with_secrets(tracer(resource=resource), plants)

    sent = collector.bytes_and_numbers()
    assert [] == plants.leaked(sent)
    assert guard.failures.total() == 0
    (got,) = collector.spans()
    assert "login with password=[redacted:password] ok" == got["name"]
    assert f"{span.get_span_context().span_id:016x}" == bytes_of(got["spanId"])
    assert got["attributes"]["yes"] is not None
    assert ["clean", "login with password=[redacted:password] ok"] == got["attributes"]["texts"]
    assert [7, "[redacted:card]"] == got["attributes"]["numbers"]
    messages = json.loads(got["attributes"]["gen_ai.input.messages"])
    assert "user" == messages[0]["role"]
    arguments = ["app", "--password", "[redacted:command-line-password]", "-v"]
    assert arguments == got["attributes"]["process.command_args"]
    assert "vendor=[redacted:card]" == got["traceState"]
    assert {"service.name": "shop", "db.password": "[redacted:password]"} == {
        name: value
        for name, value in collector.resources()[0]["attributes"].items()
        if not name.startswith("telemetry")
    }


def bytes_of(text: str) -> str:
    """The hexadecimal digits of bytes that protobuf's JSON has as base64."""
    from base64 import b64decode

    return b64decode(text).hex()


def test_without_the_guard_every_place_leaks(
    plants: Plants, tracer: Make, collector: Collector
) -> None:
    """
    The places of the test before are places that leave: without the guard, all secrets arrive.
    """
    resource = Resource({"service.name": "shop", "db.password": plants.bare("resource")})
    span_with_secrets(tracer(resource=resource), plants)

    # Some versions of the exporter leave out two of them, and a float has no such digits.
    elsewhere = {"trace state of a link", "schema", "float attribute"}
    assert set(plants.values) - elsewhere <= set(plants.leaked(collector.bytes_and_numbers()))


def test_the_span_of_the_program_is_not_changed(guard: Guard, plants: Plants, tracer: Make) -> None:
    """
    A live span, its attributes, events and links, and what the program gave, stay as they are.
    """
    attributes = plants.all_over()
    copy = dict(attributes)
    provider = tracer(resource=Resource({"password": plants.bare("resource")}))
    span: Any = provider.get_tracer("shop").start_span("pay", attributes=attributes)
    event = {"token": plants.bare("event")}
    span.add_event("found", event)
    span.end()

    assert copy == attributes
    assert plants.values["attribute of a key"] == span.attributes["password"]
    assert plants.values["event"] == event["token"] == span.events[0].attributes["token"]
    assert plants.values["resource"] == span.resource.attributes["password"]
    assert plants.values["resource"] == provider.resource.attributes["password"]


def test_a_clean_span_is_handed_on_as_it_is(guard: Guard) -> None:
    """
    Processors and exporters get the very objects of a clean span, and all the same one.
    """
    first, second, exporter = KeepEnded(), KeepEnded(), Keep()
    provider = TracerProvider(shutdown_on_exit=False)
    for processor in (first, second, SimpleSpanProcessor(exporter)):
        provider.add_span_processor(processor)
    span: Any = provider.get_tracer("shop").start_span("pay", attributes={"n": 1, "to": ["a"]})
    span.add_event("found")
    span.end()

    assert first.spans[0] is second.spans[0] is exporter.spans[0]
    assert span._attributes is exporter.spans[0]._attributes
    assert span._events is exporter.spans[0]._events
    assert span.resource is exporter.spans[0].resource
    assert span.instrumentation_scope is exporter.spans[0].instrumentation_scope


def test_a_span_is_looked_at_once(looks: list[Any]) -> None:
    """
    However many processors and exporters there are, one look is enough while nothing changes.
    """
    provider = TracerProvider(shutdown_on_exit=False)
    exporters = [Keep() for _ in range(3)]
    for exporter in exporters:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("shop")
    tracer.start_span("warm up").end()
    looks.clear()

    tracer.start_span("pay", attributes={"n": 1}).end()
    assert 1 == len(looks)
    tracer.start_span("pay", attributes={"password": "hunter2"}).end()
    assert 2 == len(looks)
    assert ["[redacted:password]"] * 3 == [
        exporter.spans[-1].attributes["password"] for exporter in exporters
    ]


def test_what_the_sdk_dropped_is_still_counted(
    guard: Guard, tracer: Make, collector: Collector
) -> None:
    """
    Limits hold, markers are not cut by them, and the counts of what they cost arrive.
    """
    limits = SpanLimits(
        max_attributes=2, max_events=1, max_links=1, max_attribute_length=20,
    )  # fmt: skip
    links = [Link(REMOTE, {"token": "3f9a7c21e8b04d56"}) for _ in range(3)]
    span: Any = (
        tracer(span_limits=limits, resource=Resource({}))
        .get_tracer("shop")
        .start_span("pay", links=links, attributes={"a": 1, "b": 2, "password": "hunter2"})
    )
    for _ in range(2):
        span.add_event("found", {"a": 1, "b": 2, "pwd": "hunter2"})
    span.end()

    (got,) = collector.spans()
    assert {"b": 2, "password": "[redacted:password]"} == got["attributes"]
    assert (1, 1, 2) == (
        got["droppedAttributesCount"], got["droppedEventsCount"], got["droppedLinksCount"],
    )  # fmt: skip
    assert {"b": 2, "pwd": "[redacted:password]"} == got["events"][0]["attributes"]
    assert 1 == got["events"][0]["droppedAttributesCount"]
    assert {"token": "[redacted:token]"} == got["links"][0]["attributes"]


def test_ids_and_the_context_that_travels_stay(guard: Guard) -> None:
    """
    Trace ids, span ids, parents, baggage and the context of the live span are left alone.
    """
    exporter = Keep()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    parent = with_state({"vendor": "4111111111111111"})
    here = baggage.set_baggage(
        "card", "4111111111111111", trace.set_span_in_context(trace.NonRecordingSpan(parent))
    )
    token = context.attach(here)
    try:
        links = [Link(parent)]
        with provider.get_tracer("shop").start_as_current_span("pay", links=links) as span:
            assert "4111111111111111" == baggage.get_baggage("card")
            assert "4111111111111111" == span.get_span_context().trace_state["vendor"]
    finally:
        context.detach(token)

    (got,) = exporter.spans
    assert "[redacted:card]" == got.context.trace_state["vendor"]
    assert span.get_span_context()[:4] == got.context[:4]
    assert parent[:4] == got.parent[:4] == got.links[0].context[:4]
    assert "[redacted:card]" == got.parent.trace_state["vendor"]
    assert "[redacted:card]" == got.links[0].context.trace_state["vendor"]
    assert (parent.trace_id, True) == (got.context.trace_id, got.context.is_valid)


@pytest.mark.parametrize("before", [True, False])
def test_it_does_not_matter_what_was_first(
    install: Callable[..., Guard], plants: Plants, tmp_path: Path, *, before: bool
) -> None:
    """
    Providers, processors, tracers and live spans of before and of after are guarded alike.
    """
    path = tmp_path / "spans"
    with path.open("w") as file:
        if not before:
            install()
        for _ in range(2):
            provider = TracerProvider(shutdown_on_exit=False)
            provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=file)))
            provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(out=file)))
            tracer = provider.get_tracer("shop")
            number = len(plants.values)
            span = tracer.start_span(plants.password(f"name {number}"))
            if before:
                install()
            span.set_attribute("text", plants.password(f"attribute {number}"))
            span.end()
            provider.shutdown()

    assert [] == plants.leaked(path.read_bytes())
    assert 4 == path.read_text().count('"name": "login with password=[redacted:password] ok"')


class Duck:
    """Something that is no processor and no exporter of the SDK, but acts like one."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def on_start(self, span: Any, parent_context: Any = None) -> None: ...

    def _on_ending(self, span: Any) -> None: ...

    def on_end(self, span: Any) -> None:
        self.said.append(span.to_json())

    def export(self, spans: Any) -> Any:
        self.said += [span.to_json() for span in spans]

    def shutdown(self) -> None: ...

    def force_flush(self, *_: Any) -> bool:
        return True


@pytest.mark.parametrize("active", [None, ConcurrentMultiSpanProcessor, Duck])
def test_processors_of_any_kind_get_redacted_spans(
    guard: Guard, plants: Plants, active: Callable[[], Any] | None
) -> None:
    """
    Duck-typed processors and exporters, several threads, and a processor of a program's own in
    place of the one that the SDK has: what they are handed at the end of a span is redacted.
    """
    multi = active() if active is not None else None
    provider = TracerProvider(active_span_processor=multi, shutdown_on_exit=False)
    duck, exporter = Duck(), Duck()
    if isinstance(multi, Duck):
        duck = exporter = multi
    else:
        provider.add_span_processor(duck)  # type: ignore[arg-type]
        provider.add_span_processor(SimpleSpanProcessor(exporter))  # type: ignore[arg-type]
    span = provider.get_tracer("shop").start_span(plants.password("name"))
    span.add_event("found", {"password": plants.bare("event")})
    span.end()

    assert duck.said
    assert exporter.said
    assert [] == plants.leaked(*duck.said, *exporter.said)


class Enrich(SpanProcessor):
    """A processor that puts things into spans that have ended, as programs do."""

    def __init__(self, plants: Plants) -> None:
        self._plants = plants

    def on_end(self, span: Any) -> None:
        span._name = self._plants.password("name of a processor")
        attributes = span._attributes
        attributes._dict["password"] = self._plants.bare("attribute of a processor")
        span._events = (*span._events, Late(self._plants.password("event of a processor")))
        span._status = Status(StatusCode.ERROR, self._plants.password("status of a processor"))


class Late(EventBase):
    """An event of a program's own class."""

    @property
    def attributes(self) -> dict[str, Any]:
        return {"text": self.name}


def test_what_a_processor_puts_in_is_caught_at_the_exporter(
    guard: Guard, plants: Plants, tracer: Make, collector: Collector
) -> None:
    """
    A processor may change a span after it was looked at: the exporter gets it redacted again.
    """
    provider = tracer(Enrich(plants))
    span: Any = provider.get_tracer("shop").start_span("pay", attributes={"password": "x1y2z3"})
    span.end()

    assert [] == plants.leaked(collector.bytes_and_numbers())
    (got,) = collector.spans()
    assert {"password": "[redacted:password]"} == got["attributes"]
    assert {"text": "login with password=[redacted:password] ok"} == got["events"][0]["attributes"]


class Pending(SpanProcessor):
    """A processor that exports spans when they start, and keeps them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self.live: list[Any] = []

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        self.live.append(span)
        self._exporter.export((span,))

    def on_end(self, span: ReadableSpan) -> None:
        self._exporter.export(self.live)


class Wrapper:
    """A span of a program's own class, around another."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def __getattr__(self, name: str) -> Any:
        return getattr(self._span, name)


class Own(ReadableSpan):
    """A span of a program's own class, with attributes that come from elsewhere."""

    more: Any = None

    @property
    def attributes(self) -> Any:
        return {**(super().attributes or {}), **(self.more or {})}


def test_spans_that_go_on_can_be_exported(guard: Guard, plants: Plants) -> None:
    """
    A live span leaves as it is at that moment, redacted; later changes do not reach the exporter.
    """
    exporter = Keep()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(Pending(exporter))
    tracer = provider.get_tracer("shop")
    span: Any = tracer.start_span("pay", attributes={"password": plants.bare("at the start")})
    clean: Any = tracer.start_span("look", attributes={"n": 1})
    clean.set_attribute("password", plants.bare("later"))
    clean.add_event(plants.password("event"))
    read: Any = tracer.start_span("read", attributes={"n": 1})
    still = read._readable_span()
    read.set_attribute("password", plants.bare("after it was read"))
    span.end()

    assert [] == plants.leaked(*[span.to_json() for span in exporter.spans])
    assert {"n": 1} == dict(exporter.spans[1].attributes) == dict(still.attributes)
    assert () == exporter.spans[1].events
    assert plants.values["at the start"] == span.attributes["password"]


@pytest.mark.parametrize("kind", ["wrapper", "own"])
def test_spans_of_other_classes_are_redacted(guard: Guard, plants: Plants, kind: str) -> None:
    """
    A span that only looks like one of the SDK leaves as what can be read of it, redacted; where it
    is clean it stays the object that it is.
    """
    exporter = Keep()
    plain = ReadableSpan("pay", REMOTE, attributes={"n": 1}, start_time=1, end_time=2)
    dirty = ReadableSpan(
        plants.password("name"),
        REMOTE,
        attributes={"password": plants.bare("attribute")},
        links=[Link(REMOTE, {"password": plants.bare("link")})],
        start_time=1,
        end_time=2,
    )
    spans: list[Any] = [Wrapper(plain), Wrapper(dirty)]
    if kind == "own":
        spans = [Own("pay", REMOTE, start_time=1, end_time=2) for _ in range(2)]
        spans[1].more = {"password": plants.bare("attribute from elsewhere")}
    exporter.export(spans)

    assert spans[0] is exporter.spans[0]
    assert [] == plants.leaked(exporter.spans[1].to_json())
    assert "[redacted:password]" == exporter.spans[1].attributes["password"]
    assert REMOTE == exporter.spans[1].context
    assert (1, 2) == (exporter.spans[1].start_time, exporter.spans[1].end_time)


def test_a_secret_registered_in_between_is_removed_at_the_exporter(guard: Guard) -> None:
    """
    What was clean when a span ended is looked at again when a secret was registered since.
    """
    exporter = Keep()
    provider = TracerProvider(resource=Resource({"zone": "Quebec-0417"}), shutdown_on_exit=False)
    batch = BatchSpanProcessor(exporter, schedule_delay_millis=3_600_000)
    provider.add_span_processor(batch)
    provider.get_tracer("shop").start_span("pay", attributes={"to": "Tango-55-Lima"}).end()
    known = guard.redactor.known
    known.register("Tango-55-Lima", "test")
    known.register("Quebec-0417", "test")
    try:
        provider.force_flush()
        (got,) = exporter.spans
        assert "[redacted:known-value:test]" == got.attributes["to"]
        assert "[redacted:known-value:test]" == got.resource.attributes["zone"]
    finally:
        known.clear()
        provider.shutdown()


def test_spans_that_are_sampled_out_cost_nothing(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A span that is not recorded is not looked at.
    """
    monkeypatch.setattr(guard, "record", lambda _value: pytest.fail("it was looked at"))
    provider = TracerProvider(sampler=sampling.ALWAYS_OFF, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Keep()))

    with provider.get_tracer("shop").start_as_current_span("password=hunter2zz") as span:
        span.set_attribute("password", "hunter2zz")


def test_spans_of_no_kind_at_all_are_exported(guard: Guard) -> None:
    """
    A span by hand, with nothing but a name or with plain containers, is handed on.
    """
    exporter = Keep()
    bare = ReadableSpan("pay", resource=Resource.get_empty())
    dirty = ReadableSpan(
        "pay", resource=Resource.get_empty(), attributes={"password": "hunter2"}, events=[]
    )
    exporter.export([bare, dirty])

    assert bare is exporter.spans[0]
    assert {"password": "[redacted:password]"} == dict(exporter.spans[1].attributes)

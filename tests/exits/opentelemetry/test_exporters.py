"""Every class of exporters is guarded, whenever and however it is made, and let go of again."""

from __future__ import annotations

import warnings
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk import trace
from opentelemetry.sdk._logs import Logger
from opentelemetry.sdk._logs import export as logs
from opentelemetry.sdk._logs._internal import (
    ConcurrentMultiLogRecordProcessor,
    SynchronousMultiLogRecordProcessor,
)
from opentelemetry.sdk.metrics import export as metrics
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.exits.opentelemetry.versions import EMIT, LogExporter, log_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard

    Install = Callable[[], Guard]

_numbers = count()


def dirty() -> ReadableSpan:
    """A span with a secret."""
    return ReadableSpan(
        "pay", resource=Resource.get_empty(), attributes={"password": "hunter2zz"}, end_time=1
    )


class Kept:
    """An ``export`` that is no exporter's: to be derived from beside one."""

    kept: list[Any]

    def export(self, spans: Any, *rest: Any, **more: Any) -> Any:
        self.kept = [*spans]
        return (rest, more)


class Own(Kept, SpanExporter):
    """An exporter that has ``export`` from a base that is none."""


class Hooked(SpanExporter):
    """A class that keeps to itself what derives from it."""

    def __init_subclass__(cls, tag: str = "", **kwargs: Any) -> None:
        cls.tag = tag  # type: ignore[attr-defined]

    def export(self, spans: Any) -> Any:
        self.kept = [*spans]


def late(base: type, **kwargs: Any) -> Any:
    """An instance of a class derived from *base* now."""

    class Late(base, **kwargs):  # type: ignore[misc]
        def _kept(self, spans: Any, *rest: Any, **more: Any) -> Any:
            self.kept = [*spans]
            return (rest, more)

        def shutdown(self, *_: Any, **__: Any) -> None: ...

        def force_flush(self, *_: Any, **__: Any) -> bool:
            return True

        export = _kept

    # One of an earlier test that was not freed yet is another class.
    Late.__qualname__ += str(next(_numbers))
    return Late()


def redacted(exporter: Any) -> bool:
    """Whether *exporter* gets a span without its secret."""
    exporter.export([dirty()])
    return bool("[redacted:password]" == exporter.kept[0].attributes["password"])


@pytest.mark.parametrize("before", [True, False])
def test_a_method_from_another_base_is_guarded(install: Install, *, before: bool) -> None:
    """
    An exporter whose ``export`` comes from a class that is none is guarded, and that class is not.
    """
    exporter: Any = Own() if before else None
    guard = install()
    exporter = exporter or type("Later", (Kept, SpanExporter), {})()

    assert redacted(exporter)
    kept = Kept()
    kept.export([dirty()])
    assert "hunter2zz" == kept.kept[0].attributes["password"]
    assert guard.failures.total() == 0


def test_classes_that_keep_their_heirs_to_themselves_are_guarded(guard: Guard) -> None:
    """
    A class with an ``__init_subclass__`` of its own, one that calls no other, hides no heir; it
    still gets its arguments.
    """
    exporter = late(Hooked, tag="x")

    assert redacted(exporter)
    assert "x" == type(exporter).tag
    assert redacted(late(type(exporter), tag="y"))


def test_heirs_of_deprecated_classes_are_guarded(guard: Guard) -> None:
    """
    The old names of the SDK's classes are classes that warn those who derive from them.
    """
    old: Any = logs.LogExporter  # type: ignore[attr-defined, unused-ignore]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exporter = late(old)
    exporter.export([item(password="hunter2zz")])

    assert {"password": "[redacted:password]"} == dict(exporter.kept[0].log_record.attributes)
    assert (old is not LogExporter) == bool(caught)


def item(**attributes: Any) -> Any:
    """What a log exporter is handed."""
    record = log_record(Resource.get_empty(), body="paid", attributes=attributes)
    if hasattr(logs, "LogRecordExporter"):
        from opentelemetry.sdk._logs import ReadableLogRecord

        return ReadableLogRecord(record, Resource.get_empty())
    from opentelemetry.sdk._logs import LogData  # type: ignore[attr-defined]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return LogData(record, None)


def test_calls_are_handed_on_as_they_are(guard: Guard) -> None:
    """
    Batches of any kind, by place or by name, other arguments, and what ``export`` returns.
    """
    exporter = late(SpanExporter)

    assert ((1,), {"b": 2}) == exporter.export((dirty(),), 1, b=2)
    assert ((), {}) == exporter.export(spans=[dirty()])
    assert "[redacted:password]" == exporter.kept[0].attributes["password"]
    exporter.export(iter([dirty(), dirty()]))
    assert ["[redacted:password]"] * 2 == [span.attributes["password"] for span in exporter.kept]
    assert ((), {}) == exporter.export([])
    with pytest.raises(TypeError):
        SpanExporter.export(exporter)  # type: ignore[call-arg]


def test_an_exporter_around_another_is_guarded_too(guard: Guard) -> None:
    """
    Exporters that hand on to others, and those that call their base, do what they did.
    """

    class Loud(InMemorySpanExporter):
        def export(self, spans: Any) -> Any:
            return super().export([*spans, dirty()])

    exporter = Loud()
    exporter.export([dirty()])

    passwords = [dict(span.attributes or {}) for span in exporter.get_finished_spans()]
    assert [{"password": "[redacted:password]"}] * 2 == passwords


METHODS = (
    (SpanExporter, "export"),
    (LogExporter, "export"),
    (metrics.MetricExporter, "export"),
    (metrics.MetricReader, "_receive_metrics"),
)


def classes() -> dict[str, Any]:
    """All that is replaced, as it is now."""
    return {
        f"{kind.__module__}.{kind.__qualname__}.{name}": vars(kind).get(name)
        for kind, name in (
            (trace.Span, "_readable_span"),
            (trace.SynchronousMultiSpanProcessor, "on_end"),
            (trace.ConcurrentMultiSpanProcessor, "on_end"),
            (SynchronousMultiLogRecordProcessor, EMIT),
            (ConcurrentMultiLogRecordProcessor, EMIT),
            (Logger, "emit"),
            *(
                (kind, name)
                for base, method in METHODS
                for kind in (base, *heirs(base))
                for name in (method, "__init_subclass__")
            ),
        )
    }


def heirs(kind: type) -> list[type]:
    """All classes derived from *kind*."""
    found: list[type] = kind.__subclasses__()
    return [heir for below in found for heir in (below, *heirs(below))]


def test_everything_is_put_back(install: Install) -> None:
    """
    After it was let go, each class has the very attributes that it had, those too that were made
    meanwhile; and it can be guarded again.
    """
    from redactor.exits import opentelemetry as home
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

    # Held: one of an earlier test may be freed at any time.
    held = [heirs(base) for base, _ in METHODS]
    before = classes()
    for _ in range(2):
        guard, patches = Guard(), Patches("opentelemetry")
        for protect in (home.protect_traces, home.protect_logs, home.protect_metrics):
            protect(guard, patches)
        exporter = late(SpanExporter)
        assert redacted(exporter)
        assert before != {name: classes()[name] for name in before}

        guard.active = False
        patches.undo()
        assert before == {name: classes()[name] for name in before}
        assert not redacted(exporter)
        assert not redacted(late(SpanExporter))
    assert held


def test_what_others_wrapped_meanwhile_goes_on(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A method of ours that somebody wrapped stays inside and hands everything on, once let go.
    """
    guard = install()
    inner = InMemorySpanExporter.export

    def export(self: Any, spans: Any) -> Any:
        return inner(self, spans)

    monkeypatch.setattr(InMemorySpanExporter, "export", export)
    exporter = InMemorySpanExporter()
    exporter.export([dirty()])
    guard.active = False
    exporter.export([dirty()])

    passwords = [dict(span.attributes or {}) for span in exporter.get_finished_spans()]
    assert [{"password": "[redacted:password]"}, {"password": "hunter2zz"}] == passwords


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (trace.Span, "_readable_span"),
        (SpanExporter, "export"),
        (trace.SynchronousMultiSpanProcessor, "on_end"),
    ],
)
def test_an_unknown_version_of_the_sdk_stops_the_start(
    install: Install, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    """
    Where the place to guard is not there, the start fails with what to do; nothing leaks silently.
    """
    from redactor.exits.guard import ExitError

    monkeypatch.delattr(owner, name)
    monkeypatch.setattr(trace.SpanProcessor, "on_end", None)
    monkeypatch.delattr(trace.SpanProcessor, "on_end")

    with pytest.raises(ExitError, match=rf'has no {name}: .*without=\("opentelemetry",\)'):
        install()


def test_unknown_objects_of_the_sdk_stop_the_start(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    So do objects of the SDK without the fields that are read of them.
    """
    from redactor.exits.guard import ExitError

    class Other:
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    monkeypatch.setattr(trace, "ReadableSpan", Other)

    with pytest.raises(
        ExitError, match=r"Other has no _name: this version of the SDK is not known"
    ):
        install()

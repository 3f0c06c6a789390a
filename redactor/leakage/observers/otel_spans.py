"""
OpenTelemetry: spans that an exporter is given.

A span is exported long after its attributes were set, and in another thread: the line of each is
kept until then.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.derived import Derived
from redactor.leakage.call_site import Call, call_here
from redactor.leakage.observers.innermost import innermost

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe"]

_EXIT = "opentelemetry"
#: Spans whose lines are kept; one that never ends is forgotten.
_MOST = 10_000
#: The line at which the span was started, and with it all attributes that it was given there.
_START = ""

_Lines = dict[int, dict[str, Call]]


def observe(watch: Watch, patches: Patches) -> None:
    """Watch the exporters of spans, and keep the lines at which spans were written to."""
    from opentelemetry.sdk import trace
    from opentelemetry.sdk.trace.export import SpanExporter

    lines: _Lines = {}

    def keep(span: Any, *names: str) -> None:
        if len(lines) > _MOST:
            lines.clear()
        here = call_here(sys._getframe(3))  # noqa: SLF001  # as logging does
        if here.file:
            kept = lines.setdefault(span.get_span_context().span_id, {})
            kept.update(dict.fromkeys(names, here))

    def writing(name: str) -> Any:
        def make(original: Any) -> Any:
            @functools.wraps(original)
            def method(span: Any, *args: Any, **kwargs: Any) -> Any:
                watch.safely(keep, span, *_names(name, args, kwargs))
                return original(span, *args, **kwargs)

            return method

        return make

    for name in _WRITING:
        patches.replace(trace.Span, name, writing(name))

    def look(spans: Any) -> None:
        for span in spans:
            _look_at(span, lines.pop(span.context.span_id, {}), watch)

    Derived(SpanExporter, "export", innermost(look, watch), watch, patches)  # type: ignore[arg-type]  # it asks whether the watch is active


#: Methods that write to a span, and what the line of each is kept for.
_WRITING = (
    "start", "set_attribute", "set_attributes", "add_event", "record_exception", "update_name",
    "set_status", "add_link",
)  # fmt: skip


def _names(method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    given = args[0] if args else next(iter(kwargs.values()), None)
    if method == "start":
        return [_START]
    if method == "set_attribute":
        return [f"attributes.{given}"]
    if method == "set_attributes":
        return [f"attributes.{key}" for key in given or ()]
    if method == "add_event":
        return [f"event {given}"]
    if method == "record_exception":
        return ["event exception"]
    return ["name" if method == "update_name" else "status" if method == "set_status" else "link"]


def _look_at(span: Any, lines: dict[str, Call], watch: Watch) -> None:
    start = lines.get(_START, Call())

    def attributes(values: Any, field: str, call: Call | None = None) -> None:
        for key, value in dict(values or {}).items():
            line = call or lines.get(f"attributes.{key}", start)
            watch.record(_EXIT, {key: value}, line, field=field)

    watch.text(_EXIT, span.name, lines.get("name", start), field="name")
    attributes(span.attributes, "attributes")
    attributes(span.resource.attributes, "resource", start)
    for number, event in enumerate(span.events):
        call = lines.get(f"event {event.name}", start)
        watch.text(_EXIT, event.name, call, field=f"events[{number}].name")
        attributes(event.attributes, f"events[{number}].attributes", call)
    for number, link in enumerate(span.links):
        attributes(link.attributes, f"links[{number}].attributes", lines.get("link", start))
    if span.status.description:
        # The SDK writes the message of an exception here that it records as well.
        call = lines.get("status", start)
        watch.text(_EXIT, span.status.description, call, field="status", but="there")

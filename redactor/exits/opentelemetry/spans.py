"""Spans: what a processor or an exporter is handed, redacted."""

# ruff: noqa: SLF001  # the SDK's objects have no other way in

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.attributes import (
    Dropped,
    Withheld,
    attributes_for,
    version,
)
from redactor.exits.opentelemetry.origins import Origins
from redactor.exits.opentelemetry.shapes import require
from redactor.exits.opentelemetry.span_parts import SpanParts, listed, same_place
from redactor.markers import marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard

__all__ = ["DROPPED", "Spans"]

#: Attribute of a placeholder whose span a rule's action drops.
DROPPED = "_redactor_dropped"
_ORIGINS = ("_resource", "_instrumentation_scope", "_instrumentation_info")
_FIELDS = (
    "_name", "_context", "_parent", "_attributes", "_events", "_links", "_status",
    "_start_time", "_end_time", "_kind",
)  # fmt: skip


class Spans:
    """
    Redacts spans. Its methods do not raise.

    Args:
        guard: What redacts.
        readable: The SDK's own way from a live span to one that can be read.

    Raises:
        ExitError: The SDK's objects are not as they are known.
    """

    def __init__(self, guard: Guard, readable: Callable[[Any], Any]) -> None:
        from opentelemetry import trace
        from opentelemetry.sdk import trace as sdk
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util import BoundedList

        self._guard = guard
        self._readable = readable
        self._attributes = attributes_for(guard)
        self._origins = Origins(self._attributes)
        self._parts = SpanParts(self._attributes)
        self._api, self._sdk = trace, sdk
        self._bounded_list = BoundedList
        self._nowhere = Resource.get_empty()
        require(sdk.ReadableSpan("", resource=self._nowhere), *_FIELDS, *_ORIGINS)
        require(self._nowhere, "_attributes", "_schema_url")
        require(BoundedList(1), "_dq", "dropped")
        require(self._attributes.bounded({}, 0), "_dict", "dropped")
        require(sdk.Event("", timestamp=0), "_name", "_attributes")
        context = trace.SpanContext(1, 1, is_remote=False)
        require(trace.Link(context), "_context", "_attributes")
        require(context.trace_state, "_dict")
        require(trace.Status(), "_description")

    def ended(self, span: Any) -> Any:
        """Return what processors get to read of the live *span*, redacted."""
        still = self._read(span)
        try:
            return self._redacted(still)
        except Dropped:
            placeholder = self._placeholder(still, marker("withheld", "record"))
            setattr(placeholder, DROPPED, True)
            return placeholder
        except Withheld as withheld:
            return self._placeholder(still, withheld.reason)
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, nothing raw is let out
            return self._placeholder(still, self._guard.failed("opentelemetry", error))

    def exported(self, span: Any) -> Any:
        """Return *span*, of any class, redacted; ``None`` when it may not leave."""
        try:
            if span is None or getattr(span, DROPPED, False):
                return None
            if type(span) is self._sdk.ReadableSpan:
                return self._redacted(span)
            still = self._still(span)
            redacted = self._redacted(still)
            # Of a span that goes on, what was looked at leaves, not what it will be.
            clean = redacted is still and span.end_time is not None
        except Dropped:
            return None
        except Withheld as withheld:
            return self._placeholder(span, withheld.reason)
        except Exception as error:  # noqa: BLE001  # C1
            return self._placeholder(span, self._guard.failed("opentelemetry", error))
        return span if clean else redacted

    def _redacted(self, span: Any) -> Any:
        now = version(self._guard)
        changed: dict[str, Any] = {}
        for name in _ORIGINS:
            origin = getattr(span, name)
            redacted = self._origins.redacted(origin, now)
            if redacted is not origin:
                changed[name] = redacted
        look = self._attributes
        old = listed(span)
        if not look.seen(span._attributes, old, now):
            new = look.redacted(old)
            if new is not old:
                changed |= self._parts.put_back(span, old, new)
            look.remember(changed.get("_attributes", span._attributes), new, now)
        if not changed:
            return span
        made = copy(span)
        vars(made).update(changed)
        return made

    def _read(self, span: Any) -> Any:
        """Return what the live *span* says; where it goes on, what it says now."""
        still = self._readable(span)
        if span.end_time is None:
            still._attributes = copy(still._attributes)
            still._attributes._dict = still._attributes._dict.copy()
            for name in ("_events", "_links"):
                items = copy(getattr(still, name))
                items._dq = items._dq.copy()
                setattr(still, name, items)
        return still

    def _still(self, span: Any) -> Any:
        """Return *span*, which is live or of a class that is not the SDK's, as one to read."""
        if isinstance(span, self._sdk.Span):
            return self._read(span)
        dropped = getattr(span, "dropped_attributes", 0)
        still = self._sdk.ReadableSpan(
            name=span.name,
            context=span.context,
            parent=span.parent,
            resource=span.resource or self._nowhere,
            attributes=self._attributes.bounded(span.attributes, dropped),
            kind=span.kind,
            status=span.status,
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=getattr(span, "instrumentation_scope", None),
        )
        for name in ("events", "links"):
            items = self._bounded_list.from_seq(None, getattr(span, name))
            items.dropped = getattr(span, f"dropped_{name}", 0)
            setattr(still, f"_{name}", items)
        return still

    def _placeholder(self, span: Any, reason: str) -> Any:
        """Return a span that says *reason*, with the ids, the times and the kind of *span*."""
        made = self._sdk.ReadableSpan(reason, resource=self._nowhere)
        try:
            made._context = same_place(span.context)
            made._parent = span.parent and same_place(span.parent)
            made._kind = self._api.SpanKind(span.kind)
            made._status = self._api.Status(span.status.status_code)
            made._start_time = span.start_time and int(span.start_time)
            made._end_time = span.end_time and int(span.end_time)
        except Exception:  # noqa: BLE001  # C1: a span of a class that is not the SDK's
            return made
        return made

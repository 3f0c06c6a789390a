"""The parts of a span: in which order they are looked at, and how they are put back."""

# ruff: noqa: SLF001  # the SDK's objects have no other way in

from __future__ import annotations

from collections import deque
from copy import copy
from operator import is_
from typing import TYPE_CHECKING, Any

from redactor.exits.opentelemetry.attributes import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.exits.opentelemetry.attributes import Attributes

    _Parts = Iterator[tuple[Any, Any]]

__all__ = ["SpanParts", "listed", "same_place"]


def listed(span: Any) -> list[Any]:
    """Return the texts and the plain attributes of *span*."""
    parts = [span._name, span._status._description, plain(span._attributes)]
    parts += [
        plain(context.trace_state)
        for context in (span._context, span._parent)
        if context is not None and context.trace_state
    ]
    if span._events:
        for event in span._events:
            parts += (event.name, plain(event.attributes))
    if span._links:
        for link in span._links:
            parts.append(plain(link.attributes))
            if link.context.trace_state:
                parts.append(plain(link.context.trace_state))
    return parts


def same_place(context: Any, state: Any = None) -> Any:
    """Return *context* with the trace state *state*; the ids and flags stay."""
    return type(context)(
        context.trace_id, context.span_id, context.is_remote, context.trace_flags, state
    )


class SpanParts:
    """
    Puts redacted parts back, into copies of what they are parts of.

    Args:
        attributes: Makes containers.
    """

    def __init__(self, attributes: Attributes) -> None:
        from opentelemetry.sdk.trace import Event
        from opentelemetry.sdk.util import BoundedList
        from opentelemetry.trace import Link, TraceState

        self._attributes = attributes
        self._event_type, self._link_type, self._state_type = Event, Link, TraceState
        self._list_type: Any = BoundedList

    def put_back(self, span: Any, old: list[Any], new: list[Any]) -> dict[str, Any]:
        """
        Return the fields of *span* that are not as they were.

        Args:
            span: A span that can be read; it is not changed.
            old: Its parts as ``listed`` gave them.
            new: The same parts, redacted.
        """
        # In the order of `listed`.
        parts = iter(zip(old, new, strict=True))
        fields = {
            "_name": next(parts)[1],
            "_status": self._status(span._status, parts),
            "_attributes": self._attributes.like(span._attributes, *next(parts)),
            "_context": self._context(span._context, parts),
            "_parent": self._context(span._parent, parts),
            "_events": self._list(span._events, self._event, parts),
            "_links": self._list(span._links, self._link, parts),
        }
        return {name: value for name, value in fields.items() if value is not getattr(span, name)}

    def _status(self, status: Any, parts: _Parts) -> Any:
        old, new = next(parts)
        if new is old:
            return status
        made = copy(status)
        made._description = new
        return made

    def _context(self, context: Any, parts: _Parts) -> Any:
        if context is None or not context.trace_state:
            return context
        old, new = next(parts)
        if new is old:
            return context
        # Not by its constructor, which logs what it refuses.
        state = self._state_type()
        state._dict = {str(name): str(value) for name, value in new.items()}
        return same_place(context, state)

    def _event(self, event: Any, parts: _Parts) -> Any:
        old_name, name = next(parts)
        old, new = next(parts)
        if type(event) is not self._event_type:
            # What it says next time may be something else.
            attributes = self._settled(event, new)
            return self._event_type(name, attributes, event.timestamp)
        if name is old_name and new is old:
            return event
        made = copy(event)
        made._name = name
        made._attributes = self._attributes.like(event._attributes, old, new)
        return made

    def _link(self, link: Any, parts: _Parts) -> Any:
        old, new = next(parts)
        context = self._context(link.context, parts)
        if type(link) is not self._link_type:
            return self._link_type(context, self._settled(link, new))
        if context is link._context and new is old:
            return link
        made = copy(link)
        made._context = context
        made._attributes = self._attributes.like(link._attributes, old, new)
        return made

    def _settled(self, owner: Any, attributes: Any) -> Any:
        return self._attributes.bounded(attributes, getattr(owner, "dropped_attributes", 0))

    def _list(self, items: Any, put_back: Callable[[Any, _Parts], Any], parts: _Parts) -> Any:
        if not items:
            return items
        old = list(items)
        new = [put_back(item, parts) for item in old]
        if all(map(is_, new, old)):
            return items
        if not isinstance(items, self._list_type):
            return tuple(new)
        made = copy(items)
        made._dq = deque(new, items._dq.maxlen)
        return made

"""
Events: errors, messages, transactions, check-ins and whatever else is one JSON object.

Parts that the protocol types are handled by their names, so that what leaves is still an event that
Sentry accepts and puts into the same group. Everything else is redacted as a record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from redactor.exits.sentry.annotations import annotated
from redactor.exits.sentry.fields import ABSENT, Fields, Handlers, keep
from redactor.exits.sentry.frames import Stacktraces
from redactor.exits.sentry.parameters import Parameters
from redactor.exits.sentry.statements import PARAMETERS, with_parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard

__all__ = ["Events"]

#: Characters that the name of a tag, and the slug of a monitor, cannot have.
_NOT_IN_TAG = re.compile(r"[^a-zA-Z0-9_.:-]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9_-]+")


class Events:
    """
    Redacts events.

    Methods raise ``DroppedError`` or ``NotRedactedError`` for the event as a whole.
    """

    def __init__(self, guard: Guard) -> None:
        self._fields = fields = Fields(guard)
        self._parameters = Parameters(guard)
        self._stacktraces = Stacktraces(fields)
        stacktrace = self._stacktraces.redacted
        self._holders: Handlers = {"stacktrace": stacktrace, "raw_stacktrace": stacktrace}
        self._request_parts: Handlers = {
            "headers": fields.pairs("headers"),
            "query_string": fields.pairs("query_string"),
            "cookies": self._cookies,
        }
        items = self._items
        self._profile_parts: Handlers = {"frames": items, "samples": items, "stacks": items}
        self._parts: Handlers = {
            "logentry": self._logentry,
            "exception": self._values("exception", self._holder),
            "threads": self._values("threads", self._holder),
            "breadcrumbs": self._values("breadcrumbs", None),
            "stacktrace": stacktrace,
            "spans": self._spans,
            "request": self._request,
            "profile": self._profile,
            "_meta": lambda meta: meta,  # see annotations
        }
        self._typed_parts: Handlers = {
            "user": self._user,
            "tags": self._tags,
            "contexts": self._contexts,
            "modules": self._modules,
            "measurements": self._measurements,
            "attrs": self._user,
            "monitor_slug": self._slug,
        }

    def redacted(self, event: dict[str, Any]) -> dict[str, Any]:
        """
        Return *event* redacted; the same object where it is clean.

        Args:
            event: The payload of an item of an envelope; it is not changed.
        """
        parts = self._parts
        if isinstance(event.get("tags"), list):
            # Pairs of names and values: no walk sees the names for what they are.
            parts = {**parts, "tags": self._tags}
        new = self._fields.fields(event, parts, self._typed_parts)
        return annotated(event, new, self._fields) if "_meta" in event else new

    def _items(self, value: Any) -> Any:
        fields = self._fields
        return fields.items(value) if isinstance(value, list) else fields.one("items", value)

    def _spans(self, value: Any) -> Any:
        if not isinstance(value, list):
            return self._fields.one("spans", value)
        return self._with_queries(value, self._fields.items(value), "description")

    def _with_queries(self, old: list[Any], new: list[Any], statement: str) -> list[Any]:
        """Return *new*, spans or breadcrumbs, with the parameters of their queries redacted."""
        found = [
            index
            for index, item in enumerate(new)
            if isinstance(item, dict)
            and isinstance(item.get("data"), dict)
            and PARAMETERS in item["data"]
        ]
        changed = {
            index: with_parameters(new[index], old[index].get(statement), self._fields)
            for index in found
        }
        if all(item is new[index] for index, item in changed.items()):
            return new
        return [changed.get(index, item) for index, item in enumerate(new)]

    def _values(self, name: str, each: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
        """Return a handler of ``{"values": [...]}``, or of the list alone."""

        def values(value: Any) -> Any:
            if not value:
                return value
            if not isinstance(value, list):
                return self._fields.one(name, value)
            if each is None:
                return self._with_queries(value, self._fields.items(value), "message")
            redacted = [each(item) for item in value]
            same = all(new is old for new, old in zip(redacted, value, strict=True))
            return value if same else redacted

        inner = {"values": values}

        def handle(value: Any) -> Any:
            if isinstance(value, dict):
                if "values" in value:
                    return self._fields.fields(value, inner)
                return each(value) if each is not None else self._fields.one(name, value)
            return values(value)

        return handle

    def _holder(self, value: Any) -> Any:
        """Redact an exception or a thread, which has a stack trace."""
        if not isinstance(value, dict):
            return self._fields.one("value", value)
        return self._fields.fields(value, self._holders)

    def _logentry(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self._fields.one("logentry", value)
        params = value.get("params")
        if not params or not isinstance(params, (list, tuple, dict)):
            return self._fields.fields(value, {})
        named = (
            params
            if isinstance(params, dict)
            else {str(index): param for index, param in enumerate(params)}
        )
        hidden = self._parameters.redacted(value.get("message"), named)

        def handle(old: Any) -> Any:
            new = self._fields.one("params", old)
            if not hidden or not isinstance(new, (list, tuple, dict)):
                return new
            if isinstance(new, dict):
                return {
                    **new,
                    **{name: hidden[name] for name in hidden if new.get(name) is old[name]},
                }
            return [
                hidden.get(str(index), item) if item is old[index] else item
                for index, item in enumerate(new)
            ]

        return self._fields.fields(value, {"params": handle})

    def _request(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self._fields.one("request", value)
        return self._fields.fields(value, self._request_parts)

    def _cookies(self, value: Any) -> Any:
        """Redact cookies that were taken apart as the header that they came from."""
        fields = self._fields
        if isinstance(value, str):
            return fields.one("Cookie", value)
        pairs = list(value.items()) if isinstance(value, dict) else value
        if not isinstance(pairs, (list, tuple)):
            return fields.one("cookies", value)
        redacted: list[tuple[Any, Any]] = []
        same = True
        for pair in pairs:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                return fields.one("Cookie", value)
            new = fields.pair(pair)
            if new is pair and isinstance(pair[1], str):
                cookie = fields.one("Cookie", pair[1])
                new = (
                    pair if cookie is pair[1] else ABSENT if cookie is ABSENT else (pair[0], cookie)
                )
            same = same and new is pair
            if new is not ABSENT:
                redacted.append((new[0], new[1]))
        if same:
            return value
        return dict(redacted) if isinstance(value, dict) else [list(pair) for pair in redacted]

    def _user(self, value: Any) -> Any:
        new = self._fields.one("user", value)
        if new is not value and isinstance(new, dict) and isinstance(value, dict):
            address = value.get("ip_address")
            if new.get("ip_address") is not address:
                # Anything but an address is an error there.
                new = {name: new[name] for name in new if name != "ip_address"}
        return new

    def _tags(self, value: Any) -> Any:
        new = self._fields.pairs("tags")(value)
        if new is value or new is ABSENT:
            return new
        if isinstance(new, dict):
            return {_tag(name) if name not in value else name: tag for name, tag in new.items()}
        return [
            [_tag(pair[0]), *pair[1:]] if isinstance(pair, list) and pair else pair for pair in new
        ]

    def _contexts(self, value: Any) -> Any:
        new = self._fields.one("contexts", value)
        if new is value or not isinstance(new, dict) or not isinstance(value, dict):
            return new
        return {name: keep(value.get(name), context) for name, context in new.items()}

    def _modules(self, value: Any) -> Any:
        """Redact names and versions of packages; no name makes a version a secret."""
        if not isinstance(value, dict):
            return self._fields.one("modules", value)
        texts = ["", *value, *value.values()]
        new = self._fields.one("modules", texts)
        if new is texts or not isinstance(new, list):
            return value if new is texts else ABSENT
        count = len(value) + 1
        return dict(zip(new[1:count], new[count:], strict=True))

    def _measurements(self, value: Any) -> Any:
        new = self._fields.one("measurements", value)
        if new is value or not isinstance(new, dict):
            return new if new is value else ABSENT
        # What is no number any more is no measurement.
        return {
            name: measured
            for name, measured in new.items()
            if isinstance(measured, dict) and isinstance(measured.get("value"), (int, float))
        }

    def _profile(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self._fields.one("profile", value)
        return self._fields.fields(value, self._profile_parts)

    def _slug(self, value: Any) -> Any:
        new = self._fields.one("monitor_slug", value)
        if new is value or not isinstance(new, str):
            return new
        return _NOT_IN_SLUG.sub("-", new.lower()).strip("-")[:50]


def _tag(name: Any) -> Any:
    return _NOT_IN_TAG.sub("", name) if isinstance(name, str) else name

"""
Items of many records: logs, metrics and streamed spans, with attributes that carry their types.

``{"items": [{"body": ..., "attributes": {"password": {"value": ..., "type": "string"}}}]}``: an
attribute is redacted under its own name, and its type is that of what leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.exits.sentry import placeholders
from redactor.exits.sentry.fields import DroppedError, Fields, NotRedactedError, keep
from redactor.exits.sentry.parameters import Parameters

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["Batch", "Telemetry"]

_TEMPLATE = "sentry.message.template"
_PARAMETER = "sentry.message.parameter."
_TYPES = {bool: "boolean", int: "integer", float: "double", str: "string", list: "array"}


class Batch:
    """
    The records of an item, redacted.

    Attributes:
        payload: The payload that leaves; the one that was given where all of it is clean.
        dropped: Records that a rule's action drops.
        withheld: Records that could not be redacted and have no placeholder.
    """

    def __init__(self, payload: Any, dropped: list[Any], withheld: list[Any]) -> None:
        self.payload = payload
        self.dropped = dropped
        self.withheld = withheld


class Telemetry:
    """Redacts logs, metrics and streamed spans."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._fields = Fields(guard)
        self._parameters = Parameters(guard)

    def batch(self, kind: str, payload: dict[str, Any]) -> Batch:
        """
        Redact the records of *payload* one by one.

        Args:
            kind: The type of the item: ``log``, ``trace_metric``, ``span``.
            payload: A mapping whose ``items`` are records.

        Raises:
            DroppedError: A rule's action drops what stands beside the records.
            NotRedactedError: It could not be redacted.
        """
        records: list[Any] = []
        dropped: list[Any] = []
        withheld: list[Any] = []
        same = True
        for record in payload["items"]:
            try:
                new = self.record(record)
            except DroppedError:
                dropped.append(record)
                continue
            except NotRedactedError as failure:
                new = placeholders.record(kind, record, failure.marker)
            except Exception as error:  # noqa: BLE001  # C1: nothing raw is let out
                new = placeholders.record(kind, record, self._guard.failed("sentry", error))
            if new is None or (new is not record and kind == "trace_metric" and not _measures(new)):
                withheld.append(record)
                continue
            same = same and new is record
            records.append(new)
        same = same and len(records) == len(payload["items"])
        redacted = self._fields.fields(
            payload, {"items": (lambda old: old) if same else (lambda _: records)}
        )
        return Batch(redacted, dropped, withheld)

    def record(self, record: Any) -> Any:
        """Return a log, a metric or a span redacted; the same object where it is clean."""
        if not isinstance(record, dict):
            return self._fields.one("item", record)
        attributes = record.get("attributes")
        if not isinstance(attributes, dict):
            return self._fields.fields(record, {})
        plain = {name: _value(typed) for name, typed in attributes.items()}
        view = {**record, "attributes": plain}
        new = self._fields.record(view)
        hidden = self._hidden(plain) if _TEMPLATE in plain else {}
        if new is view and not hidden:
            return record
        redacted = {**new}
        if isinstance(new.get("attributes"), dict):
            redacted["attributes"] = _typed_again(attributes, plain, new["attributes"], hidden)
        return keep(record, redacted)

    def _hidden(self, plain: dict[str, Any]) -> dict[str, Any]:
        size = len(_PARAMETER)
        named = {name[size:]: value for name, value in plain.items() if name.startswith(_PARAMETER)}
        found = self._parameters.redacted(plain[_TEMPLATE], named)
        return {_PARAMETER + name: value for name, value in found.items()}


def _value(typed: Any) -> Any:
    return typed["value"] if type(typed) is dict and "value" in typed else typed


def _typed_again(
    attributes: dict[str, Any], plain: dict[str, Any], new: dict[str, Any], hidden: dict[str, Any]
) -> dict[str, Any]:
    """
    Return attributes with their types.

    Args:
        attributes: As they were.
        plain: Their values.
        new: The values redacted.
        hidden: What takes the place of values that are clean by themselves.
    """
    # A name can be a secret too: in the same order, unless a field was dropped.
    names = dict(zip(new, attributes, strict=True)) if len(new) == len(attributes) else {}
    redacted: dict[str, Any] = {}
    for name, value in new.items():
        own = names.get(name, name)
        old = attributes.get(own)
        if own not in plain or value is not plain[own]:
            redacted[name] = _typed(old, value)
        elif own in hidden:
            redacted[name] = _typed(old, hidden[own])
        else:
            redacted[name] = old
    return redacted


def _typed(old: Any, value: Any) -> Any:
    """Return *value* in the form that the attribute *old* has."""
    if isinstance(value, list) and len({type(item) for item in value}) > 1:
        # An array is of one type.
        value = [str(item) for item in value]
    if not isinstance(old, dict) or "value" not in old:
        return value
    return {**old, "value": value, "type": _TYPES.get(type(value), "string")}


def _measures(metric: Any) -> bool:
    return isinstance(metric, dict) and isinstance(metric.get("value"), (int, float))

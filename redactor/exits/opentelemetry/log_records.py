"""Log records: what a processor or an exporter is handed, redacted."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from redactor.exits.exceptions import stand_in
from redactor.exits.opentelemetry.attributes import (
    Dropped,
    Withheld,
    attributes_for,
    plain,
    version,
)
from redactor.exits.opentelemetry.origins import Origins
from redactor.exits.opentelemetry.shapes import require

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["LogRecords"]

#: In the order in which they are looked at.
_PARTS = ("body", "severity_text", "event_name", "attributes")
#: What a placeholder has of its record.
_PLACE = (
    "timestamp", "observed_timestamp", "trace_id", "span_id", "trace_flags", "severity_number",
)  # fmt: skip


class LogRecords:
    """
    Redacts log records with where they come from.

    The SDK had several classes for such a pair: ``LogData``, ``ReadWriteLogRecord`` and
    ``ReadableLogRecord``. All have ``log_record`` and ``instrumentation_scope``; the resource is
    beside them or in the record. None of its methods raises.

    Args:
        guard: What redacts.

    Raises:
        ExitError: The SDK's objects are not as they are known.
    """

    def __init__(self, guard: Guard) -> None:
        from opentelemetry.sdk.resources import Resource

        self._guard = guard
        self._attributes = attributes_for(guard)
        self._origins = Origins(self._attributes)
        self._nowhere = Resource.get_empty()
        require(self._nowhere, "_attributes", "_schema_url")
        require(self._attributes.bounded({}, 0), "_dict", "dropped")

    def handed_over(self, item: Any) -> Any:
        """Return *item* redacted; the same object when it is clean, ``None`` if it is dropped."""
        if item is None:
            return None
        try:
            return self._redacted(item)
        except Dropped:
            return None
        except Withheld as withheld:
            reason = withheld.reason
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, nothing raw is let out
            reason = self._guard.failed("opentelemetry", error)
        try:
            return self._placeholder(item, reason)
        except Exception:  # noqa: BLE001  # C1: nothing in which a reason could be said
            return None

    def _redacted(self, item: Any) -> Any:
        now = version(self._guard)
        record = item.log_record
        beside = self._changed_origins(item, ("instrumentation_scope", "resource"), now)
        inside = self._changed_origins(record, ("resource",), now)
        exception = getattr(record, "exception", None)
        if exception is not None:
            inside["exception"] = stand_in(exception, self._guard)
        look = self._attributes
        attributes = record.attributes
        old = [
            record.body,
            record.severity_text,
            getattr(record, "event_name", None),
            plain(attributes),
        ]
        if not look.seen(attributes, old, now):
            new = look.redacted(old)
            for name, before, after in zip(_PARTS, old, new, strict=True):
                if after is not before:
                    inside[name] = after
            if "attributes" in inside:
                inside["attributes"] = look.like(attributes, old[-1], new[-1])
            look.remember(inside.get("attributes", attributes), new, now)
        if inside:
            beside["log_record"] = _copy(record, inside)
        return _copy(item, beside) if beside else item

    def _changed_origins(self, owner: Any, names: tuple[str, ...], now: int) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for name in names:
            origin = getattr(owner, name, None)
            redacted = self._origins.redacted(origin, now)
            if redacted is not origin:
                changed[name] = redacted
        return changed

    def _placeholder(self, item: Any, reason: str) -> Any:
        """Return an item that says *reason*, with the ids, the time and the level of *item*."""
        old = item.log_record
        record = object.__new__(type(old))
        level = getattr(old, "severity_number", None)
        vars(record).update(
            dict.fromkeys(vars(old)),
            **{name: getattr(old, name) for name in _PLACE if name in vars(old)},
            body=reason,
            severity_text=getattr(level, "name", None),
            attributes=self._attributes.bounded({}, 0),
        )
        changed: dict[str, Any] = {"log_record": record, "instrumentation_scope": None}
        if "resource" in vars(old):
            vars(record)["resource"] = self._nowhere
        if hasattr(item, "resource"):
            changed["resource"] = self._nowhere
        return _copy(item, changed)


def _copy(thing: Any, changed: dict[str, Any]) -> Any:
    made = copy(thing)
    for name, value in changed.items():
        # Some of them are frozen.
        object.__setattr__(made, name, value)
    return made

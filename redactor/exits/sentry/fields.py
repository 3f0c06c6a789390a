"""
Redacting mappings field by field, with a say of their own for fields that the protocol types.

Values are JSON: what the SDK has serialised, or what somebody put into an envelope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from redactor.markers import marker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor.exits.guard import Guard

__all__ = [
    "ABSENT",
    "FIELD",
    "DroppedError",
    "Fields",
    "Handlers",
    "NotRedactedError",
    "is_id",
    "is_time",
    "keep",
]

#: Returned by the handler of a field that does not leave.
ABSENT: Any = object()
#: What stands for a text whose rule drops the field, where the field itself has to stay.
FIELD = marker("withheld", "field")
#: Elements of a list that are looked at in one call: a walk is bounded in nodes.
_CHUNK = 256

_ID = re.compile(
    r"[0-9a-f]{16}(?:[0-9a-f]{16})?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_IDS = frozenset(
    "event_id trace_id span_id parent_span_id segment_id check_in_id profile_id profiler_id "
    "chunk_id replay_id sid public_key".split()
)
_TIMES = frozenset("timestamp start_timestamp end_timestamp sent_at started received".split())


#: What redacts the value of a field, by the field's name.
Handlers = Mapping[str, Callable[[Any], Any]]
_NONE: Handlers = {}


class DroppedError(Exception):
    """A rule's action drops the record."""


class NotRedactedError(Exception):
    """
    A part of a payload could not be redacted.

    Attributes:
        marker: What stands for the payload: the reason, nothing of the payload.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.marker = reason


class Fields:
    """
    Redacts the parts of a payload.

    Each method returns the same object where it is clean, and raises ``DroppedError`` or
    ``NotRedactedError`` for the payload as a whole.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def record(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return *value* redacted."""
        redacted = self._guard.record(value)
        if redacted is None:
            raise DroppedError
        if not isinstance(redacted, dict):
            raise NotRedactedError(str(redacted))
        return redacted

    def one(self, name: str, value: Any) -> Any:
        """Return *value*, which stands under *name*, redacted; ``ABSENT`` when it is dropped."""
        holder = {name: value}
        redacted = self.record(holder)
        return value if redacted is holder else next(iter(redacted.values()), ABSENT)

    def text(self, text: str) -> str:
        """Return *text*, which stands under no name, redacted."""
        redacted = self.one("", text)
        return FIELD if redacted is ABSENT else str(redacted)

    def pair(self, pair: Sequence[Any]) -> Any:
        """Return the pair of a name and a value redacted; ``ABSENT`` when it is dropped."""
        if len(pair) != 2 or not isinstance(pair[0], str):
            return self.one("", pair)
        holder = {pair[0]: pair[1]}
        redacted = self.record(holder)
        if redacted is holder:
            return pair
        return list(next(iter(redacted.items()))) if redacted else ABSENT

    def pairs(self, name: str) -> Callable[[Any], Any]:
        """Return a handler of the field *name*: a mapping, or a list of pairs that means one."""

        def handle(value: Any) -> Any:
            if not isinstance(value, (list, tuple)):
                return self.one(name, value)
            redacted = [
                self.pair(item) if isinstance(item, (list, tuple)) else self.one("", item)
                for item in value
            ]
            if all(new is old for new, old in zip(redacted, value, strict=True)):
                return value
            return [item for item in redacted if item is not ABSENT]

        return handle

    def items(self, values: list[Any]) -> list[Any]:
        """Return the list *values*, of any length, redacted; what identifies an item stays."""
        redacted: list[Any] = []
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            new = self.one("items", chunk)
            if not isinstance(new, list) or len(new) != len(chunk):
                new = [self.one("item", item) for item in chunk]
            redacted += new
        if all(new is old for new, old in zip(redacted, values, strict=True)):
            return values
        return [
            FIELD if new is ABSENT else keep(old, new)
            for new, old in zip(redacted, values, strict=True)
        ]

    def fields(
        self, record: dict[str, Any], handlers: Handlers, careful: Handlers = _NONE
    ) -> dict[str, Any]:
        """
        Return *record* redacted: fields that have a handler by it, the rest together.

        What identifies the record stays: see ``keep``.

        Args:
            record: The mapping; it is not changed.
            handlers: By name of the field: what redacts its value and may return ``ABSENT``.
            careful: The same for fields that are looked at together with the rest, and by their
                handler only where there is something in the rest.
        """
        own = {name: handlers[name](record[name]) for name in handlers.keys() & record.keys()}
        rest = {name: value for name, value in record.items() if name not in own} if own else record
        new = self._unless_dropped(rest) if careful else self.record(rest)
        if new is rest:
            if all(own[name] is record[name] for name in own):
                return record
        elif names := careful.keys() & rest.keys():
            own |= {name: careful[name](rest[name]) for name in names}
            rest = {name: value for name, value in rest.items() if name not in names}
            new = self.record(rest)
        elif new is None:
            raise DroppedError
        redacted = _merged(record, own, rest, new or {})
        keep(record, redacted)
        return redacted

    def _unless_dropped(self, value: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return self.record(value)
        except DroppedError:
            return None


def _merged(
    record: dict[str, Any], own: dict[str, Any], rest: dict[str, Any], new: dict[str, Any]
) -> dict[str, Any]:
    """Return the fields of *own* and *new*, which *rest* became, in the order of *record*."""
    # Names can be secrets too: they are known by their place, unless a field was dropped.
    renamed = dict(zip(rest, new, strict=True)) if len(new) == len(rest) else {}
    redacted: dict[str, Any] = {}
    for name in record:
        if name in own:
            if own[name] is not ABSENT:
                redacted[name] = own[name]
        else:
            new_name = renamed.get(name, name)
            if new_name in new:
                redacted[new_name] = new[new_name]
    for name, value in new.items():
        redacted.setdefault(name, value)
    return redacted


def keep(old: Any, new: Any) -> Any:
    """
    Put ids and times of the mapping *old* back into *new*, its redacted copy.

    Only what is one by its form. Without them nothing can be delivered or put together, and rules
    of users may be wide.
    """
    if new is old or not isinstance(old, dict) or not isinstance(new, dict):
        return new
    for name in _IDS & old.keys():
        value = old[name]
        if isinstance(value, str) and _ID.fullmatch(value):
            new[name] = value
    for name in _TIMES & old.keys():
        value = old[name]
        if is_time(value):
            new[name] = value
    return new


def is_id(value: Any) -> bool:
    """Return whether *value* is an id in the form that the protocol has for them."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_time(value: Any) -> bool:
    """Return whether *value* is a time: seconds since 1970, or in the form of RFC 3339."""
    if isinstance(value, str):
        return _TIME.fullmatch(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e11

"""The parts of telemetry: texts, values, and the containers of attributes that the SDK has."""

# ruff: noqa: SLF001  # the SDK's containers have no other way in

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from redactor.markers import marker

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.metadata import Mode

__all__ = ["Attributes", "Dropped", "Withheld", "attributes_for", "plain", "version"]

#: The arguments of a program as an array: an option and its value are two elements, and only side
#: by side do they say that the second is a password.
_ARGUMENTS = "process.command_args"
#: What the redactor says when a rule that drops fields found something outside of a mapping.
_FIELD = marker("withheld", "field")
#: Homes of the SDK's containers, of attributes and of trace states. Both have ``_dict``.
_CONTAINERS = frozenset({"opentelemetry.attributes", "opentelemetry.trace.span"})
#: Attribute of the SDK's containers that says what was looked at.
_SEEN = "_redactor_seen"
#: Values that cannot change between two looks.
_FIXED = frozenset({str, int, float, bool, bytes, type(None)})


class Dropped(Exception):  # noqa: N818  # not an error: it unwinds
    """A rule's action drops the whole item."""


class Withheld(Exception):  # noqa: N818  # not an error of this library: it is counted already
    """
    The redactor failed on a part, so that nothing of the item leaves.

    Attributes:
        reason: The marker that says why.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Attributes:
    """
    Redacts parts; what is clean comes back as the same object.

    A container of the SDK is copied with its limits and with the count of what the SDK dropped. It
    never goes through the SDK's cleaning again: that would cut markers, and log what it refuses.
    """

    def __init__(self, guard: Guard) -> None:
        from opentelemetry.attributes import BoundedAttributes

        self._guard = guard
        self._bounded = BoundedAttributes

    def redacted(self, parts: list[Any]) -> list[Any]:
        """
        Return *parts*, texts, values and plain attributes, redacted in one look.

        Args:
            parts: More than two: two would be read as a key and its value.

        Raises:
            Dropped: A rule's action drops the item.
            Withheld: The redactor failed.
        """
        new = self._guard.record(parts)
        if new is None:
            raise Dropped
        if not isinstance(new, list):
            if new != _FIELD:
                raise Withheld(str(new))
            new = [self.part(part) for part in parts]
        for place, old in enumerate(parts):
            if isinstance(old, dict):
                part = new[place]
                if not isinstance(part, dict):
                    raise Withheld(str(part))
                if _ARGUMENTS in part:
                    part = self._arguments(part)
                    if part is not new[place]:
                        new = [*new[:place], part, *new[place + 1 :]]
        return new

    def part(self, value: Any) -> Any:
        """
        Return one text or value redacted.

        Raises:
            Dropped: A rule's action drops the item.
        """
        redacted = self._guard.record(value)
        if redacted is None and value is not None:
            raise Dropped
        return redacted

    def attributes(self, attributes: Any) -> Any:
        """
        Return a container of attributes redacted.

        Raises:
            Dropped: A rule's action drops the item.
            Withheld: The redactor failed.
        """
        if not attributes:
            return attributes
        old = plain(attributes)
        return self.like(attributes, old, self.redacted([None, None, old])[2])

    def like(self, attributes: Any, old: Any, new: Any) -> Any:
        """Return the container *attributes*, which holds *old*, with *new* in its place."""
        if new is old:
            return attributes
        if not isinstance(attributes, self._bounded):
            return new
        made = copy(attributes)
        made._dict = new
        return made

    def bounded(self, values: Any, dropped: int) -> Any:
        """Return a container of the SDK that holds *values* as they are."""
        made = self._bounded()
        made._dict = dict(values or {})
        made.dropped = dropped
        return made

    def _arguments(self, values: dict[str, Any]) -> dict[str, Any]:
        arguments = values[_ARGUMENTS]
        if not isinstance(arguments, (list, tuple)):
            return values
        texts = [item for item in arguments if isinstance(item, str)]
        line = " ".join(texts)
        redacted = self.part(line)
        if redacted is line:
            return values
        words = redacted.split(" ")
        # Where words and arguments cannot be told apart, the line as a whole takes their place.
        same = len(words) == len(arguments) == len(texts)
        return {**values, _ARGUMENTS: tuple(words) if same else (redacted,)}

    # What was looked at --------------------------------------------------------------------------
    #
    # Each exporter is handed the same item once more, and in between any processor may have changed
    # it. To compare it with a copy of what was looked at costs a fraction of another look.

    def remember(self, attributes: Any, parts: list[Any], now: int) -> None:
        """Note on *attributes*, where they are the SDK's, that *parts* need no other look."""
        if isinstance(attributes, self._bounded) and all(map(_fixed, parts)):
            copies = [dict(part) if isinstance(part, dict) else part for part in parts]
            setattr(attributes, _SEEN, (self._guard, now, copies))

    def seen(self, attributes: Any, parts: list[Any], now: int) -> bool:
        """Whether *parts* are what was noted on *attributes*, at the same version."""
        note = getattr(attributes, _SEEN, None)
        return (
            note is not None
            and note[0] is self._guard
            and note[1] == now
            and bool(note[2] == parts)
        )


class _Declared(Attributes):
    """In the mode ``metadata-only``: attributes by their names, texts as names or as templates."""

    def __init__(self, guard: Guard, mode: Mode) -> None:
        super().__init__(guard)
        self._mode = mode

    def redacted(self, parts: list[Any]) -> list[Any]:
        return [self.part(part) for part in parts]

    def part(self, value: Any) -> Any:
        if isinstance(value, str) and value:
            level = self._mode.shaped("level", value)
            value = value if level is value else self._mode.operation(value)
            return self._scrubbed(value)
        return super().part(value)

    def _scrubbed(self, text: str) -> Any:
        self._mode.approve(text)
        return self._guard.text(text)


def attributes_for(guard: Guard) -> Attributes:
    """Return what redacts attributes for *guard*."""
    return Attributes(guard) if guard.mode is None else _Declared(guard, guard.mode)


def plain(attributes: Any) -> Any:
    """Return the ``dict`` inside a container of the SDK: the engine looks into no other mapping."""
    if type(attributes).__module__ in _CONTAINERS:
        attributes = attributes._dict
    return attributes if attributes is None or isinstance(attributes, dict) else dict(attributes)


def version(guard: Guard) -> int:
    """Return what changes when a secret is registered: what was clean may be so no longer."""
    return guard.redactor.known.version


def _fixed(part: Any) -> bool:
    if not isinstance(part, dict):
        return type(part) in _FIXED
    return _FIXED.issuperset(map(type, part.values())) or all(
        type(value) in _FIXED or (type(value) is tuple and _FIXED.issuperset(map(type, value)))
        for value in part.values()
    )

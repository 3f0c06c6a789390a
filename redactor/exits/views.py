"""
Views of objects: what hooks and handlers may read of an object that an exception carries.

An exception has attributes that programs read again when it is shown: a response, a configuration.
A text in their place would break the reader. A view has the same attributes with redacted values.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from redactor.markers import marker
from redactor.records.settled import SettledText

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.exits.guard import Guard

__all__ = ["DEFINITIONS", "shown", "viewed"]

#: What modules are full of. They say their name only, and their attributes hold anything.
DEFINITIONS = (type, FunctionType, BuiltinFunctionType, ModuleType)


def shown(value: Any, guard: Guard, name: str = "") -> Any:
    """
    Return *value* redacted, and a view of it where it is an object with attributes of its own.

    Never raises.

    Args:
        value: Any object; it is not changed.
        guard: What redacts.
        name: What *value* is the value of, if anything.
    """
    redacted = guard.record({name: value} if name else value)
    if name and isinstance(redacted, dict):
        # An action can have dropped it, and the name can be another one now.
        redacted = next(iter(redacted.values()), marker("withheld", "field"))
    return viewed(value, redacted, guard)


def viewed(value: Any, redacted: Any, guard: Guard) -> Any:
    """Return what ``Guard.record`` made of *value*, or a view of *value* as ``shown`` does."""
    if type(redacted) is SettledText:
        if isinstance(value, (str, bytes)):
            return redacted
        said = repr(redacted), str(redacted), format(redacted)
    elif redacted is value and isinstance(value, DEFINITIONS):
        text = repr(value)
        said = text, text, text
    else:
        return redacted
    return (_CallableView if callable(value) else _View)(value, guard, said)


class _View:
    """
    Has the attributes of an object, redacted, and says what it says.

    What it stands for is in a function: whoever lists its attributes and shows their values does
    not come upon it.
    """

    __slots__ = ("__weakref__", "_redactor_held")

    def __init__(self, value: Any, guard: Guard, said: tuple[str, str, str]) -> None:
        self._redactor_held: Callable[[], tuple[Any, Guard, tuple[str, str, str]]] = lambda: (
            value,
            guard,
            said,
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the language asks for, not the reader
            raise AttributeError(name)
        value, guard, _ = self._redactor_held()
        return shown(getattr(value, name), guard, name)

    # As proxies do: an instance of the class that it stands for.
    @property  # type: ignore[misc]
    def __class__(self) -> type:  # pyright: ignore[reportIncompatibleMethodOverride]
        return type(self._redactor_held()[0])

    def __repr__(self) -> str:
        return self._redactor_held()[2][0]

    def __str__(self) -> str:
        return self._redactor_held()[2][1]

    def __format__(self, spec: str) -> str:
        value, guard, said = self._redactor_held()
        if not spec:
            return said[2]
        try:
            # Made for the type of the object, whose own code reads it.
            return guard.text(format(value, spec))
        except Exception:  # noqa: BLE001  # as when an object that does not take one is withheld
            return said[2]

    def __bool__(self) -> bool:
        return bool(self._redactor_held()[0])

    def __eq__(self, other: object) -> bool:
        if type(other) in (_View, _CallableView):
            other = other._redactor_held()[0]  # type: ignore[attr-defined]  # a view
        return bool(self._redactor_held()[0] == other)

    def __hash__(self) -> int:
        return hash(self._redactor_held()[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Any:
        return self


class _CallableView(_View):
    """A view of something that can be called; what that returns is redacted."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        value, guard, _ = self._redactor_held()
        return shown(value(*args, **kwargs), guard)

"""What stands in a record of Loguru for a value that a format or a filter can look into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.exits import views
from redactor.records.settled import SettledText

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["standing_for"]


class _Marker(str):
    """A marker where a number was: a format such as ``{extra[n]:.2f}`` must not fail on it."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        try:
            return super().__format__(spec)
        except ValueError:
            return str.__str__(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str.__str__(self),)


def standing_for(name: Any, value: Any, settled: Any, guard: Guard) -> Any:
    """
    Return what stands for *value* in a record of Loguru.

    Args:
        name: What it is the value of.
        value: What the program gave.
        settled: What the guard made of it.
        guard: What redacts.
    """
    if settled is value or isinstance(value, (str, bytes, bytearray)):
        return settled
    if type(value).__module__ == views.__name__:
        return value  # looked at before
    if type(settled) is SettledText:
        # A format can ask for its attributes: {extra[user].name}.
        return views.shown(value, guard, name if type(name) is str else "")
    if type(settled) is str:
        return _Marker(settled)
    return settled

"""
What stands for an object that could say something else the next time it is asked.

What is derived from a number stays one; what can be taken for one can still be written with ``%d``
and ``%.2f``; a container stays one, so that it can be looked into and written as JSON. All of them
say what the object said, redacted.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Said",
    "SettledDict",
    "SettledFloat",
    "SettledInt",
    "SettledList",
    "SettledNumber",
    "SettledText",
]

#: What an object said: its ``repr``, its ``str``, its ``format``.
Said = tuple[str, str, str]


class SettledText(str):
    """An object that is no number, or a text that says something else than it holds."""

    __slots__ = ("_said",)
    _said: Said

    def __new__(cls, content: str, said: Said) -> Self:
        self = super().__new__(cls, content)
        self._said = said
        return self

    def __repr__(self) -> str:
        return self._said[0]

    def __str__(self) -> str:
        return self._said[1]

    def __format__(self, spec: str) -> str:
        return _formatted(self._said[2], spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledText, (str.__str__(self), self._said)


class SettledNumber(SettledText):
    """An object that is no number, and can be taken for one: a tensor, a quantity, an address."""

    __slots__ = ("_number",)
    _number: int | float

    def __new__(cls, number: float, said: Said) -> Self:
        self = super().__new__(cls, said[1], said)
        self._number = number
        return self

    def __int__(self) -> int:
        return int(self._number)

    def __float__(self) -> float:
        return float(self._number)

    def __index__(self) -> int:
        return operator.index(self._number)  # type: ignore[arg-type]  # raises what it shall

    def __format__(self, spec: str) -> str:
        if spec:
            try:
                return format(self._number, spec)
            except ValueError:
                pass  # a spec for texts
        return super().__format__(spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledNumber, (self._number, self._said)


class SettledInt(int):
    """An object of a type that is derived from ``int``."""

    _said: Said

    def __new__(cls, number: int, said: Said) -> Self:
        self = super().__new__(cls, number)
        self._said = said
        return self

    def __repr__(self) -> str:
        return self._said[0]

    def __str__(self) -> str:
        return self._said[1]

    def __format__(self, spec: str) -> str:
        return int.__format__(int.__int__(self), spec) if spec else self._said[2]

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledInt, (int.__int__(self), self._said)


class SettledFloat(float):
    """An object of a type that is derived from ``float``."""

    _said: Said

    def __new__(cls, number: float, said: Said) -> Self:
        self = super().__new__(cls, number)
        self._said = said
        return self

    def __repr__(self) -> str:
        return self._said[0]

    def __str__(self) -> str:
        return self._said[1]

    def __format__(self, spec: str) -> str:
        return float.__format__(float.__float__(self), spec) if spec else self._said[2]

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledFloat, (float.__float__(self), self._said)


class SettledDict(dict[Any, Any]):
    """A mapping of unknown type: a copy of it, which says what it said."""

    def __init__(self, items: Iterable[tuple[Any, Any]] = (), said: Said = ("", "", "")) -> None:
        super().__init__(items)
        self._said = said

    def __repr__(self) -> str:
        return self._said[0]

    def __str__(self) -> str:
        return self._said[1]

    def __format__(self, spec: str) -> str:
        return _formatted(self._said[2], spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledDict, (list(self.items()), self._said)


class SettledList(list[Any]):
    """A sequence or set of unknown type: a copy of it, which says what it said."""

    def __init__(self, items: Iterable[Any] = (), said: Said = ("", "", "")) -> None:
        super().__init__(items)
        self._said = said

    def __repr__(self) -> str:
        return self._said[0]

    def __str__(self) -> str:
        return self._said[1]

    def __format__(self, spec: str) -> str:
        return _formatted(self._said[2], spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return SettledList, (list(self), self._said)


def _formatted(text: str, spec: str) -> str:
    try:
        return format(text, spec)
    except ValueError:
        return text  # made for the type that the object was of

"""
Classes of plain data whose instances do not change, for what every start needs.

``dataclasses`` imports ``inspect``, and msgspec ``typing``, ``datetime``, ``decimal`` and ``uuid``:
either takes longer than all rules do. So a class is a data class only once someone asks. msgspec
does, which checks the types of a policy, and so do the functions of ``dataclasses``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> Callable[[type], type]:
        return lambda decorated: decorated


__all__ = ["Frozen", "field"]


class _Factory:
    """Makes the default of a field for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def field(*, default_factory: Callable[[], Any]) -> Any:
    """Return the default of a field that is made anew for each instance."""
    return _Factory(default_factory)


class _Fields:
    """The fields of a class as ``dataclasses`` has them, made when they are first asked for."""

    def __get__(self, instance: object, cls: type[Frozen]) -> dict[str, Any]:
        if cls is Frozen:
            raise AttributeError("__dataclass_fields__")
        from dataclasses import MISSING, field, make_dataclass
        from typing import get_type_hints

        from redactor import field_types

        types = get_type_hints(cls, localns=vars(field_types), include_extras=True)
        fields: list[tuple[str, Any, Any]] = []
        for name in cls.__struct_fields__:
            default = cls.__struct_defaults__.get(name, MISSING)
            if isinstance(default, _Factory):
                fields.append((name, types[name], field(default_factory=default.make)))
            else:
                fields.append((name, types[name], field(default=default)))
        cls.__annotations__ = {name: types[name] for name in cls.__struct_fields__}
        # For its fields alone: what is not asked for is not compiled, nor a text of its own made.
        made: Any = make_dataclass(
            cls.__name__, fields, namespace={"__doc__": cls.__doc__}, kw_only=True,
            init=False, repr=False, eq=False, match_args=False,
        )  # fmt: skip
        own: dict[str, Any] = made.__dataclass_fields__
        cls.__dataclass_fields__ = own
        return own


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen:
    """The base of these classes. Fields are what their bodies annotate."""

    if TYPE_CHECKING:
        __struct_fields__: ClassVar[tuple[str, ...]]
        __struct_defaults__: ClassVar[dict[str, Any]]
        __dataclass_fields__: ClassVar[dict[str, Any]]
        _positional: ClassVar[int]
    else:
        __dataclass_fields__ = _Fields()

    def __init_subclass__(cls, *, kw_only: bool = False) -> None:
        names = tuple(cls.__annotations__)
        cls.__struct_fields__ = names
        cls.__struct_defaults__ = {name: vars(cls)[name] for name in names if name in vars(cls)}
        # Instances have them all: msgspec leaves out what it finds in the class.
        for name in cls.__struct_defaults__:
            delattr(cls, name)
        cls._positional = 0 if kw_only else len(names)

    if not TYPE_CHECKING:

        def __init__(self, *args: Any, **given: Any) -> None:
            cls = type(self)
            if len(args) > cls._positional:
                raise TypeError(f"{cls.__name__}: too many positional arguments")
            for name, value in zip(cls.__struct_fields__, args, strict=False):
                if name in given:
                    raise TypeError(f"{cls.__name__}: {name!r} is given twice")
                given[name] = value
            own = self.__dict__
            for name in cls.__struct_fields__:
                if name in given:
                    own[name] = given.pop(name)
                elif name in cls.__struct_defaults__:
                    default = cls.__struct_defaults__[name]
                    own[name] = default.make() if type(default) is _Factory else default
                else:
                    raise TypeError(f"{cls.__name__}: {name!r} is missing")
            if given:
                raise TypeError(f"{cls.__name__}: there is no field {next(iter(given))!r}")

        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(f"{type(self).__name__} does not change")

        def __delattr__(self, name: str) -> None:
            raise AttributeError(f"{type(self).__name__} does not change")

    @classmethod
    def of_fields(cls, fields: dict[str, Any]) -> Self:
        """Return the instance that has *fields*, all of them, and keeps that very ``dict``."""
        made = object.__new__(cls)
        object.__setattr__(made, "__dict__", fields)
        return made

    def replace(self, **changes: Any) -> Self:
        """Return a copy with *changes*."""
        return type(self)(**{**vars(self), **changes})

    __replace__ = replace

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple([getattr(self, name) for name in type(self).__struct_fields__]))

    def __repr__(self) -> str:
        fields = (f"{name}={getattr(self, name)!r}" for name in type(self).__struct_fields__)
        return f"{type(self).__name__}({', '.join(fields)})"

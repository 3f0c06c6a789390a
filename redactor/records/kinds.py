"""
What a type is to the walk, decided once for each type and without running code of its own.

An object is asked neither for its ``__class__`` nor by ``isinstance``: both can lie. A type is
*plain* when what an object of it says is made by code of the standard library, from nothing but
what the walk has looked at.
"""

from __future__ import annotations

import collections
import datetime as dt
import enum
import functools
import sys
import types
import weakref
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path, PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from typing import Any, NamedTuple

__all__ = ["Kind", "kind_of", "static"]


class Kind(NamedTuple):
    """
    Attributes:
        walk: The method of the walk for objects of the type.
        nested: They are containers, which can be in themselves.
        plain: What they say is made from what the walk has looked at.
        own_repr: They have a ``__repr__`` other than the one of ``object``.
        own_str: Their ``str`` is not their ``repr``.
        own_format: Their ``format`` is not their ``str``.
        lazy: They stand for something else, which is made when they are asked.
        slots: The names of their slots.
    """

    walk: str
    nested: bool = False
    plain: bool = False
    own_repr: bool = True
    own_str: bool = True
    own_format: bool = True
    lazy: bool = False
    slots: tuple[str, ...] = ()


#: Known types at most; then all are forgotten.
_MAX_KNOWN = 10_000

_SAFE = (
    bool, type(None), complex, range, type(...), type(NotImplemented),
    dt.datetime, dt.date, dt.time, dt.timedelta, dt.timezone,
)  # fmt: skip
#: Safe types, and numbers, of modules whose import is not worth it at every start.
_SAFE_NAMES = {("zoneinfo", "ZoneInfo")}
_UUID_NAMES = {("uuid", "UUID")}
_NUMBER_NAMES = {("decimal", "Decimal"), ("fractions", "Fraction")}
_PANDAS_SAFE = {"Timestamp", "Timedelta", "Period", "NaTType", "NAType"}
#: Types that say their name and their place only.
_NAMED = (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
#: Base to the method of the walk, and whether it is a container. The first that fits.
_BASES: tuple[tuple[type, str, bool], ...] = (
    (enum.Enum, "_enum", False),
    (str, "_text", False),
    (bytes, "_bytes", False),
    (bytearray, "_bytes", False),
    (int, "_numeric", False),
    (float, "_numeric", False),
    (PurePath, "_path", False),
    (dt.date, "_moment", False),
    (dt.time, "_moment", False),
    (dt.timedelta, "_moment", False),
    (dict, "_mapping", True),
    (list, "_sequence", True),
    (tuple, "_sequence", True),
    (set, "_collection", True),
    (frozenset, "_collection", True),
    (collections.deque, "_collection", True),
    (BaseException, "_error", False),
)
_SAYS = ("__repr__", "__str__", "__format__", "__getattribute__")
_ITEMS = ("__iter__", "__getitem__", "__len__")
_PAIRS = (*_ITEMS, "items", "keys", "values")
#: What a type derived from a text may define without changing what is read from it.
_HARMLESS = {
    "__doc__", "__eq__", "__ge__", "__getnewargs__", "__gt__", "__hash__", "__le__", "__lt__",
    "__ne__", "__new__", "__sizeof__",
}  # fmt: skip
#: ``format(value, "")`` of these is ``str(value)``.
_FORMAT_IS_STR = (object, str, int, float, enum.Enum, dt.date, dt.time)

_NAMED_TUPLE_REPR = Kind.__repr__.__code__
_mro_of = type.__dict__["__mro__"].__get__
_namespace_of = type.__dict__["__dict__"].__get__
_known: dict[int, tuple[weakref.ref[type], Kind]] = {}


def static(kind: type, name: str) -> Any:
    """Return what *name* is in *kind* or the first of its bases, without calling a descriptor."""
    for base in _mro_of(kind):
        namespace = _namespace_of(base)
        if name in namespace:
            return namespace[name]
    return None


def kind_of(kind: type) -> Kind:
    """Return what the type *kind* is to the walk."""
    # By identity: a metaclass can have a hash that raises.
    known = _known.get(id(kind))
    if known is not None and known[0]() is kind:
        return known[1]
    try:
        found = _classified(kind)
    except KeyboardInterrupt:
        raise
    except BaseException:  # noqa: BLE001  # a hostile metaclass: an object like any other
        found = Kind("_object")
    if len(_known) >= _MAX_KNOWN:
        _known.clear()
    _known[id(kind)] = (weakref.ref(kind), found)
    return found


def _classified(kind: type) -> Kind:
    if any(kind is safe for safe in _SAFE) or _is_one_of(kind, _SAFE_NAMES):
        return Kind("_safe", plain=True)
    module = _module(kind)
    if _package(kind) == "pandas" and type.__getattribute__(kind, "__name__") in _PANDAS_SAFE:
        return Kind("_safe", plain=True)
    if module == "numpy" and any(_is_named(base, "numpy", "generic") for base in _mro_of(kind)):
        return Kind("_scalar", plain=True)
    if _is_one_of(kind, _UUID_NAMES):
        return Kind("_uuid", plain=True)
    if _is_one_of(kind, _NUMBER_NAMES):
        return Kind("_numeric", plain=True)
    if kind is memoryview:
        return Kind("_bytes", plain=True)
    if any(kind is view for view in _VIEWS):
        return Kind("_collection", nested=True, plain=True)
    said = _said(kind)
    if any(kind is named for named in _NAMED):
        return Kind("_object", plain=True, **said)
    mro = _mro_of(kind)
    for base, walk, nested in _BASES:
        if any(known is base for known in mro):
            return Kind(walk, nested=nested, plain=_is_plain(kind, base), **said)
    if static(kind, "__repr__") is type.__repr__ and not said["own_str"]:  # a class of a metaclass
        return Kind("_object", plain=not said["own_format"], **said)
    if any(_is_frame(base) for base in mro):
        return Kind("_frame", **said)
    if static(kind, "casefold") is not None:  # a text: as a sequence it would hold itself
        return Kind("_object", **said)
    # What has no length is no container: else each new type is compared with all that are.
    sized = static(kind, "__len__") is not None
    if sized and issubclass(kind, Mapping):
        return Kind("_mapping", nested=True, **said)
    if sized and issubclass(kind, (AbstractSet, Sequence)):
        return Kind("_collection", nested=True, plain=module in {"array", "collections"}, **said)
    if type(static(kind, "__dataclass_fields__")) is dict:
        return Kind("_dataclass", nested=True, plain=_has_generated_repr(kind), **said)
    return Kind("_object", **said)


def _said(kind: type) -> dict[str, Any]:
    formats = static(kind, "__format__")
    return {
        "own_repr": static(kind, "__repr__") is not object.__repr__,
        "own_str": static(kind, "__str__") is not object.__str__,
        "own_format": not any(
            formats is _namespace_of(base).get("__format__") for base in _FORMAT_IS_STR
        ),
        "lazy": _is_lazy(kind),
        "slots": tuple(
            name
            for base in _mro_of(kind)
            for name, slot in list(_namespace_of(base).items())
            if type(slot) is types.MemberDescriptorType
        ),
    }


def _is_plain(kind: type, base: type) -> bool:
    names: Any = _SAYS
    if base is str or base is bytes:
        names = (set(_namespace_of(base)) | set(_SAYS)) - _HARMLESS
    elif base is dict:
        names = (*_SAYS, *_PAIRS)
    elif base in {list, tuple, set, frozenset, collections.deque}:
        names = (*_SAYS, *_ITEMS)
    elif base in {int, float}:
        names = (*_SAYS, "__int__", "__float__", "__index__")
    elif base in {dt.date, dt.time, dt.timedelta}:
        names = (*_SAYS, "isoformat", "strftime")
    elif base is PurePath:
        names = (*_SAYS, "__fspath__")
    elif base is BaseException:
        return False
    if base is tuple and type(static(kind, "n_sequence_fields")) is int:
        # time.struct_time and its kin, which nothing can be derived from
        return type(static(kind, "__repr__")) is types.WrapperDescriptorType
    return all(_is_trusted(static(kind, name)) for name in names)


def _is_trusted(attribute: Any) -> bool:
    if attribute is None:  # it has none
        return True
    trusted = _trusted().get(id(attribute))
    if trusted is not None:
        return trusted is attribute
    # The functions of all named tuples have the code of one.
    return type(attribute) is types.FunctionType and attribute.__code__ is _NAMED_TUPLE_REPR


@functools.cache
def _trusted() -> dict[int, Any]:
    """Return the attributes of the types of the standard library that decide what is read."""
    owners: list[Any] = [
        object, str, bytes, bytearray, int, float, dict, list, tuple, set, frozenset,
        collections.OrderedDict, collections.defaultdict, collections.Counter, collections.deque,
        dt.date, dt.time, dt.datetime, dt.timedelta,
        *_mro_of(PosixPath), *_mro_of(WindowsPath), PurePath, PurePosixPath, PureWindowsPath, Path,
        enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag, enum.ReprEnum,
    ]  # fmt: skip
    attributes: list[Any] = [enum.global_enum_repr, enum.global_flag_repr, enum.global_str]
    for owner in owners:
        attributes += _namespace_of(owner).values()
    return {id(attribute): attribute for attribute in attributes}


def _is_lazy(kind: type) -> bool:
    if static(kind, "__class__") is not _namespace_of(object)["__class__"]:
        return True  # a proxy, which passes for what it stands for
    return any(_is_named(base, "django.utils.functional", "Promise") for base in _mro_of(kind))


def _is_frame(kind: type) -> bool:
    name = type.__getattribute__(kind, "__name__")
    return name in {"DataFrame", "Series"} and _package(kind) == "pandas"


def _has_generated_repr(kind: type) -> bool:
    """Whether the ``repr`` of a dataclass is the one that was made from its fields."""
    written = getattr(static(kind, "__repr__"), "__wrapped__", None)
    return (
        type(written) is types.FunctionType
        and written.__code__.co_filename == "<string>"
        and static(kind, "__str__") is object.__str__
        and static(kind, "__format__") is _namespace_of(object)["__format__"]
    )


def _module(kind: type) -> str:
    try:
        module = type.__getattribute__(kind, "__module__")
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def _package(kind: type) -> str:
    return _module(kind).partition(".")[0]


def _is_named(kind: type, module: str, name: str) -> bool:
    return _module(kind) == module and type.__getattribute__(kind, "__name__") == name


def _is_one_of(kind: type, names: set[tuple[str, str]]) -> bool:
    name = (_module(kind), type.__getattribute__(kind, "__name__"))
    # What calls itself so may be another.
    return name in names and getattr(sys.modules.get(name[0]), name[1], None) is kind

"""What objects hold under which names, read without running code of theirs."""

from __future__ import annotations

import types
from typing import Any

from redactor.records.kinds import kind_of, static

__all__ = ["attributes", "declared_names", "field_names", "fields", "frame_lines"]

#: Attributes in which ORMs keep how an object came to be. They hold nothing that it shows.
_MACHINERY = frozenset({"_sa_instance_state", "_state"})
#: Rows at each end of a frame, and columns, that are looked at: what it shows of itself.
_ROWS = 30
_COLUMNS = 64


def attributes(value: object) -> list[tuple[str, Any]]:
    """
    Return the attributes that *value* itself has, with their names.

    Read from its ``__dict__`` and its slots: a property would run code, and a lazy attribute of an
    ORM would ask its database.
    """
    kind = type(value)
    found: list[tuple[str, Any]] = []
    holder = static(kind, "__dict__")
    if type(holder) is types.GetSetDescriptorType:
        namespace = holder.__get__(value)
        if type(namespace) is dict:
            found += [
                (name, held)
                for name, held in namespace.copy().items()
                if type(name) is str and name not in _MACHINERY
            ]
    for name in kind_of(kind).slots:
        slot = static(kind, name)
        if type(slot) is types.MemberDescriptorType:
            try:
                found.append((name, slot.__get__(value)))
            except AttributeError:
                continue  # never set
    if issubclass(kind, BaseException):
        found.append(("", BaseException.__dict__["args"].__get__(value)))
    return found


def fields(value: object) -> tuple[dict[str, Any], frozenset[str], bool]:
    """
    Return the fields of a dataclass.

    Returns:
        Their values by name; the names that its ``repr`` does not show; whether a field has its
        value from elsewhere than the object itself.
    """
    declared = static(type(value), "__dataclass_fields__")
    held = dict(attributes(value))
    found: dict[str, Any] = {}
    hidden: set[str] = set()
    missing = False
    for name, field in declared.items():
        if field._field_type.name != "_FIELD":  # noqa: SLF001  # of a class, or of its __init__
            continue
        if name in held:
            found[name] = held[name]
        else:
            missing = True
        if not field.repr:
            hidden.add(name)
    return found, frozenset(hidden), missing


def declared_names(kind: type) -> tuple[Any, ...]:
    """Return the names of the items of a named tuple, or of a ``struct_time`` and its kin."""
    names = static(kind, "_fields")
    if names is None and type(static(kind, "n_sequence_fields")) is int:
        names = static(kind, "__match_args__")
    return names if type(names) is tuple else ()


def field_names(value: Any) -> tuple[Any, ...]:
    """Return the names that the items of a row have, as it says; runs code of its type."""
    kind = type(value)
    names = declared_names(kind)
    if names:
        return names
    if static(kind, "_fields") is not None:
        return tuple(value._fields)
    if static(kind, "keys") is not None:
        return tuple(value.keys())
    return ()


def frame_lines(frame: Any) -> list[tuple[str, list[Any]]]:
    """Return the named columns and rows of a frame or of one column, as far as it shows them."""
    if hasattr(frame, "columns"):
        frame = frame.iloc[:, :_COLUMNS]
        columns = [(frame.columns[at], frame.iloc[:, at]) for at in range(frame.shape[1])]
    else:
        columns = [(frame.name, frame)]
    named = [
        (name, [_plain(value) for end in (column.head(_ROWS), column.tail(_ROWS)) for value in end])
        for name, column in columns
    ]
    labels: list[Any] = [*frame.index[:_ROWS].tolist(), *frame.index[-_ROWS:].tolist()]
    rows = [(label, [values[at] for _, values in named]) for at, label in enumerate(labels)]
    return [(name, values) for name, values in [*named, *rows] if type(name) is str]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value

"""
What stands for a value that is not declared: its type and its size.

``<str 412>``, ``<list 3>``, ``<int>``. With a key, a text has its fingerprint too:
``<str 412 k1:0123456789abcdef>``. The words come from a closed list, so that what is reduced is
known again and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["REDUCED", "Reducer", "is_reduced", "parts_of"]

_TYPE = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
#: What a reducer writes, and the markers of the detectors.
REDUCED = re.compile(
    r"<(?:(?:str|bytes|list|dict|key) \d{1,15}(?: [A-Za-z0-9]{1,16}:[0-9a-f]{16})?"
    rf"|int|float|bool|time|object|exception {_TYPE})>"
    r"|\[redacted:[A-Za-z0-9.:*_-]{1,110}\]"
)
_NAME = re.compile(_TYPE)
_type_name = type.__dict__["__qualname__"].__get__


def is_reduced(text: str) -> bool:
    """Say whether *text* is what stands for one value, and nothing else."""
    return text[:1] in "<[" and REDUCED.fullmatch(text) is not None


def parts_of(text: str) -> bool:
    """Say whether *text* is made of what stands for values, with white space between them."""
    return not REDUCED.sub("", text).strip()


class Reducer:
    """
    Writes what stands for values.

    Args:
        fingerprint: Gives the fingerprint of a text, with the id of its key in front; without one
            a text is known by its length alone.
    """

    def __init__(self, fingerprint: Callable[[bytes], str] | None = None) -> None:
        self._fingerprint = fingerprint

    def text(self, text: str) -> str:
        """Return what stands for *text*, its length in characters; itself where it is that."""
        if is_reduced(text):
            return text
        return self._sized("str", len(text), text.encode("utf-8", "surrogatepass"))

    def _sized(self, kind: str, size: int, data: bytes) -> str:
        if self._fingerprint is None or not size:
            return f"<{kind} {size}>"
        return f"<{kind} {size} {self._fingerprint(data)}>"

    def value(self, value: Any) -> Any:
        """Return what stands for *value*; ``None`` stays. Never runs code of the value's class."""
        kind = type(value)
        if value is None:
            return None
        if kind is str:
            return self.text(value)
        if kind is bool:
            return "<bool>"
        if kind is int:
            return "<int>"
        if kind is float:
            return "<float>"
        if kind is bytes or kind is bytearray:
            return self._sized("bytes", len(value), bytes(value))
        if kind in (list, tuple, set, frozenset):
            return f"<list {len(value)}>"
        if kind is dict:
            return f"<dict {len(value)}>"
        return _of_a_class(value, kind, self)


def _of_a_class(value: Any, kind: type, reducer: Reducer) -> str:
    if issubclass(kind, BaseException):
        name = _type_name(kind).rpartition(".")[2]
        return f"<exception {name}>" if _NAME.fullmatch(name) else "<object>"
    if issubclass(kind, str):
        return reducer.text(str.__str__(value))
    if issubclass(kind, int):
        return "<int>"
    if issubclass(kind, float):
        return "<float>"
    if issubclass(kind, (datetime, date, time, timedelta)):
        return "<time>"
    for base in (dict, list, tuple, set, frozenset):
        if issubclass(kind, base):
            return f"<{'dict' if base is dict else 'list'} {base.__len__(value)}>"
    try:
        if issubclass(kind, Mapping):
            return f"<dict {len(value)}>"
        if issubclass(kind, (Sequence, AbstractSet)):
            return f"<list {len(value)}>"
    except Exception:  # noqa: BLE001, S110  # a length that raises
        pass
    return "<object>"

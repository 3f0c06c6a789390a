"""
Structured records: the walk through mappings, sequences and objects.

The caller's objects are never changed: a clean record comes back as itself, and on the way to a
secret the containers are copied. The walk is bounded in depth and in nodes, and nothing that an
object does in its ``__repr__`` or its iteration reaches the caller as an exception.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from redactor.checks.words import SIBLING_WORDS
from redactor.markers import marker

if TYPE_CHECKING:
    from redactor._redactor import Redactor

__all__ = ["RecordWalker"]

#: Containers inside containers; what lies deeper becomes a marker.
MAX_DEPTH = 64
#: Values looked at in one record; what comes after becomes a marker.
MAX_NODES = 100_000
#: Characters of an object's text that are looked at; one with more does not come out as itself.
MAX_LOOKED_AT = 1 << 20
#: Characters of an object's text that are kept where there is a secret in it.
MAX_REPR = 16_384
#: Integers with fewer digits hold no card number.
_SMALLEST_CARD = 10**11
#: An integer of more digits holds no card number, and Python may refuse to write it out.
_MAX_INTEGER_BITS = 256

_SAFE_TYPES = (
    bool,
    type(None),
    complex,
    dt.date,
    dt.time,
    dt.timedelta,
    dt.tzinfo,
    type,
)
#: Modules whose types are numbers. Asked by name: their import is not worth it at every start.
_NUMBER_MODULES = ("decimal", "fractions")
_TOO_DEEP = marker("withheld", "depth")
_TOO_MANY = marker("withheld", "size")
_CYCLE = marker("withheld", "cycle")
_HOSTILE = marker("withheld", "repr")
_VALUE_KEYS = ("value", "Value", "val", "default")
_MARKER = re.compile(r"\[redacted:[A-Za-z0-9.:*_-]{1,110}\]")


class _Drop(Exception):  # noqa: N818  # not an error: it unwinds the walk
    """A rule's action drops the field (or, with ``record`` set, the record)."""

    def __init__(self, *, record: bool) -> None:
        super().__init__()
        self.record = record


class RecordWalker:
    """Walks records for one redactor."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        engine = redactor._engine  # noqa: SLF001  # two halves of one object
        self._engine = engine
        self._native_check = getattr(engine, "check", None)
        actions = redactor.actions
        self._drops = bool(actions.dropped_fields or actions.dropped_records)

    def record(self, record: Any) -> Any:
        """Return *record* redacted; see ``Redactor.record``."""
        try:
            if self._native_check is not None and self._native_check(record):
                return record
            return _Walk(self).value(record, "", 0)
        except _Drop as drop:
            return None if drop.record else marker("withheld", "field")
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, nothing raw is let out
            return marker("withheld", type(error).__name__)

    def text(self, data: bytes, key: str) -> bytes:
        """Return *data*, the value of *key*, redacted; the same object when clean."""
        if self._drops:
            actions = self._redactor.actions
            for _, _, rule in self._engine.find(data, key=key or None):
                if rule in actions.dropped_records:
                    raise _Drop(record=True)
                if rule in actions.dropped_fields:
                    raise _Drop(record=False)
        return self._redactor.data(data, key=key or None)


class _Walk:
    """One walk through one record."""

    def __init__(self, walker: RecordWalker) -> None:
        self._text = walker.text
        self._nodes = 0
        self._open: set[int] = set()

    def value(self, value: Any, key: str, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return _TOO_MANY
        kind = type(value)
        if kind is str:
            return self._string(value, key)
        if kind is int or kind is float:
            return self._number(value, key)
        if isinstance(value, _SAFE_TYPES):
            return value
        if isinstance(value, enum.Enum):
            inner = self.value(value.value, key, depth + 1)
            return value if inner is value.value else inner
        if isinstance(value, str):
            plain = str.__str__(value)
            redacted = self._string(plain, key)
            return value if redacted is plain else redacted
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._bytes(value, key)
        if isinstance(value, (int, float)) or kind.__module__ in _NUMBER_MODULES:
            return self._number(value, key)
        if kind.__module__ == "uuid":
            return value
        if isinstance(value, PurePath):
            plain = str(value)
            redacted = self._string(plain, key)
            return value if redacted is plain else redacted
        return self._container(value, key, depth)

    def _container(self, value: Any, key: str, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return _TOO_DEEP
        if id(value) in self._open:
            return _CYCLE
        self._open.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, depth)
            if isinstance(value, (list, tuple)):
                return self._sequence(value, key, depth)
            if isinstance(value, (AbstractSet, Sequence)):
                items = list(value)
                redacted = [self.value(item, key, depth + 1) for item in items]
                same = all(new is old for new, old in zip(redacted, items, strict=True))
                return value if same else redacted
            names = getattr(type(value), "__dataclass_fields__", None)
            if names is not None:
                return self._fields(value, {name: getattr(value, name) for name in names}, depth)
            return self._object(value, key)
        finally:
            self._open.discard(id(value))

    def _string(self, text: str, key: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        redacted = self._text(data, key)
        return text if redacted is data else redacted.decode("utf-8", "surrogatepass")

    def _bytes(self, value: bytes | bytearray | memoryview, key: str) -> Any:
        data = bytes(value)
        redacted = self._text(data, key)
        return value if redacted is data else redacted

    def _number(self, value: Any, key: str) -> Any:
        if isinstance(value, int):
            if not key and -_SMALLEST_CARD < value < _SMALLEST_CARD:
                return value
            if value.bit_length() > _MAX_INTEGER_BITS:
                return value
            data = b"%d" % value
        else:
            data = str(value).encode("ascii", "replace")
        redacted = self._text(data, key)
        return value if redacted is data else redacted.decode("utf-8", "surrogatepass")

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        items = list(value.items())
        sibling = self._sibling(value)
        redacted: dict[Any, Any] = {}
        changed = False
        for old_key, old in items:
            try:
                new_key = self._key(old_key)
                key = _name(new_key)
                new = self.value(old, sibling if sibling and key in _VALUE_KEYS else key, depth + 1)
            except _Drop as drop:
                if drop.record:
                    raise
                changed = True
                continue
            changed = changed or new is not old or new_key is not old_key
            if new_key is not old_key:
                prime: Any = b"'" if isinstance(new_key, bytes) else "'"
                while new_key in redacted or new_key in value:
                    new_key += prime
            redacted[new_key] = new
        return redacted if changed else value

    def _sibling(self, value: Mapping[Any, Any]) -> str:
        """Return the name in ``{"name": "DB_PASSWORD", "value": ...}``, or nothing."""
        if len(value) > 8 or not any(key in value for key in _VALUE_KEYS):
            return ""
        for key, name in value.items():
            if isinstance(key, str) and type(name) is str and key.lower() in SIBLING_WORDS:
                return _name(self._string(name, ""))
        return ""

    def _key(self, key: Any) -> Any:
        if type(key) is int and -_SMALLEST_CARD < key < _SMALLEST_CARD:
            return key
        redacted = self.value(key, "", MAX_DEPTH - 1)
        if redacted is key or isinstance(redacted, (str, bytes)):
            return redacted
        return str(redacted)

    def _sequence(self, value: list[Any] | tuple[Any, ...], key: str, depth: int) -> Any:
        redacted: list[Any] = []
        own = key
        for item in value:
            redacted.append(self.value(item, own, depth + 1))
            if len(value) == 2 and not key and isinstance(item, (str, bytes)):
                # A header as a pair: ("authorization", "Bearer ...").
                own = _name(redacted[0])
        if all(new is old for new, old in zip(redacted, value, strict=False)):
            return value
        if isinstance(value, list):
            return redacted
        if hasattr(value, "_fields"):
            return tuple.__new__(type(value), redacted)
        return tuple(redacted)

    def _fields(self, value: Any, fields: dict[str, Any], depth: int) -> Any:
        redacted = self._mapping(fields, depth)
        return value if redacted is fields else redacted

    def _object(self, value: Any, key: str) -> Any:
        """Redact an object of unknown type by its text; clean objects stay themselves."""
        for write in (repr, str):
            try:
                text = write(value)
            except Exception:  # noqa: BLE001  # a hostile object must not stop the record
                return _HOSTILE
            if type(text) is not str:
                return _HOSTILE
            looked_at = text[:MAX_LOOKED_AT]
            redacted = self._string(looked_at, key)
            if redacted is not text:
                # Redacted first and cut afterwards; what was not looked at does not come out.
                return redacted[:MAX_REPR]
        return value


def _name(key: Any) -> str:
    """
    Return the name that *key*, already redacted, gives to its value.

    A marker in it names nothing: else a second pass would take the marker's rule for the key.
    """
    if isinstance(key, str):
        name = str.__str__(key)
    elif isinstance(key, bytes):
        name = key.decode("latin-1")
    else:
        return ""
    return _MARKER.sub("redacted", name) if "[redacted:" in name else name

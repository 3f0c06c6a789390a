"""The walk through one record: mappings, sequences, and what they hold."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from redactor.checks.words import SIBLING_WORDS
from redactor.markers import MARKER
from redactor.records.asking import CYCLE, DEPTH, ITEMS, SIZE, Withheld
from redactor.records.attributes import declared_names, field_names, fields
from redactor.records.held import Drop, name_of
from redactor.records.kinds import Kind, kind_of, static
from redactor.records.leaves import Leaves
from redactor.records.selected import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor.records.selected import Descent

__all__ = ["Walk"]

#: Containers inside containers; what lies deeper becomes a marker.
MAX_DEPTH = 64
#: Values looked at in one record; what comes after becomes a marker.
MAX_NODES = 100_000
#: How often a container is read that another thread changes meanwhile.
_TRIES = 4
#: Larger integers are no names.
_WORD = 64
_DICT = Kind("_mapping", nested=True, plain=True)
_LIST = Kind("_sequence", nested=True, plain=True)
_VALUE_KEYS = ("value", "Value", "val", "default")


class Walk(Leaves):
    """Walks through one record; see ``Leaves`` for what it takes."""

    def __init__(
        self,
        text: Callable[[bytes, str], bytes],
        check: Callable[[Any], bool | None] | None = None,
        holds_known: Callable[[Any], bool] | None = None,
        *,
        settle: bool = False,
        descent: Descent | None = None,
    ) -> None:
        super().__init__(text, check, holds_known, settle=settle, descent=descent)
        self._nodes = 0
        self._open: set[int] = set()

    def value(self, value: Any, key: str, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            return SIZE
        kind = type(value)
        if kind is str:
            return self._string(value, key)
        if kind is int or kind is float:
            return self._number(value, key)
        if value is None or kind is bool:
            return value
        try:
            if kind is dict:
                return self._container(value, _DICT, key, depth)
            if kind is list or kind is tuple:
                return self._container(value, _LIST, key, depth)
            known = kind_of(kind)
            if known.nested:
                return self._container(value, known, key, depth)
            return getattr(self, known.walk)(value, known, key, depth)
        except Withheld as withheld:
            return withheld.marker

    def _container(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return DEPTH
        if id(value) in self._open:
            return CYCLE
        self._open.add(id(value))
        try:
            return getattr(self, known.walk)(value, known, key, depth)
        finally:
            self._open.discard(id(value))

    def _mapping(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if known.plain:
            redacted, changed = self._pairs(_snapshot(value.items, self._room()), depth)
            return redacted if changed else value
        pairs = self._objects.asking.items(value, lambda: map(_pair, value.items()), self._room())
        redacted, changed = self._pairs(pairs, depth)
        if changed and not self._settle:
            return redacted
        held = self._objects.held()
        for name, item in pairs:
            held.look(item, name_of(name))
        # What it keeps and does not give: the other values of a key that it has more than once.
        held.look_into(value)
        if issubclass(type(value), dict):
            held.look(value, key)
        return self._objects.container(value, known, "", held, redacted, settle=self._settle)

    def _pairs(self, items: list[tuple[Any, Any]], depth: int) -> tuple[dict[Any, Any], bool]:
        """Return the pairs redacted, and whether there was anything to redact."""
        sibling = self._sibling(items)
        redacted: dict[Any, Any] = {}
        taken: set[Any] = set()
        changed = False
        # One pair at a time, and no containers: what is in those would be looked at at each level.
        check = None if sibling else self._check
        descent = self._descent
        here = below = START if descent is None else descent.mark()
        selector = 0
        for old_key, old in items:
            if self._nodes >= MAX_NODES:
                self._put(redacted, SIZE, SIZE, ())
                return redacted, True
            if descent is not None:
                selector = descent.down(here, _path_name(old_key), old)
                below = descent.mark()
                descent.nowhere()  # the key itself is in no field
            kind = type(old)  # not looked up in a set: a metaclass can have a hash that raises
            if (
                check is not None
                and not selector
                and type(old_key) is str
                and (kind is str or kind is int or kind is float or kind is bool or old is None)
                and old_key not in redacted
                and check({old_key: old})
            ):
                self._nodes += 2
                redacted[old_key] = old
                continue
            try:
                new_key = self._key(old_key, depth)
                key = _name(new_key)
                if descent is not None:
                    descent.back(below)
                if descent is not None and selector:
                    new = descent.replaced(selector, old)
                else:
                    own = sibling if sibling and key in _VALUE_KEYS else key
                    new = self.value(old, own, depth + 1)
            except Drop as drop:
                if drop.record:
                    raise
                changed = True
                continue
            if new_key is not old_key:
                changed = True
                taken = taken or {key for key, _ in items if type(key) is str or type(key) is bytes}
                self._put(redacted, new_key, new, taken)
            else:
                changed = changed or new is not old
                self._put(redacted, new_key, new, ())
        if descent is not None:
            descent.back(here)
        return redacted, changed

    def _put(self, redacted: dict[Any, Any], key: Any, value: Any, taken: Any) -> None:
        """Put *value* into *redacted*; no entry is lost when a key has become one that is taken."""
        if type(key) is str or type(key) is bytes:
            prime: Any = "'" if type(key) is str else b"'"
            while key in redacted or key in taken:
                key += prime
            redacted[key] = value
            return
        try:
            if key not in redacted:
                redacted[key] = value
                return
        except KeyboardInterrupt:
            raise
        except BaseException:  # noqa: BLE001, S110  # a key with a hash that raises
            pass
        self._put(redacted, self._as_text(key), value, taken)

    def _sibling(self, items: list[tuple[Any, Any]]) -> str:
        """Return the name in ``{"name": "DB_PASSWORD", "value": ...}``, or nothing."""
        if len(items) > 8 or not any(name_of(key) in _VALUE_KEYS for key, _ in items):
            return ""
        for key, name in items:
            if (
                type(name) is str
                and issubclass(type(key), str)
                and name_of(key).lower() in SIBLING_WORDS
            ):
                return _name(self._string(name, ""))
        return ""

    def _key(self, key: Any, depth: int) -> Any:
        kind = type(key)
        if kind is str:
            return self.value(key, "", depth)
        if kind is int and self._is_small(key):
            return key
        redacted = self.value(key, "", depth + 1)
        if redacted is key or issubclass(type(redacted), (str, bytes, int, float)):
            return redacted
        return self._as_text(key)

    def _as_text(self, key: Any) -> str:
        own = self._settle
        self._settle = True
        try:
            return str(self.value(key, "", 0))
        finally:
            self._settle = own

    def _sequence(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if not known.plain:
            return self._collection(value, known, key, depth)
        kind = type(value)
        names = () if kind is list or kind is tuple else declared_names(kind)
        redacted = self._items(value[: self._room()], names, key, depth)
        if redacted is None:
            return value
        if names and static(kind, "_fields") is names:
            return _rebuilt(kind, redacted)
        return tuple(redacted) if issubclass(kind, tuple) else redacted

    def _collection(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if known.plain:
            items = _snapshot(partial(iter, value), self._room())
            redacted = self._items(items, (), key, depth)
            return value if redacted is None else redacted
        objects = self._objects
        items = objects.asking.items(value, partial(iter, value), self._room())
        names: Any = ()
        with suppress(Withheld):
            names = objects.asking.ask(value, field_names, value)
        redacted = self._items(items, names, key, depth)
        if redacted is not None and not self._settle:
            if issubclass(type(value), tuple) and names:
                # A named tuple with a text of its own, which is asked of what comes out.
                rebuilt = _rebuilt(type(value), redacted)
                if objects.is_clean(rebuilt, known, key):
                    return rebuilt
            return redacted
        held = objects.held()
        for place, item in enumerate(items):
            held.look(item, name_of(names[place]) if len(names) == len(items) else key)
        copy = items if redacted is None else redacted
        return objects.container(value, known, key, held, copy, settle=self._settle)

    def _items(self, items: Any, names: Any, key: str, depth: int) -> list[Any] | None:
        """Return *items*, which may have *names*, redacted; nothing when they are clean."""
        redacted: list[Any] = []
        changed = False
        named = names if len(names) == len(items) else ()
        pair = len(items) == 2 and not key and not named
        own = key
        descent = self._descent
        here = START if descent is None else descent.mark()
        selector = 0
        for place, item in enumerate(items):
            if named:
                own = name_of(named[place])
            if descent is not None:
                called = name_of(named[place]) if named else ""
                if place and len(items) == 2 and not named:
                    called = _path_name(items[0])
                selector = descent.item(here, place, item, called)
            if descent is not None and selector:
                new = descent.replaced(selector, item)
            else:
                new = self.value(item, own, depth + 1)
            if key and not selector and _is_named_leaf(item):
                # A pair in a list that has a name: {"headers": [["Cookie", "..."]]}.
                new = self.value(new, "", depth + 1)
            redacted.append(new)
            if new is not item:
                changed = True
                if self._nodes > MAX_NODES:
                    if new is not SIZE and place + 1 < len(items):
                        redacted.append(SIZE)
                    return redacted
            if pair and issubclass(type(item), (str, bytes)):
                # A header as a pair: ("authorization", "Bearer ...").
                own = _name(new)
        if descent is not None:
            descent.back(here)
        return redacted if changed else None

    def _dataclass(self, value: Any, known: Kind, key: str, depth: int) -> Any:
        if self._settle:
            return self._object(value, known, key, depth)
        held, hidden, missing = fields(value)
        redacted, changed = self._pairs(list(held.items()), depth)
        if changed:
            return {name: new for name, new in redacted.items() if name not in hidden}
        if known.plain and not missing:
            return value
        return self._object(value, known, key, depth)

    def _room(self) -> int:
        """Return how many values more are looked at, and one: it becomes the marker."""
        return max(MAX_NODES - self._nodes, 0) + 1


def _snapshot(read: Callable[[], Iterable[Any]], most: int) -> list[Any]:
    for _ in range(_TRIES):
        try:
            return list(islice(read(), most))
        except RuntimeError:  # another thread changed it
            continue
        except Exception:  # noqa: BLE001  # one that was never initialised
            break
    raise Withheld(ITEMS)


def _rebuilt(kind: Any, items: list[Any]) -> Any:
    """Return a named tuple of *items*, that none of its own code has run for."""
    return tuple.__new__(kind, items)


def _is_named_leaf(item: Any) -> bool:
    """Say whether *item* is a list or tuple of a name and a text or number."""
    kind = type(item)
    if kind is not list and kind is not tuple:
        return False
    parts = item[:3]  # another thread may change it
    if len(parts) != 2:
        return False
    name, value = map(type, parts)
    return (name is str or name is bytes) and (value is str or value is bytes or value is int)


def _pair(pair: Any) -> tuple[Any, Any]:
    key, value = pair
    return key, value


def _path_name(key: Any) -> str:
    """Return what *key* is called in a path: a text, or a number in digits."""
    kind = type(key)
    if kind is int and key.bit_length() < _WORD:
        return str(key)
    return name_of(key)


def _name(key: Any) -> str:
    """
    Return the name that *key*, already redacted, gives to its value.

    A marker in it names nothing: else a second pass would take the marker's rule for the key.
    """
    name = name_of(key)
    marked = "[redacted:" in name or "[document " in name
    return MARKER.sub("redacted", name) if marked else name

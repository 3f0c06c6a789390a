"""
Secrets that an object holds in its fields, taken out of what it says.

``Login(bob, hunter2)`` shows a password without its name. The name is that of the field.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from redactor.markers import MARKER
from redactor.records.attributes import attributes
from redactor.records.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Drop", "Held", "name_of"]

#: Values of one object that are looked at, how deep, and up to which length.
_MAX_VALUES = 100
_MAX_DEPTH = 3
_MAX_LENGTH = 1 << 16
#: Values of a column or a row of a table that say whether it holds secrets.
_TRIED = 5
#: An integer of more digits is no secret, and Python may refuse to write it out.
_MAX_BITS = 256
#: A secret of fewer characters is replaced only where it stands alone, or not at all.
_ALONE = 6
_SHORTEST = 3
#: So many characters of a longer secret are known again.
_START = 24


class Drop(Exception):  # noqa: N818  # not an error: it unwinds the walk
    """A rule's action drops the field (or, with ``record`` set, the record)."""

    def __init__(self, *, record: bool) -> None:
        super().__init__()
        self.record = record


class Held:
    """
    What one object holds.

    Args:
        redact: Redacts a text, the value of a key.
        most: How many values are looked at.
    """

    def __init__(self, redact: Callable[[str, str], str], most: int = _MAX_VALUES) -> None:
        self._redact = redact
        self._left = most
        #: What stands in a text for a secret, by how the secret stands there.
        self._secrets: dict[str, str | Drop] = {}

    def look(self, value: Any, key: str) -> None:
        """Look at *value*, that the object holds under the name *key*."""
        self._look(deque([(value, key, 0)]))

    def look_into(self, value: object) -> None:
        """Look at what *value* has as attributes."""
        self._look(deque((held, name, 0) for name, held in attributes(value)))

    def look_line(self, values: list[Any], name: str) -> None:
        """Look at a line of a table: at all of it when one of its first values is a secret."""
        known = len(self._secrets)
        texts = [value for value in values if type(value) is str or type(value) is int]
        for value in texts[:_TRIED]:
            self._look(deque([(value, name, 0)]))
        if len(self._secrets) > known:
            for value in texts[_TRIED:]:
                self._look(deque([(value, name, 0)]))

    def _look(self, todo: deque[tuple[Any, str, int]]) -> None:
        # What is near comes first: there may be too much behind it.
        while todo and self._left > 0:
            self._left -= 1
            value, key, depth = todo.popleft()
            kind = type(value)
            known = kind_of(kind)
            if known.walk == "_text":
                self._leaf(str.__str__(value), key)
            elif kind is bytes:
                self._leaf(repr(value)[2:-1], key)
            elif kind is int:
                if key and value.bit_length() <= _MAX_BITS:
                    self._leaf(str(value), key)
            elif depth < _MAX_DEPTH:
                todo.extend((held, name or key, depth + 1) for name, held in _parts(value, key))

    def _leaf(self, text: str, key: str) -> None:
        if not _SHORTEST <= len(text) <= _MAX_LENGTH or text in self._secrets:
            return
        try:
            redacted = self._redact(text, key)
        except Drop as drop:
            self._secrets.update(dict.fromkeys(_forms(text), drop))
            return
        if redacted is not text:
            for raw, marked in zip(_forms(text), _forms(redacted), strict=True):
                self._secrets.setdefault(raw, marked)

    def replaced(self, text: str) -> str:
        """
        Return *text* without what the object holds; the same object when there is nothing.

        Raises:
            Drop: It shows what a rule's action drops the field or the record for.
        """
        found = sorted(self._found(text))
        if not found:
            return text
        out: list[str] = []
        done = 0
        for start, minus_end, marked in found:
            if start >= done:
                out += [text[done:start], marked]
            done = max(done, -minus_end)
        return "".join([*out, text[done:]])

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where something stands that the object holds: start, minus end, marker."""
        for raw, marked in self._secrets.items():
            # Tables and reports of errors cut long values: their start is enough.
            whole = isinstance(marked, str) and MARKER.fullmatch(marked)
            first = raw[:_START] if whole else raw
            at = text.find(first)
            while at >= 0:
                end = at + len(first)
                rest = [raw[len(first) :], text[end : at + len(raw)]]
                end += len(commonprefix(rest))  # noqa: RUF071  # of texts, no paths
                if len(raw) >= _ALONE or _stands_alone(text, at, end):
                    if isinstance(marked, Drop):
                        raise marked
                    yield at, -end, marked
                at = text.find(first, end)


def _parts(value: Any, key: str) -> list[tuple[str, Any]]:
    """Return what *value* holds, with the name of each part or nothing."""
    kind = type(value)
    if issubclass(kind, dict):
        try:
            items = list(islice(dict.items(value), _MAX_VALUES))
        except RuntimeError:
            return []  # another thread changes it: what the object says is looked at anyway
        return [(name_of(name), held) for name, held in items]
    if issubclass(kind, list):
        return _named(list.__getitem__(value, slice(_MAX_VALUES)), key)
    if issubclass(kind, tuple):
        return _named(tuple.__getitem__(value, slice(_MAX_VALUES)), key)
    known = kind_of(kind)
    if known.walk == "_dataclass" or (known.walk in {"_object", "_error"} and not known.plain):
        return attributes(value)
    return []


def _named(items: Sequence[Any], key: str) -> list[tuple[str, Any]]:
    if len(items) == 2 and not key:
        return [("", items[0]), (name_of(items[0]), items[1])]  # a header as a pair
    return [("", item) for item in items]


def _forms(text: str) -> tuple[str, str, str]:
    """Return how *text* stands in another: as it is, in a ``repr``, in JSON."""
    import json  # not worth it at every start

    return text, repr(text)[1:-1], json.dumps(text)[1:-1]


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    return not before.isalnum() and not text[end : end + 1].isalnum()


def name_of(key: Any) -> str:
    """Return the name that *key* gives to its value."""
    kind = type(key)
    if issubclass(kind, str):
        return str.__str__(key)
    if issubclass(kind, bytes):
        return bytes(memoryview(key)).decode("latin-1")
    return ""

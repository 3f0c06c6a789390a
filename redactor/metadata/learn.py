"""Learning an allow-list from logs that exist: which shape the values of each field have."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.metadata.declared import Declared
from redactor.metadata.names import MESSAGE, TRACEBACK, TYPE, default_shape
from redactor.metadata.shapes import SHAPES, fits_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Learned", "Learner", "leaves"]

#: From the narrowest: the first that all values of a field have is proposed.
_ORDER = (
    "boolean", "http-status", "method", "level", "uuid", "ulid", "time", "count",
    "integer", "ratio", "duration", "size", "number", "version", "mime", "status", "hash", "id",
    "slug", "route", "host", "logger", "file", "function", "thread",
)  # fmt: skip
#: Shapes that say something of a field only together with its name.
_FIELDS = 2_000
_DISTINCT = 1_000
_EXAMPLES = 3
_SHOWN = 60
#: A field is an enumeration when it has few values and each came several times.
_WORDS, _TIMES = 12, 3


class Learned(NamedTuple):
    """
    What was seen of one field.

    Attributes:
        path: Its names from the root, with dots between them; a name that may be data is ``*``.
        shape: What is proposed; ``None`` where its values have none, so that all are lost.
        words: The words of an enumeration.
        usual: It is declared by its name already.
        values: How many were seen.
        kept: How many of them have the shape.
        distinct: How many different ones; at most 1,000 are told apart.
        examples: Some of them, after redaction.
    """

    path: str
    shape: str | None
    words: tuple[str, ...]
    usual: bool
    values: int
    kept: int
    distinct: int
    examples: tuple[str, ...]


class _Seen:
    """What is counted of one field."""

    def __init__(self) -> None:
        self.count = 0
        self.fits: dict[str, int] = dict.fromkeys(_ORDER, 0)
        self.hashes: set[bytes] = set()
        self.words: dict[str, int] = {}
        self.many = False
        self.examples: list[str] = []
        self.lists = 0
        self.secret = False

    def add(self, value: Any, clean: Callable[[Any], str]) -> None:
        self.count += 1
        for name in self.fits:
            if SHAPES[name](value):
                self.fits[name] += 1
        if len(self.hashes) < _DISTINCT:
            # Values are data: what tells them apart is a hash that is not kept.
            self.hashes.add(hashlib.blake2b(repr(value).encode(), digest_size=8).digest())
        if not self.many:
            if type(value) is str and SHAPES["slug"](value):
                self.words[value] = self.words.get(value, 0) + 1
            else:
                self.many = True
            self.many = self.many or len(self.words) > _WORDS
        shown = clean(value)
        self.secret = self.secret or "[redacted:" in shown
        if len(self.examples) < _EXAMPLES and shown not in self.examples:
            self.examples.append(shown)


class Learner:
    """
    Looks at records and proposes an allow-list.

    Args:
        scrub: Returns a text without secrets, for examples.
    """

    def __init__(self, scrub: Callable[[str], str]) -> None:
        self._scrub = scrub
        self._fields: dict[tuple[str, ...], _Seen] = {}
        self.records = 0
        #: Values in fields beyond the number that is looked at.
        self.passed = 0
        self._declared = Declared()

    def add(self, record: Any) -> None:
        """Look at one record."""
        self.records += 1
        for path, value in leaves(record):
            seen = self._fields.get(path)
            if seen is None:
                if len(self._fields) >= _FIELDS:
                    self.passed += 1
                    continue
                seen = self._fields[path] = _Seen()
            if isinstance(value, (list, dict)):
                seen.count += 1
                seen.lists += 1
            elif value is not None:
                seen.add(value, self._clean)

    def _clean(self, value: Any) -> str:
        """Return *value* as an example: without secrets; of free text, its length alone."""
        if isinstance(value, str) and not any(SHAPES[name](value) for name in _ORDER):
            return f"<str {len(value)}>"
        return self._scrub(str(value))[:_SHOWN]

    def learned(self) -> list[Learned]:
        """Return what was seen of each field, by its path."""
        return [self._one(path, seen) for path, seen in sorted(self._fields.items())]

    def _one(self, path: tuple[str, ...], seen: _Seen) -> Learned:
        usual = default_shape(path)
        shape: str | None = None
        words: tuple[str, ...] = ()
        kept = 0
        plain = 0 if seen.secret else seen.count - seen.lists
        if usual is not None:
            shape = usual
            kept = plain if usual in (MESSAGE, TRACEBACK) else self._fitting(usual, seen)
        if plain and kept < plain and usual not in (MESSAGE, TRACEBACK, TYPE):
            for name in _ORDER:
                if seen.fits[name] == plain:
                    shape, kept, usual = name, plain, None
                    break
        if (
            usual is None and shape in ("slug", "id", "host", "logger", "function", "thread")
            and not seen.many and seen.words and min(seen.words.values()) >= _TIMES
        ):  # fmt: skip
            clean = [word for word in seen.words if self._scrub(word) == word]
            if len(clean) == len(seen.words):
                shape, words = "enum", tuple(sorted(clean))
        return Learned(
            ".".join(path), shape if plain else None, words, usual is not None,
            seen.count, kept, len(seen.hashes), tuple(seen.examples),
        )  # fmt: skip

    @staticmethod
    def _fitting(shape: str, seen: _Seen) -> int:
        return seen.fits.get(shape, seen.count - seen.lists)


def leaves(record: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the values of *record* that hold no others, with their paths; names that may be data
    are ``*``.
    """
    todo: list[tuple[tuple[str, ...], Any]] = [(path, record)]
    while todo:
        where, value = todo.pop()
        if isinstance(value, dict) and value and len(where) < 16:
            for key, item in value.items():
                name = key if isinstance(key, str) and fits_name(key) and "*" not in key else "*"
                todo.append(((*where, name), item))
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            todo += [(where, item) for item in value[:100]]
        elif where:
            yield where, value


def as_toml(learned: Sequence[Learned]) -> str:
    """Return what was learned as the table of a policy."""
    lines = ['mode = "metadata-only"', "", "[metadata.fields]"]
    for field in learned:
        if field.usual or "*" in field.path:
            continue
        name = json.dumps(field.path, ensure_ascii=False)
        if field.shape is None:
            lines.append(f"# {name} has no shape: its {field.values} values become type and size")
            continue
        value: Any = list(field.words) if field.shape == "enum" else field.shape
        lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"

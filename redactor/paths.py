"""
Paths: which fields of a structured record a selector names.

A selector is names with dots between them: ``request.headers.*``. All selectors of a policy become
one automaton that follows the keys from the root of a record down: a set of bits, one for each name
of each selector, says which name could come next. One step costs the same however many selectors
there are, and the native engine takes it with the same tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LIMIT", "TYPES", "PathError", "Paths"]

#: Names in all selectors together.
LIMIT = 256
#: What a value can be, as the last name of a selector.
TYPES: tuple[str, ...] = (
    "$string", "$number", "$boolean", "$binary", "$array", "$object", "$null",
)  # fmt: skip
_OBJECT = TYPES.index("$object")


class PathError(ValueError):
    """A selector cannot be used: ``problem`` and ``remedy`` say why and what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class _Selector(NamedTuple):
    """A selector taken apart: its names, and before which of them any keys may be passed over."""

    names: tuple[str, ...]
    loops: tuple[bool, ...]
    anchored: bool


class Paths:
    """
    Selectors, compiled.

    Attributes:
        root: The state at the root of a record.
        nowhere: The state that no key leads on from.

    Args:
        selectors: As written; the first of those that name a field is the one that counts.

    Raises:
        PathError: One cannot be used.
    """

    nowhere = 0

    def __init__(self, selectors: Sequence[str]) -> None:
        self._names: dict[str, int] = {}
        self._globs: list[tuple[int, list[str]]] = []
        self._any = self._last = self._loops = self._anywhere = self.root = 0
        self._types = [0] * len(TYPES)
        #: The selector that each last name belongs to, by its bit.
        self._owners: dict[int, int] = {}
        place = 0
        for index, selector in enumerate(selectors):
            parsed = _parse(selector)
            first = 1 << place
            self.root |= first
            if not parsed.anchored:
                self._anywhere |= first
            for name, loop in zip(parsed.names, parsed.loops, strict=True):
                self._add(name, 1 << place, loop=loop)
                place += 1
            last = 1 << (place - 1)
            self._last |= last
            self._owners[last] = index
            for number, name in enumerate(TYPES):
                if parsed.names[-1] == name or not parsed.names[-1].startswith("$"):
                    self._types[number] |= last
        if place > LIMIT:
            raise PathError(
                f"the selectors have {place} names together, more than {LIMIT}",
                "Let a * stand for several of them",
            )

    def _add(self, name: str, bit: int, *, loop: bool) -> None:
        if loop:
            self._loops |= bit
        if name == "*" or name.startswith("$"):
            self._any |= bit
        elif "*" in name:
            self._globs.append((bit, name.split("*")))
        else:
            self._names[name] = self._names.get(name, 0) | bit

    def step(self, state: int, key: str, kind: int) -> tuple[int, int]:
        """
        Go from a mapping down to the value of *key*.

        Args:
            state: The state at the mapping.
            key: The key. One with dots is also taken for the keys between them.
            kind: What the value is, as an index into ``TYPES``.

        Returns:
            The state at the value, and what ``first`` and ``every`` read: the selectors that name
            it, 0 when none does.
        """
        key = _lower(key)
        state_below, hit = self._one(state, key, kind)
        if "." in key:
            parts = key.split(".")
            for part in parts[:-1]:
                state, inner = self._one(state, part, _OBJECT)
                hit |= inner
            dotted, inner = self._one(state, parts[-1], kind)
            state_below |= dotted
            hit |= inner
        return state_below, hit

    def item(self, state: int, place: int, kind: int, name: str = "") -> tuple[int, int]:
        """
        Go from a sequence down to its item at *place*; arguments and result as for ``step``.

        The place counts as a name, and may be left out of a selector. *name* is what the item is
        called where the sequence is a pair, such as a header with its value.
        """
        below, hit = self._one(state, str(place), kind)
        if name:
            hit |= self._one(state, _lower(name), kind)[1]
        return below | state, hit

    def _one(self, state: int, key: str, kind: int) -> tuple[int, int]:
        mask = self._names.get(key, 0) | self._any
        for bit, parts in self._globs:
            if state & bit and _fits(key, parts):
                mask |= bit
        matched = state & mask
        below = (matched & ~self._last) << 1 | state & self._loops | self._anywhere
        return below, matched & self._last & self._types[kind]

    def first(self, hit: int) -> int:
        """Return the index of the first selector of *hit*, which is not 0."""
        return self._owners[hit & -hit]

    def every(self, hit: int) -> frozenset[int]:
        """Return the indices of all selectors of *hit*."""
        return frozenset(owner for bit, owner in self._owners.items() if bit & hit)

    def plan(self) -> dict[str, Any]:
        """Return the tables as plain data for the native engine; a set of bits is four words."""
        return {
            "names": [[name, _words(bits)] for name, bits in self._names.items()],
            "globs": [[_words(bit), parts] for bit, parts in self._globs],
            "any": _words(self._any),
            "last": _words(self._last),
            "loops": _words(self._loops),
            "anywhere": _words(self._anywhere),
            "root": _words(self.root),
            "types": [_words(bits) for bits in self._types],
        }


def _parse(selector: str) -> _Selector:
    anchored = selector.startswith(".")
    names: list[str] = []
    loops: list[bool] = []
    loop = False
    parts = _lower(selector.removeprefix(".")).split(".")
    for place, part in enumerate(parts):
        if not part or part != part.strip() or not part.isprintable():
            raise PathError(
                "it has an empty name, or one with white space around it",
                'Write names with one dot between them: "request.headers.*"',
            )
        if part == "**" and place < len(parts) - 1:
            loop = True
            continue
        if "**" in part and part != "**":
            raise PathError("a name has ** in it", "Let ** stand alone, or write one *")
        if part.startswith("$"):
            if part not in TYPES:
                hint = did_you_mean(part, list(TYPES))
                raise PathError(f"there is no type {part}", f"{hint}Types: {', '.join(TYPES)}")
            if place < len(parts) - 1:
                raise PathError(f"the type {part} is not its last name", "Put the type last")
        names.append("*" if part == "**" else part)
        loops.append(loop or part == "**")
        loop = False
    return _Selector(tuple(names), tuple(loops), anchored)


def _fits(key: str, parts: list[str]) -> bool:
    """Say whether *key* is *parts* with anything between them; the cost is linear in the key."""
    first, *middle, last = parts
    if len(key) < len(first) + len(last) or not key.startswith(first) or not key.endswith(last):
        return False
    at = len(first)
    end = len(key) - len(last)
    for part in middle:
        at = key.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def _lower(name: str) -> str:
    """Return *name* with the letters of ASCII small: what else is a capital is not for C to say."""
    if name.isascii():
        return name.lower()
    return name.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _words(bits: int) -> list[int]:
    return [bits >> shift & 0xFFFF_FFFF_FFFF_FFFF for shift in range(0, LIMIT, 64)]

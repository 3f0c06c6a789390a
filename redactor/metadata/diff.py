"""What a change of policy does to a record: which values it newly shows, and which it hides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from redactor.metadata.shapes import fits_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Difference"]

_SHOWN = 60
_EXAMPLES = 3


class Difference:
    """
    Counts by field what one policy shows and another hides.

    Args:
        scrub: Returns a text without secrets, for examples.

    Attributes:
        shown: Field to how many of its values are newly shown.
        hidden: Field to how many of its values are newly hidden.
        changed: Field to how many of its values are hidden in another form.
    """

    def __init__(self, scrub: Callable[[str], str]) -> None:
        self._scrub = scrub
        self.shown: Counter[str] = Counter()
        self.hidden: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.examples: dict[tuple[str, str], list[str]] = {}

    def add(self, raw: Any, old: Any, new: Any) -> None:
        """Look at one record, and at what the old and the new policy make of it."""
        for path, value, before, after in _leaves(raw, old, new, ()):
            if before == after:
                continue
            name = ".".join(path) or "(text)"
            if after == value:
                self.shown[name] += 1
                self._example("shown", name, self._scrub(str(value)))
            elif before == value:
                self.hidden[name] += 1
                self._example("hidden", name, str(after))
            else:
                self.changed[name] += 1
                self._example("changed", name, str(after))

    def _example(self, kind: str, name: str, text: str) -> None:
        kept = self.examples.setdefault((kind, name), [])
        text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        if len(kept) < _EXAMPLES and text not in kept:
            kept.append(text)


def _leaves(
    raw: Any, old: Any, new: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any, Any]]:
    """Yield each value of *raw* with what became of it in *old* and in *new*."""
    if isinstance(raw, dict) and raw and len(path) < 32:
        befores, afters = _values(raw, old), _values(raw, new)
        for (key, value), before, after in zip(raw.items(), befores, afters, strict=True):
            name = key if isinstance(key, str) and fits_name(key) else f"<key {len(str(key))}>"
            yield from _leaves(value, before, after, (*path, name))
    elif isinstance(raw, list) and any(isinstance(item, (dict, list)) for item in raw):
        befores = old if isinstance(old, list) and len(old) == len(raw) else [_GONE] * len(raw)
        afters = new if isinstance(new, list) and len(new) == len(raw) else [_GONE] * len(raw)
        for value, before, after in zip(raw, befores, afters, strict=True):
            yield from _leaves(value, before, after, path)
    else:
        yield path, raw, old, new


def _values(raw: dict[Any, Any], made: Any) -> list[Any]:
    """Return what became of each value of *raw*: by its name, or by its place."""
    if not isinstance(made, dict):
        return [_GONE] * len(raw)
    if len(made) == len(raw):
        return list(made.values())
    return [made.get(key, _GONE) for key in raw]


_GONE = "<removed>"

"""Words of log records that were looked at and found clean: they come again with every record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CleanWords"]

#: How many of each kind are remembered. Names of threads and tasks can be without end.
_MOST = 4096


class CleanWords:
    """
    What is remembered as clean for as long as no other values are known.

    Safe to share between threads without a lock: at worst something is looked at twice.

    Args:
        version: The version of the known values that all of it was compared with.

    Attributes:
        version: The same.
        places: Where records come from, as ``place_of`` gives it.
        words: Names of loggers, files, functions, threads, tasks.
        names: Names of extra attributes.
    """

    __slots__ = ("names", "places", "version", "words")

    def __init__(self, version: int) -> None:
        self.version = version
        self.places: set[tuple[Any, ...]] = set()
        self.words: set[str | None] = {None}
        self.names: set[str] = set()

    def add_place(self, place: tuple[Any, ...]) -> None:
        """Remember *place*, all of whose words are clean."""
        if len(self.places) >= _MOST:
            self.places.clear()
        self.places.add(place)

    def add_word(self, word: str) -> None:
        """Remember *word*."""
        if len(self.words) >= _MOST:
            self.words.clear()
            self.words.add(None)
        self.words.add(word)

    def add_names(self, names: Iterable[str]) -> None:
        """Remember the *names* of attributes."""
        if len(self.names) >= _MOST:
            self.names.clear()
        self.names.update(names)

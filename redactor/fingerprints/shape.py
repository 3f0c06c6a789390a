"""How long an excerpt must be."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MOST", "Shape"]

#: Fewest and most words of an excerpt.
LEAST = 4
MOST = 64


class Shape(NamedTuple):
    """
    Attributes:
        words: An excerpt of so many words is found; 4 to 64.
        characters: An excerpt of so many words and characters is found where some character is of
            a script without spaces; at least as many as words, at most 64.
    """

    words: int = 8
    characters: int = 16

    def problem(self) -> str:
        """Say what is wrong; nothing where all is well."""
        if not LEAST <= self.words <= MOST:
            return f"words is {self.words}, not {LEAST} to {MOST}"
        if not self.words <= self.characters <= MOST:
            return f"characters is {self.characters}, not {self.words} (as words) to {MOST}"
        return ""

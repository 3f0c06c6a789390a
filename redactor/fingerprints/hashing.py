"""
Keyed hashes: of a word, of two words in a row, and of a run of words.

Only those of runs say that an excerpt was found: BLAKE2s (RFC 7693) of a key and the words. Those
of words and pairs are made for speed, with a key of their own, and only say where to look.
"""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor.fingerprints.shape import Shape
    from redactor.fingerprints.tokens import Token

__all__ = ["KEY_SIZE", "Hasher"]

#: Bytes of the key of a store.
KEY_SIZE = 32
_LOW = 0xFFFF_FFFF_FFFF_FFFF


class Hasher:
    """
    The hashes of one store.

    Args:
        key: Its secret key.
        shape: How long an excerpt must be.
    """

    def __init__(self, key: bytes, shape: Shape) -> None:
        self.shape = shape
        derived = hashlib.blake2b(key, person=b"redactor words").digest()
        #: Four numbers: the keys of words and pairs.
        self.fast = tuple(
            int.from_bytes(derived[at : at + 8], "little") | 1 for at in (0, 8, 16, 24)
        )
        slow = hashlib.blake2b(key, person=b"redactor runs", digest_size=32).digest()
        self.slow = slow
        # A key and eight words are one block of the hash.
        self._words = hashlib.blake2s(slow, digest_size=8, person=b"words")
        self._characters = hashlib.blake2s(slow, digest_size=8, person=b"chars")

    def __repr__(self) -> str:
        return f"<Hasher of {self.shape}>"

    def word(self, text: bytes) -> int:
        """Hash a word: 64 bits."""
        first, second, _, _ = self.fast
        result = 0
        for at in range(0, len(text), 8):
            product = (int.from_bytes(text[at : at + 8], "little") ^ first) * (result ^ second)
            result = (product & _LOW) ^ (product >> 64)
        return result

    def pair(self, one: int, other: int) -> int:
        """Hash two words in a row, given their hashes: 32 bits."""
        _, _, first, second = self.fast
        product = (one ^ first) * (other ^ second)
        return ((product & _LOW) ^ (product >> 64)) >> 32

    def run(self, words: Sequence[int], *, characters: bool) -> int:
        """Hash a run of words, given their hashes: 64 bits, never 0."""
        state = (self._characters if characters else self._words).copy()
        state.update(b"".join((word & 0xFFFF_FFFF).to_bytes(4, "little") for word in words))
        return int.from_bytes(state.digest(), "little") or 1

    def runs_at(self, tokens: Sequence[Token], words: Sequence[int], at: int) -> list[int]:
        """
        Return the sizes of the runs that start at the token *at*: none, one or two.

        A run is of words alone, or longer and with some character of a script without spaces.
        """
        size, longer = self.shape
        found: list[int] = []
        if at + size > len(tokens):
            return found
        if not any(token.character for token in tokens[at : at + size]) and varied(
            words[at : at + size]
        ):
            found.append(size)
        if (
            at + longer <= len(tokens)
            and any(token.character for token in tokens[at : at + longer])
            and varied(words[at : at + longer])
        ):
            found.append(longer)
        return found

    def document(self, tokens: Sequence[Token]) -> tuple[list[int], list[int]]:
        """Return the hashes of all runs and of all pairs of a document, sorted, each once."""
        words = [self.word(token.text) for token in tokens]
        runs: set[int] = set()
        for at in range(len(tokens)):
            for size in self.runs_at(tokens, words, at):
                run = words[at : at + size]
                characters = any(token.character for token in tokens[at : at + size])
                runs.add(self.run(run, characters=characters))
        if not runs:
            return [], []
        pairs = {self.pair(one, other) for one, other in itertools.pairwise(words)}
        return sorted(runs), sorted(pairs)


def varied(words: Sequence[int]) -> bool:
    """Say whether there are three different words: a row of zeros stands everywhere."""
    return len(set(words)) > 2

"""
The table of hashes: one file that all processes map, written by one at a time, read by all.

A page of numbers, then a filter of pairs, then slots of runs with open addressing; all of it 64-bit
numbers, little-endian, so that each is written at once. A slot has 32 bits that tell runs apart
and 32 that say whose it is: the number of the one document, or, from the top bit on, of how many.
A table that is full is replaced: the old file is marked, and who reads it opens the new one.
"""

from __future__ import annotations

import mmap
import os
import struct
from typing import TYPE_CHECKING

from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from redactor.fingerprints.shape import Shape

__all__ = ["HEADER", "Table", "create"]

MAGIC = int.from_bytes(b"RDXDOC01", "little")
#: Size of the page of numbers, in bytes; the places of the numbers in it.
HEADER = 4096
_MAGIC, _WORDS, _CHARACTERS, _FILTER, _SLOTS, _RETIRED, _GENERATION, _DOCUMENTS, _USED = range(9)
_PLACES = {"retired": _RETIRED, "generation": _GENERATION, "documents": _DOCUMENTS}
#: What stands for several documents, with their number below.
SHARED = 1 << 31
_LOW = 0xFFFF_FFFF
_SPREAD = 0x9E37_79B9_7F4A_7C15
_MASK = 0xFFFF_FFFF_FFFF_FFFF
#: Part of the slots that may be in use.
FULL = 0.75


def create(path: Path, shape: Shape, slots: int, filters: int) -> None:
    """
    Make an empty table at *path*, readable by its owner only.

    Args:
        path: A file that does not exist.
        shape: How long an excerpt must be.
        slots: How many runs fit, and a third more.
        filters: 64-bit numbers of the filter: one for about four pairs.
    """
    numbers = (MAGIC, shape.words, shape.characters, filters, slots, 0, 0, 0, 0)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.truncate(descriptor, HEADER + 8 * (filters + slots))
        os.write(descriptor, struct.pack("<9Q", *numbers))
    finally:
        os.close(descriptor)


class Table:
    """
    A table that is open.

    Args:
        path: Its file.
        write: Open it for ``add`` and ``remove``; who does holds the lock of the store.

    Raises:
        InputError: It is no table, or one of another version.
        OSError: It cannot be opened.
    """

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        with path.open("r+b" if write else "rb") as file:
            access = mmap.ACCESS_WRITE if write else mmap.ACCESS_READ
            self._map = mmap.mmap(file.fileno(), 0, access=access)
        self._numbers = memoryview(self._map).cast("Q")
        if len(self._map) < HEADER or self._numbers[_MAGIC] != MAGIC:
            raise InputError(str(path), "it is no table of documents", "Remove the store")
        self.words = self._numbers[_WORDS]
        self.characters = self._numbers[_CHARACTERS]
        self._filters = self._numbers[_FILTER]
        self.slots = self._numbers[_SLOTS]
        self._filter_at = HEADER // 8
        self._slots_at = self._filter_at + self._filters
        if len(self._map) != 8 * (self._slots_at + self.slots) or not self.slots:
            raise InputError(str(path), "it is cut off", "Remove the store")

    def close(self) -> None:
        self._numbers.release()
        self._map.close()

    @property
    def retired(self) -> bool:
        """Another table has taken its place."""
        return bool(self._numbers[_RETIRED])

    @property
    def generation(self) -> int:
        """The number of the last change that was begun."""
        return self._numbers[_GENERATION]

    @property
    def documents(self) -> int:
        """How many documents are in it."""
        return self._numbers[_DOCUMENTS]

    @property
    def used(self) -> int:
        """How many slots are in use, or were."""
        return self._numbers[_USED]

    def has_room(self, runs: int) -> bool:
        """Say whether *runs* more fit."""
        return self.used + runs <= self.slots * FULL

    def has_pair(self, pair: int) -> bool:
        """Say whether some document may have this pair of words."""
        mask = _bits(pair)
        return self._numbers[self._filter_at + (pair * self._filters >> 32)] & mask == mask

    def owner(self, run: int) -> int:
        """Return whose a run is: 0 for nobody's, the number of a document, or ``SHARED`` on."""
        place = self._find(run)
        return 0 if place is None else self._numbers[place] & _LOW

    def tell(self, **numbers: int) -> None:
        """Set what it says of itself: ``generation``, ``documents``, ``retired``."""
        for name, number in numbers.items():
            self._numbers[_PLACES[name]] = number

    def add(self, runs: Sequence[int], pairs: Sequence[int], number: int) -> None:
        """Add the hashes of the document *number*, each once."""
        numbers = self._numbers
        for pair in pairs:
            numbers[self._filter_at + (pair * self._filters >> 32)] |= _bits(pair)
        for run in runs:
            tag = (run & _LOW) or 1
            place = self._find(run)
            if place is None:
                at = (run >> 32) * self.slots >> 32
                while numbers[self._slots_at + at] & _LOW:
                    at = at + 1 if at + 1 < self.slots else 0
                place = self._slots_at + at
                numbers[_USED] += not numbers[place]
                numbers[place] = tag << 32 | number
                continue
            owner = numbers[place] & _LOW
            count = owner - SHARED + 1 if owner >= SHARED else 2
            numbers[place] = tag << 32 | SHARED | min(count, SHARED - 1)

    def remove(self, runs: Sequence[int]) -> None:
        """Remove the hashes of one document; pairs stay until the table is replaced."""
        numbers = self._numbers
        for run in runs:
            place = self._find(run)
            if place is None:
                continue
            owner = numbers[place] & _LOW
            # The slot stays in use: those behind it were put there because of it.
            left = owner - 1 if owner > SHARED + 1 else 0
            numbers[place] = numbers[place] >> 32 << 32 | left

    def _find(self, run: int) -> int | None:
        numbers = self._numbers
        tag = (run & _LOW) or 1
        at = (run >> 32) * self.slots >> 32
        while True:
            slot = numbers[self._slots_at + at]
            if not slot:
                return None
            if slot >> 32 == tag and slot & _LOW:
                return self._slots_at + at
            at = at + 1 if at + 1 < self.slots else 0


def _bits(pair: int) -> int:
    mixed = pair * _SPREAD & _MASK
    return 1 << (mixed >> 58) | 1 << (mixed >> 52 & 63) | 1 << (mixed >> 46 & 63)

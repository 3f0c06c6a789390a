"""What is done for each word of a document: natively where the native engine is installed."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, NamedTuple

from redactor.engines import native_available
from redactor.fingerprints.table import Table
from redactor.fingerprints.tokens import tokens_of

if TYPE_CHECKING:
    from pathlib import Path

    from redactor_core import DocumentTable

    from redactor.fingerprints.reader import Reader

__all__ = ["Hashes", "Writer", "hashes_of"]


class Hashes(NamedTuple):
    """
    The hashes of a document, each once and sorted: nothing tells their order in it.

    Attributes:
        runs: 64-bit numbers, little-endian.
        pairs: 32-bit numbers, little-endian.
        words: How many words it has.
    """

    runs: bytes
    pairs: bytes
    words: int


def hashes_of(reader: Reader, text: bytes) -> Hashes:
    """Return the hashes of a document."""
    if native_available():
        from redactor.engines.native import documents_of

        return Hashes(*documents_of(reader).document(text))
    tokens = tokens_of(text)
    runs, pairs = reader.hasher.document(tokens)
    return Hashes(_packed("Q", runs), _packed("I", pairs), len(tokens))


class Writer:
    """
    A table that is open for changes. It stays open: to map a file again costs much.

    Args:
        path: The file of the table.

    Attributes:
        table: The same, for the numbers that it says of itself.
    """

    def __init__(self, path: Path) -> None:
        self.table = Table(path, write=True)
        self._core: DocumentTable | None = None
        if native_available():
            from redactor_core import DocumentTable

            self._core = DocumentTable(str(path))

    def __repr__(self) -> str:
        return f"<Writer of {self.table.documents} documents>"

    def add(self, hashes: Hashes, number: int) -> None:
        """Add the hashes of the document *number*."""
        if self._core is not None:
            self._core.add(hashes.runs, hashes.pairs, number)
        else:
            self.table.add(_numbers("Q", hashes.runs), _numbers("I", hashes.pairs), number)

    def remove(self, runs: bytes) -> None:
        """Remove the hashes of one document."""
        if self._core is not None:
            self._core.remove(runs)
        else:
            self.table.remove(_numbers("Q", runs))


def _packed(code: str, numbers: list[int]) -> bytes:
    packed = array(code, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _numbers(code: str, data: bytes) -> array[int]:
    numbers = array(code)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers

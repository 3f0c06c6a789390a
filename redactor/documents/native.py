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

    from redactor.fingerprints.reader import Reader

__all__ = ["Hashes", "add", "hashes_of", "remove"]


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


def add(path: Path, hashes: Hashes, number: int) -> None:
    """Add the hashes of the document *number* to the table at *path*."""
    if native_available():
        from redactor_core import add_document

        add_document(str(path), hashes.runs, hashes.pairs, number)
        return
    table = Table(path, write=True)
    table.add(_numbers("Q", hashes.runs), _numbers("I", hashes.pairs), number)
    table.close()


def remove(path: Path, runs: bytes) -> None:
    """Remove the hashes of one document from it."""
    if native_available():
        from redactor_core import remove_document

        remove_document(str(path), runs)
        return
    table = Table(path, write=True)
    table.remove(_numbers("Q", runs))
    table.close()


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

"""Compressed logs: gzip is unpacked on the way, other formats are refused by name."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Unpacker"]

_GZIP = b"\x1f\x8b\x08"
#: First bytes of formats that are not unpacked here, and what unpacks them.
_OTHERS = {
    b"\x28\xb5\x2f\xfd": ("zstd", "zstd -dc"),
    b"\xfd7zXZ\x00": ("xz", "xz -dc"),
    b"BZh91AY&SY": ("bzip2", "bzip2 -dc"),
    b"PK\x03\x04": ("zip", "unzip -p"),
}
#: Largest piece that comes out, in bytes, so that memory stays bounded.
_PIECE = 1 << 20


class Unpacker:
    """
    Takes the blocks of one input and gives its text.

    What packing is used is seen by the first bytes, not by the name: packed bytes that went
    through as they are would carry their secrets out.

    Args:
        name: What messages call the input.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._head = b""
        self._known = False
        self._inflate: zlib._Decompress | None = None

    def feed(self, block: bytes) -> Iterator[bytes]:
        """
        Yield the text in *block*.

        Raises:
            InputError: It is packed in another way, or damaged.
        """
        if not self._known:
            block = self._head + block
            self._head = b""
            if any(len(block) < len(magic) and magic.startswith(block) for magic in _magics()):
                self._head = block
                return
            self._decide(block)
        if self._inflate is None:
            yield block
        else:
            yield from self._unpacked(block)

    def finish(self) -> bytes:
        """
        Return what was held back to tell the format.

        Raises:
            InputError: The input ends in the middle of packed data.
        """
        head, self._head = self._head, b""
        if self._inflate is not None and not self._inflate.eof:
            raise InputError(
                self._name,
                "its gzip data ends too early",
                "Copy the file again; what is there came out",
            )
        return head

    def _decide(self, block: bytes) -> None:
        self._known = True
        for magic, (kind, command) in _OTHERS.items():
            if block.startswith(magic):
                raise InputError(
                    self._name,
                    f"it is packed with {kind}",
                    f"Unpack it first: {command} FILE | redactor filter",
                )
        if block.startswith(_GZIP):
            self._inflate = zlib.decompressobj(wbits=31)

    def _unpacked(self, block: bytes) -> Iterator[bytes]:
        while block:
            inflate = self._inflate
            assert inflate is not None
            if inflate.eof:
                # Another member follows, or padding, or bytes that are no gzip.
                block = block.lstrip(b"\0")
                if not block:
                    return
                self._inflate = inflate = zlib.decompressobj(wbits=31)
            try:
                piece = inflate.decompress(block, _PIECE)
            except zlib.error:
                raise InputError(
                    self._name,
                    "its gzip data is damaged",
                    "Copy the file again; what is there came out",
                ) from None
            if piece:
                yield piece
            block = inflate.unconsumed_tail or inflate.unused_data


def _magics() -> tuple[bytes, ...]:
    return (_GZIP, *_OTHERS)

"""
Packed streams: gzip, bzip2, xz and zstd, seen by their first bytes.

What comes out is bounded: a few bytes can unpack to any number of them.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from typing import TYPE_CHECKING, Any, Protocol

from redactor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAGIC", "Budget", "Headed", "Reader", "unpacked"]

#: Bytes that are read from a packed stream at once.
_READ = 1 << 17
#: Memory that xz may ask for, in bytes; the limit that zstd has by itself.
_MEMORY = 128 << 20


class Reader(Protocol):
    """Whatever bytes can be read from; no bytes are its end."""

    def read(self, size: int, /) -> bytes: ...


class Budget:
    """
    How much one input may unpack to.

    Args:
        name: What messages call the input.
        limit: In bytes.
    """

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._left = limit

    @property
    def exhausted(self) -> bool:
        """Whether more was asked for than there was."""
        return self._left < 0

    def spend(self, size: int) -> None:
        """
        Take *size* bytes off.

        Raises:
            InputError: There were not as many.
        """
        self._left -= size
        if self._left < 0:
            raise InputError(
                self._name,
                f"it unpacks to more than {self._limit:,} bytes",
                "Allow more with --max-unpacked, or check what it holds by itself",
            )


class Headed:
    """A stream whose first bytes were looked at."""

    def __init__(self, stream: Reader, head: int) -> None:
        self.head = _read_fully(stream, head)
        self._rest = self.head
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """Read up to *size* bytes."""
        if self._rest:
            data, self._rest = self._rest[:size], self._rest[size:]
            return data
        return self._stream.read(size)


def unpacked(name: str, stream: Headed, budget: Budget) -> Reader | None:
    """
    Return what *stream* unpacks to; ``None`` when it is packed in no way that is known here.

    Raises:
        InputError: What unpacks it is not installed.
    """
    for magic, (kind, make) in _FORMATS.items():
        if stream.head.startswith(magic):
            return _Unpacked(name, kind, stream, make(name), budget)
    return None


class _Unpacked:
    def __init__(
        self,
        name: str,
        kind: str,
        stream: Reader,
        make: Callable[[], Any],
        budget: Budget,
    ) -> None:
        self._name = name
        self._kind = kind
        self._stream = stream
        self._make = make
        self._budget = budget
        self._member: Any = make()
        self._packed = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            if self._member.eof and not self._next_member():
                break
            if not self._packed and self._member.needs_input:
                self._packed = self._stream.read(_READ)
                if not self._packed:
                    self._ended = True
                    raise self._damaged("ends too early")
            packed, self._packed = self._packed, b""
            try:
                data: bytes = self._member.decompress(packed, size)
            except Exception:  # noqa: BLE001  # each format has errors of its own, all say this
                self._ended = True
                raise self._damaged("is damaged") from None
            if data:
                self._budget.spend(len(data))
                return data
        return b""

    def _next_member(self) -> bool:
        """Start with what stands behind a member; padding is passed over."""
        rest: bytes = self._member.unused_data.lstrip(b"\0")
        while not rest:
            rest = self._stream.read(_READ)
            if not rest:
                self._ended = True
                return False
            rest = rest.lstrip(b"\0")
        self._packed = rest
        self._member = self._make()
        return True

    def _damaged(self, how: str) -> InputError:
        return InputError(
            self._name,
            f"its {self._kind} data {how}",
            "Copy the file again; what could be unpacked was looked at",
        )


class _Inflate:
    """``zlib`` with the interface of ``bz2`` and ``lzma``."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self.eof = False
        self.unused_data = b""

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    def decompress(self, data: bytes, size: int) -> bytes:
        # One of the two is empty: more is read only when there is no tail.
        out = self._inflate.decompress(self._inflate.unconsumed_tail or data, size)
        self.eof = self._inflate.eof
        self.unused_data = self._inflate.unused_data
        return out


def _zstd(name: str) -> Callable[[], Any]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise InputError(
            name,
            "it is packed with zstd",
            "Install what unpacks it: pip install 'redactor-pipeline[zstd]'",
        ) from None
    decompressor: Callable[[], Any] = zstd.ZstdDecompressor
    return decompressor


def _xz() -> Any:
    return lzma.LZMADecompressor(memlimit=_MEMORY)


#: First bytes to the name of a format, and what makes its decompressor.
_FORMATS: dict[bytes, tuple[str, Callable[[str], Callable[[], Any]]]] = {
    b"\x1f\x8b\x08": ("gzip", lambda _name: _Inflate),
    b"BZh": ("bzip2", lambda _name: bz2.BZ2Decompressor),
    b"\xfd7zXZ\x00": ("xz", lambda _name: _xz),
    b"\x28\xb5\x2f\xfd": ("zstd", _zstd),
}
#: First bytes of the formats that are unpacked.
MAGIC = tuple(_FORMATS)


def _read_fully(stream: Reader, size: int) -> bytes:
    parts: list[bytes] = []
    while size and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)

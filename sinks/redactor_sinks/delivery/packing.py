"""
Entries as bytes, the form in which the spool keeps them.

An entry is a header, its payload and its attributes. The header holds the entry's time, both
lengths, and a checksum over all of it: a damaged entry is told from a sound one.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING

from redactor_sinks.delivery.contract import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["OVERHEAD", "pack", "pack_lines", "size_of", "unpack"]

#: Time, length of the payload, length of the attributes, checksum.
_HEADER = struct.Struct("<qIII")
#: Bytes that an entry takes besides its payload and attributes.
OVERHEAD = _HEADER.size
_MASK = 0xFFFFFFFF
#: Half the price of calling the class.
_new_entry = tuple.__new__


def size_of(entry: Entry) -> int:
    """Return about how many bytes *entry* takes in a queue and in a request."""
    size = len(entry.payload) + OVERHEAD
    if not entry.attributes:
        return size
    for name, value in entry.attributes:
        size += len(name) + len(value) + 8
    return size


def pack(entries: Iterable[Entry]) -> bytes:
    """Write *entries*, all of one stream, one behind the other."""
    parts: list[bytes] = []
    header, checksum = _HEADER.pack, zlib.crc32
    for time, _, payload, attributes in entries:
        more = json.dumps(attributes, ensure_ascii=True).encode() if attributes else b""
        length, extra = len(payload), len(more)
        seed = checksum(more, (time ^ time >> 32 ^ length ^ extra << 16) & _MASK)
        parts += (header(time, length, extra, checksum(payload, seed)), payload, more)
    return b"".join(parts)


def pack_lines(first: int, payloads: Iterable[bytes]) -> bytes:
    """Write entries without attributes: the first with the time *first*, each next a tick later."""
    parts: list[bytes] = []
    header, checksum = _HEADER.pack, zlib.crc32
    for time, payload in enumerate(payloads, first):
        length = len(payload)
        seed = (time ^ time >> 32 ^ length) & _MASK
        parts += (header(time, length, 0, checksum(payload, seed)), payload)
    return b"".join(parts)


def unpack(data: bytes, stream: str, count: int) -> Sequence[Entry | None]:
    """
    Read what ``pack`` wrote.

    Args:
        data: Its bytes, perhaps damaged.
        stream: The stream of the entries.
        count: How many there are.

    Returns:
        *count* items; ``None`` for each one that is damaged or cannot be found any more.
    """
    found: list[Entry | None] = []
    place, end = 0, len(data)
    header, checksum, add = _HEADER.unpack_from, zlib.crc32, found.append
    for _ in range(count):
        start = place + OVERHEAD
        if start > end:
            break
        time, length, extra, expected = header(data, place)
        middle = start + length
        place = middle + extra
        if place > end:
            break
        payload = data[start:middle]
        if not extra:
            sound = checksum(payload, (time ^ time >> 32 ^ length) & _MASK) == expected
            add(_new_entry(Entry, (time, stream, payload, ())) if sound else None)
            continue
        more = data[middle:place]
        seed = checksum(more, (time ^ time >> 32 ^ length ^ extra << 16) & _MASK)
        if checksum(payload, seed) != expected:
            add(None)
            continue
        attributes = tuple((name, value) for name, value in json.loads(more))
        add(Entry(time, stream, payload, attributes))
    found += [None] * (count - len(found))
    return found

"""
A push as bytes: protobuf under snappy, or JSON under gzip.

The message is small and has not changed since Loki 1.0 (``PushRequest`` of
https://github.com/grafana/loki/blob/main/pkg/push/push.proto), so it is written here by hand: a
generated module would cost ten times the memory and the time. One stream only: with several, Loki
answers 204 when it kept those of the last one.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor_sinks.delivery import Entry

__all__ = ["GzipJson", "SnappyProtobuf", "snappy_or_none"]

#: Tags: number of the field times eight, plus two for something with a length, zero for a number.
_STREAMS, _LABELS, _ENTRIES = b"\x0a", b"\x0a", b"\x12"
_TIMESTAMP, _LINE, _METADATA = b"\x0a", b"\x12", b"\x1a"
_SECONDS, _NANOS, _NAME, _VALUE = b"\x08", b"\x10", b"\x0a", b"\x12"


class SnappyProtobuf:
    """Protobuf in a snappy block: what Loki reads fastest."""

    headers = {"Content-Type": "application/x-protobuf"}  # noqa: RUF012  # a constant

    def __init__(self, compress: Callable[[bytes], Any]) -> None:
        self._compress = compress

    def body(self, stream: str, entries: Sequence[Entry]) -> bytes:
        """Write the message for *entries* of *stream*, its labels as JSON."""
        labels = json.loads(stream).items()
        quoted = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels)
        text = ", ".join(quoted)
        parts = [_field(_LABELS, f"{{{text}}}".encode())]
        add, sizes = parts.extend, _Heads(0, 0)
        for time, _, payload, attributes in entries:
            if attributes:
                add((_entry(time, payload, attributes),))
                continue
            nanos = time - sizes.second
            high = nanos >> 7
            if high != sizes.high:
                sizes = _Heads(time // 10**9, time % 10**9 >> 7)
                nanos = time - sizes.second
            length = len(payload)
            head = sizes.get(length) or sizes.made(length)
            add((head[0], sizes.low[nanos & 127], sizes.tail, head[1], payload))
        return _field(_STREAMS, b"".join(parts))

    def compressed(self, body: bytes) -> bytes:
        return bytes(self._compress(body))


class GzipJson:
    """JSON under gzip: needs nothing but Python."""

    headers = {  # noqa: RUF012  # a constant
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }

    def body(self, stream: str, entries: Sequence[Entry]) -> bytes:
        """
        Write the message for *entries* of *stream*, its labels as JSON.

        Times are strings, because Loki refuses a request with a number there.
        """
        values: list[str] = []
        for time, _, payload, attributes in entries:
            text = json.dumps(payload.decode("utf-8", "replace"), ensure_ascii=False)
            more = "," + json.dumps(dict(attributes), ensure_ascii=False) if attributes else ""
            values.append(f'["{time}",{text}{more}]')
        json.loads(stream)
        message = f'{{"streams":[{{"stream":{stream},"values":[{",".join(values)}]}}]}}'
        return message.encode("utf-8")

    def compressed(self, body: bytes) -> bytes:
        return gzip.compress(body, 5, mtime=0)


class _Heads(dict[int, tuple[bytes, bytes]]):
    """
    What stands around the time and before the line of an entry, by the length of the line.

    Entries of a block are a nanosecond apart: 128 of them share all of their time but one byte,
    and entries of one length share the rest.

    Args:
        seconds: The time's whole seconds.
        high: Its nanoseconds without the seven low bits.

    Attributes:
        second: The same seconds in nanoseconds.
        high: As given.
        low: The first byte of the nanoseconds, by their seven low bits.
        tail: Their other bytes.
    """

    def __init__(self, seconds: int, high: int) -> None:
        self.second = seconds * 10**9
        self.high = high
        self.low = _LAST if high == 0 else _LOW
        self.tail = _number(high) if high else b""
        self._before = _SECONDS + _number(seconds) + _NANOS
        self._size = len(self._before) + 1 + len(self.tail)

    def made(self, length: int) -> tuple[bytes, bytes]:
        """Return what stands before the nanoseconds, and between them and the line."""
        behind = _LINE + _number(length)
        whole = 2 + self._size + len(behind) + length
        start = _ENTRIES + _number(whole) + _TIMESTAMP + bytes((self._size,)) + self._before
        self[length] = start, behind
        return start, behind


_LAST = tuple(bytes((value,)) for value in range(128))
_LOW = tuple(bytes((value | 128,)) for value in range(128))


def _entry(time: int, payload: bytes, attributes: tuple[tuple[str, str], ...]) -> bytes:
    """Write one entry with structured metadata."""
    seconds, nanos = divmod(time, 10**9)
    at = _SECONDS + _number(seconds) + (_NANOS + _number(nanos) if nanos else b"")
    inner = [_field(_TIMESTAMP, at), _field(_LINE, payload)]
    for name, value in attributes:
        pair = _field(_NAME, name.encode()) + _field(_VALUE, value.encode())
        inner.append(_field(_METADATA, pair))
    return _field(_ENTRIES, b"".join(inner))


def snappy_or_none() -> Callable[[bytes], Any] | None:
    """Return the function that makes a snappy block, where the extra ``loki`` is installed."""
    try:
        from cramjam import snappy
    except ImportError:
        return None
    compress: Callable[[bytes], Any] = snappy.compress_raw
    return compress


def _field(tag: bytes, data: bytes) -> bytes:
    return tag + _number(len(data)) + data


def _number(value: int) -> bytes:
    if value < 128:
        return bytes((value,))
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)

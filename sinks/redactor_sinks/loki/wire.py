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
        for time, _, payload, attributes in entries:
            seconds, nanos = divmod(time, 10**9)
            at = _SECONDS + _number(seconds) + (_NANOS + _number(nanos) if nanos else b"")
            inner = [_field(_TIMESTAMP, at), _field(_LINE, payload)]
            for name, value in attributes:
                pair = _field(_NAME, name.encode()) + _field(_VALUE, value.encode())
                inner.append(_field(_METADATA, pair))
            parts.append(_field(_ENTRIES, b"".join(inner)))
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

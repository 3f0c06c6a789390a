"""
What a body to a log back-end says: unpacked, and as a record where its form is known.

Loki's and OTLP's messages are protobuf. They are read with the library where it is installed, and a
body that cannot be read is looked at as the text that is in it.
"""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LONGEST", "Body", "content_of"]

#: Longest body that is looked at, packed and unpacked.
LONGEST = 1 << 24
_MAX_DEPTH = 32
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
#: Names of fields that are random bytes and can be nothing else.
_IDS = frozenset({"traceId", "spanId", "parentSpanId", "hash"})
_OTLP = {
    "/v1/logs": ("logs.v1.logs_service_pb2", "ExportLogsServiceRequest"),
    "/v1/traces": ("trace.v1.trace_service_pb2", "ExportTraceServiceRequest"),
    "/v1/metrics": ("metrics.v1.metrics_service_pb2", "ExportMetricsServiceRequest"),
}


class Body(NamedTuple):
    """
    The body of a request.

    Attributes:
        data: Its bytes, as they were sent.
        url: Where to.
        encoding: The header ``Content-Encoding``.
        kind: The header ``Content-Type``.
    """

    data: bytes
    url: str = ""
    encoding: str = ""
    kind: str = ""


def content_of(body: Body) -> Any:
    """Return what *body* says: a record of names and values, or a text."""
    data = body.data
    for encoding in reversed(body.encoding.lower().replace(" ", "").split(",")):
        data = _unpacked(data, encoding)
    path = body.url.partition("?")[0]
    with suppress(Exception):  # whatever it is: the text that is in it is looked at
        if path.endswith("/loki/api/v1/push") and "json" not in body.kind:
            return _loki(data)
        for ending, (module, name) in _OTLP.items():
            if path.endswith(ending):
                return _named(_otlp(data, module, name) if "json" not in body.kind else _json(data))
    return data.decode("utf-8", "replace")


def _unpacked(data: bytes, encoding: str) -> bytes:
    """Return *data* unpacked, itself where it is not what its header says."""
    with suppress(Exception):  # libraries raise errors of their own
        if encoding in {"gzip", "x-gzip"} or data.startswith(_GZIP):
            return gzip.GzipFile(fileobj=io.BytesIO(data)).read(LONGEST)
        if encoding == "deflate":
            raw = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 15 == 8 else -zlib.MAX_WBITS)
            return raw.decompress(data, LONGEST)
        if encoding == "zstd" or data.startswith(_ZSTD):
            return _zstd()(data)
        if encoding == "snappy":
            return _snappy(data)
    return data


def _zstd() -> Callable[[bytes], bytes]:
    try:
        zstd: Any = import_module("compression.zstd")
    except ImportError:
        zstd = import_module("backports.zstd")
    return lambda data: zstd.ZstdDecompressor().decompress(data, LONGEST)


def _snappy(data: bytes) -> bytes:
    snappy: Any = import_module("cramjam").snappy
    if data.startswith(b"\xff\x06\x00\x00sNaPpY"):  # the framed form
        return bytes(snappy.decompress(data))
    if snappy.decompress_raw_len(data) > LONGEST:
        return data
    return bytes(snappy.decompress_raw(data))


def _json(data: bytes) -> Any:
    return msgspec.json.decode(data)


def _loki(data: bytes) -> Any:
    with suppress(Exception):  # unpacked already, as the header said
        data = _snappy(data)
    return _named(_as_record(_push_request()(), data))


def _otlp(data: bytes, module: str, name: str) -> Any:
    service: Any = import_module(f"opentelemetry.proto.collector.{module}")
    return _as_record(getattr(service, name)(), data)


def _as_record(message: Any, data: bytes) -> Any:
    message.ParseFromString(data)
    message.DiscardUnknownFields()
    if message.ByteSize() < len(data):
        raise ValueError("it holds what is not known here: something else, or a later form")
    as_record: Any = import_module("google.protobuf.json_format").MessageToDict
    return as_record(message)


def _named(value: Any, depth: int = 0) -> Any:
    """Return *value* with lists of keys and values as names and values, which rules know."""
    if depth > _MAX_DEPTH:
        return value
    if isinstance(value, list):
        pairs = [_pair(item) for item in value]
        if pairs and all(pairs):
            named = {key: _named(of, depth + 1) for key, of in filter(None, pairs)}
            if len(named) == len(pairs):
                return named
        return [_named(item, depth + 1) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, inner),) = value.items()
            if name in {"stringValue", "intValue", "doubleValue", "boolValue", "bytesValue"}:
                return inner
            if name in {"arrayValue", "kvlistValue"} and isinstance(inner, dict):
                return _named(inner.get("values", []), depth + 1)
        return {name: _named(inner, depth + 1) for name, inner in value.items() if name not in _IDS}
    return value


def _pair(item: Any) -> tuple[str, Any] | None:
    """Return key and value of a ``KeyValue`` of OTLP or a ``LabelPair`` of Loki."""
    if isinstance(item, dict) and item.keys() <= {"key", "name", "value"}:
        key = item.get("key", item.get("name"))
        if isinstance(key, str):
            return key, item.get("value", "")
    return None


@cache
def _push_request() -> Any:
    """
    Return the class of Loki's ``PushRequest``.

    https://github.com/grafana/loki/blob/main/pkg/push/push.proto
    """
    pb2: Any = import_module("google.protobuf.descriptor_pb2")
    factory: Any = import_module("google.protobuf.message_factory")
    pools: Any = import_module("google.protobuf.descriptor_pool")
    field = pb2.FieldDescriptorProto
    text, message, many = field.TYPE_STRING, field.TYPE_MESSAGE, field.LABEL_REPEATED
    number_ = field.TYPE_INT64
    file = pb2.FileDescriptorProto(name="push.proto", package="logproto", syntax="proto3")
    for name, fields in (
        ("PushRequest", (("streams", 1, message, "Stream", many),)),
        (
            "Stream",
            (
                ("labels", 1, text, "", 0),
                ("entries", 2, message, "Entry", many),
                ("hash", 3, number_, "", 0),
            ),
        ),
        (
            "Entry",
            (
                ("timestamp", 1, message, "Timestamp", 0),
                ("line", 2, text, "", 0),
                ("structuredMetadata", 3, message, "LabelPair", many),
                ("parsed", 4, message, "LabelPair", many),
            ),
        ),
        ("Timestamp", (("seconds", 1, number_, "", 0), ("nanos", 2, number_, "", 0))),
        ("LabelPair", (("name", 1, text, "", 0), ("value", 2, text, "", 0))),
    ):
        kind = file.message_type.add(name=name)
        for own, number, type_, of, label in fields:
            kind.field.add(
                name=own, number=number, type=type_, label=label or field.LABEL_OPTIONAL,
                type_name=f".logproto.{of}" if of else None,
            )  # fmt: skip
    pool = pools.DescriptorPool()
    pool.Add(file)
    return factory.GetMessageClass(pool.FindMessageTypeByName("logproto.PushRequest"))

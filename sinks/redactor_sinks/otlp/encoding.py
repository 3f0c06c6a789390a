"""
From lines, and from what an SDK hands over, to the bodies of OTLP requests.

The encoder is that of the OpenTelemetry SDK. Three streams: ``LINES`` are lines of a log, which
are read and encoded when they are sent; ``LOGS`` and ``SPANS`` are requests of one record each,
which are encoded when they are accepted.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from redactor import MissingExtraError
from redactor_sinks.records import Record, plain_value, read, well_formed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opentelemetry.sdk._logs import ReadableLogRecord
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope

    from redactor_sinks.delivery import Entry

__all__ = [
    "LINES",
    "LOGS",
    "SPANS",
    "LineEncoder",
    "encoded_logs",
    "encoded_spans",
    "joined",
    "notice",
]

#: Names of the streams.
LINES, LOGS, SPANS = "", "logs", "spans"
#: How many scopes are kept; a log has few loggers.
_MOST_SCOPES = 1000
_ENCODER = "opentelemetry.exporter.otlp.proto.common._log_encoder"


def require_encoder(feature: str) -> None:
    """
    Check that the encoder is there, and of a version that is known.

    Raises:
        MissingExtraError: It is not, or is too old; *feature* needs it.
    """
    from importlib import import_module

    try:
        import_module(_ENCODER)
        import_module("opentelemetry.sdk._logs").ReadableLogRecord  # noqa: B018  # since 1.39
    except (ImportError, AttributeError):
        raise MissingExtraError(
            feature, "opentelemetry-exporter-otlp-proto-common", "otlp"
        ) from None


class LineEncoder:
    """
    Makes requests of lines.

    The message becomes the body, every other field an attribute. A line that does not say its time
    has only the time at which it was accepted.

    Args:
        resource: Attributes of the resource, such as ``service.name``.

    Raises:
        MissingExtraError: The extra ``otlp`` is not installed.
    """

    def __init__(self, resource: Mapping[str, str]) -> None:
        require_encoder("sink otlp")
        from opentelemetry._logs import LogRecord, SeverityNumber
        from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
        from opentelemetry.sdk._logs import ReadableLogRecord
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        # The encoder hashes both for each record, and theirs write all attributes as JSON for it.
        # There is one object for each resource and for each scope here.
        class OneResource(Resource):
            def __hash__(self) -> int:
                return id(self)

            def __eq__(self, other: object) -> bool:
                return self is other

        class OneScope(InstrumentationScope):
            def __hash__(self) -> int:
                return id(self)

            def __eq__(self, other: object) -> bool:
                return self is other

        self._log_record, self._readable, self._severity = (
            LogRecord,
            ReadableLogRecord,
            SeverityNumber,
        )
        self._encode, self._new_scope = encode_logs, OneScope
        self._context = _no_context()
        self._resource: Resource = OneResource(dict(resource))
        self._scopes: dict[str, InstrumentationScope] = {}

    def request(self, entries: Sequence[Entry]) -> bytes:
        """Return the body of one request with all *entries*."""
        request = self._encode([self._encodable(entry) for entry in entries])
        return request.SerializeToString()  # type: ignore[no-any-return]  # bytes

    def _encodable(self, entry: Entry) -> ReadableLogRecord:
        record = read(entry.payload)
        log_record = self._log_record(
            timestamp=record.time,
            observed_timestamp=entry.time,
            context=self._context,
            severity_text=record.level_text or None,
            severity_number=self._severity(int(record.level)) if record.level else None,
            body=well_formed(record.message),
            attributes=_attributes(record, entry.attributes),
        )
        if record.trace_id:
            log_record.trace_id = int(record.trace_id, 16)
        if record.span_id:
            log_record.span_id = int(record.span_id, 16)
        return self._readable(
            log_record=log_record,
            resource=self._resource,
            instrumentation_scope=self._scope(record.logger),
        )

    def _scope(self, logger: str) -> InstrumentationScope:
        scope = self._scopes.get(logger)
        if scope is None:
            if len(self._scopes) >= _MOST_SCOPES:
                self._scopes.clear()
            scope = self._scopes[logger] = self._new_scope(well_formed(logger))
        return scope


def _no_context() -> Any:
    """Return a context without a span: the lines have nothing to do with what runs here."""
    from opentelemetry.context import Context
    from opentelemetry.trace import INVALID_SPAN, set_span_in_context

    return set_span_in_context(INVALID_SPAN, Context())


def _attributes(record: Record, metadata: Iterable[tuple[str, str]]) -> dict[str, Any]:
    attributes = {
        well_formed(name): plain_value(value)
        for name, value in record.fields.items()
        if value is not None
    }
    if record.exception is not None:
        attributes["exception.stacktrace"] = plain_value(record.exception)
    for name, value in metadata:
        attributes.setdefault(name, value)
    return attributes


def encoded_logs(batch: Iterable[ReadableLogRecord]) -> list[bytes]:
    """Return one request for each log record of *batch*, which must be redacted."""
    from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs

    return [encode_logs([record]).SerializeToString() for record in batch]


def encoded_spans(batch: Iterable[ReadableSpan]) -> list[bytes]:
    """Return one request for each span of *batch*, which must be redacted."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

    return [encode_spans([span]).SerializeToString() for span in batch]


def notice(stream: str, text: str, time: int) -> bytes:
    """Return a request with one record of *stream* that says *text*: a log record, or a span."""
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.logs.v1.logs_pb2 import SeverityNumber

    if stream == SPANS:
        traces = ExportTraceServiceRequest()
        span = traces.resource_spans.add().scope_spans.add().spans.add()
        span.name = text
        span.trace_id, span.span_id = os.urandom(16), os.urandom(8)
        span.start_time_unix_nano = span.end_time_unix_nano = time
        return bytes(traces.SerializeToString())
    logs = ExportLogsServiceRequest()
    record = logs.resource_logs.add().scope_logs.add().log_records.add()
    record.body.string_value = text
    record.observed_time_unix_nano = time
    record.severity_number = SeverityNumber.SEVERITY_NUMBER_WARN
    return bytes(logs.SerializeToString())


def joined(stream: str, requests: Sequence[bytes]) -> bytes:
    """
    Return one request out of those of single records of *stream*.

    Records of the same resource and scope come under one head, as an SDK would send them.
    """
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    kind, resources, scopes, items = (
        (ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans")
        if stream == SPANS
        else (ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records")
    )
    whole: Any = kind()
    heads: dict[tuple[bytes, ...], Any] = {}
    for data in requests:
        one: Any = kind.FromString(data)
        for resource in getattr(one, resources):
            for scope in getattr(resource, scopes):
                origin = (resource.resource.SerializeToString(), resource.schema_url.encode())
                head = heads.get(origin)
                if head is None:
                    head = heads[origin] = getattr(whole, resources).add()
                    head.resource.CopyFrom(resource.resource)
                    head.schema_url = resource.schema_url
                place = (*origin, scope.scope.SerializeToString(), scope.schema_url.encode())
                inner = heads.get(place)
                if inner is None:
                    inner = heads[place] = getattr(head, scopes).add()
                    inner.scope.CopyFrom(scope.scope)
                    inner.schema_url = scope.schema_url
                getattr(inner, items).extend(getattr(scope, items))
    return whole.SerializeToString()  # type: ignore[no-any-return]  # bytes

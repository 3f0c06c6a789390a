"""The exporter for OTLP over HTTP: one request of protobuf, and what its answer means."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from redactor import InputError
from redactor_sinks.answers import is_page, pause
from redactor_sinks.delivery import Delivered, Refused, Retry, Split
from redactor_sinks.http import HttpClient, NoAnswerError, address_of
from redactor_sinks.otlp.encoding import LINES, LOGS, SPANS, LineEncoder, joined, notice
from redactor_sinks.records import read, summary_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redactor_sinks.delivery import Entry, Outcome
    from redactor_sinks.http import Answer

__all__ = ["OtlpExporter"]

_PATHS = {LINES: "/v1/logs", LOGS: "/v1/logs", SPANS: "/v1/traces"}
_EXAMPLE = "otlp:http://HOST:4318"
#: What the specification says to send again.
_PASSING = (429, 502, 503, 504)
_OF_US = (401, 403, 404, 405, 407, 415)


class OtlpExporter:
    """
    Sends log records and spans to one OTLP receiver, as protobuf packed with gzip.

    Any 2xx is success. Of records that the receiver says it rejected, none is sent again.

    Args:
        url: Its address, such as ``http://localhost:4318``; a path goes before ``/v1/logs``. A user
            name and password in it are sent as basic authentication and never shown.
        headers: More headers, for example ``Authorization`` or a tenant.
        resource: Attributes of the resource of lines. Default: ``service.name="unknown_service"``.
        timeout: Seconds for a whole exchange.
        ca_file: Certificates to trust instead of those of the system.
        max_entries: Most records of a request.
        max_bytes: Most bytes of records of a request, before they are packed.

    Raises:
        InputError: The address or a header is wrong.
        MissingExtraError: The extra ``otlp`` is not installed.
    """

    kind = "otlp"

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        resource: Mapping[str, str] | None = None,
        timeout: float = 10.0,
        ca_file: str = "",
        max_entries: int = 512,
        max_bytes: int = 1_000_000,
    ) -> None:
        address = address_of(url, "sink otlp", _EXAMPLE)
        path, question, query = address.path.partition("?")
        path = path.rstrip("/")
        for ending in _PATHS.values():
            path = path.removesuffix(ending)
        self.name = f"otlp:{address.name}"
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._paths = {
            stream: f"{path}{ending}{question}{query}" for stream, ending in _PATHS.items()
        }
        self._lines = LineEncoder(resource or {"service.name": "unknown_service"})
        standing = {
            "Content-Type": "application/x-protobuf",
            "Content-Encoding": "gzip",
            **_checked(headers or {}),
        }
        if address.authorization:
            standing["Authorization"] = address.authorization
        self._client = HttpClient(address, standing, timeout=timeout, ca_file=ca_file)

    def __repr__(self) -> str:
        return f"<OtlpExporter {self.name}>"

    def send(self, entries: Sequence[Entry]) -> Outcome:
        """Make one request with *entries*, all of one stream."""
        stream = entries[0].stream
        body = (
            self._lines.request(entries)
            if stream == LINES
            else joined(stream, [_encoded(entry) for entry in entries])
        )
        try:
            answer = self._client.post(self._paths[stream], gzip.compress(body, 6, mtime=0))
        except NoAnswerError as error:
            if error.untrusted:
                return Refused(error.reason, "Check the certificate, or name its issuer in ca_file")
            return Retry(error.reason)
        return _outcome(answer, len(entries), spans=stream == SPANS)

    def summary(self, text: str) -> bytes:
        """Write the record that says how many were dropped."""
        return summary_line(text)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


def _encoded(entry: Entry) -> bytes:
    """Return the request of *entry*, which is one already unless it is one of our summaries."""
    if not entry.payload.startswith(b"{"):
        return entry.payload
    return notice(entry.stream, read(entry.payload).message, entry.time)


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not name or not f"{name}{value}".isprintable() or not f"{name}{value}".isascii():
            raise InputError(
                "sink otlp: headers",
                "a name or a value cannot be sent in a header",
                "Use printable ASCII",
            )
    return dict(headers)


def _outcome(answer: Answer, count: int, *, spans: bool) -> Outcome:
    status = answer.status
    if 200 <= status < 300:
        if is_page(answer):
            return Refused("the answer is a web page", "What answers there is no OTLP receiver")
        return _accepted(answer, count, spans=spans)
    reason = f"status {status}"
    if status in _PASSING:
        return Retry(reason, pause(answer))
    if status in _OF_US:
        return Refused(
            reason, "Check the address, the credentials and the headers of the OTLP sink"
        )
    if 300 <= status < 400:
        return Refused(reason, "It wants to send us elsewhere: give the address that it leads to")
    if status == 500:
        # For a collector: trying again will not help. It is what a broken one answers, too.
        return Split(reason, certain=False)
    if status > 500:
        return Retry(reason, pause(answer))
    # 400, 413 and the rest are about this request: halves show which record it is about.
    return Split(reason)


def _accepted(answer: Answer, count: int, *, spans: bool) -> Delivered:
    """Return what a receiver that accepted a request says it rejected of it."""
    rejected = min(_rejected(answer, spans=spans), count)
    if not rejected:
        return Delivered()
    # It does not say which. Dead letters can be looked at and sent again; what is taken for
    # delivered could not.
    reason = f"the receiver rejected {rejected} of {count} records of this request"
    if rejected < count:
        reason += " and does not say which"
    return Delivered(dict.fromkeys(range(count), reason))


def _rejected(answer: Answer, *, spans: bool) -> int:
    if not answer.body:
        return 0
    from google.protobuf.message import (  # type: ignore[import-untyped]  # no stubs here
        DecodeError,
    )
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceResponse,
    )

    if "json" in answer.headers.get("content-type", ""):
        return _rejected_in_json(answer.body)
    try:
        if spans:
            told = ExportTraceServiceResponse.FromString(answer.body).partial_success
            return int(told.rejected_spans)
        return int(
            ExportLogsServiceResponse.FromString(answer.body).partial_success.rejected_log_records
        )
    except DecodeError:
        return 0


def _rejected_in_json(body: bytes) -> int:
    import msgspec

    try:
        partial = msgspec.json.decode(body)["partialSuccess"]
        return int(partial.get("rejectedLogRecords") or partial.get("rejectedSpans") or 0)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        return 0

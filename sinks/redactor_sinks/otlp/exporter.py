"""The exporter for OTLP over HTTP: one request of protobuf, and what its answer means."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from redactor import InputError
from redactor_sinks.delivery.contract import Delivered, Entry, Outcome, Refused, Retry, Split
from redactor_sinks.otlp.encoding import LINES, SPANS, LineEncoder, joined
from redactor_sinks.posting import Answer, Poster, asked_to_wait, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["OtlpExporter"]

_PATHS = {"logs": "/v1/logs", "spans": "/v1/traces"}
_FORM = "Write it as http://HOST:4318"
#: What the specification says to send again.
_PASSING = (408, 429, 502, 503, 504)
#: How often a record that alone gets a 500 is sent before it is a dead letter.
_TRIES_ALONE = 6
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
        timeout: Seconds for connecting, and for each wait for bytes of the answer.
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
        address = parse_address("sink otlp", url, _FORM)
        path = address.path
        for ending in _PATHS.values():
            path = path.removesuffix(ending)
        self.name = f"otlp:{address.base}{path}"
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._path = path
        self._headers = {
            "Content-Type": "application/x-protobuf",
            "Content-Encoding": "gzip",
            "User-Agent": "redactor",
            **_checked(headers or {}),
        }
        self._post = Poster(
            "sink otlp", address.base, timeout=timeout, ca_file=ca_file, extra="otlp"
        ).post
        if address.user:
            import urllib3

            self._headers |= urllib3.make_headers(basic_auth=f"{address.user}:{address.password}")
        self._lines = LineEncoder(resource or {"service.name": "unknown_service"})
        self._alone: tuple[int, str] | None = None  # the entry that got a 500 on its own
        self._tries = 0

    def __repr__(self) -> str:
        return f"<OtlpExporter {self.name}>"

    def send(self, entries: Sequence[Entry]) -> Outcome:
        """Make one request with *entries*, all of one stream."""
        stream = entries[0].stream
        body = (
            self._lines.request(entries)
            if stream == LINES
            else joined(stream, [entry.payload for entry in entries])
        )
        answer = self._post(
            self._path + _PATHS["spans" if stream == SPANS else "logs"],
            gzip.compress(body, 6, mtime=0),
            self._headers,
        )
        if answer.status == 500:
            return self._failed(entries)
        self._alone = None
        return _outcome(answer, len(entries), spans=stream == SPANS)

    def _failed(self, entries: Sequence[Entry]) -> Outcome:
        """
        Return what a 500 means: for a collector, that trying again will not help.

        Halves show which record it is about. For a record alone it could be the receiver after
        all: it gets a few tries more, with the pauses of the queue between them.
        """
        if len(entries) > 1:
            return Split("status 500")
        one = (entries[0].time, entries[0].stream)
        if self._alone != one:
            self._alone, self._tries = one, 0
        self._tries += 1
        return Retry("status 500") if self._tries < _TRIES_ALONE else Split("status 500")

    def close(self) -> None:
        """Let go of connections."""
        self._post.__self__.close()  # type: ignore[attr-defined]  # of the Poster


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
        if answer.is_page:
            return Refused("the answer is a web page", "What answers there is no OTLP receiver")
        return _accepted(answer, count, spans=spans)
    if not status:
        return Retry(answer.problem)
    reason = f"status {status}"
    if status in _PASSING:
        return Retry(reason, asked_to_wait(answer.headers.get("retry-after")))
    if status in _OF_US:
        return Refused(
            reason, "Check the address, the credentials and the headers of the OTLP sink"
        )
    if 300 <= status < 400:
        return Refused(reason, "It wants to send us elsewhere: give the address that it leads to")
    if status > 500:
        return Retry(reason, asked_to_wait(answer.headers.get("retry-after")))
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

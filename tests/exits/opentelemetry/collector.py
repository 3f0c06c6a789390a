"""An OTLP receiver on loopback that keeps every byte it is sent."""

from __future__ import annotations

import gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from google.protobuf.json_format import (  # type: ignore[import-untyped]  # no stubs here
    MessageToDict,
)
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Collector"]

_KINDS: dict[str, Any] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
}


class Collector:
    """
    Takes OTLP over HTTP.

    Attributes:
        requests: Path and body of each request, in order.
        url: Where it listens.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def bytes_and_numbers(self) -> bytes:
        """Return the bodies as they came, and once more with their numbers in decimal."""
        texts = [f"{message}".encode() for message in self.messages()]
        return b"\n".join([body for _, body in self.requests] + texts)

    def messages(self, path: str = "") -> list[Any]:
        """Return the requests to *path*, or all, as protobuf messages."""
        return [_KINDS[to].FromString(body) for to, body in self.requests if path in ("", to)]

    def spans(self) -> list[dict[str, Any]]:
        """Return the spans that came, with their attributes as dicts."""
        return [
            _plain(MessageToDict(span))
            for request in self.messages("/v1/traces")
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def log_records(self) -> list[dict[str, Any]]:
        """Return the log records that came, with their attributes as dicts."""
        return [
            _plain(MessageToDict(record))
            for request in self.messages("/v1/logs")
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]

    def metrics(self) -> list[dict[str, Any]]:
        """Return the metrics that came, with their attributes as dicts."""
        return [
            _plain(MessageToDict(metric))
            for request in self.messages("/v1/metrics")
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]

    def resources(self) -> list[dict[str, Any]]:
        """Return the resources that came, of any kind of telemetry."""
        return [
            _plain(MessageToDict(group.resource))
            for request in self.messages()
            for _, groups in request.ListFields()
            for group in groups
        ]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        requests = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                requests.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def _plain(value: Any) -> Any:
    """Write attributes, lists of keys and values in the protocol, as dicts."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) and "key" in item for item in value):
            return {item["key"]: _value(item.get("value", {})) for item in value}
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _value(item) if key == "body" else _plain(item) for key, item in value.items()}
    return value


def _value(value: dict[str, Any]) -> Any:
    for kind, inner in value.items():
        if kind == "arrayValue":
            return [_value(item) for item in inner.get("values", [])]
        if kind == "kvlistValue":
            return _plain(inner.get("values", []))
        return int(inner) if kind == "intValue" else inner
    return None

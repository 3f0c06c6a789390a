"""
Bodies of HTTP requests to log back-ends.

Secrets belong into most requests that a program makes. Into those to a log back-end they do not:
which these are is told by their address.
"""

from __future__ import annotations

import functools
import gzip
import re
import weakref
import zlib
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import call_here

if TYPE_CHECKING:
    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe_aiohttp", "observe_http_client", "observe_httpx", "observe_requests"]

_EXIT = "http"
#: Addresses of log back-ends, by host or by path.
_BACKENDS = re.compile(
    r"""
    /loki/api/v1/push          # Grafana Loki
    | /v1/(?:logs|traces|metrics)\b   # OTLP
    | /_bulk\b | /_doc\b | /_create\b  # Elasticsearch, OpenSearch, VictoriaLogs
    | /insert/(?:jsonline|loki|elasticsearch)  # VictoriaLogs
    | /services/collector      # Splunk
    | /api/\d+/(?:envelope|store|minidump)/?   # Sentry
    | /gelf\b                  # Graylog
    | /log/v1\b                # New Relic
    | /1/(?:batch|events)/     # Honeycomb
    | /v2/entries:write        # Google Cloud Logging
    | ://[^/]*\b(?:logs?|intake|ingest|logging|collector)\b[^/]*/   # hosts that say so
    | ://[^/]*(?:loggly|papertrail|logz\.io|datadoghq|logtail|betterstack|mezmo|logdna|sumologic)
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: Longest body that is looked at.
_LONGEST = 1 << 24


def observe_http_client(watch: Watch, patches: Patches) -> None:
    """Watch ``http.client``, and with it ``urllib`` and ``urllib3``."""
    from http.client import HTTPConnection

    open_: weakref.WeakKeyDictionary[Any, _Request] = weakref.WeakKeyDictionary()

    def putting_request(original: Any) -> Any:
        @functools.wraps(original)
        def putrequest(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            open_.pop(self, None)
            address = url if "://" in url else f"http://{self.host}:{self.port}{url}"
            if _BACKENDS.search(address):
                open_[self] = _Request(method)
            return original(self, method, url, *args, **kwargs)

        return putrequest

    def putting_header(original: Any) -> Any:
        @functools.wraps(original)
        def putheader(self: Any, header: Any, *values: Any) -> Any:
            request = open_.get(self)
            if request is not None and _text(header).lower() == "content-encoding" and values:
                request.encoding = _text(values[0])
            return original(self, header, *values)

        return putheader

    def sending(original: Any) -> Any:
        @functools.wraps(original)
        def send(self: Any, data: Any) -> Any:
            request = open_.get(self)
            if request is not None and isinstance(data, (bytes, bytearray)):
                request.add(bytes(data))
            return original(self, data)

        return send

    def responding(original: Any) -> Any:
        @functools.wraps(original)
        def getresponse(self: Any, *args: Any, **kwargs: Any) -> Any:
            request = open_.pop(self, None)
            if request is not None:
                watch.safely(_look_at, b"".join(request.parts), request.encoding, watch)
            return original(self, *args, **kwargs)

        return getresponse

    patches.replace(HTTPConnection, "putrequest", putting_request)
    patches.replace(HTTPConnection, "putheader", putting_header)
    patches.replace(HTTPConnection, "send", sending)
    patches.replace(HTTPConnection, "getresponse", responding)


def observe_requests(watch: Watch, patches: Patches) -> None:
    """Watch ``requests``, also where a test answers in the place of a server."""
    from requests import Session

    def sending(original: Any) -> Any:
        @functools.wraps(original)
        def send(self: Any, request: Any, **kwargs: Any) -> Any:
            if request.body and _BACKENDS.search(request.url):
                encoding = request.headers.get("Content-Encoding")
                watch.safely(_look_at, request.body, encoding, watch)
            return original(self, request, **kwargs)

        return send

    patches.replace(Session, "send", sending)


def observe_httpx(watch: Watch, patches: Patches) -> None:
    """Watch ``httpx``, also where a test answers in the place of a server."""
    httpx: Any = import_module("httpx")

    def look(request: Any) -> None:
        # A body that comes in pieces can be read once only, and that is the server's to do.
        if hasattr(request, "_content") and _BACKENDS.search(str(request.url)):
            encoding = request.headers.get("content-encoding")
            watch.safely(_look_at, request.content, encoding, watch)

    def sending(original: Any) -> Any:
        @functools.wraps(original)
        def send(self: Any, request: Any) -> Any:
            look(request)
            return original(self, request)

        return send

    def sending_later(original: Any) -> Any:
        @functools.wraps(original)
        async def send(self: Any, request: Any) -> Any:
            look(request)
            return await original(self, request)

        return send

    patches.replace(httpx.Client, "_send_single_request", sending)
    patches.replace(httpx.AsyncClient, "_send_single_request", sending_later)


def observe_aiohttp(watch: Watch, patches: Patches) -> None:
    """Watch ``aiohttp``."""
    session: Any = import_module("aiohttp").ClientSession

    def requesting(original: Any) -> Any:
        @functools.wraps(original)
        async def _request(self: Any, method: str, url: Any, **kwargs: Any) -> Any:
            if _BACKENDS.search(str(url)):
                if kwargs.get("json") is not None:
                    watch.record(_EXIT, kwargs["json"], call_here(), but="ever")
                else:
                    headers = {
                        str(k).lower(): v for k, v in dict(kwargs.get("headers") or {}).items()
                    }
                    _look_at(kwargs.get("data"), headers.get("content-encoding"), watch)
            return await original(self, method, url, **kwargs)

        return _request

    patches.replace(session, "_request", requesting)


class _Request:
    """A request that is being sent."""

    def __init__(self, method: str) -> None:
        self._line = f"{method} ".encode()
        self._size = 0
        self.encoding = ""
        self.parts: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Keep *data* where it belongs to the body."""
        if data.startswith(self._line) and b" HTTP/1." in data[: data.find(b"\r\n")]:
            # The head, and what http.client has put behind it to save a packet.
            data = data.partition(b"\r\n\r\n")[2]
        self._size += len(data)
        if self._size <= _LONGEST:
            self.parts.append(data)


def _look_at(body: Any, encoding: str | None, watch: Watch) -> None:
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    if not isinstance(body, (bytes, bytearray)) or not body or watch.is_looking():
        return
    text = _unpacked(bytes(body), (encoding or "").lower()).decode("utf-8", "replace")
    watch.text(_EXIT, text, call_here(), but="ever")


def _unpacked(data: bytes, encoding: str) -> bytes:
    try:
        if encoding == "gzip" or data[:2] == b"\x1f\x8b":
            return gzip.decompress(data)
        if encoding == "deflate":
            return zlib.decompress(data)
    except (OSError, EOFError, zlib.error):
        pass  # not what its header says
    return data


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)

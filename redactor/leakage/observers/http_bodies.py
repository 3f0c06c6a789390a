"""Bodies of HTTP requests to log back-ends."""

from __future__ import annotations

import functools
import weakref
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.leakage.call_site import call_here
from redactor.leakage.observers.http_content import LONGEST, Body, content_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redactor.exits.patches import Patches
    from redactor.leakage.watch import Watch

__all__ = ["observe_aiohttp", "observe_http_client", "observe_httpx", "observe_requests"]

_EXIT = "http"


def observe_http_client(watch: Watch, patches: Patches) -> None:
    """Watch ``http.client``, and with it ``urllib`` and ``urllib3``."""
    from http.client import HTTPConnection

    open_: weakref.WeakKeyDictionary[Any, _Request] = weakref.WeakKeyDictionary()

    def putting_request(original: Any) -> Any:
        @functools.wraps(original)
        def putrequest(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            open_.pop(self, None)
            address = url if "://" in url else f"http://{self.host}:{self.port}{url}"
            if address in watch.backends:
                open_[self] = _Request(method, address)
            return original(self, method, url, *args, **kwargs)

        return putrequest

    def putting_header(original: Any) -> Any:
        @functools.wraps(original)
        def putheader(self: Any, header: Any, *values: Any) -> Any:
            request = open_.get(self)
            if request is not None and values:
                request.headers[_text(header).lower()] = _text(values[0])
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
                body = b"".join(request.parts)
                watch.safely(_look_at, body, request.url, request.headers, watch)
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
            if request.body and request.url in watch.backends:
                watch.safely(_look_at, request.body, request.url, request.headers, watch)
            return original(self, request, **kwargs)

        return send

    patches.replace(Session, "send", sending)


def observe_httpx(watch: Watch, patches: Patches) -> None:
    """Watch ``httpx``, also where a test answers in the place of a server."""
    httpx: Any = import_module("httpx")

    def look(request: Any) -> None:
        # A body that comes in pieces can be read once only, and that is the server's to do.
        if hasattr(request, "_content") and str(request.url) in watch.backends:
            watch.safely(_look_at, request.content, str(request.url), request.headers, watch)

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
            if str(url) in watch.backends:
                if kwargs.get("json") is not None:
                    watch.record(_EXIT, kwargs["json"], call_here(), but="ever")
                else:
                    headers = dict(kwargs.get("headers") or {})
                    watch.safely(_look_at, kwargs.get("data"), str(url), headers, watch)
            return await original(self, method, url, **kwargs)

        return _request

    patches.replace(session, "_request", requesting)


class _Request:
    """A request that is being sent."""

    def __init__(self, method: str, url: str) -> None:
        self._line = f"{method} ".encode()
        self._size = 0
        self.url = url
        self.headers: dict[str, str] = {}
        self.parts: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Keep *data* where it belongs to the body."""
        if data.startswith(self._line) and b" HTTP/1." in data[: data.find(b"\r\n")]:
            # The head, and what http.client has put behind it to save a packet.
            data = data.partition(b"\r\n\r\n")[2]
        self._size += len(data)
        if self._size <= LONGEST:
            self.parts.append(data)


def _look_at(body: Any, url: str, headers: Mapping[Any, Any], watch: Watch) -> None:
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    if not isinstance(body, (bytes, bytearray)) or not body or watch.is_looking():
        return
    said = {_text(name).lower(): _text(value) for name, value in headers.items()}
    encoding, kind = said.get("content-encoding", ""), said.get("content-type", "")
    content = content_of(Body(bytes(body), url, encoding, kind))
    look: Any = watch.text if isinstance(content, str) else watch.record
    look(_EXIT, content, call_here(), but="ever")


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)

"""Servers on a loopback address: one takes what a Sentry SDK sends, one answers API clients."""

from __future__ import annotations

import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Answer", "Api", "SentryStub"]

#: Status, headers and body.
Answer = tuple[int, dict[str, str], bytes]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that is ended breaks its connections."""


class Api:
    """
    A server that answers each request as it is told to.

    Args:
        answer: Called with path, body and headers of a request.
    """

    def __init__(self, answer: Callable[[str, bytes, dict[str, str]], Answer]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, more, data = answer(self.path, body, headers)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST  # noqa: N815  # the names that the library calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.address}"

    def stop(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


class SentryStub(Api):
    """Keeps the envelopes that came, unpacked."""

    def __init__(self) -> None:
        super().__init__(self._take)
        self.dsn = f"http://public@{self.address}/42"
        self._envelopes: list[bytes] = []

    @property
    def stored(self) -> bytes:
        """All that came."""
        return b"\n".join(self._envelopes)

    def _take(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        assert path == "/api/42/envelope/", path
        match headers.get("content-encoding"):
            case "gzip":
                body = zlib.decompress(body, wbits=31)
            case "br":
                body = import_module("brotli").decompress(body)
            case None:
                pass
            case other:
                raise AssertionError(other)
        self._envelopes.append(body)
        return 200, {"Content-Type": "application/json"}, b"{}"

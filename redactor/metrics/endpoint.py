"""``/metrics``, ``/healthz`` and ``/readyz`` over HTTP."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec

from redactor._version import __version__
from redactor.errors import InputError
from redactor.metrics.prometheus import CONTENT_TYPE, prometheus_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler

    from redactor.metrics.telemetry import Telemetry

__all__ = ["Endpoint"]

_FORM = "Write it as 127.0.0.1:9464"
#: How long a client may take to ask, in seconds.
_PATIENCE = 5.0


class Endpoint:
    """
    Serves the metrics of a process, and says whether it is well.

    ``/healthz`` answers 200 as long as the process works, whatever its receivers do: a restart
    would not help them. ``/readyz`` answers 503 while one of them is being waited for. Both name
    the sinks, without credentials.

    Args:
        address: ``HOST:PORT``, or a port of the loopback address. Nothing is asked of who reads it:
            give only an address that those who may know the counts can reach.
        telemetry: What is served.
        stopping: Says whether the process is on its way out: ``/healthz`` is 503 then.

    Attributes:
        url: Where it listens.

    Raises:
        InputError: The address is wrong or taken.
    """

    def __init__(
        self, address: str, telemetry: Telemetry, stopping: Callable[[], bool] = bool
    ) -> None:
        import socket
        from http.server import ThreadingHTTPServer

        host, port = _parsed(address)

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
            daemon_threads = True
            block_on_close = False
            request_queue_size = 16

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing: the connection ended."""

        self._telemetry = telemetry
        self._stopping = stopping
        try:
            self._server = Server((host, port), _handler(self))
        except (OSError, OverflowError):
            raise InputError(
                f"metrics {host}:{port}",
                "nothing can listen there",
                "Choose an address of this machine and a port that is free",
            ) from None
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="redactor-metrics", daemon=True
        )
        self._thread.start()

    def __repr__(self) -> str:
        return f"<Endpoint {self.url}>"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body for *path*."""
        path = path.partition("?")[0]
        if path == "/metrics":
            return 200, CONTENT_TYPE, prometheus_text(self._telemetry.collect()).encode()
        if path in ("/healthz", "/readyz"):
            return self._health(path)
        return 404, "text/plain; charset=utf-8", b"There are /metrics, /healthz and /readyz.\n"

    def _health(self, path: str) -> tuple[int, str, bytes]:
        sinks = self._telemetry.sinks()
        ready = not any(counts.held or counts.in_memory for counts in sinks)
        stopping = self._stopping()
        status = 503 if stopping or (path == "/readyz" and not ready) else 200
        told = {
            "status": "stopping" if stopping else "ok" if ready else "waiting",
            "version": __version__,
            "sinks": [
                {
                    "name": counts.name,
                    "kind": counts.kind,
                    "status": "waiting" if counts.held else "ok",
                    "pending": counts.pending,
                    "dead_letters": counts.dead,
                    "in_memory": counts.in_memory,
                }
                for counts in sinks
            ],
        }
        return status, "application/json", msgspec.json.encode(told) + b"\n"


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    from http.server import BaseHTTPRequestHandler

    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE
        server_version = "redactor"
        sys_version = ""

        def do_GET(self) -> None:
            status, kind, body = endpoint.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815  # as the base class asks for it

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Write no access log: it would be among the process's own output."""

    return Handler


def _parsed(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if colon else "127.0.0.1"
    if not port.isascii() or not port.isdigit() or not host:
        raise InputError("metrics", "the address has no host and port", _FORM)
    return host, int(port)

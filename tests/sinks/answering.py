"""A server on loopback that keeps what it is sent and answers as it is told to."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Answering", "Reply", "Request"]


class Request(NamedTuple):
    """One request: names of headers in lower case, the body unpacked."""

    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """
    What to answer.

    Attributes:
        status: The status.
        headers: More headers.
        body: The body.
        fault: What to do instead: ``reset`` the connection before an answer, ``hang`` until the
            server is stopped, send ``half`` of the body, or trickle a ``slow`` body.
    """

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012  # never changed
    body: bytes = b""
    fault: str = ""


class Answering:
    """
    A server.

    Attributes:
        requests: What came, in order.
        replies: What to answer next; after these, ``otherwise``.
        otherwise: What to answer when nothing else is said.
        outage_until: Before this time, on the monotonic clock, the answer is 503, or the fault of
            ``outage_fault``.
    """

    def __init__(self, otherwise: Reply | None = None) -> None:
        self.requests: list[Request] = []
        self.replies: deque[Reply] = deque()
        self.otherwise = otherwise or Reply()
        self.outage_until = 0.0
        self.outage_fault = ""
        self.refused = 0
        self._stopped = threading.Event()
        answering = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answering._answer(self, body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.address}"
        self.dsn = f"http://{'ab' * 16}@{self.address}/42"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def bodies(self) -> list[bytes]:
        """The bodies that came."""
        return [request.body for request in self.requests]

    def _answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        if handler.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if time.monotonic() < self.outage_until:
            self.refused += 1
            reply = Reply(503, fault=self.outage_fault)
        else:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            self.requests.append(Request(handler.path, headers, body))
            reply = self.replies.popleft() if self.replies else self.otherwise
        if reply.fault == "hang":
            self._stopped.wait(60)
        if reply.fault in ("hang", "reset"):
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.close_connection = True
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.status != 204:
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        if reply.fault == "half":
            handler.wfile.write(reply.body[: len(reply.body) // 2])
            handler.close_connection = True
        elif reply.fault == "slow":
            for at in range(len(reply.body)):
                handler.wfile.write(reply.body[at : at + 1])
                if self._stopped.wait(0.05):
                    return
        elif reply.status != 204:
            handler.wfile.write(reply.body)

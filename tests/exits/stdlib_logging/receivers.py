"""What handlers of the standard library send to, on a loopback address: it keeps what came."""

from __future__ import annotations

import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Datagrams", "Http", "Mail", "Stream"]

_PATIENCE = 30


class Datagrams:
    """Takes datagrams, on a UDP port or at the *path* of a Unix socket."""

    def __init__(self, path: Path | None = None) -> None:
        family = socket.AF_INET if path is None else socket.AF_UNIX
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0) if path is None else str(path))
        self._socket.settimeout(_PATIENCE)
        self.address: Any = self._socket.getsockname()

    def take(self) -> bytes:
        """Return the next one."""
        return self._socket.recv(1 << 16)

    def close(self) -> None:
        """Listen no longer."""
        self._socket.close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class Stream:
    """Takes TCP connections, and keeps what comes until each is closed."""

    def __init__(self) -> None:
        taken: Queue[bytes] = Queue()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                taken.put(self.rfile.read())

        self._taken = taken
        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address: Any = self._server.server_address

    def take(self) -> bytes:
        """Return all of the next connection, once it is closed."""
        return self._taken.get(timeout=_PATIENCE)

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


class Http:
    """Takes requests: the request line and the body of each."""

    def __init__(self) -> None:
        taken: Queue[bytes] = Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                taken.put(self.raw_requestline + body)  # type: ignore[attr-defined]
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815  # the name that the library calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._taken = taken
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.host = "{}:{}".format(*self._server.server_address)

    def take(self) -> bytes:
        """Return the next request."""
        return self._taken.get(timeout=_PATIENCE)

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


class Mail:
    """Takes mails by SMTP: the commands and the text of each."""

    def __init__(self) -> None:
        taken: Queue[bytes] = Queue()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                seen = b""
                self.wfile.write(b"220 test ESMTP\r\n")
                for line in self.rfile:
                    seen += line
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.wfile.write(b"354 go on\r\n")
                        while not seen.endswith(b"\r\n.\r\n"):
                            seen += self.rfile.readline()
                        taken.put(seen)
                    self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                    if verb == b"QUIT":
                        return

        self._taken = taken
        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.address: Any = self._server.server_address

    def take(self) -> bytes:
        """Return the next mail, with the commands before it."""
        return self._taken.get(timeout=_PATIENCE)

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()

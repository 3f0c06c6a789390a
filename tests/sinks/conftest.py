"""A Loki for tests: it answers what Loki 3.7 was measured to answer to a push."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_LIMIT = 262_144
_BODY_LIMIT = 4 << 20


class LokiStub:
    """
    Holds what was pushed.

    Attributes:
        entries: ``(labels, time, line)`` of each stored line, by arrival; exact repeats once.
        requests: ``(headers, body)`` of each request, the body unpacked.
        answers: What to answer next, before the body is looked at: ``(status, headers)``.
            ``(0, {})`` closes the connection without an answer; ``(-1, {})`` after storing.
        repeats: How many exact repeats came.
    """

    def __init__(self) -> None:
        self.entries: list[tuple[str, int, str]] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        self.repeats = 0
        self._stored: set[tuple[str, int, str]] = set()
        self._lock = threading.Lock()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                with stub._lock:
                    names = {name.title(): value for name, value in self.headers.items()}
                    stub.requests.append((names, body))
                    status, headers = stub.answers.popleft() if stub.answers else (204, {})
                    if status in (204, -1):
                        stored = stub._store(self.path, self.headers, body)
                        status = stored if status == 204 else status
                if status <= 0:
                    self.close_connection = True
                    return
                # The answer holds the body, as a server may do: nobody may print it.
                answer = b"" if status == 204 else body
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.address}"

    @property
    def lines(self) -> list[str]:
        """The stored lines, by arrival."""
        return [line for _, _, line in self.entries]

    def _store(self, path: str, headers: Any, body: bytes) -> int:
        if path != "/loki/api/v1/push":
            return 404
        if headers.get("Content-Type") != "application/json" or b"\\ud8" in body.lower():
            return 400
        if len(body) > _BODY_LIMIT:
            return 500
        streams = json.loads(body)["streams"]
        if not streams:
            return 422
        if len(streams) > 1:
            return 204  # and the lines are gone: with several streams only one error counts
        labels, values = streams[0]["stream"], streams[0]["values"]
        if not all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in labels):
            return 400
        if not all(isinstance(time, str) and time.isdigit() for time, _ in values):
            return 400
        status = 204
        for time, line in values:
            if len(line.encode("utf-8")) > _LINE_LIMIT:
                status = 400
                continue
            entry = (json.dumps(labels), int(time), line)
            if entry in self._stored:
                self.repeats += 1
            else:
                self._stored.add(entry)
                self.entries.append(entry)
        return status


@pytest.fixture
def loki() -> Iterator[LokiStub]:
    """A stub that serves on a loopback address."""
    stub = LokiStub()
    thread = threading.Thread(target=stub.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield stub
    stub.server.shutdown()
    stub.server.server_close()
    thread.join()

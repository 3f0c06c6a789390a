"""
A Loki on loopback that can be told to fail.

It answers what Loki 3.7.6 with default limits was measured to answer to a push, its mistakes
included: with several streams only the error of the last one counts, a 400 stores the lines that
are in order, a body over 4 MiB is answered 500 for ever. Protobuf is decoded by Google's own
library, from a description of Loki's message: what we write by hand is read by somebody else.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

import cramjam
from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

LINE_LIMIT = 262_144
BODY_LIMIT = 4 << 20
DAY = 86_400 * 10**9
#: No fault holds a connection longer than this, in seconds.
PATIENCE = 30


@dataclass(frozen=True)
class Fault:
    """
    One answer that is not the usual one.

    Attributes:
        kind: ``status``, ``slow``, ``drip``, ``reset``, ``reset-after-store``, ``close``,
            ``close-after-store``, ``truncate``, ``lie``, ``drop`` (204, and the lines are gone),
            ``hang``, ``mid-body``, ``html`` (200 from somebody else), ``garbage``.
        status: For ``status``.
        headers: For ``status``.
        seconds: For ``slow``.
    """

    kind: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def status(code: int, **headers: str) -> Fault:
    """Answer *code*; ``Retry_After="1"`` becomes the header ``Retry-After``."""
    return Fault("status", code, {name.replace("_", "-"): text for name, text in headers.items()})


class Pushed(NamedTuple):
    """One stored line."""

    labels: str
    time: int
    line: str
    metadata: dict[str, str]


class FaultServer:
    """
    Attributes:
        stored: Each stored line, by arrival; exact repeats once.
        requests: ``(headers, body)`` of each request, the body unpacked.
        faults: What to do with the next requests, in order.
        rule: Asked with the body of each request that ``faults`` has none for.
        refuses: Lines that are answered 400, while their neighbours are stored.
        burst: Bytes that a stream may send in one request: above, 429 for ever.
        tenant_needed: Answer 401 without a tenant.
        authorization: Answer 401 to any other.
        repeats: How many exact repeats came.
        statuses: How often each status was answered.
    """

    def __init__(self, context: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.stored: list[Pushed] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.times: list[float] = []
        self.faults: deque[Fault] = deque()
        self.rule: Callable[[bytes], Fault | None] = lambda _: None
        self.refuses: Callable[[str], bool] = lambda _: False
        self.burst = 15 << 20
        self.tenant_needed = False
        self.authorization = ""
        self.repeats = 0
        self.statuses: Counter[int] = Counter()
        self.released = threading.Event()
        self.lock = threading.Lock()
        self._seen: set[tuple[str, int, str, str]] = set()
        self._newest: dict[str, int] = {}
        self._connections: set[socket.socket] = set()
        outer = self

        class Handler(_Handler):
            server_ = outer

        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if context else 'http'}://{self.address}"
        self._thread = threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True, name="fault server"
        )
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        """The stored lines, by arrival."""
        with self.lock:
            return [pushed.line for pushed in self.stored]

    @property
    def entries(self) -> list[tuple[str, int, str]]:
        """Labels, time and text of the stored lines, by arrival."""
        with self.lock:
            return [pushed[:3] for pushed in self.stored]

    def wait(self, count: int) -> list[str]:
        """Wait until *count* lines are stored; return them."""
        deadline = time.monotonic() + PATIENCE / 2
        while len(self.stored) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.lines

    def wait_requests(self, count: int) -> int:
        """Wait until *count* requests came; return how many did."""
        deadline = time.monotonic() + PATIENCE / 2
        while len(self.requests) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return len(self.requests)

    def stop(self) -> None:
        """Stop listening, and close every connection."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    # Loki's part.

    def store(self, headers: Any, raw: bytes) -> int:
        """Take a push as Loki does; return its status."""
        kind = headers.get("Content-Type", "")
        try:
            streams = _json(raw) if kind == "application/json" else _protobuf(kind, raw)
        except _BadRequestError:
            return 400
        if len(raw) > BODY_LIMIT:
            return 500
        if not streams:
            return 422
        answer = 204
        for labels, entries in streams:
            if not _labels_in_order(labels):
                return 400
            text = json.dumps(labels, ensure_ascii=False)
            if sum(len(line.encode("utf-8", "surrogatepass")) for _, line, _ in entries) > (
                self.burst
            ):
                answer = 429
                continue
            answer = self._store_stream(text, entries)
        return answer

    def _store_stream(self, labels: str, entries: list[tuple[int, str, dict[str, str]]]) -> int:
        answer = 204
        now = time.time_ns()
        for at, line, metadata in entries:
            newest = self._newest.get(labels, 0)
            size = sum(len(name) + len(value.encode()) for name, value in metadata.items())
            if (
                len(line.encode("utf-8", "replace")) > LINE_LIMIT
                or at < max(now - 7 * DAY, newest - DAY // 24)
                or at > now + DAY // 144
                or size > 65_536
                or len(metadata) > 128
                or self.refuses(line)
            ):
                answer = 400
                continue
            self._newest[labels] = max(newest, at)
            key = (labels, at, line, json.dumps(metadata, sort_keys=True))
            if key in self._seen:
                self.repeats += 1
            else:
                self._seen.add(key)
                self.stored.append(Pushed(labels, at, line, metadata))
        return answer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_: FaultServer

    def do_POST(self) -> None:
        server = self.server_
        server._connections.add(self.connection)
        length = int(self.headers["Content-Length"])
        with server.lock:
            fault = server.faults.popleft() if server.faults else None
            server.times.append(time.monotonic())
        if fault is not None and fault.kind == "mid-body":
            self.rfile.read(length // 2)
            self._note(b"")
            self._reset()
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        try:
            unpacked = self._unpacked(body)
        except Exception:  # noqa: BLE001  # whatever the body is made of
            self._note(body)
            self._answer(400, b"snappy: corrupt input")
            return
        self._note(unpacked)
        fault = fault or server.rule(unpacked)
        if fault is None:
            self._usual(unpacked)
        else:
            self._faulty(fault, unpacked)

    def _unpacked(self, body: bytes) -> bytes:
        if self.headers.get("Content-Encoding") == "gzip":
            return gzip.decompress(body)
        if self.headers.get("Content-Type") == "application/x-protobuf":
            return bytes(cramjam.snappy.decompress_raw(body))
        return body

    def _note(self, body: bytes) -> None:
        names = {name.title(): value for name, value in self.headers.items()}
        with self.server_.lock:
            self.server_.requests.append((names, body))

    def _usual(self, body: bytes) -> None:
        server = self.server_
        if server.tenant_needed and not self.headers.get("X-Scope-OrgID"):
            self._answer(401, b"no org id")
            return
        if server.authorization and self.headers.get("Authorization") != server.authorization:
            self._answer(401, b"no")
            return
        if self.path != "/loki/api/v1/push":
            self._answer(404, b"not found")
            return
        with server.lock:
            code = server.store(self.headers, body)
        # The answer holds the body, as a server may do: nobody may print it.
        self._answer(code, b"" if code == 204 else body[:1000])

    def _faulty(self, fault: Fault, body: bytes) -> None:
        server = self.server_
        if fault.kind == "status":
            self._answer(fault.status, b"" if fault.status == 204 else body[:1000], fault.headers)
        elif fault.kind == "drop":
            self._answer(204, b"")
        elif fault.kind == "slow":
            server.released.wait(fault.seconds)
            self._usual(body)
        elif fault.kind == "hang":
            server.released.wait(PATIENCE)
            self.close_connection = True
        elif fault.kind == "drip":
            self._drip()
        elif fault.kind == "html":
            self._answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})
        elif fault.kind == "garbage":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
            self.close_connection = True
        else:
            if fault.kind.endswith("-after-store"):
                with server.lock:
                    server.store(self.headers, body)
            self._break(fault.kind)

    def _break(self, kind: str) -> None:
        self.close_connection = True
        if kind.startswith("reset"):
            self._reset()
        elif kind == "truncate":
            self.wfile.write(b"HTTP/1.1 204 No Con")
        elif kind == "lie":
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5000\r\n\r\nshort")

    def _drip(self) -> None:
        with contextlib.suppress(OSError):
            for byte in b"HTTP/1.1 204 No Content\r\nX-Long: " + b"x" * 10_000:
                self.wfile.write(bytes([byte]))
                if self.server_.released.wait(0.05):
                    break
        self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _answer(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.server_.statuses[code] += 1
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def finish(self) -> None:
        self.server_._connections.discard(self.connection)
        with contextlib.suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class _BadRequestError(Exception):
    """Answered 400 as a whole."""


def _labels_in_order(labels: dict[str, str]) -> bool:
    return len(labels) <= 15 and all(
        re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
        and len(name) <= 1024
        and len(value.encode()) <= 2048
        for name, value in labels.items()
    )


_Streams = list[tuple[dict[str, str], list[tuple[int, str, dict[str, str]]]]]


def _json(raw: bytes) -> _Streams:
    if re.search(rb"\\u[dD][89abAB]", raw):
        raise _BadRequestError
    found: _Streams = []
    for stream in json.loads(raw)["streams"]:
        entries = []
        for at, line, *more in stream["values"]:
            if not isinstance(at, str) or not at.isdigit():
                raise _BadRequestError
            entries.append((int(at), line, dict(more[0]) if more else {}))
        found.append((stream["stream"], entries))
    return found


def _protobuf(kind: str, raw: bytes) -> _Streams:
    if kind != "application/x-protobuf":
        raise _BadRequestError
    message = PushRequest()
    message.ParseFromString(raw)
    found: _Streams = []
    for stream in message.streams:
        entries = [
            (
                entry.timestamp.seconds * 10**9 + entry.timestamp.nanos,
                entry.line.decode("utf-8", "surrogateescape"),
                {pair.name: pair.value for pair in entry.structuredMetadata},
            )
            for entry in stream.entries
        ]
        found.append((_labels(stream.labels), entries))
    return found


def _labels(text: str) -> dict[str, str]:
    """Read ``{name="value", ...}`` as Loki's parser does."""
    labels: dict[str, str] = {}
    inner, place = text[1:-1], 0
    assert text[0] + text[-1] == "{}"
    while place < len(inner):
        match = re.compile(r'([^=]+)=("(?:[^"\\]|\\.)*")(?:, )?').match(inner, place)
        if match is None:
            raise _BadRequestError
        labels[match[1]] = json.loads(match[2])
        place = match.end()
    return labels


def _message() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="push.proto", package="logproto", syntax="proto3"
    )
    text, data, number, inner = 9, 12, 3, 11

    def message(name: str, *fields: tuple[str, int, int, str]) -> None:
        described = file.message_type.add(name=name)
        for place, kind, many, of in fields:
            described.field.add(
                name=place,
                number=len(described.field) + 1,
                type=kind,
                label=3 if many else 1,
                type_name=f".logproto.{of}" if of else None,
            )

    message("Timestamp", ("seconds", number, 0, ""), ("nanos", 5, 0, ""))
    message("LabelPairAdapter", ("name", text, 0, ""), ("value", text, 0, ""))
    message(
        "EntryAdapter",
        ("timestamp", inner, 0, "Timestamp"),
        ("line", data, 0, ""),
        ("structuredMetadata", inner, 1, "LabelPairAdapter"),
    )
    message(
        "StreamAdapter",
        ("labels", text, 0, ""),
        ("entries", inner, 1, "EntryAdapter"),
        ("hash", 4, 0, ""),
    )
    message("PushRequest", ("streams", inner, 1, "StreamAdapter"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName("logproto.PushRequest")
    return message_factory.GetMessageClass(found)


PushRequest = _message()


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None, port: int = 0) -> Iterator[FaultServer]:
    """Serve while the block runs."""
    server = FaultServer(context, port)
    try:
        yield server
    finally:
        server.stop()

"""A receiver of the Sentry protocol on loopback, and a search of what it got."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any, NamedTuple

__all__ = ["Envelope", "Item", "Receiver", "forms", "leaked", "parse"]


class Item(NamedTuple):
    """One item of an envelope, as it arrived."""

    headers: dict[str, Any]
    payload: bytes

    @property
    def type(self) -> str:
        """What it is."""
        return str(self.headers["type"])

    @property
    def json(self) -> Any:
        """The payload as a value."""
        return json.loads(self.payload)


class Envelope(NamedTuple):
    """One envelope, as it arrived."""

    headers: dict[str, Any]
    items: list[Item]


def parse(data: bytes) -> Envelope:
    """Take an envelope apart by the lengths that it says its items have; no byte may be left."""
    line, _, rest = data.partition(b"\n")
    headers = json.loads(line)
    items: list[Item] = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        of_item = json.loads(line)
        size = of_item["length"]
        payload, rest = rest[:size], rest[size:]
        assert len(payload) == size, "an item is shorter than it says"
        assert rest[:1] == b"\n", "an item is longer than it says"
        rest = rest[1:]
        items.append(Item(of_item, payload))
    return Envelope(headers, items)


class Receiver:
    """
    A server that stores every envelope and answers 200, or what it is told to.

    Attributes:
        bodies: The envelopes as bytes, decompressed.
        answers: Status and headers of the next answers, before 200 again.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                encoding = self.headers.get("Content-Encoding")
                if encoding == "gzip":
                    data = gzip.decompress(data)
                elif encoding == "br":
                    data = import_module("brotli").decompress(data)
                receiver.bodies.append(data)
                status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # ``close()`` waits for the server to look: not for half a second, as is its default.
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    @property
    def dsn(self) -> str:
        """Where clients send to."""
        return f"http://{'ab' * 16}@127.0.0.1:{self._server.server_port}/42"

    @property
    def url(self) -> str:
        """Where Spotlight clients send to."""
        return f"http://127.0.0.1:{self._server.server_port}/stream"

    @property
    def envelopes(self) -> list[Envelope]:
        """What arrived."""
        return [parse(body) for body in self.bodies]

    @property
    def items(self) -> list[Item]:
        """The items of all envelopes that arrived."""
        return [item for envelope in self.envelopes for item in envelope.items]

    def of_type(self, *types: str) -> list[Item]:
        """Return the items of the given types."""
        return [item for item in self.items if item.type in types]

    def wait(self, count: int) -> None:
        """Wait until *count* envelopes arrived."""
        for _ in range(3000):
            if len(self.bodies) >= count:
                return
            time.sleep(0.01)
        raise AssertionError(f"{len(self.bodies)} of {count} envelopes arrived")

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def forms(secret: str) -> dict[str, bytes]:
    """Return the forms in which *secret* could stand in a payload."""
    data = secret.encode()
    found = {
        "as it is": data,
        "json": json.dumps(secret)[1:-1].encode(),
        "json twice": json.dumps(json.dumps(secret))[3:-3].encode(),
        "repr": repr(secret)[1:-1].encode(),
        "percent": urllib.parse.quote(secret, safe="").encode(),
        "percent twice": urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe="").encode(),
        "plus": urllib.parse.quote_plus(secret).encode(),
        "hex": data.hex().encode(),
        "HEX": data.hex().upper().encode(),
        "utf-16": secret.encode("utf-16-le"),
        "digits": bytes(byte for byte in data if byte not in b" -"),
    }
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data)
        # Without the characters that the bytes around it have a part in.
        inner = encoded[[0, 2, 3][shift] : len(encoded) - (4 if (len(data) + shift) % 3 else 0)]
        found[f"base64 at {shift}"] = inner
        found[f"base64url at {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def leaked(secret: str, bodies: list[bytes]) -> list[str]:
    """Return the forms in which *secret* is in *bodies*."""
    return [name for name, form in forms(secret).items() if any(form in body for body in bodies)]

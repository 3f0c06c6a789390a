"""
A receiver of Loki's protocol that is faster than what it receives: it counts, and keeps samples.

``python bench/load_receiver.py`` prints its port and takes pushes until its input ends; then it
prints a line of JSON with what it saw. It stores nothing. A push is acknowledged before it is
looked at, and the moment of that is what counts for its lines.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time

import cramjam

#: What each line begins with: its number, and when it was written, on the monotonic clock.
SEQUENCE = re.compile(rb'"seq":(\d{9}),"at":(\d+\.\d{6})')
NUMBER = re.compile(rb'"seq":(\d{9}),')
#: Nothing that begins so may arrive: the tokens of the dense lines.
SECRET = b"xox" + b"b-"
#: One line of this many is timed.
SAMPLED = 100
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ANSWER = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


class Book:
    """
    What arrived, against the numbers that were sent.

    Attributes:
        expected: The number that comes next when nothing is lost.
        faults: How many numbers were not the one that comes next, by kind.
        pushes: How many pushes came.
        bytes: Their size before compression.
        secrets: How many of them hold a secret.
        late: Seconds from line to acknowledgement, of the sampled lines.
    """

    def __init__(self, first: int) -> None:
        self.first = self.expected = first
        self.faults = {"twice": 0, "missing": 0}
        self.pushes = self.bytes = self.secrets = 0
        self.late: list[float] = []
        self.last = 0.0

    def take(self, body: bytes, now: float | None = None) -> None:
        """Look at the lines of *body*, acknowledged at *now*."""
        numbers = list(map(int, NUMBER.findall(body)))
        if numbers and numbers == list(range(self.expected, self.expected + len(numbers))):
            self.expected += len(numbers)
        else:
            for number in numbers:
                if number < self.expected:
                    self.faults["twice"] += 1
                else:
                    self.faults["missing"] += number - self.expected
                    self.expected = number + 1
        self.bytes += len(body)
        self.secrets += SECRET in body
        if now is not None:
            self.pushes += 1
            self.last = now
            found = SEQUENCE.findall(body)
            self.late += [now - float(at) for number, at in found if int(number) % SAMPLED == 0]

    def told(self) -> dict[str, object]:
        """Return all of it as plain values."""
        late = sorted(self.late) or [0.0]
        shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
        return {
            "lines": self.expected - self.first - self.faults["missing"],
            **self.faults,
            "pushes": self.pushes,
            "bytes": self.bytes,
            "with_secrets": self.secrets,
            "last": self.last,
            "sampled": len(self.late),
            "seconds_to_acknowledged": {
                name: round(late[min(len(late) - 1, int(len(late) * share))], 4)
                for name, share in shares.items()
            },
        }


def _serve(connection: socket.socket, book: Book, lock: threading.Lock) -> None:
    waiting = bytearray()
    while True:
        while (end := waiting.find(b"\r\n\r\n")) < 0:
            piece = connection.recv(1 << 20)
            if not piece:
                return
            waiting += piece
        match = _LENGTH.search(waiting, 0, end + 2)
        size = end + 4 + (int(match[1]) if match else 0)
        while len(waiting) < size:
            piece = connection.recv(1 << 20)
            if not piece:
                return
            waiting += piece
        body = bytes(waiting[end + 4 : size])
        del waiting[:size]
        connection.sendall(_ANSWER)
        now = time.monotonic()
        with lock:
            book.take(bytes(cramjam.snappy.decompress_raw(body)), now)


def main() -> None:
    book, lock = Book(int(sys.argv[1])), threading.Lock()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(connection, book, lock), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    with lock:
        print(json.dumps(book.told()), flush=True)


if __name__ == "__main__":
    main()

"""
The workloads: log lines of fixed shape and seed, with how many of them a redactor must change.

A workload that is not redacted as it says is no benchmark: ``verify`` is called before any clock
starts. All secrets are made up.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WORKLOADS", "Workload", "clean_record", "dense_record", "dense_text", "make", "verify"]

_SEED = 20260131
_HEX = "0123456789abcdef"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PATHS = ("/api/v1/orders/8842", "/health", "/api/v2/users/u_18842/cart", "/static/app.3f2a.js")
_MESSAGES = (
    "request finished",
    "cache miss, reading from the replica",
    "job picked up by worker 7",
    "connection returned to the pool after 3 uses",
    "password reset requested",
    "retrying in 2.5 s (attempt 3 of 5)",
)
_CARDS = ("4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "6011111111111117")


@dataclass(frozen=True, slots=True)
class Workload:
    """
    Attributes:
        name: What the lines are like.
        lines: The lines, without line breaks.
        changed: How many of them hold a secret.
    """

    name: str
    lines: tuple[str, ...]
    changed: int

    def block(self) -> bytes:
        """Return the lines as a log."""
        return "".join(line + "\n" for line in self.lines).encode()


def _hex(random_: random.Random, count: int) -> str:
    return "".join(random_.choices(_HEX, k=count))


def clean_record(random_: random.Random) -> dict[str, Any]:
    """Return a record of twenty fields without a secret."""
    return {
        "time": f"2026-11-22T08:{random_.randrange(60):02}:{random_.randrange(60):02}.123456Z",
        "level": random_.choice(("INFO", "DEBUG", "WARNING")),
        "logger": "app.http",
        "message": random_.choice(_MESSAGES),
        "method": random_.choice(("GET", "POST")),
        "path": random_.choice(_PATHS),
        "status": random_.choice((200, 201, 304, 404)),
        "duration_ms": round(random_.random() * 100, 3),
        "trace_id": _hex(random_, 32),
        "span_id": _hex(random_, 16),
        "user_id": f"u_{random_.randrange(10**5)}",
        "host": "web-03",
        "pid": random_.randrange(10**4),
        "env": "production",
        "region": "eu-central-1",
        "version": "3.14.1",
        "retries": 0,
        "cached": False,
        "queue": "default",
        "bytes": random_.randrange(10**5),
    }


def dense_record(random_: random.Random) -> dict[str, Any]:
    """Return a clean record with a card, a password and a token in three more fields."""
    token = "".join(random_.choices(_ALNUM, k=24))
    return clean_record(random_) | {
        "note": f"paid with 4111 1111 1111 {random_.choice(('1111', '1145'))}, thanks",
        "auth": {"user": "bob", "password": f"hunter{random_.randrange(10**5)}"},
        "headers": [["accept", "*/*"], ["authorization", f"Bearer {token}"]],
    }


def _clean_text(random_: random.Random) -> str:
    record = clean_record(random_)
    for key in ("env", "region", "version", "retries", "cached", "queue", "bytes"):
        del record[key]
    return json.dumps(record)


def dense_text(random_: random.Random) -> str:
    """Return a JSON line of about 300 bytes with a card, a password and a token."""
    token = "".join(random_.choices(_ALNUM, k=24))
    return json.dumps(
        {
            "time": "2026-11-22T08:06:03.123456Z",
            "level": "INFO",
            "logger": "app.pay",
            "message": f"paid with {random_.choice(_CARDS)}, thanks",
            "password": _hex(random_, 12),
            # In two parts, so that no code host takes the source for a leak.
            "token": "xox" + f"b-{random_.randrange(10**11, 10**12)}-{token}",
            "path": "/api/v1/orders/8842",
            "status": 200,
            "host": "web-03",
            "user_id": f"u_{random_.randrange(10**5)}",
        }
    )


def _long_text(random_: random.Random) -> str:
    frame = '  File "/srv/app/orders/views.py", line {}, in {}\n    {}\n'
    text = "Traceback (most recent call last):\n"
    size = random_.randrange(4096, 16384)
    while len(text) < size:
        text += frame.format(
            random_.randrange(1000),
            random_.choice(("dispatch", "get_queryset", "save", "render")),
            random_.choice(
                ("return self.handler(request, *args, **kwargs)", "cursor.execute(sql, params)")
            ),
        )
    return json.dumps({"level": "ERROR", "message": "unhandled", "exception": text})


def _near_miss(random_: random.Random) -> str:
    return json.dumps(
        {
            "order_id": random_.randrange(10**15, 10**16),
            "ts": 1763798763123456 + random_.randrange(10**6),
            "sha": _hex(random_, 40),
            "etag": "".join(random_.choices(_ALNUM, k=27)) + "=",
            "token_count": random_.randrange(10**4),
            "max_tokens": 4096,
            "image": f"sha256:{_hex(random_, 64)}",
            "ratio": random_.random(),
            "msg": "password reset requested",
        }
    )


def make(name: str, count: int) -> Workload:
    """Return *count* lines of the workload *name*: see ``WORKLOADS``."""
    random_ = random.Random(_SEED)
    if name == "sparse":
        lines = tuple(
            dense_text(random_) if index % 100 == 99 else _clean_text(random_)
            for index in range(count)
        )
        return Workload(name, lines, count // 100)
    line, share = WORKLOADS[name]
    return Workload(name, tuple(line(random_) for _ in range(count)), count * share)


#: Name to how a line is made and whether it holds secrets.
WORKLOADS: dict[str, tuple[Callable[[random.Random], str], int]] = {
    "clean": (_clean_text, 0),
    "sparse": (_clean_text, 0),
    "dense": (dense_text, 1),
    "long": (_long_text, 0),
    "near-miss": (_near_miss, 0),
}


def verify(workload: Workload, redact: Callable[[str], str]) -> None:
    """
    Check that *redact* changes as many lines as the workload says.

    Raises:
        AssertionError: It changes more or fewer.
    """
    changed = sum(redact(line) != line for line in workload.lines)
    if changed != workload.changed:
        raise AssertionError(
            f"{workload.name}: {changed} lines changed, the workload says {workload.changed}"
        )

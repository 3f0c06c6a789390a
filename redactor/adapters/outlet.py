"""Several sinks as one: each record to all of them, and no failure into the program."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from redactor.sinks import DeliverySink, LokiSink
from redactor_sinks.records import plain_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.exits.guard import Guard
    from redactor.sinks import Sink

__all__ = ["Outlet", "as_line", "as_time"]

#: Sinks that write at once are for one thread. One lock for all: handlers can share a sink.
_writing = threading.RLock()


def _renew() -> None:
    global _writing  # noqa: PLW0603  # a thread that held it does not exist in a child
    _writing = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


class Outlet:
    """
    Gives redacted records to sinks.

    Args:
        sinks: Where to; all of them.
        guard: Counts failures, and reports each kind once a minute.
        name: What failures are counted under.
    """

    def __init__(self, sinks: Iterable[Sink], guard: Guard, name: str) -> None:
        self.sinks = tuple(sinks)
        self._guard = guard
        self._name = name

    def give(
        self,
        line: bytes,
        text: bytes | None = None,
        *,
        time: int = 0,
        labels: Iterable[tuple[str, str]] = (),
    ) -> None:
        """
        Give one record to every sink.

        Args:
            line: It as a line of JSON.
            text: It as text, for sinks whose receivers show lines. Default: *line*.
            time: When it was made, in nanoseconds since 1970. Default: now.
            labels: What such a receiver can search by, without reading the text.
        """
        for sink in self.sinks:
            try:
                _give(sink, line, line if text is None else text, time, labels)
            except Exception as error:  # noqa: BLE001  # the program must not see it, nor the others
                self._guard.failed(self._name, error)

    def flush(self) -> None:
        """Have what waits sent."""
        for sink in self.sinks:
            try:
                if isinstance(sink, DeliverySink):
                    sink.delivery.hurry()
                else:
                    with _writing:
                        sink.flush()
            except Exception as error:  # noqa: BLE001  # as above
                self._guard.failed(self._name, error)


def _give(
    sink: Sink, line: bytes, text: bytes, time: int, labels: Iterable[tuple[str, str]]
) -> None:
    if getattr(sink, "structured", False):
        sink.emit(line, time=time)  # type: ignore[attr-defined]  # of those that are structured
    elif isinstance(sink, LokiSink):
        sink.emit(text, time=time, attributes=labels)
    elif isinstance(sink, DeliverySink):
        sink.emit(text, time=time)
    else:
        with _writing:
            sink.write(text + b"\n")


def as_line(fields: dict[str, Any]) -> bytes:
    """Return redacted *fields* as a line of JSON; those without a value are left out."""
    return msgspec.json.encode(
        {name: plain_value(value) for name, value in fields.items() if value not in (None, "")},
        enc_hook=str,
    )


def as_time(nanoseconds: int) -> str:
    """Return a time in the form of ISO 8601, in UTC and with all its digits."""
    seconds, part = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{part:09d}Z"

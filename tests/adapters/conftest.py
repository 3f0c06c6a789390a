"""Sinks that the tests of the adapters write into."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from redactor.sinks import DeliveryError, OtlpSink, SentrySink
from tests.exits.sentry.receiver import Item, parse
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.sinks import DeliverySink


class Collecting:
    """
    A sink that keeps what it is given.

    Attributes:
        data: All of it.
    """

    def __init__(self) -> None:
        self.data = b""

    def write(self, lines: bytes) -> None:
        self.data += lines

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    @property
    def lines(self) -> list[bytes]:
        """The lines, which must all have an end."""
        *lines, rest = self.data.split(b"\n")
        assert rest == b""
        return lines

    @property
    def records(self) -> list[dict[str, Any]]:
        """The lines as values."""
        return [json.loads(line) for line in self.lines]


class Broken(Collecting):
    """A sink that fails, with a record in its error."""

    def write(self, lines: bytes) -> None:
        raise OSError(lines)


@pytest.fixture
def collecting() -> Collecting:
    """A sink that keeps what it is given."""
    return Collecting()


@pytest.fixture
def broken() -> Broken:
    """A sink that fails."""
    return Broken()


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of any protocol."""
    with Answering(Reply(200, {}, b"")) as running:
        yield running


@pytest.fixture
def open_sink(server: Answering) -> Iterator[Callable[..., DeliverySink]]:
    """Make sinks that send to ``server``."""
    made: list[DeliverySink] = []

    def make(kind: type[DeliverySink], **options: Any) -> DeliverySink:
        address = server.dsn if kind is SentrySink else server.url
        made.append(kind(address, **options))  # type: ignore[arg-type]  # not the base class
        return made[-1]

    yield make
    for sink in made:
        with contextlib.suppress(DeliveryError):  # what a test leaves there
            sink.close()


@pytest.fixture
def otlp(open_sink: Callable[..., OtlpSink]) -> OtlpSink:
    """A sink for OTLP."""
    return open_sink(OtlpSink, timeout=1.0)


@pytest.fixture
def sentry(open_sink: Callable[..., SentrySink]) -> SentrySink:
    """A sink for Sentry."""
    return open_sink(SentrySink, timeout=1.0, flush_seconds=0.5)


@pytest.fixture
def events(server: Answering) -> Callable[[], list[dict[str, Any]]]:
    """Return the events that came."""
    return lambda: [item.json for item in items(server) if item.type == "event"]


def items(server: Answering) -> list[Item]:
    """Return the items of the envelopes that came."""
    return [
        item
        for body in server.bodies
        for item in parse(body if body.endswith(b"\n") else body + b"\n").items
    ]

"""The OTLP sink with its queue: what a receiver that misbehaves costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from redactor.sinks import DeliveryError, OtlpSink
from tests.sinks.answering import Answering, Reply
from tests.sinks.otlp.test_exporter import PROTOBUF, partial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LINES = [b'{"level":"info","msg":"line %d"}' % number for number in range(20)]


class Judging(Answering):
    """A receiver that refuses every request with a certain word in it."""

    def __init__(self, word: bytes, status: int) -> None:
        super().__init__()
        self._word, self._status = word, status
        self.stored: list[bytes] = []

    def judge(self) -> Reply:
        """Answer by what the last request holds."""
        body = self.requests[-1].body
        if self._word in body:
            return Reply(self._status)
        self.stored.append(body)
        return Reply(200)

    @property
    def otherwise(self) -> Reply:
        """What to answer."""
        return self.judge()

    @otherwise.setter
    def otherwise(self, reply: Reply) -> None:
        pass


def messages(bodies: list[bytes]) -> list[str]:
    """Return the bodies of the log records of requests."""
    return [
        record.body.string_value
        for body in bodies
        for resource in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    ]


@pytest.fixture
def sink_to(tmp_path: Path) -> Iterator[Callable[..., OtlpSink]]:
    """Make a sink with a spool."""
    made: list[OtlpSink] = []

    def make(server: Answering) -> OtlpSink:
        made.append(OtlpSink(server.url, spool=tmp_path, timeout=1.0, flush_seconds=1.0))
        return made[-1]

    yield make
    for sink in made:
        try:
            sink.close()
        except DeliveryError:
            continue


@pytest.mark.parametrize("status", [400, 413, 500])
def test_one_bad_record_costs_none_of_its_neighbours(
    sink_to: Callable[..., OtlpSink], status: int
) -> None:
    """
    A receiver that refuses every request with one record in it gets all others, in order; that one
    becomes a dead letter. To tell a bad record from a bad receiver, its neighbour may be sent more
    than once after a 500.
    """
    with Judging(b"line 7", status) as server:
        sink = sink_to(server)
        sink.write(b"\n".join(LINES) + b"\n")
        assert sink.delivery.flush(60)
        counts = sink.counts()

    assert list(dict.fromkeys(messages(server.stored))) == [
        f"line {n}" for n in range(20) if n != 7
    ]
    assert status == 500 or len(messages(server.stored)) == 19
    assert (counts.accepted, counts.delivered, counts.dead, counts.pending) == (20, 19, 1, 0)
    assert counts.balanced


def test_a_partial_success_is_not_repeated(sink_to: Callable[..., OtlpSink]) -> None:
    """
    The records of the request are dead letters with the count as their reason, and no request is
    made again.
    """
    with Answering() as server:
        server.replies.append(Reply(200, PROTOBUF, partial(3)))
        sink = sink_to(server)
        sink.write(b"\n".join(LINES) + b"\n")
        assert sink.delivery.flush(30)
        counts = sink.counts()
        spool = sink.delivery.spool
        assert spool is not None
        letters = list(spool.dead_letters())

    assert len(server.requests) == 1
    assert (counts.delivered, counts.dead) == (0, 20)
    assert {letter.reason for letter in letters} == {
        "the receiver rejected 3 of 20 records of this request and does not say which"
    }


def test_an_outage_keeps_order_and_times(sink_to: Callable[..., OtlpSink]) -> None:
    """
    After an outage every line arrives once and in order, with the time at which it was accepted.
    """
    with Answering() as server:
        server.outage_until = time.monotonic() + 1.5
        sink = sink_to(server)
        before = time.time_ns()
        for line in LINES:
            sink.write(line + b"\n")
        after = time.time_ns()
        assert sink.delivery.flush(60)

    assert server.refused > 0
    assert messages(server.bodies) == [f"line {n}" for n in range(20)]
    times = [
        record.observed_time_unix_nano
        for body in server.bodies
        for resource in ExportLogsServiceRequest.FromString(body).resource_logs
        for scope in resource.scope_logs
        for record in scope.log_records
    ]
    assert times == sorted(set(times))
    assert before <= times[0] <= times[-1] <= after

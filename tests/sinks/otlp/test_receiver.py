"""A real OTLP receiver gets what the sink sends, understands it and sends it on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from redactor_sinks.delivery import Delivered, Entry, Split
from redactor_sinks.otlp import LINES, SPANS, OtlpExporter, encoded_spans
from tests.exits.opentelemetry.test_receiver import Rotel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.exits.opentelemetry.collector import Collector

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def collector() -> Iterator[Collector]:
    """What the receiver sends on to."""
    from tests.exits.opentelemetry.collector import Collector

    with Collector() as running:
        yield running


@pytest.fixture
def send_to() -> Iterator[Callable[..., OtlpExporter]]:
    """Make an exporter that sends to a receiver."""
    made: list[OtlpExporter] = []

    def make(receiver: Rotel, **options: Any) -> OtlpExporter:
        made.append(OtlpExporter(f"http://127.0.0.1:{receiver.http}", **options))
        return made[-1]

    yield make
    for exporter in made:
        exporter.close()


@pytest.fixture
def rotel(tmp_path: Path, collector: Collector) -> Iterator[Rotel]:
    """A running receiver."""
    package = pytest.importorskip("rotel", reason="no receiver: pip install --pre rotel")
    agent = Path(package.__file__).parent / "rotel-agent"
    if not agent.exists():
        pytest.skip("no receiver: this rotel is not built for this machine")
    receiver = Rotel(agent, tmp_path / "rotel", collector)
    yield receiver
    receiver.stop()


def test_a_real_receiver_has_every_line(
    rotel: Rotel, collector: Collector, send_to: Callable[..., OtlpExporter]
) -> None:
    """
    Each line of logs in every form arrives at a receiver of another make, in order.
    """
    lines = [
        line
        for name in ("structlog.log", "logfmt.log", "nginx-error.log", "batch-job.log")
        for line in (ROOT / "examples/logs" / name).read_bytes().split(b"\n")[:100]
        if line
    ]
    entries = [Entry(10**18 + number, LINES, line) for number, line in enumerate(lines)]
    exporter = send_to(rotel, resource={"service.name": "shop"})

    for start in range(0, len(entries), 100):
        assert exporter.send(entries[start : start + 100]) == Delivered()
    rotel._until(lambda: len(collector.log_records()) >= len(lines))
    came = collector.log_records()
    assert [str(entry.time) for entry in entries] == sorted(
        record["observedTimeUnixNano"] for record in came
    )
    by_time = {record["observedTimeUnixNano"]: record for record in came}
    assert [
        json.loads(line)["event"] if line.startswith(b"{") else None for line in lines[:100]
    ] == [by_time[str(entry.time)]["body"] for entry in entries[:100]]
    assert {"shop"} == {
        resource["attributes"]["service.name"] for resource in collector.resources()
    }


def test_a_real_receiver_has_the_spans(
    rotel: Rotel, collector: Collector, send_to: Callable[..., OtlpExporter]
) -> None:
    """
    Spans go to their own path.
    """
    from opentelemetry.sdk.trace import TracerProvider

    span = TracerProvider(shutdown_on_exit=False).get_tracer("t").start_span("checkout")
    span.end()
    exporter = send_to(rotel)

    (encoded,) = encoded_spans([span])  # type: ignore[list-item]  # the SDK's span is readable
    assert exporter.send([Entry(1, SPANS, encoded)]) == Delivered()
    rotel._until(lambda: len(collector.spans()) == 1)
    assert ["checkout"] == [span["name"] for span in collector.spans()]


def test_a_real_receiver_refuses_what_is_too_large(
    rotel: Rotel, send_to: Callable[..., OtlpExporter]
) -> None:
    """
    Over its limit a real receiver answers 413: the batch is to be halved.
    """
    exporter = send_to(rotel, timeout=60)
    line = b"x" * 11_000_000

    assert exporter.send([Entry(1, LINES, line), Entry(2, LINES, line)]) == Split("status 413")
    assert exporter.send([Entry(1, LINES, line)]) == Delivered()

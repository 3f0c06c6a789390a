"""A real receiver of the Sentry protocol understands what the sink sends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor.sinks import SentrySink
from tests.exits.sentry.receiver import parse
from tests.exits.sentry.test_spotlight import Spotlight, spotlight

if TYPE_CHECKING:
    from redactor_sinks.sentry import EventOptions

__all__ = ["spotlight"]  # the fixture

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
LOGS = ("structlog.log", "fastapi-loguru.log", "django.log", "postgresql.log", "nginx-error.log")


def test_spotlight_has_every_error_of_the_example_logs(
    spotlight: Spotlight,  # the fixture
) -> None:
    """
    Each error record of real logs, redacted, is an event there that it takes apart as Sentry does.
    """
    from redactor import Redactor
    from redactor_sinks.sentry import event_of

    redactor = Redactor()
    sink = SentrySink(spotlight.dsn)
    options: EventOptions = sink._events
    expected = 0
    for name in LOGS:
        redacted = redactor.lines((ROOT / "examples/logs" / name).read_bytes())
        expected += sum(event_of(line, 1, options) is not None for line in redacted.split(b"\n"))
        sink.write(redacted)
        sink.flush()
    assert sink.delivery.flush(60)
    counts = sink.counts()
    sink.close()

    envelopes = spotlight.stream()
    events = [parse(spotlight.raw(envelope) + b"\n").items[0].json for envelope in envelopes]
    assert expected > 20
    assert expected == counts.delivered == len(events)
    assert len({event["event_id"] for event in events}) == expected
    assert {"error", "fatal"} >= {event["level"] for event in events}
    assert any("exception" in event for event in events)

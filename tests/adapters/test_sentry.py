"""The transport of the Sentry SDK over our sink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor.adapters import sentry_transport
from redactor.sinks import SentrySink
from tests.adapters.conftest import items
from tests.sinks.answering import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from redactor.sinks import DeliverySink
    from tests.sinks.answering import Answering

sentry_sdk = pytest.importorskip("sentry_sdk")


@pytest.fixture
def client(sentry: SentrySink, server: Answering) -> Iterator[Any]:
    """A client whose transport gives envelopes to the sink."""
    made = sentry_sdk.Client(
        server.dsn, transport=sentry_transport(sentry), default_integrations=False
    )
    yield made
    made.close(0)


def test_events_arrive_redacted(client: Any, sentry: SentrySink, server: Answering) -> None:
    """
    What the SDK captures is redacted before the sink has it.
    """
    client.capture_event({"message": "login password=hunter2 ok", "extra": {"passwd": "hunter3"}})
    assert sentry.delivery.flush(10)

    (item,) = items(server)
    assert item.type == "event"
    assert item.json["message"] == "login password=[redacted:password] ok"
    assert b"hunter" not in server.bodies[0]


def test_more_events_than_the_sdk_would_hold(
    client: Any, sentry: SentrySink, server: Answering
) -> None:
    """
    A thousand events in a row all arrive, each once; the SDK's own transport holds a hundred.
    """
    ids = {client.capture_event({"message": f"event {number}"}) for number in range(1000)}
    assert sentry.delivery.flush(60)

    came = [item.json["event_id"] for item in items(server)]
    assert len(came) == 1000
    assert set(came) == ids


def test_an_event_keeps_its_id_over_all_tries(
    client: Any, sentry: SentrySink, server: Answering
) -> None:
    """
    A resend is the same event for Sentry.
    """
    server.replies += [Reply(503), Reply(fault="hang")]
    wanted = client.capture_event({"message": "x"})
    assert sentry.delivery.flush(60)

    assert {wanted} == {item.json["event_id"] for item in items(server)}
    assert sentry.counts().delivered == 1
    assert len(server.requests) == 3


def test_what_sentry_limits_is_held(client: Any, sentry: SentrySink, server: Answering) -> None:
    """
    While errors are limited they wait, and check-ins go on; nothing is dropped.
    """
    server.replies.append(Reply(429, {"X-Sentry-Rate-Limits": "3600:error:key"}))
    client.capture_event({"message": "held"})
    client.capture_event({"message": "held too"})
    while not server.requests:
        sentry.delivery.flush(0.1)
    client.capture_event({
        "type": "check_in", "check_in_id": "ab" * 16, "monitor_slug": "m", "status": "ok",
    })  # fmt: skip
    while len(server.requests) < 2:
        sentry.delivery.flush(0.1)

    counts = sentry.counts()
    assert [request.body.count(b"check_in_id") for request in server.requests] == [0, 1]
    assert (counts.accepted, counts.delivered, counts.pending) == (3, 1, 2)
    assert counts.shed == {}


def test_a_sink_of_its_own(server: Answering, tmp_path: Path) -> None:
    """
    Without a sink the transport opens one for the DSN of ``init``, with a spool where it is told.
    """
    transport: Any = sentry_transport(spool=tmp_path)
    client = sentry_sdk.Client(server.dsn, transport=transport, default_integrations=False)
    client.capture_event({"message": "login password=hunter2 ok"})
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    client.flush(10)
    sink: DeliverySink = client.transport._sink
    sink.close()

    assert len(items(server)) == 1
    assert b"[redacted:password]" in kept
    assert b"hunter2" not in kept
    assert b"ab" * 16 not in kept


def test_a_client_can_be_closed_and_opened_again(
    open_sink: Callable[..., SentrySink], server: Answering
) -> None:
    """
    The sink is the program's: a second client uses it as the first one did.
    """
    sink = open_sink(SentrySink)
    for number in range(2):
        client = sentry_sdk.Client(
            server.dsn, transport=sentry_transport(sink), default_integrations=False
        )
        client.capture_event({"message": f"client {number}"})
        client.close(10)

    assert ["client 0", "client 1"] == [item.json["message"] for item in items(server)]

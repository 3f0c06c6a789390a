"""The Sentry sink: lines in, events out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor import InputError
from redactor.sinks import EventOptions, SentrySink, open_sink
from tests.exits.sentry.receiver import parse
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of its own."""
    with Answering(Reply(200, {}, b"{}")) as running:
        yield running


def events(server: Answering) -> list[dict[str, Any]]:
    """Return the events that came."""
    return [parse(body + b"\n").items[0].json for body in server.bodies]


LOG = (
    b"ERROR:shop:failed\n"
    b"Traceback (most recent call last):\n"
    b'  File "/srv/pay.py", line 7, in pay\n'
    b"    charge()\n"
    b"ValueError: declined\n"
    b"INFO:shop:next\n"
    b"ERROR:shop:again"
)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_lines_come_in_pieces_of_any_size(server: Answering, size: int) -> None:
    """
    A record and its traceback are one event however they are cut; the last line needs no break.
    """
    sink = SentrySink(server.dsn)
    for start in range(0, len(LOG), size):
        sink.write(LOG[start : start + size])
    sink.close()

    first, second = events(server)
    assert first["exception"]["values"][0]["value"] == "declined"
    assert second["logentry"]["formatted"] == "ERROR:shop:again"


def test_flush_takes_a_record_that_may_go_on(server: Answering) -> None:
    """
    An error is not held back until somebody logs the next line.
    """
    sink = SentrySink(server.dsn)
    sink.write(b"ERROR:shop:failed\n")
    sink.flush()
    assert sink.delivery.flush(10)
    sink.close()

    assert len(events(server)) == 1


def test_the_environment_has_the_address(
    server: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    ``SENTRY_DSN`` keeps the key out of the list of processes; environment and release are those of
    the variables that Sentry's own clients know.
    """
    monkeypatch.setenv("SENTRY_DSN", server.dsn)
    monkeypatch.setenv("SENTRY_ENVIRONMENT", "staging")
    monkeypatch.setenv("SENTRY_RELEASE", "1.2")
    sink = open_sink("sentry:", labels={"team": "pay"})
    sink.write(b"ERROR:shop:failed\n")
    sink.close()

    (event,) = events(server)
    assert (event["environment"], event["release"]) == ("staging", "1.2")
    assert event["tags"] == {"team": "pay"}


def test_options_can_be_given_in_three_ways(server: Answering) -> None:
    """
    In the address, as ``EventOptions``, and by labels.
    """
    sink = SentrySink(
        f"{server.dsn}?level=warning&server_name=web-1",
        events=EventOptions(tags={"team": "pay"}, tag_fields=("region",)),
        labels={"app": "shop"},
    )
    sink.write(b'{"level":"warning","msg":"low","region":"eu"}\n')
    sink.close()

    (event,) = events(server)
    assert event["server_name"] == "web-1"
    assert event["tags"] == {"app": "shop", "team": "pay", "region": "eu"}


def test_no_address_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without an address and without the variable, the sink says how to write one.
    """
    monkeypatch.delenv("SENTRY_DSN", raising=False)

    with pytest.raises(InputError, match="sentry:https://KEY@HOST/PROJECT"):
        open_sink("sentry:")


def test_the_spool_holds_neither_key_nor_time_of_sending(server: Answering, tmp_path: Path) -> None:
    """
    What is kept is the event; how it is sent is known when it is sent.
    """
    server.otherwise = Reply(503)
    sink = SentrySink(server.dsn, spool=tmp_path, flush_seconds=0.1)
    sink.emit(b"ERROR:shop:failed")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    server.otherwise = Reply(200)
    assert sink.delivery.flush(30)
    sink.close()

    assert b"failed" in kept
    assert b"ab" * 16 not in kept
    assert b"sent_at" not in kept
    assert len({event["event_id"] for event in events(server)}) == 1

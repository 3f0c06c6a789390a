"""The Sentry exporter: one envelope a request, limits that hold, ids that stay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from redactor import InputError
from redactor_sinks.delivery import Delivered, Entry, Refused, Retry, Split
from redactor_sinks.http import Answer
from redactor_sinks.sentry import (
    EventOptions,
    SentryExporter,
    categories_of,
    envelope_of,
    event_of,
    stream_of,
)
from redactor_sinks.sentry.limits import Limits
from tests.exits.sentry.receiver import parse
from tests.sinks.answering import Answering, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[Answering]:
    """A receiver of its own."""
    with Answering(Reply(200, {}, b"{}")) as running:
        yield running


@pytest.fixture
def exporter(server: Answering) -> Iterator[SentryExporter]:
    """An exporter that sends to ``server``."""
    made = SentryExporter(server.dsn, timeout=1.0)
    yield made
    made.close()


def entry(stream: str = "error", message: str = "x") -> Entry:
    """Return one event as a queue hands it over."""
    event = event_of(f"ERROR:shop:{message}".encode(), 10**18, EventOptions())
    assert event is not None
    return Entry(10**18, stream, envelope_of(event))


def test_an_envelope_is_sent_as_sentry_takes_it(
    server: Answering, exporter: SentryExporter
) -> None:
    """
    Path, authentication and framing are those of the protocol.
    """
    assert exporter.send([entry()]) == Delivered()

    (request,) = server.requests
    envelope = parse(request.body + b"\n")
    assert request.path == "/api/42/envelope/"
    assert request.headers["content-type"] == "application/x-sentry-envelope"
    assert request.headers["content-encoding"] == "gzip"
    auth = request.headers["x-sentry-auth"]
    assert auth.startswith(f"Sentry sentry_version=7, sentry_key={'ab' * 16}, sentry_client=")
    assert ["event"] == [item.type for item in envelope.items]
    assert envelope.items[0].json["event_id"] == envelope.headers["event_id"]


def test_a_resend_is_the_same_but_for_the_time_of_sending(
    server: Answering, exporter: SentryExporter
) -> None:
    """
    The id and every byte of the items stay over all tries; only ``sent_at`` says when each was
    made, by which Sentry corrects clocks.
    """
    one = entry()
    server.replies += [Reply(503), Reply(fault="hang")]
    outcomes = [exporter.send([one]) for _ in range(3)]

    heads = [json.loads(body.partition(b"\n")[0]) for body in server.bodies]
    assert [type(outcome) for outcome in outcomes] == [Retry, Retry, Delivered]
    assert len({body.partition(b"\n")[2] for body in server.bodies}) == 1
    assert len({head["event_id"] for head in heads}) == 1
    assert all(head["sent_at"].endswith("Z") for head in heads)
    assert b"sent_at" not in one.payload


@pytest.mark.parametrize(
    ("headers", "wait", "scope"),
    [
        ({}, 60, "all"),
        ({"Retry-After": "7"}, 7, "all"),
        ({"Retry-After": "soon"}, 60, "all"),
        ({"X-Sentry-Rate-Limits": "9:error:organization"}, 9, "stream"),
        ({"X-Sentry-Rate-Limits": "9:error;transaction:key:quota, 3::key"}, 9, "all"),
        ({"X-Sentry-Rate-Limits": "9::organization"}, 9, "all"),
        ({"X-Sentry-Rate-Limits": "9:transaction:key", "Retry-After": "7"}, 1, "stream"),
        ({"X-Sentry-Rate-Limits": "garbage", "Retry-After": "7"}, 7, "all"),
        ({"X-Sentry-Rate-Limits": "99999999999:error:key"}, 3600, "stream"),
    ],
)
def test_a_429_holds_what_it_names(
    server: Answering, exporter: SentryExporter, headers: dict[str, str], wait: float, scope: str
) -> None:
    """
    ``X-Sentry-Rate-Limits`` comes first, then ``Retry-After``, then a minute; nothing is dropped.
    """
    server.replies.append(Reply(429, headers))
    outcome = exporter.send([entry()])

    assert isinstance(outcome, Retry)
    assert outcome.after == pytest.approx(wait, abs=0.5)
    assert outcome.scope == scope


def test_what_is_limited_is_not_sent_until_it_may_be(
    server: Answering, exporter: SentryExporter
) -> None:
    """
    A limit counts whatever the status is. What it names is held without a request, and nothing
    else.
    """
    server.replies.append(Reply(200, {"x-sentry-rate-limits": "50:transaction;attachment:key"}))

    assert exporter.send([entry()]) == Delivered()
    for stream in ("transaction", stream_of(["event", "attachment"])):
        held = exporter.send([entry(stream)])
        assert isinstance(held, Retry)
        assert held.reason == "rate limit"
        assert held.after == pytest.approx(50, abs=0.5)
        assert held.scope == "stream"
    assert exporter.send([entry()]) == Delivered()
    assert len(server.requests) == 2


def test_a_limit_ends() -> None:
    """
    After its seconds a category may be sent again; a shorter limit does not end a longer one.
    """
    now = 0.0
    limits = Limits(lambda: now)
    limits.update(Answer(429, {"x-sentry-rate-limits": "10:error:key"}, b""))
    limits.update(Answer(200, {"x-sentry-rate-limits": "5:error:key"}, b""))
    limits.update(Answer(200, {}, b""))

    assert limits.wait(["error"]) == 10
    assert limits.wait(["transaction"]) == 0
    now = 10.0
    assert limits.wait(["error"]) == 0


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(413), Split("status 413")),
        (Reply(400, {}, b"secret in the answer"), Split("status 400")),
        (Reply(500), Retry("status 500")),
        (Reply(502), Retry("status 502")),
        (Reply(503, {"Retry-After": "4"}), Retry("status 503", 4.0)),
        (Reply(401), Refused("status 401", "Check the key and the project of the DSN")),
        (Reply(403), Refused("status 403", "Check the key and the project of the DSN")),
        (Reply(404), Refused("status 404", "Check the key and the project of the DSN")),
        (
            Reply(302, {"Location": "http://127.0.0.1:1/"}),
            Refused("status 302", "It wants to send us elsewhere: use the DSN of that place"),
        ),
        (
            Reply(200, {"Content-Type": "text/html"}, b"<html>"),
            Refused("the answer is a web page", "What answers there is no Sentry"),
        ),
        (Reply(204), Delivered()),
    ],
)
def test_each_answer_has_its_outcome(
    server: Answering, exporter: SentryExporter, reply: Reply, expected: Any
) -> None:
    """
    What may pass later is kept, what cannot pass becomes a dead letter, what is for the operator
    is said; nothing of the answer is repeated.
    """
    server.replies.append(reply)

    assert exporter.send([entry()]) == expected
    assert len(server.requests) == 1


def test_a_summary_is_an_event(server: Answering, exporter: SentryExporter) -> None:
    """
    How many records were dropped is said in the project itself.
    """
    text = "redactor: 7 records of this stream were dropped (queue full: 7)"
    assert exporter.send([Entry(9, "error", exporter.summary(text))]) == Delivered()

    (item,) = parse(server.bodies[0] + b"\n").items
    assert item.json["logentry"]["formatted"] == text
    assert item.json["level"] == "warning"


@pytest.mark.parametrize("fault", ["reset", "hang"])
def test_no_answer_keeps_the_event(server: Answering, exporter: SentryExporter, fault: str) -> None:
    """
    A connection that ends and a server that is silent cost no event.
    """
    server.replies += [Reply(fault=fault), Reply(fault=fault)]

    assert isinstance(exporter.send([entry()]), Retry)
    server.replies.clear()
    assert exporter.send([entry()]) == Delivered()


@pytest.mark.parametrize(
    "dsn", ["", "http://host/1", "http://key@host", "key@host/1", "http://hunter 2@host/1", "ftp:"]
)
def test_a_dsn_with_a_mistake_is_refused_without_its_key(dsn: str) -> None:
    """
    The message says how to write one and holds nothing of it.
    """
    with pytest.raises(InputError, match="KEY@HOST/PROJECT") as error:
        SentryExporter(dsn)

    assert "hunter" not in str(error.value)


def test_the_address_is_shown_without_the_key() -> None:
    """
    A name goes into messages and metrics.
    """
    exporter = SentryExporter("https://abcdef:secret@o1.ingest.example.com:8443/relay/42")

    assert exporter.name == "sentry:https://o1.ingest.example.com:8443/relay/42"
    assert exporter._path == "/relay/api/42/envelope/"


def test_every_kind_of_item_has_a_category() -> None:
    """
    The categories are those by which Sentry limits; what nobody knows is ``default``.
    """
    sdk = pytest.importorskip("sentry_sdk.envelope")
    kinds = [
        "event", "transaction", "attachment", "session", "sessions", "span", "log",
        "trace_metric", "client_report", "profile", "profile_chunk", "check_in", "unheard-of",
    ]  # fmt: skip

    assert {kind: sdk.Item(b"", type=kind).data_category for kind in kinds} == {
        kind: categories_of([kind])[0] for kind in kinds
    }

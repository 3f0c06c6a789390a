"""Everything that the SDK can send, as it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.sentry.everything import PLACES, PROGRAM, SECRETS
from tests.exits.sentry.programs import run
from tests.exits.sentry.receiver import Item, Receiver, leaked

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What not every version of the SDK, and nothing without a worker of its own, can send.
NEWER = frozenset(
    "flag log-body log-attribute metric-name metric-attribute stream-name stream-attribute".split()
)


def received(install: str) -> Receiver:
    receiver = Receiver()
    run(PROGRAM, dsn=receiver.dsn, install=install, secrets=SECRETS)
    return receiver


@pytest.fixture(scope="module")
def stored() -> Iterator[Receiver]:
    """What a receiver stored of the program with redactor."""
    receiver = received("first")
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def control() -> Iterator[Receiver]:
    """What a receiver stored of the program without redactor."""
    receiver = received("never")
    yield receiver
    receiver.close()


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_arrives(stored: Receiver, control: Receiver, place: str) -> None:
    """
    What a place holds arrives without redactor, and with it in no form.
    """
    sent = leaked(SECRETS[place], control.bodies)
    if not sent and place in NEWER:
        pytest.skip("this version of the SDK cannot send it")
    assert sent
    assert [] == leaked(SECRETS[place], stored.bodies)


def test_no_card_arrives(stored: Receiver, control: Receiver) -> None:
    """
    A card number that is a number in a body or an attribute does not arrive.
    """
    card = "4111111111111111"
    assert leaked(card, control.bodies)
    # But for the time inside a profile that happens to look like one.
    found = [body for body in stored.bodies if card.encode() in body]
    assert all(body.count(card.encode()) == body.count(b"elapsed_since_start_ns") for body in found)


def test_all_items_arrive(stored: Receiver, control: Receiver) -> None:
    """
    As many items of each type arrive with redactor as without.
    """

    def types(receiver: Receiver) -> list[str]:
        return sorted(item.type for item in receiver.items if item.type != "client_report")

    assert types(control) == types(stored)


def by_name(stored: Receiver) -> dict[str, Item]:
    return {item.headers["filename"]: item for item in stored.of_type("attachment")}


def test_attachments_that_are_text(stored: Receiver) -> None:
    """
    An attachment that is text is redacted line by line; every other byte stays.
    """
    names = by_name(stored)
    assert b"ready\npassword=[redacted:password]\nend\n" == names["notes.txt"].payload
    assert b"password=[redacted:password]" == names["call.txt"].payload
    assert b"start\ntoken=[redacted:token]\n" == names["app.log"].payload
    assert {"password": "[redacted:password]", "n": 7} == names["state.json"].json
    assert "token=[redacted:token]" == names["wide.txt"].payload.decode("utf-16")
    assert b"nothing here\n" == names["clean.txt"].payload
    assert b"ok" == names["token=[redacted:token]"].payload


def test_an_attachment_that_is_no_text(stored: Receiver) -> None:
    """
    In the place of an attachment that cannot be looked at, a text leaves that says so.
    """
    item = by_name(stored)["screen.png"]
    assert b"[redacted:withheld:binary]" == item.payload
    assert "text/plain" == item.headers["content_type"]


def transaction(stored: Receiver) -> dict[str, Any]:
    return next(
        item.json
        for item in stored.of_type("transaction")
        if item.json["transaction"].startswith("reset")
    )


def test_a_transaction(stored: Receiver) -> None:
    """
    Name, tags and measurements of a transaction: secrets are redacted, numbers stay numbers.
    """
    found = transaction(stored)
    assert "reset token=[redacted:token]" == found["transaction"]
    assert "[redacted:password]" == found["tags"]["password"]
    assert 3 == found["measurements"]["password_attempts"]["value"]


def test_spans(stored: Receiver) -> None:
    """
    Description, data and tags of spans are redacted; their ids, times and order numbers stay.
    """
    span = next(span for span in transaction(stored)["spans"] if span["op"] == "db")
    assert "SELECT * FROM users WHERE password = '[redacted:password]'" == span["description"]
    assert "[redacted:password]" == span["data"]["db.password"]
    assert 4115469821976430 == span["data"]["db.rows"]
    assert "[redacted:token]" == span["tags"]["token"]
    assert {"span_id", "trace_id", "start_timestamp", "timestamp"} <= span.keys()


def test_a_check_in(stored: Receiver) -> None:
    """
    A check-in keeps its monitor, status and duration.
    """
    [item] = stored.of_type("check_in")
    assert ("nightly", "ok", 1.5) == tuple(
        item.json[name] for name in ("monitor_slug", "status", "duration")
    )
    assert "token=[redacted:token]" == item.json["environment"]


def test_a_profile_keeps_its_form(stored: Receiver) -> None:
    """
    A profile keeps ids, samples, stacks and lines; names are redacted.
    """
    [profile] = [item.json for item in stored.of_type("profile")]
    assert [
        {
            "stack_id": 0,
            "thread_id": "140735353897728",
            "elapsed_since_start_ns": "4111111111111111",
        }
    ] == profile["profile"]["samples"]
    assert 7 == profile["profile"]["frames"][0]["lineno"]
    [chunk] = [item.json for item in stored.of_type("profile_chunk")]
    assert [{"stack_id": 0, "thread_id": "7", "timestamp": 1795347886.123456}] == (
        chunk["profile"]["samples"]
    )


def test_the_headers_of_an_envelope(stored: Receiver) -> None:
    """
    Headers of an envelope are redacted; ids, keys and the address of the project stay.
    """
    [headers] = [e.headers for e in stored.envelopes if "unknown" in e.headers]
    assert "password=[redacted:password]" == headers["unknown"]
    assert stored.dsn == headers["dsn"]
    assert {
        "trace_id": "cd" * 16,
        "public_key": "ef" * 16,
        "release": "shop@1.2.3",
        "transaction": "reset token=[redacted:token]",
        "sample_rate": "1.0",
    } == headers["trace"]


def test_envelopes_of_the_program(stored: Receiver) -> None:
    """
    Items that a program makes itself, of JSON or text in bytes, are redacted by what they are.
    """
    [metric] = stored.of_type("statsd")
    assert b"logins@none:1|c|#token:[redacted:token]|T1795347886" == metric.payload
    [unknown] = stored.of_type("unheard_of")
    assert [{"password": "[redacted:password]"}] == unknown.json
    [event] = [i.json for i in stored.of_type("event") if i.json.get("event_id") == "9a" * 16]
    assert "token=[redacted:token]" == event["message"]


def test_versions_of_packages_are_no_secrets(stored: Receiver) -> None:
    """
    A package whose name sounds like a credential keeps its version.
    """
    [event] = [i.json for i in stored.of_type("event") if i.json.get("event_id") == "9a" * 16]
    assert {"requests": "2.32.0", "api-key": "3.0.0", "token=[redacted:token]": "1"} == (
        event["modules"]
    )


def test_types_of_attributes_of_logs(stored: Receiver) -> None:
    """
    The type of an attribute is that of the value that leaves.
    """
    if not stored.of_type("log"):
        pytest.skip("this version of the SDK has no logs")
    [item] = stored.of_type("log")
    [log] = item.json["items"]
    assert 1 == item.headers["item_count"]
    attributes = log["attributes"]
    assert {"value": "[redacted:card]", "type": "string"} == attributes["card"]
    assert {"value": 200, "type": "integer"} == attributes["status"]
    if attributes["sizes"]["type"] == "array":  # older versions send the text of a list
        assert {"value": [1, 2, 3], "type": "array"} == attributes["sizes"]
        assert {"value": ["[redacted:card]", "7"], "type": "array"} == attributes["cards"]
    else:
        assert '["[redacted:card]", 7]' == attributes["cards"]["value"]


def test_a_streamed_span(stored: Receiver) -> None:
    """
    A streamed span keeps ids and numbers; its name and attributes are redacted.
    """
    spans = [
        span for item in stored.of_type("span") for span in item.json["items"] if "name" in span
    ]
    found = [span for span in spans if span["name"] == "reset token=[redacted:token]"]
    if not found:
        pytest.skip("this version of the SDK does not stream spans")
    [span] = found
    assert {"value": 4115469821976430, "type": "integer"} == span["attributes"]["rows"]
    assert {"value": "[redacted:password]", "type": "string"} == span["attributes"]["password"]
    assert isinstance(span["start_timestamp"], float)

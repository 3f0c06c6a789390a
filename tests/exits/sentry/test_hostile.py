"""Large and hostile payloads: bounded, and delivered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.exits.sentry.receiver import leaked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.exits.sentry.receiver import Receiver

    Run = Callable[..., subprocess.CompletedProcess[bytes]]

SECRET = {"it": "Hb74rtkoqhunter7"}


def test_a_large_event(receiver: Receiver, run: Run) -> None:
    """
    An event of a megabyte arrives whole, with every secret in it redacted.
    """
    run(
        """
        init(max_request_body_size="always", max_value_length=10**6)
        sentry_sdk.capture_event({
            "message": "large",
            "request": {"data": {
                f"row {number}": {"password": secret("it"), "note": "x" * 40, "n": number}
                for number in range(10_000)
            }},
        })
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    [item] = receiver.of_type("event")
    assert len(item.payload) > 1_000_000
    data = item.json["request"]["data"]
    assert 10_000 == len(data)
    assert {"password": "[redacted:password]", "note": "x" * 40, "n": 9_999} == data["row 9999"]
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_many_breadcrumbs_frames_and_spans(receiver: Receiver, run: Run) -> None:
    """
    Ten thousand breadcrumbs, frames and spans arrive, each redacted, none turned into a marker.
    """
    run(
        """
        from sentry_sdk.envelope import Envelope
        init()
        count = 10_000
        envelope = Envelope()
        envelope.add_event({
            "message": "many",
            "breadcrumbs": {"values": [
                {"message": "m", "data": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7,
                                          "h": 8, "password": secret("it")}} for _ in range(count)
            ]},
            "exception": {"values": [{"type": "E", "value": "v", "stacktrace": {"frames": [
                {"function": "f", "lineno": number, "context_line": "password = x",
                 "vars": {"password": secret("it")}} for number in range(count)
            ]}}]},
            "spans": [{"span_id": "ab" * 8, "data": {"password": secret("it"), "n": number}}
                      for number in range(count)],
        })
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    [item] = receiver.of_type("event")
    event = item.json
    crumbs = event["breadcrumbs"]["values"]
    frames = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert all("[redacted:password]" == crumb["data"]["password"] for crumb in crumbs)
    assert list(range(10_000)) == [frame["lineno"] for frame in frames]
    assert all("[redacted:password]" == frame["vars"]["password"] for frame in frames)
    assert list(range(10_000)) == [span["data"]["n"] for span in event["spans"]]
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_a_deep_body(receiver: Receiver, run: Run) -> None:
    """
    A body of a thousand levels leaves as an event; what lies too deep is withheld.
    """
    run(
        """
        from sentry_sdk.envelope import Envelope, Item
        init()
        deep = {"password": secret("it")}
        for _ in range(900):
            deep = {"a": [deep]}
        envelope = Envelope()
        envelope.add_event({"message": "deep", "extra": deep})
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        envelope = Envelope()
        text = "[" * 100_000 + '"password=' + secret("it") + '"' + "]" * 100_000
        envelope.add_item(Item(text, type="event"))
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    first, second = receiver.of_type("event")
    assert "deep" == first.json["message"]
    assert b"[redacted:withheld:depth]" in first.payload
    assert second.payload.startswith(b"[[[")
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_hostile_objects(receiver: Receiver, run: Run) -> None:
    """
    Variables that raise, log, say megabytes or contain themselves do not stop the event.
    """
    run(
        """
        class Raising:
            def __repr__(self):
                raise ValueError("password=" + secret("it"))

        class Logging:
            def __repr__(self):
                sentry_sdk.capture_message("from inside password=" + secret("it"))
                logging.getLogger("inner").error("password=%s", secret("it"))
                return "<Logging>"

        class Long:
            def __repr__(self):
                return "password=" + secret("it") + " " + "x" * 50_000_000

        class Text(str):
            def __str__(self):
                raise ValueError
            __repr__ = __str__

        init()
        def work(raising, noisy, long, cycle, text, number, data):
            raise ValueError("work")
        def main():
            cycle = {"password": secret("it")}
            cycle["again"] = cycle
            try:
                work(Raising(), Logging(), Long(), cycle, Text("password=" + secret("it")),
                     10 ** 5000, ("password=" + secret("it")).encode())
            except ValueError:
                sentry_sdk.capture_exception()
        main()
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    events = [item.json for item in receiver.of_type("event") if "exception" in item.json]
    [error] = [error for event in events for error in event["exception"]["values"]]
    assert "work" == error["value"]
    assert {"raising", "noisy", "long", "cycle"} <= error["stacktrace"]["frames"][-1]["vars"].keys()
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_payloads_that_are_nearly_json(receiver: Receiver, run: Run) -> None:
    """
    Bytes that only look like JSON, hold a name twice, or numbers that JSON has not, are redacted.
    """
    run(
        """
        from sentry_sdk.envelope import Envelope, Item
        init()
        word = secret("it")
        envelope = Envelope()
        for text in (
            '{"password": "' + word + '"',
            '{"a": NaN, "password": "' + word + '"}',
            '{"a": 1e999, "password": "' + word + '"}',
            '{"a": ' + "9" * 5000 + ', "password": "' + word + '"}',
            '{"extra": {"password": "' + word + '"}, "extra": {"password": "x"}}',
            '{"password": "' + "".join(f"\\\\u{ord(c):04x}" for c in word) + '"}',
            '  [{"password": "' + word + '"}]',
            '"password=' + word + '"',
            "password=" + word + "\\ud800",
        ):
            envelope.add_item(Item(text.encode("utf-8", "surrogatepass"), type="event"))
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    assert 9 == len(receiver.of_type("event"))
    assert [] == leaked(SECRET["it"], receiver.bodies)
    escaped = "".join(f"\\u{ord(character):04x}" for character in SECRET["it"])
    assert not any(escaped.encode() in body for body in receiver.bodies)


def test_items_of_a_class_of_the_program(receiver: Receiver, run: Run) -> None:
    """
    An item, or a payload, whose class makes its bytes when it is serialised is redacted too.
    """
    run(
        """
        from sentry_sdk.envelope import Envelope, Item, PayloadRef
        class Late(Item):
            def get_bytes(self):
                return b'{"message": "late password=' + secret("it").encode() + b'"}'
        class Lazy(PayloadRef):
            def get_bytes(self):
                return b'{"message": "lazy password=' + secret("it").encode() + b'"}'
        init()
        envelope = Envelope()
        envelope.add_item(Late(b"{}", type="event"))
        envelope.add_item(Item(Lazy(json={}), type="event"))
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(60)
        """,
        secrets=SECRET,
    )

    assert ["late password=[redacted:password]", "lazy password=[redacted:password]"] == [
        item.json["message"] for item in receiver.of_type("event")
    ]
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_a_private_key_over_many_lines_of_source(receiver: Receiver, run: Run) -> None:
    """
    A private key in the source around a frame, and in an attachment, is redacted as a whole; lines
    after it stay where they were.
    """
    body = "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3"
    run(
        f"""
        from sentry_sdk.envelope import Envelope, Item
        init()
        key = ["KEY = (", "-----BEGIN PRIVATE KEY-----", "{body}a", "{body}b",
               "-----END PRIVATE KEY-----", ")"]
        envelope = Envelope()
        envelope.add_event({{"exception": {{"values": [{{"stacktrace": {{"frames": [{{
            "lineno": 8, "pre_context": key, "context_line": "raise ValueError",
            "post_context": ["", "next = 1"],
        }}]}}}}]}}}})
        envelope.add_item(Item("\\n".join(key).encode(), type="attachment", filename="key.py"))
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(60)
        """
    )

    assert not any(body.encode() in sent for sent in receiver.bodies)
    [frame] = receiver.of_type("event")[0].json["exception"]["values"][0]["stacktrace"]["frames"]
    assert 6 == len(frame["pre_context"])
    assert "[redacted:private-key]" in json.dumps(frame["pre_context"])
    assert ("raise ValueError", ["", "next = 1"]) == (frame["context_line"], frame["post_context"])
    assert b"[redacted:private-key]" in receiver.of_type("attachment")[0].payload

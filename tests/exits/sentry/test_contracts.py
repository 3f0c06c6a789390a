"""C2 and delivery: nothing of the program is changed, and what leaves is what Sentry expects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS

from tests.exits.sentry.receiver import leaked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.exits.sentry.receiver import Receiver

    Run = Callable[..., subprocess.CompletedProcess[bytes]]

SECRET = {"it": "Rn63rtkoqhunter7"}
CARD = "4111 1111 1111 1111"
needs_logs = pytest.mark.skipif(
    "before_send_log" not in DEFAULT_OPTIONS, reason="this version of the SDK has no logs"
)


def discarded(receiver: Receiver) -> dict[tuple[str, str], int]:
    """Return what the SDK reported as lost, by reason and category."""
    return {
        (entry["reason"], entry["category"]): entry["quantity"]
        for item in receiver.of_type("client_report")
        for entry in item.json["discarded_events"]
    }


def test_nothing_of_the_program_is_changed(receiver: Receiver, run: Run) -> None:
    """
    Events that callbacks keep, breadcrumbs, extras, exceptions, bodies, envelopes and their items
    are after sending what they were before.
    """
    run(
        """
        import copy
        from sentry_sdk.envelope import Envelope, Item, PayloadRef

        kept = []
        def keep(event, hint):
            kept.append((event, copy.deepcopy(event)))
            return event

        # Without the SDK's own scrubber, which does change breadcrumbs of the program.
        from sentry_sdk.scrubber import EventScrubber
        init(before_send=keep, before_send_transaction=keep, traces_sample_rate=1.0,
             send_default_pii=True, event_scrubber=EventScrubber([], pii_denylist=[]))
        extra = {"password": secret("it"), "list": [{"token": secret("it")}]}
        body = {"newPassword": secret("it"), "card": 4111111111111111}
        crumb = {"message": "password=" + secret("it"), "data": {"password": secret("it")}}
        given = [extra, body, crumb]
        then = copy.deepcopy(given)
        sentry_sdk.get_isolation_scope().set_extra("given", extra)
        sentry_sdk.add_breadcrumb(crumb)
        error = ValueError("password=" + secret("it"), extra)
        sentry_sdk.capture_exception(error)
        sentry_sdk.capture_event({"message": "x", "request": {"data": body}})
        with sentry_sdk.start_transaction(name="token=" + secret("it")):
            pass
        envelope = Envelope(headers={"note": "token=" + secret("it")})
        value = {"message": "password=" + secret("it"), "_meta": {"message": {"": {"len": 3}}}}
        item = Item(PayloadRef(json=value), type="event", headers={"t": "token=" + secret("it")})
        envelope.add_item(item)
        envelope.serialize()
        sentry_sdk.get_client().transport.capture_envelope(envelope)
        sentry_sdk.flush(20)

        assert len(kept) == 3
        for event, before in kept:
            before["contexts"]["trace"].pop("dynamic_sampling_context", None)  # by the SDK itself
            assert event == before
            assert secret("it") in str(event)
        crumb.pop("timestamp", None), crumb.pop("type", None)
        assert given == then
        assert error.args == ("password=" + secret("it"), extra)
        assert envelope.items == [item] and envelope.headers == {"note": "token=" + secret("it")}
        assert item.payload.json is value and item.payload.bytes is None
        assert value == {"message": "password=" + secret("it"),
                         "_meta": {"message": {"": {"len": 3}}}}
        assert item.headers["t"] == "token=" + secret("it")
        """,
        secrets=SECRET,
    )

    assert 4 == len(receiver.bodies)
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_clean_objects_are_passed_on(run: Run) -> None:
    """
    A clean envelope is the same object for a transport, and nothing of it is copied.
    """
    run(
        """
        from sentry_sdk.envelope import Envelope, Item, PayloadRef
        from sentry_sdk.transport import Transport

        class Keeping(Transport):
            def capture_envelope(self, envelope):
                self.kept = envelope

        init(transport=Keeping)
        transport = sentry_sdk.get_client().transport
        event = {
            "event_id": "ab" * 16, "timestamp": 1795347886.123456, "message": "all is well",
            "exception": {"values": [{"type": "E", "value": "v", "stacktrace": {"frames": [
                {"pre_context": ["a"], "context_line": "b", "post_context": ["c"], "vars": {"x": 1}}
            ]}}]},
            "breadcrumbs": {"values": [{"message": "m", "data": {"status": 200}}]},
            "spans": [{"span_id": "12" * 8, "data": {"n": 1}}], "tags": {"a": "b"},
            "request": {"headers": {"Accept": "*"}, "cookies": {"a": "b"},
                        "query_string": [["page", "2"]]},
            "logentry": {"message": "%s is %s", "params": ["a", "b"]},
            "modules": {"requests": "2"}, "measurements": {"lcp": {"value": 1.5}},
            "_meta": {"extra": {"": {"len": 12}}}, "extra": {"a": 1},
        }
        envelope = Envelope(items=[
            Item(PayloadRef(json=event), type="event"),
            Item(PayloadRef(json={"items": [{"body": "b", "attributes": {
                "a": {"value": 1, "type": "integer"}}}]}), type="log", headers={"item_count": 1}),
            Item(b'{"message": "as bytes"}', type="event"),
            Item(b"one line\\n", type="attachment", filename="a.txt"),
        ])
        items = list(envelope.items)
        transport.capture_envelope(envelope)
        assert transport.kept is envelope
        assert all(now is then for now, then in zip(envelope.items, items, strict=True))
        assert envelope.items[0].payload.json is event
        """
    )


def test_a_dropped_event_leaves_nothing_behind(receiver: Receiver, run: Run) -> None:
    """
    An event that the policy drops does not leave, nor do its attachments; the next one does, and
    Sentry is told of the loss.
    """
    run(
        f"""
        install(actions={{"card": "drop-record"}})
        init()
        with sentry_sdk.new_scope() as scope:
            scope.add_attachment(bytes=b"about the event", filename="a.txt")
            scope.capture_message("paid with {CARD}")
        sentry_sdk.capture_event({{"message": "x", "logentry": {{
            "message": "card %s-%s", "params": ["4111111111", "111111"]}}}})
        sentry_sdk.capture_message("next")
        sentry_sdk.flush(20)
        """,
        install="never",
    )

    assert ["next"] == [item.json["message"] for item in receiver.of_type("event")]
    assert [] == receiver.of_type("attachment")
    assert 2 == discarded(receiver)["event_processor", "error"]
    assert 1 == discarded(receiver)["event_processor", "attachment"] // len("about the event")
    assert all(envelope.items for envelope in receiver.envelopes)


@pytest.mark.parametrize("transport", ["sentry", "spotlight", "printing"])
def test_an_empty_envelope_is_not_sent(receiver: Receiver, run: Run, transport: str) -> None:
    """
    Where the policy drops all of an envelope, nothing is sent by any transport.
    """
    done = run(
        f"""
        from sentry_sdk.transport import Transport
        class Printing(Transport):
            def capture_envelope(self, envelope):
                print(envelope)
        install(actions={{"card": "drop-record"}})
        way = {transport!r}
        if way == "sentry":
            init(send_client_reports=False)
        elif way == "spotlight":
            init(None, dsn="", spotlight={receiver.url!r})
        else:
            init(transport=Printing)
        sentry_sdk.capture_message("paid with {CARD}")
        sentry_sdk.flush(20)
        """,
        install="never",
    )

    assert ([], b"") == (receiver.bodies, done.stdout)


@needs_logs
def test_a_dropped_log_leaves_its_neighbours(receiver: Receiver, run: Run) -> None:
    """
    Of a batch of logs, one that the policy drops does not leave; the count of the batch fits, and
    Sentry is told of the loss.
    """
    run(
        f"""
        install(actions={{"card": "drop-record"}})
        init(enable_logs=True)
        for word in ("one", "paid with {CARD}", "two"):
            sentry_sdk.logger.error(word)
        sentry_sdk.flush(20)
        sentry_sdk.logger.error("only {CARD}")
        sentry_sdk.flush(20)
        """,
        install="never",
    )

    [item] = receiver.of_type("log")
    assert ["one", "two"] == [log["body"] for log in item.json["items"]]
    assert 2 == item.headers["item_count"]
    lost = [
        entry["quantity"]
        for report in receiver.of_type("client_report")
        for entry in report.json["discarded_events"]
        if entry["category"] in ("log", "log_item")  # older versions say "log"
    ]
    assert 2 == sum(lost)


def test_a_dropped_field(receiver: Receiver, run: Run) -> None:
    """
    A field that the policy drops is not there; annotations that led to it are not either.
    """
    run(
        """
        install(actions={"password": "drop-field"})
        from sentry_sdk.scrubber import EventScrubber
        init(default_integrations=False, event_scrubber=EventScrubber([], pii_denylist=[]))
        sentry_sdk.capture_event({
            "message": "x",
            "extra": {"password": secret("it"), "long": list(range(20)), "n": 7},
            "tags": {"password": secret("it"), "a": "b"},
            "user": {"password": secret("it"), "id": "17"},
            "breadcrumbs": {"values": [{"message": "m", "data": {"password": secret("it")}}]},
            "_meta": {"extra": {"password": {"": {"len": 3}}}},
        })
        sentry_sdk.flush(20)
        """,
        install="never",
        secrets=SECRET,
    )

    [event] = [item.json for item in receiver.of_type("event")]
    assert {"long", "n"} == event["extra"].keys()
    assert {"a": "b"} == event["tags"]
    assert {"id": "17"} == event["user"]
    assert {} == event["breadcrumbs"]["values"][0]["data"]
    assert {"extra": {"long": {"": {"len": 20}}}} == event["_meta"]


def test_rate_limits_still_hold(receiver: Receiver, run: Run) -> None:
    """
    When Sentry asks for a pause for errors, the SDK keeps it and reports what it held back.
    """
    receiver.answers = [(429, {"X-Sentry-Rate-Limits": "60:error:organization"})]
    run(
        """
        init(traces_sample_rate=1.0)
        sentry_sdk.capture_message("one password=" + secret("it"))
        sentry_sdk.flush(20)
        sentry_sdk.capture_message("two password=" + secret("it"))
        with sentry_sdk.start_transaction(name="three"):
            pass
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    assert ["one password=[redacted:password]"] == [
        item.json["message"] for item in receiver.of_type("event")
    ]
    assert 1 == len(receiver.of_type("transaction"))
    assert 1 == discarded(receiver)["ratelimit_backoff", "error"]


def test_a_failed_delivery_is_reported(receiver: Receiver, run: Run) -> None:
    """
    When Sentry answers with an error, the SDK reports the loss as before.
    """
    receiver.answers = [(500, {})]
    run(
        """
        init(traces_sample_rate=1.0)
        with sentry_sdk.start_transaction(name="token=" + secret("it")):
            with sentry_sdk.start_span(op="db", name="token=" + secret("it")):
                pass
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    lost = discarded(receiver)
    assert (1, 2) == (lost["network_error", "transaction"], lost["network_error", "span"])


def test_ids_and_times_stay(receiver: Receiver, run: Run, tmp_path: Path) -> None:
    """
    Ids, times, release, environment and what Sentry groups by are the same as without redactor,
    also where a rule of the user would find something in them.
    """
    program = """
        import redactor
        if INSTALL != "never":
            install(packs=[os.environ["PACK"]])
        init(release="shop@1.2.3", environment="production", server_name="web-03")
        sentry_sdk.capture_event({
            "event_id": "ab" * 16, "timestamp": 1795347886.123456, "platform": "python",
            "level": "error", "logger": "app.pay", "message": "abababababababab and more",
            "contexts": {"trace": {"trace_id": "cd" * 16, "span_id": "ef" * 8,
                                   "parent_span_id": "12" * 8, "op": "db"}},
            "exception": {"values": [{"type": "PasswordError", "module": "app.errors",
                "value": "x", "mechanism": {"type": "generic", "handled": True},
                "stacktrace": {"frames": [{"function": "check_password", "module": "app.secrets",
                    "filename": "app/secrets.py", "lineno": 17, "in_app": True}]}}]},
            "spans": [{"span_id": "34" * 8, "trace_id": "cd" * 16, "parent_span_id": "ef" * 8,
                       "start_timestamp": 1795347886.1, "timestamp": "2026-11-22T08:06:03.123456Z",
                       "description": "abababababababab"}],
        })
        sentry_sdk.flush(20)
    """
    pack = """
schema = 1
summary = "A rule that is too wide"

[[rule]]
id = "wide"
summary = "Anything hexadecimal"
reference = "https://shop.example.com/wide"
severity = "low"
keywords = ["ab", "cd", "ef", "12", "34", "17"]
pattern = '(?:ab|cd|ef|12|34|17)[0-9a-f.]{8,40}'
match = ["x abababababababab", "y 123412341234"]
ignore = [{ text = "id ab", why = "too short" }]
"""
    (tmp_path / "wide.toml").write_text(pack)
    run(program, install="later", PACK=str(tmp_path / "wide.toml"))
    run(program, install="never")

    events = [item.json for item in receiver.of_type("event")]
    redacted, plain = events
    # Versions of what is installed here: the rule finds something in some of them, and nowhere else.
    versions, shown = plain.pop("modules"), redacted.pop("modules")
    assert versions.keys() == shown.keys()
    changed = {name for name in versions if shown[name] != versions[name]}
    assert all("[redacted:wide]" in shown[name] for name in changed)
    assert len(changed) < len(versions) / 10
    assert "[redacted:wide] and more" == redacted.pop("message")
    assert "[redacted:wide]" == redacted["spans"][0].pop("description")
    plain.pop("message")
    plain["spans"][0].pop("description")
    assert plain == redacted
    first, second = (envelope.headers for envelope in receiver.envelopes)
    assert {first.pop("event_id")} == {second.pop("event_id")} == {"ab" * 16}


def test_annotations_stay_valid(receiver: Receiver, run: Run) -> None:
    """
    Paths of ``_meta`` lead to something, also past names that were secrets; ranges lie inside their
    texts; half a secret in front of a cut is taken out.
    """
    run(
        """
        init(max_value_length=100)
        sentry_sdk.capture_event({
            "message": "x" * 80 + " token sk_li" + "ve_4eC39HqLyjWDarjtT1zdp7dc and more",
            "extra": {
                "password=" + secret("it"): list(range(20)),
                "rows": list(range(30)),
                "card": "paid " + "y" * 75 + " 4111 1111 1111 1111 1111",
                "text": "with password=" + secret("it") + " " + "z" * 100,
            },
        })
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    [event] = [item.json for item in receiver.of_type("event")]

    def walk(meta: dict[str, Any], value: Any) -> None:
        for name, below in meta.items():
            if name:
                walk(below, value[int(name)] if isinstance(value, list) else value[name])
        for remark in meta.get("", {}).get("rem", []):
            if len(remark) == 4:
                assert 0 <= remark[2] <= remark[3] <= len(value)
                assert "..." == value[remark[2] : remark[3]]

    walk(event["_meta"], event)
    assert "password=[redacted:password]" in event["_meta"]["extra"]
    assert 30 == event["_meta"]["extra"]["rows"][""]["len"]
    assert "x" * 80 + " token ..." == event["message"]
    assert not any(digit in event["extra"]["card"] for digit in "41")
    assert event["extra"]["text"].startswith("with password=[redacted:password] ")


def schema_errors(event: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what Sentry finds wrong with an event: the path, and what it says."""
    processing = pytest.importorskip("sentry_relay.processing")
    normalized = processing.StoreNormalizer().normalize_event(event=json.loads(json.dumps(event)))
    found: list[tuple[str, Any]] = []

    def walk(meta: Any, path: str) -> None:
        if not isinstance(meta, dict):
            return
        if meta.get("", {}).get("err"):
            found.append((path, meta[""]["err"]))
        for name, below in meta.items():
            if name:
                walk(below, f"{path}.{name}")

    walk(normalized.get("_meta"), "")
    return found


def test_events_are_valid_by_sentrys_schema(receiver: Receiver, run: Run) -> None:
    """
    An event with a secret in every field has no error by Sentry's own check.
    """
    run(
        f"""
        install(preset="strict")
        init(traces_sample_rate=1.0, send_default_pii=True)
        word, card, text = secret("it"), 4111111111111111, "paid with {CARD}, token=" + secret("it")
        sentry_sdk.capture_event({{
            "message": text, "logger": "app", "transaction": text, "server_name": text,
            "logentry": {{"message": "password=%s", "params": [word], "formatted": text}},
            "fingerprint": [text], "extra": {{"card": card, "a": {{"password": word}}, text: text}},
            "tags": {{"password": word, "ip": "192.0.2.7", "card": "{CARD}"}},
            "user": {{"id": "17", "email": "bob@example.com", "ip_address": "192.0.2.7",
                      "password": word, "data": {{"card": card}}}},
            "request": {{"url": "https://a.example.com/?token=" + word, "method": "POST",
                "headers": [["Authorization", "Bearer " + word], ["X-Api-Key", word]],
                "cookies": [["sessionid", word + word]], "query_string": [["token", word]],
                "data": {{"card": card}}, "env": {{"REMOTE_ADDR": "192.0.2.7", "PASSWORD": word}}}},
            "contexts": {{"c": {{"card": card, "password": word}},
                          "device": {{"name": text, "model": "{CARD}"}},
                          "os": {{"name": text, "build": "{CARD}"}}}},
            "breadcrumbs": {{"values": [{{"message": text, "category": text, "type": "http",
                "timestamp": 1795347886.123456, "level": "info", "data": {{"card": card}}}}]}},
            "exception": {{"values": [{{"type": "E", "value": text,
                "mechanism": {{"type": "generic", "handled": False, "data": {{"card": card}}}},
                "stacktrace": {{"frames": [{{"function": "f", "filename": "a.py", "lineno": 7,
                    "vars": {{"card": card, "password": word}}, "context_line": text,
                    "pre_context": [text], "post_context": [text]}}]}}}}]}},
            "threads": {{"values": [{{"id": 7, "name": text, "crashed": True}}]}},
            "modules": {{"api-key": "1.0", text: "2"}},
            "measurements": {{"lcp": {{"value": 1.5, "unit": "second"}},
                              "card": {{"value": float(card)}}}},
        }})
        with sentry_sdk.start_transaction(op="task", name=text) as transaction:
            transaction.set_measurement("card", card)
            transaction.set_tag("password", word)
            with sentry_sdk.start_span(op="db", name=text) as span:
                span.set_data("card", card)
        def pay(password, card):
            raise ValueError(text)
        def main():
            try:
                pay(word, card)
            except ValueError:
                sentry_sdk.capture_exception()
        main()
        sentry_sdk.flush(20)
        """,
        install="never",
        secrets=SECRET,
    )

    for item in receiver.of_type("event", "transaction"):
        assert [] == schema_errors(item.json)
    assert 3 == len(receiver.of_type("event", "transaction"))
    assert [] == leaked(SECRET["it"], receiver.bodies) + leaked(CARD, receiver.bodies)
    assert not any(b"192.0.2.7" in body or b"bob@" in body for body in receiver.bodies)


def test_placeholders_are_valid_by_sentrys_schema(receiver: Receiver, run: Run) -> None:
    """
    What leaves in the place of an event that failed is valid too.
    """
    run(
        """
        from redactor.exits.sentry.events import Events
        def broken(*arguments):
            raise ValueError("password=" + secret("it"))
        Events.redacted = broken
        init(traces_sample_rate=1.0)
        sentry_sdk.capture_message("password=" + secret("it"))
        with sentry_sdk.start_transaction(name="token=" + secret("it")):
            pass
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    items = receiver.of_type("event", "transaction")
    assert 2 == len(items)
    for item in items:
        assert [] == schema_errors(item.json)


def test_redacting_twice_changes_nothing(run: Run) -> None:
    """
    An envelope that was redacted is clean.
    """
    run(
        f"""
        from redactor.exits.sentry.envelopes import Envelopes
        from sentry_sdk.envelope import Envelope, Item, PayloadRef
        import redactor
        word = secret("it")
        envelope = Envelope(headers={{"note": "token=" + word}})
        envelope.add_event({{
            "message": "password=" + word, "tags": {{"card": "{CARD}"}}, "extra": {{"{CARD}": 1}},
            "logentry": {{"message": "password=%s for %s", "params": [word, "bob"]}},
            "request": {{"cookies": {{"sessionid": word + word}},
                         "headers": [["Authorization", "Bearer " + word]]}},
            "exception": {{"values": [{{"stacktrace": {{"frames": [
                {{"context_line": "x", "pre_context": ["token = '" + word + "'"]}}]}}}}]}},
            "_meta": {{"message": {{"": {{"len": 200, "rem": [["!limit", "x", 5, 8]]}}}}}},
        }})
        envelope.add_item(Item(PayloadRef(json={{"items": [{{"body": "password=" + word,
            "attributes": {{"sentry.message.template": "password={{x}}",
            "sentry.message.parameter.x": {{"value": word, "type": "string"}}}}}}]}}), type="log"))
        envelope.add_item(Item(b"token=" + word.encode(), type="attachment", filename="a.txt"))
        once = Envelopes(redactor.installed()).redacted(envelope)
        assert once is not envelope
        assert Envelopes(redactor.installed()).redacted(once) is once
        """,
        secrets=SECRET,
    )

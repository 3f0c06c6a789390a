"""C1: whatever fails in the exit of Sentry, a placeholder leaves and the program goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS

from tests.exits.sentry.receiver import leaked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.exits.sentry.receiver import Receiver

    Run = Callable[..., subprocess.CompletedProcess[bytes]]

HAS_LOGS = "before_send_log" in DEFAULT_OPTIONS
SECRET = {"it": "Tp52rtkoqhunter7"}

#: Breaks a part of the exit, then sends one of everything and ends well.
PROGRAM = """
    from sentry_sdk.envelope import Envelope, Item
    from sentry_sdk.transport import Transport
    guard = install()

    class Failure(Exception):
        pass

    def broken(*arguments, **named):
        raise Failure("password=" + secret("it"))

    import redactor.exits.sentry as exit
    from redactor.exits.sentry import (
        annotations, attachments, callbacks, envelopes, events, fields, frames, hooks, parameters,
        payloads, placeholders, telemetry,
    )
    BREAK
    init(enable_logs=True, traces_sample_rate=1.0)
    logger = logging.getLogger("app.pay")
    logging.getLogger().addHandler(logging.NullHandler())
    with sentry_sdk.start_transaction(op="task", name="token=" + secret("it")):
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("password", secret("it"))
            scope.add_attachment(bytes=("password=" + secret("it")).encode(), filename="a.txt")
            logger.error("login password=%s", secret("it"))
    sentry_sdk.capture_event({
        "message": "cut password=" + secret("it"), "level": "warning",
        "extra": {"password": secret("it")},
        "exception": {"values": [{"type": "E", "value": "password=" + secret("it"), "stacktrace": {
            "frames": [{"function": "f", "context_line": "token = '" + secret("it") + "'"}],
        }}]},
    })
    sentry_sdk.crons.api.capture_checkin(
        monitor_slug="nightly", status="ok", monitor_config={"owner": "token=" + secret("it")}
    )
    if hasattr(sentry_sdk, "logger"):
        sentry_sdk.logger.error("password=" + secret("it"), attributes={"password": secret("it")})
    if hasattr(getattr(sentry_sdk, "metrics", None), "count"):
        sentry_sdk.metrics.count("token=" + secret("it"), 1)
    own = Envelope(headers={"note": "token=" + secret("it")})
    own.add_item(Item(payload="x:1|c|#token:" + secret("it"), type="statsd"))
    own.add_item(Item(payload=b'{"message": "token=' + secret("it").encode() + b'"}', type="event"))
    own.add_item(Item(payload=b"[1, 2]", type="unheard_of", headers={"t": "token=" + secret("it")}))
    sentry_sdk.get_client().transport.capture_envelope(own)
    sentry_sdk.flush(20)

    class Printing(Transport):
        def capture_envelope(self, envelope):
            print(envelope.serialize(), flush=True)

    init(transport=Printing)
    logger.error("login password=%s", secret("it"))
    print("DONE", sum(guard.failures.values()))
"""

PLACES = {
    "the whole redactor": "guard.record = broken; guard._settled = broken; "
    "attachments._lines = broken; guard.text = broken",
    "the walk": "fields.Fields.record = broken",
    "the engine, which says so itself": (
        "fail = guard.redactor.withheld; guard._settled = lambda value: fail(Failure())"
    ),
    "events": "events.Events.redacted = broken",
    "frames": "frames._aligned = broken",
    "frames, one": "frames.Stacktraces._frame = broken",
    "log entries": "events.Events._logentry = broken; events.Fields.fields = broken",
    "parameters": "parameters.Parameters.redacted = broken",
    "annotations": "events.annotated = broken",
    "attachments": "envelopes.redacted_text = broken",
    "batches": "telemetry.Telemetry.batch = broken",
    "records of batches": "telemetry.Telemetry.record = broken",
    "headers": "envelopes.Envelopes._headers = broken",
    "items": "envelopes.Envelopes._item = broken",
    "payloads": "envelopes.read = broken",
    "items made anew": "envelopes.made = broken",
    "placeholders": "envelopes.Envelopes._item = broken; placeholders.event = broken",
    "ids": "fields.keep = broken",
    "the counting of losses": "envelopes.Envelopes._item = broken; Transport.record_lost_event "
    "= broken",
}

#: The redactor as a whole, a part of each kind of item, and what holds an item when that fails.
_QUICK = frozenset({
    "the whole redactor", "the engine, which says so itself", "events", "records of batches",
    "attachments", "headers", "placeholders",
})  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [pytest.param(place, marks=() if place in _QUICK else pytest.mark.slow) for place in PLACES],
)
def test_nothing_raw_leaves(receiver: Receiver, run: Run, place: str) -> None:
    """
    Where any part of the exit raises, no secret leaves, the failure is counted and reported, and
    the program goes on.
    """
    done = run(PROGRAM.replace("BREAK", PLACES[place]), install="never", secrets=SECRET)

    assert [] == leaked(SECRET["it"], [*receiver.bodies, done.stdout, done.stderr])
    assert receiver.envelopes is not None  # each of them can be read
    failures = int(re.findall(rb"DONE (\d+)", done.stdout)[0])
    never_reached = set() if HAS_LOGS else {"batches", "records of batches"}
    assert (failures > 0) == (place not in never_reached)
    assert done.stderr.count(b"redactor: ") <= 2


def test_placeholders(receiver: Receiver, run: Run) -> None:
    """
    What leaves in the place of an event has its id, time, level, platform and logger, and the
    reason; a transaction its ids, a check-in its monitor, a log its time, an attachment the reason.
    """
    done = run(
        PROGRAM.replace("BREAK", PLACES["the whole redactor"]), install="never", secrets=SECRET
    )
    marker = "[redacted:withheld:Failure]"

    events = [item.json for item in receiver.of_type("event")]
    assert {"event_id", "timestamp", "level", "platform", "logger", "message"} == events[0].keys()
    assert ("app.pay", "error", "python", marker) == tuple(
        events[0][name] for name in ("logger", "level", "platform", "message")
    )
    assert {"event_id", "timestamp", "level", "platform", "message"} == events[1].keys()
    assert "warning" == events[1]["level"]
    assert {"message": marker} == events[2]
    [transaction] = [item.json for item in receiver.of_type("transaction")]
    assert marker == transaction["transaction"]
    assert {"trace_id", "span_id"} == transaction["contexts"]["trace"].keys()
    [check_in] = [item.json for item in receiver.of_type("check_in")]
    assert ("nightly", "ok") == (check_in["monitor_slug"], check_in["status"])
    assert {"type", "check_in_id", "monitor_slug", "status"} == check_in.keys()
    [attachment] = receiver.of_type("attachment")
    assert marker.encode() == attachment.payload
    for item in receiver.of_type("log"):
        for log in item.json["items"]:
            assert marker == log["body"]
            assert {} == log["attributes"]
            assert log["timestamp"] > 1e9
    assert b"redactor: sentry: a record was withheld because of Failure" in done.stderr


def test_losses_are_reported_to_sentry(receiver: Receiver, run: Run) -> None:
    """
    What could not be redacted and has no placeholder is in the SDK's own report about losses.
    """
    run(PROGRAM.replace("BREAK", "attachments._lines = broken"), install="never", secrets=SECRET)

    lost = [
        (entry["reason"], entry["category"])
        for item in receiver.of_type("client_report")
        for entry in item.json["discarded_events"]
    ]
    # What category a metric of statsd has depends on the version of the SDK.
    assert {("internal_sdk_error", "default"), ("internal_sdk_error", "metric_bucket")} & set(lost)


def test_an_interrupt_passes(run: Run) -> None:
    """
    Ctrl-C in the middle of the exit is the user's, and lets nothing out.
    """
    done = run(
        """
        from sentry_sdk.transport import Transport
        from redactor.exits.sentry.events import Events

        class Printing(Transport):
            def capture_envelope(self, envelope):
                print(envelope.serialize())

        def interrupted(*arguments):
            raise KeyboardInterrupt

        Events.redacted = interrupted
        init(transport=Printing)
        try:
            sentry_sdk.capture_message("password=" + secret("it"))
        except KeyboardInterrupt:
            print("INTERRUPTED")
        """,
        secrets=SECRET,
    )

    assert b"INTERRUPTED\n" == done.stdout


@pytest.mark.skipif(not HAS_LOGS, reason="this version of the SDK has no logs")
def test_only_the_record_that_fails_is_withheld(receiver: Receiver, run: Run) -> None:
    """
    Of a batch of logs, the one that fails is withheld and the others leave redacted.
    """
    run(
        """
        from redactor.exits.sentry.telemetry import Telemetry
        plain = Telemetry.record

        def sometimes(self, record):
            if "boom" in record["body"]:
                raise ValueError("password=" + secret("it"))
            return plain(self, record)

        Telemetry.record = sometimes
        init(enable_logs=True)
        for word in ("calm", "boom", "quiet"):
            sentry_sdk.logger.error(word + " password=" + secret("it"))
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    [item] = receiver.of_type("log")
    assert 3 == item.headers["item_count"]
    assert [
        "calm password=[redacted:password]",
        "[redacted:withheld:ValueError]",
        "quiet password=[redacted:password]",
    ] == [log["body"] for log in item.json["items"]]
    assert [] == leaked(SECRET["it"], receiver.bodies)

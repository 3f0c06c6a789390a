"""``Callbacks``: redaction in ``before_send`` and its siblings, without ``install()``."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS

from redactor import Policy
from redactor.exits.sentry import Callbacks
from redactor.exits.sentry.events import Events
from redactor.exits.sentry.fields import Fields
from redactor.exits.sentry.telemetry import Telemetry
from tests.exits.sentry.receiver import leaked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from redactor.field_types import EngineName
    from tests.exits.sentry.receiver import Receiver

    Run = Callable[..., subprocess.CompletedProcess[bytes]]

SECRET = {"it": "Vc85rtkoqhunter7"}
WORD = SECRET["it"]

#: A method of ``Callbacks``, what it is given, and what it returns.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "before_send",
        {"message": f"password={WORD}", "tags": {"password": WORD}, "event_id": "ab" * 16},
        {
            "message": "password=[redacted:password]",
            "tags": {"password": "[redacted:password]"},
            "event_id": "ab" * 16,
        },
    ),
    (
        "before_send_transaction",
        {"type": "transaction", "spans": [{"span_id": "12" * 8, "data": {"password": WORD}}]},
        {
            "type": "transaction",
            "spans": [{"span_id": "12" * 8, "data": {"password": "[redacted:password]"}}],
        },
    ),
    (
        "before_breadcrumb",
        {"message": f"password={WORD}", "level": "info", "data": {"status": 200}},
        {"message": "password=[redacted:password]", "level": "info", "data": {"status": 200}},
    ),
    (
        "before_send_log",
        {
            "severity_text": "info",
            "severity_number": 9,
            "body": f"the password={WORD} ok",
            "attributes": {
                "password": WORD,
                "status": 200,
                "sentry.message.template": "the password={x} ok",
                "sentry.message.parameter.x": WORD,
            },
            "time_unix_nano": 1795347886123456789,
            "trace_id": "cd" * 16,
        },
        {
            "severity_text": "info",
            "severity_number": 9,
            "body": "the password=[redacted:password] ok",
            "attributes": {
                "password": "[redacted:password]",
                "status": 200,
                "sentry.message.template": "the password={x} ok",
                "sentry.message.parameter.x": "[redacted:password]",
            },
            "time_unix_nano": 1795347886123456789,
            "trace_id": "cd" * 16,
        },
    ),
    (
        "before_send_metric",
        {"name": "logins", "value": 1.0, "attributes": {"password": WORD}},
        {"name": "logins", "value": 1.0, "attributes": {"password": "[redacted:password]"}},
    ),
    (
        "before_send_span",
        {"name": f"token={WORD}", "span_id": "12" * 8, "attributes": {"password": WORD}},
        {
            "name": "token=[redacted:token]",
            "span_id": "12" * 8,
            "attributes": {"password": "[redacted:password]"},
        },
    ),
]
each = pytest.mark.parametrize(("method", "given", "expected"), CASES, ids=[c[0] for c in CASES])


@pytest.fixture(scope="module")
def callbacks(engine_name: EngineName) -> Callbacks:
    """Callbacks of the ``standard`` preset."""
    return Callbacks(engine=engine_name)


@each
def test_it_redacts_a_copy(
    callbacks: Callbacks, method: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """
    Each callback returns a redacted copy; what it was given is not changed.
    """
    before = copy.deepcopy(given)

    assert expected == getattr(callbacks, method)(given, {})
    assert before == given


@each
def test_clean_is_the_same_object(
    callbacks: Callbacks, method: str, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """
    Each callback returns a clean object itself, and ``None`` for ``None``.
    """
    assert getattr(callbacks, method)(expected, {}) is expected
    assert getattr(callbacks, method)(None, {}) is None


@each
def test_it_never_raises(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    callbacks: Callbacks,
    method: str,
    given: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    """
    Where redaction fails, each callback returns a placeholder, or drops what can have none.
    """

    def broken(*_args: object) -> None:
        raise ValueError(WORD)

    monkeypatch.setattr(Events, "redacted", broken)
    monkeypatch.setattr(Telemetry, "record", broken)
    monkeypatch.setattr(Fields, "record", broken)

    returned = getattr(callbacks, method)(given, {})

    assert [] == leaked(WORD, [repr(returned).encode(), *map(str.encode, capfd.readouterr())])
    if method == "before_send_metric":
        assert returned is None
    else:
        assert "[redacted:withheld:ValueError]" in str(returned)


def test_a_policy_can_drop() -> None:
    """
    What the policy drops, callbacks drop.
    """
    callbacks = Callbacks(Policy(actions={"card": "drop-record"}))

    for method, _, _ in CASES:
        assert getattr(callbacks, method)({"message": "paid with 4111 1111 1111 1111"}, {}) is None


def test_it_shows_no_secret(callbacks: Callbacks) -> None:
    """
    Callbacks show their engine and how often they failed.
    """
    callbacks.before_send({"message": f"password={WORD}"}, {})

    assert repr(callbacks).startswith("<Callbacks <Guard active engine=")
    assert WORD not in repr(callbacks)


def test_in_a_program(receiver: Receiver, run: Run) -> None:
    """
    A program that gives the callbacks to ``sentry_sdk.init`` sends redacted events, transactions,
    breadcrumbs, logs and metrics.
    """
    run(
        """
        from redactor.exits.sentry import Callbacks
        redacting = Callbacks()
        init(
            before_send=redacting.before_send,
            before_send_transaction=redacting.before_send_transaction,
            before_breadcrumb=redacting.before_breadcrumb,
            before_send_log=redacting.before_send_log,
            before_send_metric=redacting.before_send_metric,
            traces_sample_rate=1.0,
            enable_logs=True,
        )
        sentry_sdk.add_breadcrumb(message="password=" + secret("it"), data={"token": secret("it")})
        def pay(password, cfg):
            raise ValueError("no user for password=" + password)
        def main():
            try:
                pay(secret("it"), {"db": {"password": secret("it")}})
            except ValueError:
                logging.getLogger("app").exception("with password=%s ok", secret("it"))
        main()
        with sentry_sdk.start_transaction(name="x", op="task") as transaction:
            transaction.set_tag("password", secret("it"))
            with sentry_sdk.start_span(op="db", name="token=" + secret("it")):
                pass
        sentry_sdk.crons.api.capture_checkin(
            monitor_slug="nightly", status="ok", monitor_config={"owner": "token=" + secret("it")}
        )
        if hasattr(sentry_sdk, "logger"):
            sentry_sdk.logger.error("password=" + secret("it"))
        if hasattr(getattr(sentry_sdk, "metrics", None), "count"):
            sentry_sdk.metrics.count("x", 1, attributes={"password": secret("it")})
        sentry_sdk.flush(20)
        """,
        install="never",
        secrets=SECRET,
    )

    types = {item.type for item in receiver.items}
    assert {"event", "transaction", "check_in"} <= types
    assert "before_send_log" not in DEFAULT_OPTIONS or "log" in types
    assert [] == leaked(WORD, receiver.bodies)

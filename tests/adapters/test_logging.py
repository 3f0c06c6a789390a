"""The handler of ``logging`` over sinks."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import pytest

from redactor.adapters import LoggingHandler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.sinks import OtlpSink, SentrySink
    from tests.adapters.conftest import Broken, Collecting
    from tests.sinks.answering import Answering


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of this test alone; pytest, which cannot keep half a character, does not see it."""
    logger = logging.Logger("shop.pay", logging.DEBUG)  # noqa: LOG001  # getLogger's are seen
    yield logger
    logger.handlers.clear()


#: Not where it is logged: the stack shows lines of code.
TOKEN = "3f9a7c21e8b04d56"


def fail(log: logging.Logger, **extra: Any) -> None:
    """Log an exception with a secret in every place."""
    try:
        reject()
    except ValueError:
        log.exception("token=%s for %s", TOKEN, "eva", extra=extra, stack_info=True)


def reject() -> None:
    """Fail with a secret."""
    raise ValueError("login with password=hunter2 failed")


def test_a_record_is_a_line_of_json(log: logging.Logger, collecting: Collecting) -> None:
    """
    Level, logger, message, time, place and the program's own attributes are its fields.
    """
    log.addHandler(LoggingHandler(collecting))
    log.warning("order %d is late", 7, extra={"user": {"id": 3}, "late": True})

    (record,) = collecting.records
    assert record.pop("timestamp").endswith("Z")
    assert record.pop("code.line.number") > 0
    assert record == {
        "level": "warning",
        "logger": "shop.pay",
        "message": "order 7 is late",
        "code.file.path": __file__,
        "code.function.name": "test_a_record_is_a_line_of_json",
        "user": {"id": 3},
        "late": True,
    }


def test_no_secret_reaches_a_sink(log: logging.Logger, collecting: Collecting) -> None:
    """
    Message, arguments, attributes, the exception, the stack and the text of a formatter are
    redacted before a sink has them; the record of the program is not changed.
    """
    plain = LoggingHandler(collecting)
    text = LoggingHandler(collecting)
    text.setFormatter(logging.Formatter("%(name)s %(message)s %(cards)s passwd=%(passwd)s"))
    seen: list[logging.LogRecord] = []
    last = logging.Handler()
    last.emit = seen.append  # type: ignore[assignment,method-assign]
    for handler in (plain, text, last):
        log.addHandler(handler)
    fail(log, cards=["4111 1111 1111 1111"], passwd="hunter3", password="hunter4")

    for secret in (b"hunter", TOKEN.encode(), b"4111"):
        assert secret not in collecting.data
    assert b"[redacted:card]" in collecting.data
    assert vars(seen[0])["cards"] == ["4111 1111 1111 1111"]
    assert seen[0].args == (TOKEN, "eva")


def test_a_formatter_makes_text_for_sinks_that_show_lines(
    log: logging.Logger, collecting: Collecting, otlp: OtlpSink, server: Answering
) -> None:
    """
    A file gets the text of the formatter, a receiver of records the whole record, from one handler.
    """
    from tests.sinks.otlp.test_exporter import attributes, record_of

    handler = LoggingHandler(collecting, otlp)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    log.addHandler(handler)
    log.error("failed", extra={"order": 7})
    assert otlp.delivery.flush(10)

    assert collecting.data == b"ERROR failed\n"
    record = record_of(server)
    assert record.body.string_value == "failed"
    assert record.severity_number == 17
    assert attributes(record.attributes)["order"] == 7
    assert record.time_unix_nano > 1_700_000_000 * 10**9


def test_an_error_becomes_an_event(
    log: logging.Logger,
    sentry: SentrySink,
    events: Callable[[], list[dict[str, Any]]],
) -> None:
    """
    An exception goes to Sentry with its frames and without its secrets; what is no error does not
    go there.
    """
    log.addHandler(LoggingHandler(sentry))
    log.info("fine")
    fail(log, order=7)
    assert sentry.delivery.flush(10)

    (event,) = events()
    (exception,) = event["exception"]["values"]
    assert (event["level"], event["logger"]) == ("error", "shop.pay")
    assert event["logentry"]["formatted"] == "token=[redacted:token] for eva"
    assert exception["value"] == "login with password=[redacted:password] failed"
    assert exception["stacktrace"]["frames"][-1]["function"] == "reject"
    assert event["extra"]["order"] == 7


def test_the_open_span_is_in_the_record(log: logging.Logger, collecting: Collecting) -> None:
    """
    Where spans are made, a record has the ids of the one that is open.
    """
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    log.addHandler(LoggingHandler(collecting))
    tracer = sdk.TracerProvider(shutdown_on_exit=False).get_tracer("t")
    with tracer.start_as_current_span("s") as span:
        log.info("inside")
    log.info("outside")

    inside, outside = collecting.records
    assert inside["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert inside["span_id"] == f"{span.get_span_context().span_id:016x}"
    assert "trace_id" not in outside


def test_a_sink_that_fails_is_not_noticed(
    log: logging.Logger,
    broken: Broken,
    collecting: Collecting,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    The other sinks get the record, the program sees no exception, and nobody prints the record.
    """
    log.addHandler(LoggingHandler(broken, collecting))
    log.error("password=hunter2 and more")

    assert len(collecting.records) == 1
    printed = capsys.readouterr()
    assert "hunter2" not in printed.err + printed.out
    assert "more" not in printed.err + printed.out


def test_what_cannot_be_formatted_is_shown_in_parts(collecting: Collecting) -> None:
    """
    A record whose arguments do not fit its message is written with both, redacted.
    """
    fields = {"msg": "for %s %s", "args": ("password=hunter2 x",), "levelno": 40}
    LoggingHandler(collecting).handle(logging.makeLogRecord(fields))

    (record,) = collecting.records
    assert record["message"].startswith("record not formatted: TypeError: 'for %s %s'")
    assert b"hunter2" not in collecting.data


def test_records_of_many_threads_stay_whole(log: logging.Logger, collecting: Collecting) -> None:
    """
    Handlers of one sink do not write into each other's lines.
    """
    log.addHandler(LoggingHandler(collecting))
    log.addHandler(LoggingHandler(collecting))

    def work(number: int) -> None:
        for step in range(50):
            log.info("thread %d step %d", number, step)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    messages = [record["message"] for record in collecting.records]
    assert len(messages) == 800
    for number in range(8):
        steps = [text for text in messages if text.startswith(f"thread {number} ")]
        assert sorted(steps, key=lambda text: int(text.split()[-1])) == steps


def test_values_of_any_kind_can_be_attributes(log: logging.Logger, collecting: Collecting) -> None:
    """
    Objects that no JSON has, large numbers, cycles and half surrogates lose no record.
    """
    cycle: list[Any] = []
    cycle.append(cycle)
    log.addHandler(LoggingHandler(collecting))
    log.info(
        "x \ud800",
        extra={"thing": object(), "big": 10**30, "cycle": cycle, "raw": b"\xff", "n": {1}},
    )

    (record,) = collecting.records
    assert {"thing", "big", "cycle", "raw", "n"} <= set(record)


def test_objects_are_asked_once(log: logging.Logger, collecting: Collecting) -> None:
    """
    What an object says of itself is redacted, as a value, in a container and as a key.
    """

    class Login:
        def __str__(self) -> str:
            return "login password=hunter2 ok"

        __repr__ = __str__

    log.addHandler(LoggingHandler(collecting))
    log.info("x", extra={"one": Login(), "many": [Login()], "keys": {Login(): 1}})

    assert b"hunter2" not in collecting.data
    assert 3 == collecting.data.count(b"password=[redacted:password]")


def test_what_is_logged_while_sending_is_not_sent(otlp: OtlpSink, server: Answering) -> None:
    """
    With the root logger at DEBUG, what a sink's own thread logs does not come round for ever.
    """
    root = logging.getLogger()
    handler, level = LoggingHandler(otlp), root.level
    send = otlp.delivery.exporter.send

    def noisy(entries: Any) -> Any:
        logging.getLogger("http.client").debug("sending %d", len(entries))
        return send(entries)

    otlp.delivery.exporter.send = noisy  # type: ignore[method-assign]
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        logging.getLogger("shop").info("one")
        assert otlp.delivery.flush(10)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)

    assert otlp.counts().delivered == 1
    assert len(server.requests) == 1


def test_a_rule_can_drop_a_record(log: logging.Logger, collecting: Collecting) -> None:
    """
    The action ``drop-record`` of the policy holds here too.
    """
    from redactor import Policy

    log.addHandler(LoggingHandler(collecting, policy=Policy(actions={"card": "drop-record"})))
    log.info("card 4111 1111 1111 1111")
    log.info("kept")

    assert ["kept"] == [record["message"] for record in collecting.records]


def test_install_and_handler_go_together(log: logging.Logger, collecting: Collecting) -> None:
    """
    With ``install()`` the handler shares its guard, and a record is redacted once more without
    harm.
    """
    import redactor

    redactor.install(known=False, without=("tracebacks", "warnings"))
    try:
        log.addHandler(LoggingHandler(collecting))
        log.info("login password=hunter2 ok")
    finally:
        redactor.uninstall()

    assert collecting.records[0]["message"] == "login password=[redacted:password] ok"

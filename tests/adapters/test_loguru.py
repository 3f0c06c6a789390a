"""The sink of Loguru over our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from redactor.adapters import LoguruSink

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.sinks import SentrySink
    from tests.adapters.conftest import Broken, Collecting

loguru = pytest.importorskip("loguru")


@pytest.fixture
def logger() -> Any:
    """A logger of Loguru without handlers."""
    loguru.logger.remove()
    yield loguru.logger
    loguru.logger.remove()


def test_a_record_is_a_line_of_json(logger: Any, collecting: Collecting) -> None:
    """
    Level, message, name, time and bound fields are its fields; one that is taken keeps its value
    under another name.
    """
    logger.add(LoguruSink(collecting))
    logger.bind(order=7, level="mine").warning("late by {}", 3)

    (record,) = collecting.records
    assert record["timestamp"].endswith("Z")
    assert record["level"] == "warning"
    assert record["logger"] == __name__
    assert record["message"] == "late by 3"
    assert record["order"] == 7
    assert record["extra.level"] == "mine"


@pytest.mark.parametrize("text", [False, True])
def test_no_secret_reaches_a_sink(
    logger: Any,
    collecting: Collecting,
    text: bool,  # noqa: FBT001
) -> None:
    """
    Message, bound fields, exceptions and the variables that ``diagnose`` shows are redacted.
    """
    logger.add(LoguruSink(collecting, text=text), diagnose=True, backtrace=True, format="{message}")
    password = "hunter2"
    try:
        raise ValueError("login", f"password={password}")  # noqa: TRY301  # with its variables
    except ValueError:
        logger.bind(passwd="hunter3").exception("card {}", "4111 1111 1111 1111")

    for secret in (b"hunter", b"4111"):
        assert secret not in collecting.data
    assert b"ValueError" in collecting.data


def test_an_error_becomes_an_event(
    logger: Any, sentry: SentrySink, events: Callable[[], list[dict[str, Any]]]
) -> None:
    """
    An exception goes to Sentry with its frames.
    """
    logger.add(LoguruSink(sentry))
    try:
        dict[str, int]()["shelf"]
    except KeyError:
        logger.exception("failed")
    assert sentry.delivery.flush(10)

    (event,) = events()
    assert event["exception"]["values"][0]["type"] == "KeyError"
    assert event["logentry"]["formatted"] == "failed"


def test_a_sink_that_fails_is_not_noticed(
    logger: Any, broken: Broken, collecting: Collecting, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Loguru prints nothing of the record, and the other sinks get it.
    """
    logger.add(LoguruSink(broken, collecting))
    logger.error("password=hunter2")

    assert len(collecting.records) == 1
    printed = capsys.readouterr()
    assert "hunter2" not in printed.err + printed.out

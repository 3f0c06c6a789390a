"""The logger factory of structlog over sinks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from redactor.adapters import StructlogFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.sinks import SentrySink
    from tests.adapters.conftest import Broken, Collecting

structlog = pytest.importorskip("structlog")


@pytest.fixture
def configure() -> Iterator[Callable[..., Any]]:
    """Configure structlog and return a logger."""

    def make(*sinks: Any, processors: list[Any]) -> Any:
        structlog.configure(processors=processors, logger_factory=StructlogFactory(*sinks))
        return structlog.get_logger("shop")

    yield make
    structlog.reset_defaults()


def test_the_text_of_a_renderer_is_written_as_it_is(
    configure: Callable[..., Any], collecting: Collecting
) -> None:
    """
    JSON stays JSON, byte for byte, when there is nothing to redact.
    """
    log = configure(
        collecting,
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    )
    log.info("started", port=8000)

    assert collecting.data == b'{"port": 8000, "event": "started", "level": "info"}\n'


@pytest.mark.parametrize(
    "renderer",
    [
        structlog.processors.JSONRenderer(),
        structlog.processors.LogfmtRenderer(),
        structlog.processors.KeyValueRenderer(),
        structlog.dev.ConsoleRenderer(colors=True),
        structlog.processors.JSONRenderer(lambda event, **_: json.dumps(event).encode()),
        None,
    ],
    ids=["json", "logfmt", "pairs", "console", "bytes", "none"],
)
def test_no_secret_reaches_a_sink(
    configure: Callable[..., Any], collecting: Collecting, renderer: Any
) -> None:
    """
    Whatever the last processor makes of an event, it is redacted before a sink has it.
    """
    log = configure(collecting, processors=[renderer] if renderer else [])
    log.error("paid", card="4111 1111 1111 1111", password="hunter2")

    assert len(collecting.lines) == 1
    for secret in (b"hunter2", b"4111"):
        assert secret not in collecting.data


def test_an_error_becomes_an_event(
    configure: Callable[..., Any],
    sentry: SentrySink,
    events: Callable[[], list[dict[str, Any]]],
) -> None:
    """
    The level is that of the method, also where no processor has added it; a structured traceback
    has its frames.
    """
    log = configure(
        sentry,
        processors=[structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()][:1],
    )
    try:
        dict[str, int]()["shelf"]
    except KeyError:
        log.exception("failed", order=7)
    log.info("fine")
    assert sentry.delivery.flush(10)

    (event,) = events()
    assert (event["level"], event["logger"]) == ("error", "shop")
    assert event["exception"]["values"][0]["type"] == "KeyError"
    assert event["extra"]["order"] == 7


def test_a_sink_that_fails_is_not_noticed(
    configure: Callable[..., Any], broken: Broken, collecting: Collecting
) -> None:
    """
    The program sees no exception, and the other sinks get the record.
    """
    configure(broken, collecting, processors=[]).error("x")

    assert len(collecting.lines) == 1


def test_a_logger_has_the_methods_of_a_logger(collecting: Collecting) -> None:
    """
    Each method that structlog calls is there, and no other.
    """
    logger = StructlogFactory(collecting)()
    for method in ("msg", "debug", "info", "warning", "error", "critical", "exception", "fatal"):
        getattr(logger, method)(event="x")

    assert [record["level"] for record in collecting.records] == [
        "info", "debug", "info", "warning", "error", "critical", "error", "critical",
    ]  # fmt: skip
    with pytest.raises(AttributeError):
        logger.unheard_of  # noqa: B018

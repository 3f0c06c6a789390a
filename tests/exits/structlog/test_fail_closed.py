"""C1: where the redactor fails a placeholder leaves, and the program goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted
from tests.exits.structlog.configurations import ALL, BRIDGED, EACH

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left

_PLACES = ("event", "keyword", "error", "local")
_CALLS = """
log = structlog.get_logger()
log.info("password=" + secret("event"))
log.warning("x", password=secret("keyword"))
def failing(password):
    raise ValueError("password=" + secret("error"))
try:
    failing(secret("local"))
except ValueError:
    log.exception("failed")
structlog.PrintLogger().info("password=" + secret("event"))
import redactor
assert redactor.installed().failures.total() >= 4
"""


@pytest.mark.parametrize("how", ["hook", "engine"])
@pytest.mark.parametrize("configuration", EACH)
def test_a_placeholder_leaves(run: Callable[..., Left], configuration: str, how: str) -> None:
    """
    When the redactor fails, what leaves says at which level, when and why, where the event says
    so, and nothing else; the program goes on, failures are counted and reported once.
    """
    planted = Planted(*_PLACES)

    # What goes on to ``logging`` with its exception is for that exit to hold back.
    others = configuration in BRIDGED
    left = run(
        f"install(others={others})\n{ALL[configuration]}break_redactor({how!r})\n{_CALLS}",
        install="never",
        planted=planted,
    )

    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(left.everything())
    assert b"cannot cope" not in left.everything()
    assert left.everything().count(b"[redacted:withheld:Failure]") >= 4
    assert b"Traceback" not in left.err
    assert 1 <= left.err.count(b"redactor: ") <= 3
    if configuration in {"JSON", "JSON, dictionaries", "cached"}:
        for line, level in zip(left.out.splitlines(), ("info", "warning", "error"), strict=False):
            event = json.loads(line)
            assert "[redacted:withheld:Failure]" == event["event"]
            assert level == event["level"]
            assert event["timestamp"].startswith("20")


def test_events_before_and_after_a_failure(run: Callable[..., Left]) -> None:
    """
    Only the event of which the redaction fails is withheld.
    """
    left = run(
        """
        import redactor, structlog
        structlog.configure(processors=[structlog.processors.JSONRenderer()])
        log = structlog.get_logger()
        real = redactor.installed().redactor.record
        def failing(value):
            if "boom" in repr(value):
                raise RuntimeError("password=Falcon77")
            return real(value)
        redactor.installed().redactor.record = failing
        log.info("password=Falcon77")
        log.info("boom", password="Falcon77")
        log.info("password=Falcon77")
        """
    )

    line = b'{"event": "password=[redacted:password]"}\n'
    assert (
        line + b'{"event": "[redacted:withheld:RuntimeError]", "level": "info"}\n' + line
        == left.out
    )
    assert b"Falcon77" not in left.everything()


def test_an_interrupt_passes(run: Callable[..., Left]) -> None:
    """
    Ctrl-C while an event is redacted reaches the program.
    """
    left = run(
        """
        import redactor, structlog
        def interrupted(value):
            raise KeyboardInterrupt
        redactor.installed().redactor.record = interrupted
        try:
            structlog.get_logger().info("hello")
        except KeyboardInterrupt:
            print("interrupted")
        """
    )

    assert b"interrupted\n" == left.out


def test_what_processors_raise_is_the_programs_own(run: Callable[..., Left]) -> None:
    """
    An exception of a processor reaches the caller, and ``DropEvent`` drops the event, as without
    redactor; a chain that ends with nothing usable is reported in structlog's words.
    """
    left = run(
        """
        import structlog
        def failing(_, __, event):
            if event["event"] == "drop":
                raise structlog.DropEvent
            raise LookupError("no context")
        structlog.configure(processors=[failing, structlog.processors.JSONRenderer()])
        log = structlog.get_logger()
        print(log.info("drop"))
        try:
            log.info("hello")
        except LookupError as error:
            print("raised", error)
        structlog.configure(processors=[lambda _, __, event: None])
        try:
            structlog.get_logger().info("hello")
        except ValueError as error:
            print(str(error)[:14])
        """
    )

    assert b"None\nraised no context\nLast processor\n" == left.out
    assert b"" == left.err

"""Loguru and ``logging`` side by side: the recipes of Loguru's documentation, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted, both

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.exits.loguru.programs import Left

_INTERCEPT = """
import inspect, logging
from loguru import logger
class InterceptHandler(logging.Handler):
    def emit(self, record):
        try:
            level = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        frame, depth = inspect.currentframe(), 0
        while frame:
            filename = frame.f_code.co_filename
            is_logging = filename == logging.__file__
            is_frozen = "importlib" in filename and "_bootstrap" in filename
            is_ours = "redactor" in filename
            if depth > 0 and not (is_logging or is_frozen or is_ours):
                break
            frame = frame.f_back
            depth += 1
        logger.opt(depth=depth, exception=record.exc_info).log(level, record.getMessage())
logging.basicConfig(handlers=[InterceptHandler()], level=0, force=True)
logger.remove()
"""
_PROPAGATE = """
import logging
from loguru import logger
class PropagateHandler(logging.Handler):
    def emit(self, record):
        logging.getLogger(record.name).handle(record)
logging.basicConfig(
    filename="stdlib.log", level=0, format="%(levelname)s %(name)s %(lineno)d %(message)s %(extra)s"
)
logger.remove()
logger.add(PropagateHandler(), format="{message}")
"""


@pytest.mark.parametrize("others", [False, True])
def test_logging_into_loguru(run: Callable[..., Left], *, others: bool) -> None:
    """
    Records of ``logging`` that are handed to Loguru leave redacted, with and without the guard of
    ``logging``.
    """
    planted = Planted("message", "argument", "error", "local")

    left = run(
        f"""
        install(others={others})
        {_INTERCEPT.replace(chr(10), chr(10) + " " * 8)}
        logger.add(sys.stdout)
        log = logging.getLogger("app")
        log.info("password=" + secret("message"))
        log.info("password=%s", secret("argument"))
        def failing(password):
            raise ValueError("password=" + secret("error"))
        try:
            failing(secret("local"))
        except ValueError:
            log.exception("failed")
        """,
        install="never",
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert 3 == left.out.count(b"password=[redacted:password]")


@pytest.mark.parametrize("others", [False, True])
def test_loguru_into_logging(run: Callable[..., Left], *, others: bool) -> None:
    """
    Records of Loguru that are handed to ``logging`` leave redacted, with and without its guard.
    """
    planted = Planted("message", "bind", "error", "local")

    left = run(
        f"""
        install(others={others})
        {_PROPAGATE.replace(chr(10), chr(10) + " " * 8)}
        logger.info("password=" + secret("message"))
        def failing(password):
            raise ValueError("password=" + secret("error"))
        try:
            failing(secret("local"))
        except ValueError:
            logger.bind(password=secret("bind")).exception("failed")
        """,
        install="never",
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert b"INFO __main__ " in left.files["stdlib.log"]
    assert b"password=[redacted:password]" in left.files["stdlib.log"]


@pytest.mark.parametrize("bridge", ["intercept", "propagate"])
def test_clean_records_cross_as_they_are(tmp_path: Path, bridge: str) -> None:
    """
    What holds no secret crosses as it does without redactor, tracebacks included.
    """
    add = "logger.add(sys.stdout, format='{level} {name} {line} {message}')"
    program = (
        _INTERCEPT + add + "\nlog = logging.getLogger('app')"
        if bridge == "intercept"
        else (_PROPAGATE + "log = logger")
    )

    expected, actual = both(
        tmp_path,
        program
        + """
def failing(user):
    steps = [1, 2]
    return steps[user]
def outer():
    try:
        failing(5)
    except IndexError:
        log.exception("failed")
log.info("hello")
outer()
""",
    )

    assert expected == actual
    assert b"IndexError: list index out of range" in expected

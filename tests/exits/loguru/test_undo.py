"""``uninstall()`` puts everything back; a version of Loguru that is not known stops the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left

_SEAMS = """
import loguru._better_exceptions as be, loguru._error_interceptor as ei, loguru._handler as h
def seams():
    return [
        h.Handler.__dict__["emit"], h.Message, ei.ErrorInterceptor.__dict__["print"],
        be.ExceptionFormatter.__dict__["format_exception"],
        be.ExceptionFormatter.__dict__["_extract_frames"], be.linecache, be.inspect,
    ]
"""


def test_everything_is_put_back(run: Callable[..., Left]) -> None:
    """
    After ``uninstall()`` each attribute is the very object that it was; ``install()`` twice is
    once, and it can be called again.
    """
    left = run(
        _SEAMS
        + """
import redactor
from loguru import logger
logger.remove()
logger.add(sys.stdout, format="{message}")
before = seams()
for _ in range(2):
    install()
    assert not any(new is old for new, old in zip(seams(), before))
    during = seams()
    install()
    assert all(new is old for new, old in zip(seams(), during))
    logger.info("password=Falcon77")
    redactor.uninstall()
    assert all(new is old for new, old in zip(seams(), before))
    logger.info("password=Falcon77")
""",
        install="never",
    )

    assert b"" == left.err
    assert b"password=[redacted:password]\npassword=Falcon77\n" * 2 == left.out


def test_hooks_that_others_have_wrapped_pass_everything_on(run: Callable[..., Left]) -> None:
    """
    A hook that somebody has wrapped stays after ``uninstall()`` and does what was there before.
    """
    left = run(
        """
        import redactor
        import loguru._handler as h
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra}")
        install()
        ours, Message = h.Handler.emit, h.Message
        h.Handler.emit = lambda self, *args: ours(self, *args)
        h.Message = type("Message", (Message,), {})
        redactor.uninstall()
        logger.bind(token="Falcon77Harbor").info("password=Falcon77")
        """,
        install="never",
    )

    assert b"" == left.err
    assert b"password=Falcon77 {'token': 'Falcon77Harbor'}\n" == left.out


@pytest.mark.parametrize(
    "seam",
    [
        "h.Handler.emit", "h.Message", "ei.ErrorInterceptor.print",
        "be.ExceptionFormatter.format_exception", "be.ExceptionFormatter._extract_frames",
        "be.linecache", "be.inspect",
    ],
)  # fmt: skip
def test_an_unknown_version_stops_the_program(run: Callable[..., Left], seam: str) -> None:
    """
    When something that is hooked is not there, ``install()`` raises and nothing stays hooked.
    """
    left = run(
        _SEAMS
        + f"""
from loguru import logger
removed = {seam}
del {seam}
try:
    install()
except Exception as error:
    print(type(error).__name__, error)
{seam} = removed
logger.remove()
logger.add(sys.stdout, format="{{message}}")
logger.info("password=Falcon77")
""",
        install="never",
    )

    first, second = left.out.splitlines()
    assert first.startswith(b"ExitError exit loguru: ")
    assert b"this version of the library is not known" in first
    assert b"password=Falcon77" == second

"""``uninstall()`` puts everything back; a version that is not known stops the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left

_SEAMS = """
import structlog
import rich.traceback
from structlog import _base, _output, dev, processors, stdlib
def seams():
    return [
        _base.BoundLoggerBase.__dict__["_process_event"], stdlib.ProcessorFormatter.format,
        processors._figure_out_exc_info, dev._figure_out_exc_info, rich.traceback.linecache,
        processors.ExceptionPrettyPrinter.__dict__["__call__"],
        *(
            logger.__dict__[name]
            for logger in (_output.PrintLogger, _output.WriteLogger, _output.BytesLogger)
            for name in ("msg", "info", "exception", "fatal", "err", "warn")
        ),
    ]
"""


def test_everything_is_put_back(run: Callable[..., Left]) -> None:
    """
    After ``uninstall()`` each attribute is the very object that it was; ``install()`` twice is
    once, and it can be called again. Loggers that were made in between go on.
    """
    left = run(
        _SEAMS
        + """
import redactor
structlog.configure(
    processors=[structlog.processors.JSONRenderer()], cache_logger_on_first_use=True
)
before = seams()
for _ in range(2):
    install()
    assert not any(new is old for new, old in zip(seams(), before))
    during = seams()
    install()
    assert all(new is old for new, old in zip(seams(), during))
    log = structlog.get_logger()
    log.info("x", password="Falcon77")
    redactor.uninstall()
    assert all(new is old for new, old in zip(seams(), before))
    log.info("x", password="Falcon77")
""",
        install="never",
    )

    assert b"" == left.err
    assert (
        b'{"password": "[redacted:password]", "event": "x"}\n'
        b'{"password": "Falcon77", "event": "x"}\n'
    ) * 2 == left.out


def test_hooks_that_others_have_wrapped_pass_everything_on(run: Callable[..., Left]) -> None:
    """
    A hook that somebody has wrapped stays after ``uninstall()`` and does what was there before.
    """
    left = run(
        """
        import redactor, structlog
        from structlog._base import BoundLoggerBase
        install()
        ours = BoundLoggerBase._process_event
        BoundLoggerBase._process_event = lambda self, *args: ours(self, *args)
        redactor.uninstall()
        structlog.configure(processors=[structlog.processors.JSONRenderer()])
        structlog.get_logger().info("x", password="Falcon77")
        """,
        install="never",
    )

    assert b"" == left.err
    assert b'{"password": "Falcon77", "event": "x"}\n' == left.out


@pytest.mark.parametrize(
    "seam",
    [
        "_base.BoundLoggerBase._process_event", "stdlib.ProcessorFormatter.format",
        "processors._figure_out_exc_info", "dev._figure_out_exc_info",
        "processors.ExceptionPrettyPrinter.__call__",
    ],
)  # fmt: skip
def test_an_unknown_version_stops_the_program(run: Callable[..., Left], seam: str) -> None:
    """
    When something that is hooked is not there, ``install()`` raises and nothing stays hooked.
    """
    left = run(
        _SEAMS
        + f"""
before = seams()
removed = {seam}
del {seam}
try:
    install()
except Exception as error:
    print(type(error).__name__, error)
{seam} = removed
assert all(new is old for new, old in zip(seams(), before))
""",
        install="never",
    )

    if "Formatter.format" in seam or "__call__" in seam:  # that of a base is found
        return
    assert b"" == left.err
    assert left.out.startswith(b"ExitError exit structlog: ")
    assert b"this version of the library is not known" in left.out

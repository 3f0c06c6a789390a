"""C1: where the redactor fails a placeholder leaves, and the program goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left

_LOG = """
logger.info("password=" + secret("message"))
logger.bind(password=secret("bind")).warning("bound")
logger.opt(raw=True).info("raw password=" + secret("message") + "\\n")
try:
    password = secret("local")
    raise ValueError("password=" + secret("error"))
except ValueError:
    logger.exception("failed")
"""
_PLACES = ("message", "bind", "local", "error")
_SINKS = {
    "plain": 'logger.add("out.log")',
    "fields": 'logger.add("out.log", format="{time} {level} {name} {extra[nowhere]} {message}")',
    "coloured": 'logger.add("out.log", colorize=True)',
    "serialized": 'logger.add("out.log", serialize=True)',
    "enqueued": 'logger.add("out.log", enqueue=True)',
    "function": """
        form = "{time} {level} {name} {message} {extra[nowhere]}\\n{exception}"
        logger.add("out.log", format=lambda record: form)
        """,
    "filter": 'logger.add("out.log", filter=lambda record: record["extra"] is not None)',
    "callable": """
        file = open("out.log", "w")
        logger.add(lambda message: print(message, message.record, file=file, flush=True))
        """,
}


@pytest.mark.parametrize("how", ["hook", "engine"])
@pytest.mark.parametrize("sink", _SINKS)
def test_a_placeholder_leaves(run: Callable[..., Left], sink: str, how: str) -> None:
    """
    When the redactor fails, what leaves says when, at which level, from which logger and why, and
    nothing else; the program goes on, the failures are counted and reported once.
    """
    planted = Planted(*_PLACES)

    left = run(
        f"""
        import redactor
        from loguru import logger
        logger.remove()
        {_SINKS[sink]}
        break_redactor({how!r})
        """
        + "\n".join(" " * 8 + line for line in _LOG.splitlines())
        + """
        logger.remove()
        if "file" in globals():
            file.close()
        print(redactor.installed().failures.total() >= 4)
        """,
        planted=planted,
    )

    lines = left.files["out.log"].splitlines()
    assert 0 == left.code, left.err.decode()
    assert b"True\n" == left.out
    assert set() == planted.found_in(left.everything())
    assert b"cannot cope" not in left.everything()
    assert b"Logging error in Loguru" not in left.err, left.err.decode()
    assert left.files["out.log"].count(b"[redacted:withheld:Failure]") >= 4
    assert {b"redactor"} == {line.partition(b":")[0] for line in left.err.splitlines()}
    assert len(left.err.splitlines()) <= 2
    if sink == "serialized":
        for line in lines:
            record = json.loads(line)["record"]
            assert "[redacted:withheld:Failure]" == record["message"]
            assert record["level"]["name"] in {"INFO", "WARNING", "ERROR"}
            assert "__main__" == record["name"]
    elif sink != "callable":
        assert 4 == len(lines)
        assert b"__main__" in lines[0]
        assert b"INFO" in lines[0]
        assert b"WARNING" in lines[1]
        assert b"20" == lines[0].removeprefix(b"\x1b[32m")[:2]


def test_records_before_and_after_a_failure(run: Callable[..., Left]) -> None:
    """
    Only the record of which the redaction fails is withheld.
    """
    planted = Planted("before", "in", "after")

    left = run(
        """
        import redactor
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra}")
        guard = redactor.installed()
        record = guard.record
        def failing(value):
            if "boom" in repr(value):
                raise RuntimeError("password=" + secret("in"))
            return record(value)
        guard.record = failing
        logger.info("password=" + secret("before"))
        logger.info("boom password=" + secret("in"))
        logger.info("password=" + secret("after"))
        """,
        planted=planted,
    )

    first, second, third = left.out.splitlines()
    assert b"password=[redacted:password] {}" == first
    assert b"[redacted:withheld:RuntimeError] {}" == second
    assert b"password=[redacted:password] {}" == third
    assert set() == planted.found_in(left.everything())


def test_an_interrupt_passes(run: Callable[..., Left]) -> None:
    """
    Ctrl-C while something is redacted reaches the program.
    """
    left = run(
        """
        import redactor
        from loguru import logger
        def interrupted(value):
            raise KeyboardInterrupt
        redactor.installed().record = interrupted
        try:
            logger.info("hello")
        except KeyboardInterrupt:
            print("interrupted")
        """
    )

    assert b"interrupted\n" == left.out


def test_reports_of_loguru_hold_no_secret(run: Callable[..., Left]) -> None:
    """
    What Loguru reports about a sink, a filter, a format or a coroutine that fails holds no secret:
    neither in the record that it shows nor in the traceback.
    """
    planted = Planted("message", "bind", "raised", "later", "queued")

    left = run(
        """
        import asyncio
        from loguru import logger
        logger.remove()
        def sink(message):
            token = secret("raised")
            raise OSError("POST https://example.com/?token=" + token)
        def filtering(record):
            raise ValueError("password=" + secret("raised"))
        logger.add(sink)
        logger.add(sys.stdout, filter=filtering)
        logger.add(sys.stdout, format=lambda record: "{extra[nowhere]}")
        logger.add(sink, enqueue=True)
        logger.bind(password=secret("bind")).info("password=" + secret("message"))
        logger.remove()
        async def later(message):
            raise OSError("password=" + secret("later"))
        async def main():
            logger.add(later)
            logger.info("password=" + secret("queued"))
            await logger.complete()
        asyncio.run(main())
        """,
        planted=planted,
    )

    assert 5 == left.err.count(b"--- Logging error in Loguru Handler #")
    assert set() == planted.found_in(left.everything())
    assert b"OSError: POST https://example.com/?token=[redacted:token]\n" in left.err
    assert b"'extra': {'password': '[redacted:password]'}" in left.err


def test_a_patcher_that_fails_is_the_programs_own(run: Callable[..., Left]) -> None:
    """
    An exception of a patcher reaches the caller, as without redactor; odd things that a patcher
    puts into a record let nothing out and stop nothing.
    """
    planted = Planted("odd")

    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra}")
        logger.add("all.log", format="{message}", filter=lambda record: True)
        def failing(record):
            raise LookupError("no context")
        try:
            logger.patch(failing).info("x")
        except LookupError as error:
            print("raised", error)
        odd = "password=" + secret("odd")
        for key in ("message", "extra", "file", "thread", "process", "time", "elapsed", "name",
                    "function", "module", "line", "exception", "more"):
            logger.patch(lambda record: record.update({key: odd})).info("replaced {}", key)
            logger.patch(lambda record: record.pop(key, None)).info("removed {}", key)
            logger.patch(lambda record: record.update({key: None})).info("none {}", key)
        """,
        planted=planted,
    )

    assert 0 == left.code, left.err.decode()
    assert left.out.startswith(b"raised no context\n")
    assert set() == planted.found_in(left.everything())

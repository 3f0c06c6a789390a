"""``RedactingProcessor`` in configurations that are guarded by hand, and the check of its place."""

from __future__ import annotations

import logging
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from redactor import ExitError, Policy
from redactor.exits.structlog import RedactingProcessor, check_configuration
from tests.exits.loguru.programs import Planted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.exits.loguru.programs import Left

_RENDERERS = {
    "JSON": "structlog.processors.JSONRenderer()",
    "console": "structlog.dev.ConsoleRenderer(colors=True)",
    "key and value": "structlog.processors.KeyValueRenderer()",
    "dictionaries": "structlog.processors.JSONRenderer()",
}


@pytest.mark.parametrize("renderer", _RENDERERS)
def test_a_chain_with_the_processor(run: Callable[..., Left], renderer: str) -> None:
    """
    Without ``install()``, a chain with the processor before its renderer lets no secret of an event
    or an exception out.
    """
    planted = Planted("event", "keyword", "bound", "error", "local", "context")
    before = "structlog.processors.dict_tracebacks, " if renderer == "dictionaries" else ""

    left = run(
        f"""
        import structlog
        from redactor.exits.structlog import RedactingProcessor, check_configuration
        structlog.configure(processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, {before}
            RedactingProcessor(), {_RENDERERS[renderer]},
        ])
        check_configuration()
        """
        """
        structlog.contextvars.bind_contextvars(api_key=secret("context"))
        log = structlog.get_logger().bind(password=secret("bound"))
        log.info("password=" + secret("event"), token=secret("keyword"))
        def failing(password):
            raise ValueError("password=" + secret("error"))
        try:
            failing(secret("local"))
        except ValueError as error:
            log.exception("failed")
            log.error("failed", exc_info=True)
            log.error("failed", exc_info=error)
        """,
        install="never",
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert b"[redacted:password]" in left.out
    assert b"failed" in left.out


def test_a_policy() -> None:
    """
    The processor takes a policy; a clean event comes back as the same object, and the caller's is
    not changed.
    """
    process = RedactingProcessor(Policy(actions={"password": "drop-record", "token": "drop-field"}))
    clean = {"event": "hello", "n": 1}
    dense = {"event": "hello", "token": "Falcon77Harbor"}

    assert process(None, "info", clean) is clean
    assert {"event": "hello"} == process(None, "info", dense)
    assert {"event": "hello", "token": "Falcon77Harbor"} == dense
    assert "[redacted:card]" == process(None, "info", "4111 1111 1111 1111")
    with pytest.raises(structlog.DropEvent):
        process(None, "info", {"event": "x", "password": "Falcon77"})


def test_the_processor_can_be_pickled() -> None:
    """
    A logger with the processor in its chain can be pickled, as others can.
    """
    policy = Policy(actions={"password": "mask"})

    process = pickle.loads(pickle.dumps(RedactingProcessor(policy)))

    assert {"event": "x", "n": 1} == process(None, "info", {"event": "x", "n": 1})
    assert "redacted:password" in process(None, "info", {"password": "Falcon77Harbor"})["password"]
    assert "Falcon77" not in repr(process)


# The check -------------------------------------------------------------------------------------

process = RedactingProcessor()
json = structlog.processors.JSONRenderer()
console = structlog.dev.ConsoleRenderer()
level = structlog.processors.add_log_level
tracebacks = structlog.processors.format_exc_info
meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
wrap = structlog.stdlib.ProcessorFormatter.wrap_for_formatter


@pytest.fixture
def configure() -> Iterator[Callable[..., None]]:
    """``structlog.configure``, undone afterwards."""
    yield structlog.configure
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "chain",
    [
        [level, process, json],
        [level, tracebacks, process, console],
        [process],
        [level, process],
        [level, process, json, process],
        [process, level, process, json],
        [process, meta, json],
    ],
)
def test_right_places(chain: list[Any]) -> None:
    """
    Right before the renderer is right, and so is the end of a chain without one.
    """
    check_configuration(chain)


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (
            [process, level, json],
            (
                "structlog: processors: structlog._log_levels.add_log_level follows RedactingProcessor "
                "and can add to what leaves. Put a RedactingProcessor right before the renderer, "
                "structlog.processors.JSONRenderer."
            ),
        ),
        (
            [level, process, tracebacks, console],
            (
                "structlog: processors: structlog.processors.ExceptionRenderer follows "
                "RedactingProcessor and can add to what leaves. Put a RedactingProcessor right before "
                "the renderer, structlog.dev.ConsoleRenderer."
            ),
        ),
        (
            [level, json],
            (
                "structlog: processors: there is no RedactingProcessor. "
                "Put a RedactingProcessor right before the renderer."
            ),
        ),
        (
            [],
            (
                "structlog: processors: there is no RedactingProcessor. "
                "Put a RedactingProcessor right before the renderer."
            ),
        ),
        (
            [level, json, process],
            (
                "structlog: processors: structlog.processors.JSONRenderer stands before "
                "RedactingProcessor. Put a RedactingProcessor right before the renderer."
            ),
        ),
    ],
)
def test_wrong_places(chain: list[Any], message: str) -> None:
    """
    A processor that is missing, or that another one follows, is an error which names that one.
    """
    with pytest.raises(ExitError) as caught:
        check_configuration(chain)

    assert message == str(caught.value)


def test_the_configuration_is_checked(configure: Callable[..., None]) -> None:
    """
    Without an argument the chain of ``structlog.configure`` is checked.
    """
    configure(processors=[level, process, json])
    check_configuration()
    configure(processors=[process, level, json])

    with pytest.raises(ExitError, match=r"^structlog.configure: processors: .*add_log_level"):
        check_configuration()


def test_formatters_are_checked(configure: Callable[..., None]) -> None:
    """
    Where events are rendered by handlers, the chains of their formatters are checked.
    """
    configure(processors=[level, wrap])
    with pytest.raises(ExitError, match="no handler has one"):
        check_configuration()
    handler = logging.NullHandler()
    logger = logging.getLogger("shop.pay")
    logger.addHandler(handler)
    try:
        handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[meta, process, json]))
        check_configuration()
        handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[process, level, json]))
        with pytest.raises(ExitError, match=r"NullHandler of logger 'shop.pay': .*add_log_level"):
            check_configuration()
    finally:
        logger.removeHandler(handler)


def test_a_wrong_place_is_reported_once(run: Callable[..., Left]) -> None:
    """
    A program that did not call the check is told on standard error at its first event, once.
    """
    left = run(
        """
        import structlog
        from redactor.exits.structlog import RedactingProcessor
        structlog.configure(processors=[
            RedactingProcessor(), structlog.processors.add_log_level,
            structlog.processors.KeyValueRenderer(),
        ])
        for _ in range(3):
            structlog.get_logger().info("hello", password="Falcon77")
        """,
        install="never",
    )

    assert 1 == len(left.err.splitlines())
    assert left.err.startswith(
        b"redactor: structlog: processors: structlog._log_levels.add_log_level "
    )
    assert b"password='[redacted:password]' event='hello' level='info'\n" * 3 == left.out

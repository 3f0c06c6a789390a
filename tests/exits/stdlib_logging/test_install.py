"""``install()`` and ``uninstall()``: what they replace, and put back."""

from __future__ import annotations

import functools
import logging
import logging.config
import logging.handlers
from typing import TYPE_CHECKING, Any

import pytest

import redactor
from redactor import ExitError
from redactor.exits import Guard, stdlib_logging
from redactor.exits.patches import Patches
from tests.exits.stdlib_logging.planted import CARD, PASSWORD, assert_nothing_raw, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.stdlib_logging.conftest import LogFile

    Files = Callable[..., LogFile]

SEAMS = [
    (logging.Logger, "callHandlers"),
    (logging.Handler, "handle"),
    (logging.Handler, "format"),
    (logging.Handler, "handleError"),
    (logging.Formatter, "formatException"),
    (logging.Formatter, "formatStack"),
]


def seams() -> list[Any]:
    return [vars(owner)[name] for owner, name in SEAMS]


def test_everything_is_put_back(install: Callable[..., Guard]) -> None:
    """
    ``uninstall()`` puts back the very functions that were there; again and again.
    """
    before = seams()
    for _ in range(2):
        install()
        assert all(new is not old for new, old in zip(seams(), before, strict=True))
        redactor.uninstall()
        assert all(new is old for new, old in zip(seams(), before, strict=True))


def test_twice_is_once(install: Callable[..., Guard]) -> None:
    """
    A second ``install()`` replaces nothing, and returns the same guard.
    """
    guard = install()
    once = seams()

    assert install() is guard
    assert all(new is old for new, old in zip(seams(), once, strict=True))


def test_handlers_that_exist(
    install: Callable[..., Guard], log: logging.Logger, log_file: Files
) -> None:
    """
    Handlers from before are guarded from ``install()`` on, and as they were after ``uninstall()``.
    """
    if log.handlers:
        pytest.skip("after uninstall() the other handler sees what it is given")
    file = log_file()
    log.info("before %s", CARD)
    install()
    log.info("during %s", CARD)
    redactor.uninstall()
    log.info("after %s", CARD)

    assert [
        f"INFO before {CARD}",
        "INFO during [redacted:card]",
        f"INFO after {CARD}",
    ] == file.lines


def test_wrappers_of_other_people(install: Callable[..., Guard], log: logging.Logger) -> None:
    """
    Who wraps ``Logger.callHandlers`` before us, as Sentry's SDK may, gets redacted records; who
    wraps it after us gets its own, and hands on to us; and after ``uninstall()`` his goes on.
    """
    if log.handlers:
        pytest.skip("it counts the calls of one handler")
    original = logging.Logger.callHandlers
    calls: list[tuple[str, logging.LogRecord]] = []

    def wrap(name: str) -> Any:
        inner = logging.Logger.callHandlers

        @functools.wraps(inner)
        def wrapper(self: Any, record: logging.LogRecord) -> Any:
            calls.append((name, record))
            return inner(self, record)

        return wrapper

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            calls.append(("handler", record))

    log.addHandler(Keep())
    try:
        logging.Logger.callHandlers = wrap("before")  # type: ignore[method-assign]
        install()
        logging.Logger.callHandlers = wrap("after")  # type: ignore[method-assign]
        log.info("password=%s", PASSWORD)
        assert ["after", "before", "handler"] == [name for name, _ in calls]
        for _, record in calls[1:]:
            assert_nothing_raw(shown(record).encode())
        calls.clear()
        redactor.uninstall()
        log.info("password=%s", "swordfish7")
        assert ["after", "before", "handler"] == [name for name, _ in calls]
        assert "password=swordfish7" == calls[-1][1].getMessage()
    finally:
        logging.Logger.callHandlers = original  # type: ignore[method-assign]


def test_an_unknown_version_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where something that is to be replaced does not exist, nothing starts.
    """
    monkeypatch.delattr(logging.Handler, "handleError")
    patches = Patches("logging")
    with pytest.raises(ExitError, match="Handler has no handleError"):
        stdlib_logging.protect(Guard(), patches)
    patches.undo()


def test_disabled_and_silent_loggers(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    Loggers that are disabled, levels that are too low and ``logging.disable`` let nothing out.
    """
    file = log_file()
    log.disabled = True
    log.error("x")
    log.disabled = False
    file.handler.setLevel(logging.ERROR)
    log.info("x")
    file.handler.setLevel(logging.DEBUG)
    log.setLevel(logging.ERROR)
    log._cache.clear()  # type: ignore[attr-defined]  # no manager does it for this one
    log.info("x")
    log.setLevel(logging.DEBUG)
    log._cache.clear()  # type: ignore[attr-defined]
    logging.disable(logging.CRITICAL)
    try:
        log.error("x")
    finally:
        logging.disable(logging.NOTSET)
    log._cache.clear()  # type: ignore[attr-defined]
    log.info("card %s", CARD)

    assert ["INFO card [redacted:card]"] == file.lines


def test_warnings_that_are_captured(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    Warnings that go to a logger leave redacted, with their line of the program.
    """
    import warnings

    file = log_file()
    captured = logging.getLogger("py.warnings")
    captured.handlers, before = list(log.handlers), captured.handlers
    captured.propagate = False
    logging.captureWarnings(capture=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging._showwarning(  # type: ignore[attr-defined]
                UserWarning(f"password={PASSWORD}"), UserWarning, "x.py", 1, line=f"card = {CARD}"
            )
    finally:
        logging.captureWarnings(capture=False)
        captured.handlers, captured.propagate = before, True

    assert b"UserWarning: password=[redacted:password]" in file.bytes
    assert_nothing_raw(file.bytes)


@pytest.mark.parametrize("action", ["drop-record", "drop-field", "mask"])
def test_actions(
    install: Callable[..., Guard], log: logging.Logger, log_file: Files, action: str
) -> None:
    """
    A rule whose action drops the record lets nothing of it out, wherever in it the secret is; one
    that drops the field takes the attribute out; and other records go on.
    """
    install(actions={"card": action})
    file = log_file("%(message)s")
    log.info("clean")
    log.info("card %s", CARD)
    log.info("extra", extra={"card": CARD})
    try:
        raise ValueError(f"card {CARD}")
    except ValueError:
        log.exception("exception")
    log.info({"event": "dict", "card": CARD})
    log.info("password=%s", PASSWORD)

    out = file.lines
    assert "clean" == out[0]
    assert "password=[redacted:password]" == out[-1]
    if action == "drop-record":
        assert 2 == len(out)
    elif action == "drop-field":
        assert "card [redacted:card]" == out[1]
        assert "{'event': 'dict'}" == out[-2]
    else:
        assert "card [redacted:card:****1111]" == out[1]
    assert_nothing_raw(file.bytes)


def test_values_that_become_known(
    install: Callable[..., Guard], log: logging.Logger, log_file: Files
) -> None:
    """
    A value that is registered is removed from the next record on, also from names that were clean
    before.
    """
    if log.handlers:
        pytest.skip("before it is registered, the other handler sees it")
    guard = install()
    file = log_file("%(name)s %(threadName)s %(message)s")
    log.name = "client.acme-corp-77"
    log.info("hello acme-corp-77")
    guard.redactor.known.register("acme-corp-77", "customer")
    log.info("hello acme-corp-77")

    assert "client.acme-corp-77 MainThread hello acme-corp-77" == file.lines[0]
    assert "acme-corp-77" not in file.lines[1]

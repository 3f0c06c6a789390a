"""C1: whatever fails in the hooks, a placeholder leaves, and the program goes on."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from redactor.exits import exceptions
from redactor.exits.stdlib_logging import (
    close_look,
    formatting,
    log_records,
)
from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    EverythingFormatter,
    assert_nothing_raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Guard
    from tests.exits.stdlib_logging.conftest import LogFile

    Files = Callable[..., LogFile]


class Failure(Exception):  # a name to look for in placeholders
    """An error that quotes what it failed on."""


def fail(*args: Any, **kwargs: Any) -> Any:
    raise Failure(f"cannot cope with {args!r} {kwargs!r} password={PASSWORD}")


class FailingEngine:
    """An engine of which every function fails."""

    name = "failing"

    def __getattr__(self, name: str) -> Any:
        return fail


def leak(log: logging.Logger) -> None:
    try:
        raise ValueError(f"password={PASSWORD}")
    except ValueError:
        log.exception(
            f"password={PASSWORD} %s", CARD, extra={"card": CARD, f"k{CARD}": 1}, stack_info=True
        )
    log.info("password=%s", PASSWORD)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch, Guard], None]] = {
    "guard": lambda patch, guard: (
        patch.setattr(guard, "text", fail), patch.setattr(guard, "record", fail),
    ) and None,
    "text": lambda patch, guard: patch.setattr(guard, "text", fail),
    "record": lambda patch, guard: patch.setattr(guard, "record", fail),
    "stand-ins": lambda patch, guard: patch.setattr(exceptions, "exc_info", fail),
    "close look": lambda patch, guard: patch.setattr(log_records, "closely", fail),
    "message": lambda patch, guard: patch.setattr(close_look, "message_of", fail),
    "extras": lambda patch, guard: patch.setattr(close_look, "extras_of", fail),
    "finished text": lambda patch, guard: patch.setattr(formatting, "rendered", fail),
    "engine": lambda patch, guard: (
        patch.setattr(guard.redactor, "_engine", FailingEngine()),
        patch.setattr(guard.redactor._walker, "_engine", FailingEngine()),
        patch.setattr(guard.redactor._walker, "_native_check", fail),
        patch.setattr(guard.redactor._walker, "_check_record", fail),
        patch.setattr(guard.redactor, "_native_redact", fail),
    ) and None,
}  # fmt: skip
_each_break = pytest.mark.parametrize("break_", BROKEN.values(), ids=BROKEN)


@_each_break
@pytest.mark.parametrize("before", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_a_failure_lets_nothing_out(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    break_: Callable[[pytest.MonkeyPatch, Guard], None],
    formatter: logging.Formatter | None,
    before: bool,
) -> None:
    """
    Whatever fails, at the first record or later: no secret leaves, no exception reaches the
    program, and a record leaves for each that was logged.
    """
    file = log_file(formatter=formatter)
    if before:
        log.info("password=%s", "swordfish7")
    lines = len(file.lines)
    break_(monkeypatch, guard)
    leak(log)
    monkeypatch.undo()
    log.info("goes on")

    left = file.bytes.split(b"\n", lines)[-1]
    assert left.count(b"INFO") >= 2
    assert b"goes on" in left
    assert b"cannot cope" not in file.bytes
    assert_nothing_raw(file.bytes)
    assert_nothing_raw(capfd.readouterr().err.encode())


def test_the_placeholder(
    guard: Guard, log: logging.Logger, log_file: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A placeholder has the time, the level, the logger and the line of the record, says why it was
    withheld, and keeps the names of attributes that a format asks for.
    """
    file = log_file("%(created)d %(levelname)s %(name)s %(lineno)d %(user)s %(message)s")
    log.info("hi", extra={"user": "bob"})
    monkeypatch.setattr(guard, "text", fail)
    monkeypatch.setattr(guard, "record", fail)
    log.warning("password=%s", PASSWORD, extra={"user": CARD})
    monkeypatch.undo()

    created, level, name, line, user, *message = file.lines[1].split(" ", 5)
    assert int(file.lines[0].split()[0]) <= int(created)
    assert ("WARNING", log.name) == (level, name)
    assert int(file.lines[0].split()[3]) < int(line)
    assert "[redacted:withheld:Failure]" == user
    assert ["record withheld: [redacted:withheld:Failure]"] == message


def test_failures_are_counted_and_reported_once(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """
    Each failure is counted; standard error says it once, with the type of the error and no more.
    """
    log_file()
    guard._reported.clear()
    monkeypatch.setattr(log_records, "closely", fail)
    monkeypatch.setattr(log_records, "message_of", fail)
    for _ in range(5):
        log.info("%s", object())
    monkeypatch.undo()
    reported = capfd.readouterr().err

    assert guard.failures["logging"] >= 5
    assert 1 == reported.count("a record was withheld because of Failure")
    assert_nothing_raw(reported.encode())


def test_a_placeholder_that_fails(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Where not even a placeholder can be made, nothing leaves and the program goes on.
    """
    file = log_file(formatter=EverythingFormatter())
    monkeypatch.setattr(log_records, "closely", fail)
    monkeypatch.setattr(log_records, "placeholder", fail)
    log.info("password=%s", object())
    monkeypatch.undo()
    log.info("goes on")

    assert 1 == len(file.lines)
    assert "goes on" in file.lines[0]


def test_the_name_of_a_logger_in_a_placeholder(
    guard: Guard, log: logging.Logger, log_file: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A placeholder shows the name of a logger that can be shown unread: of a module, or of letters.
    """
    file = log_file("%(name)s")
    monkeypatch.setattr(guard, "text", fail)
    monkeypatch.setattr(guard, "record", fail)
    for name in ("shop", "http.client", f"client {CARD}", f"token{PASSWORD}"):
        log.name = name
        log.info("x")
    monkeypatch.undo()

    assert ["shop", "http.client", "[redacted:withheld:name]", "[redacted:withheld:name]"] == (
        file.lines
    )


@pytest.mark.parametrize(
    "leak", [("password=%s %s", PASSWORD), (f"password={PASSWORD} %d", "x"), (f"card {CARD}", 1)]
)
@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_the_report_of_a_handler(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    capfd: pytest.CaptureFixture[str],
    leak: tuple[Any, ...],
    formatter: logging.Formatter | None,
) -> None:
    """
    A record that cannot be formatted is reported as the library does it, with the calls, and with
    the message and arguments redacted; so are literals in the lines of the program.
    """
    file = log_file(formatter=formatter)
    log.info(*leak) if dict(password="swordfish7") else None  # noqa: C408
    told = capfd.readouterr().err

    assert b"" == file.bytes
    assert told.startswith("--- Logging error ---\nTraceback (most recent call last):\n")
    assert "TypeError: " in told
    assert "in test_the_report_of_a_handler" in told
    assert re.search(r"\nMessage: '.*'\nArguments: \(.*\)\n$", told)
    assert "swordfish7" not in told
    assert_nothing_raw(told.encode())


def test_the_report_of_a_broken_stream(
    guard: Guard, log: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    What a stream says when it fails is reported redacted, and not at all when nobody wants reports.
    """

    class Broken:
        def write(self, text: str) -> None:
            raise OSError(f"cannot write to password={PASSWORD}")

        def flush(self) -> None:
            pass

    log.addHandler(logging.StreamHandler(Broken()))
    log.info("password=%s", PASSWORD)
    told = capfd.readouterr().err
    logging.raiseExceptions = False
    try:
        log.info("x")
    finally:
        logging.raiseExceptions = True

    assert "OSError: cannot write to password=[redacted:password]" in told
    assert_nothing_raw(told.encode())
    assert "" == capfd.readouterr().err


def test_a_report_that_fails(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """
    Where the report of a handler cannot be redacted, it says that and nothing else.
    """
    log_file()
    monkeypatch.setattr(formatting, "error_report", fail)
    log.info("password=%s %s", PASSWORD)
    monkeypatch.undo()
    told = capfd.readouterr().err

    assert "--- Logging error ---\n[redacted:withheld:Failure]\n" in told
    assert_nothing_raw(told.encode())


def test_interrupts_pass(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A keyboard interrupt while an object is asked reaches the program.
    """

    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    log_file()
    with pytest.raises(KeyboardInterrupt):
        log.info("%s", Interrupted())
    file = log_file()
    log.info("goes on")

    assert ["INFO goes on"] == file.lines

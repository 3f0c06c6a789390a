"""Exceptions and stacks of records: text, chains, groups, notes, variables, lines of the program."""

from __future__ import annotations

import logging
import sys
import traceback
import types
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    TOKEN,
    EverythingFormatter,
    assert_nothing_raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Guard
    from tests.exits.stdlib_logging.conftest import LogFile

    Files = Callable[..., LogFile]


class OwnTraceback(logging.Formatter):
    """Writes a traceback itself, on one line."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "".join(traceback.format_exception(*ei)).replace("\n", "|")


class WithVariables(logging.Formatter):
    """Shows the variables of each frame."""

    def format(self, record: logging.LogRecord) -> str:
        assert record.exc_info is not None
        assert record.exc_info[1] is not None
        told = traceback.TracebackException.from_exception(record.exc_info[1], capture_locals=True)
        return record.getMessage() + " " + "".join(told.format())


#: The stock one, one that writes all, one that writes tracebacks itself, one that shows variables.
FORMATTERS = [None, EverythingFormatter(), OwnTraceback("%(message)s"), WithVariables()]
_each_formatter = pytest.mark.parametrize(
    "formatter", FORMATTERS, ids=["stock", "everything", "own traceback", "variables"]
)


class RefusedError(Exception):
    """Holds its arguments in attributes, and says them in its own way."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, password)
        self.password = password

    def __str__(self) -> str:
        return f"refused: password={self.password}"


def login(user: str, password: str) -> None:
    card = int(CARD)
    raise RefusedError(user, password)


def chained() -> None:
    try:
        login("bob", PASSWORD)
    except RefusedError as error:
        error.add_note(f"seen with card {CARD}")
        try:
            raise KeyError({"password": PASSWORD})
        except KeyError as other:
            raise ConnectionError(f"https://bob:{PASSWORD}@db.example.com/") from other


def grouped() -> None:
    errors: list[Exception] = []
    for part in (login, login):
        try:
            part("bob", PASSWORD)
        except RefusedError as error:
            errors.append(error)
    raise ExceptionGroup(f"two of token={TOKEN}", [*errors, OSError(5, f"card {CARD}")])


def literal() -> None:
    options: dict[str, Any] = {}
    options.update(password="swordfish7")
    raise (
        ValueError("no") if options else ValueError("password=swordfish7")
    )  # password="swordfish7"


@_each_formatter
@pytest.mark.parametrize("fail", [lambda: login("bob", PASSWORD), chained, grouped, literal])
def test_exceptions(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    formatter: logging.Formatter | None,
    fail: Callable[[], None],
) -> None:
    """
    What an exception, its causes, contexts, members, notes, attributes and variables hold leaves
    redacted, and so do the lines of the program in its traceback; the exception is not changed.
    """
    file = log_file(formatter=formatter)
    try:
        fail()
    except Exception as error:
        before = traceback.format_exc()
        log.exception("failed")
        log.error("failed again", exc_info=error)
        log.error("and again", exc_info=(type(error), error, error.__traceback__))
        assert before == traceback.format_exc()
        kind = type(error).__name__

    out = file.bytes
    assert kind.encode() in out
    assert b"failed again" in out
    assert b"and again" in out
    assert_nothing_raw(out, "swordfish7")


def test_a_stock_traceback_is_the_one_of_the_program(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    A traceback without secrets reads as it would without redaction, carets and all.
    """
    file = log_file()

    def fail(value: str) -> float:
        return 1 / len(value)

    for _ in range(2):
        try:
            fail("")
        except ZeroDivisionError:
            log.exception("failed")
        guard.active = False
    half = len(file.lines) // 2

    assert "ZeroDivisionError: division by zero" == file.lines[-1]
    assert file.lines[:half] == file.lines[half:]


@_each_formatter
def test_exc_text_is_never_left_raw(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    A formatter keeps the text of a traceback in the record for the next handler: it is redacted,
    whichever formatter made it, on the record that handlers see and on that of the program.
    """
    seen: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            self.format(record)
            seen.append(record)

    keep = Keep()
    keep.setFormatter(formatter)
    log.addHandler(keep)
    file = log_file()
    raw: list[logging.LogRecord] = []
    log.addFilter(lambda record: raw.append(record) or True)  # type: ignore[func-returns-value]
    try:
        literal()
    except ValueError:
        log.exception("failed")

    for record in (*seen, *raw):
        assert "swordfish7" not in str(record.exc_text)
    assert "swordfish7" not in file.bytes.decode()


def test_exc_text_of_the_program(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A text of a traceback that is in the record already leaves redacted.
    """
    stock, everything = log_file(), log_file(formatter=EverythingFormatter())
    record = log.makeRecord("n", 40, "/x.py", 1, "failed", (), None)
    record.exc_text = f"Traceback:\nValueError: password={PASSWORD}"
    log.handle(record)

    assert "ERROR failed\nTraceback:\nValueError: password=[redacted:password]\n" == (
        stock.bytes.decode()
    )
    assert_nothing_raw(everything.bytes)
    assert record.exc_text.endswith(PASSWORD)


@_each_formatter
def test_stacks(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    A stack with a literal secret in a line of the program leaves redacted.
    """
    if isinstance(formatter, WithVariables):
        pytest.skip("it is for exceptions")
    file = log_file(formatter=formatter)
    log.warning("here", stack_info=bool(dict(password="swordfish7")))  # noqa: C408

    assert b"Stack (most recent call last)" in file.bytes
    assert b"swordfish7" not in file.bytes


def test_no_exception_at_all(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    ``exc_info=True`` outside of a handler, and one whose traceback was left out, are as they are.
    """
    file = log_file()
    log.error("none", exc_info=True)
    log.error("no traceback", exc_info=(ValueError, ValueError(f"password={PASSWORD}"), None))

    assert [
        "ERROR none",
        "NoneType: None",
        "ERROR no traceback",
        "ValueError: password=[redacted:password]",
    ] == file.lines


def test_a_part_of_a_traceback(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A traceback that the program cut, or took from elsewhere, is the one that leaves.
    """
    file = log_file()
    everything = log_file(formatter=WithVariables())
    try:
        chained()
    except ConnectionError as error:
        assert error.__traceback__ is not None
        cut = error.__traceback__.tb_next
        log.error("cut", exc_info=(type(error), error, cut))
        try:
            login("bob", PASSWORD)
        except RefusedError as other:
            log.error("other", exc_info=(type(error), error, other.__traceback__))

    assert 1 == file.bytes.count(b"in test_a_part_of_a_traceback")
    assert_nothing_raw(file.bytes)
    assert_nothing_raw(everything.bytes)


class HostileError(Exception):
    """Raises whatever it is asked."""

    def __str__(self) -> str:
        raise ValueError(f"password={PASSWORD}")

    __repr__ = __str__


@_each_formatter
def test_hostile_exceptions(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    An exception that raises when it is asked leaves a record without its text.
    """
    file = log_file(formatter=formatter)
    try:
        raise HostileError(PASSWORD)
    except HostileError:
        log.exception("failed")

    assert b"failed" in file.bytes
    assert b"HostileError" in file.bytes
    assert_nothing_raw(file.bytes)


def test_an_exception_in_place_of_a_tuple(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    What stands in ``exc_info`` of a record made by hand leaves redacted or not at all.
    """
    everything = log_file(formatter=EverythingFormatter())
    for info in (ValueError(f"password={PASSWORD}"), f"password={PASSWORD}", (CARD, 1, 2)):
        record = log.makeRecord("n", 20, "/x.py", 1, "x", (), None)
        record.exc_info = info  # type: ignore[assignment]  # that is the point
        log.handle(record)

    assert 3 == len(everything.lines)
    assert b"password=[redacted:password]" in everything.bytes
    assert f"password={PASSWORD}".encode() not in everything.bytes


def test_rich(guard: Guard, log: logging.Logger) -> None:
    """
    Rich's handler shows tracebacks with variables, and none of the secrets in them.
    """
    pytest.importorskip("rich")
    import io

    from rich.console import Console
    from rich.logging import RichHandler

    out = io.StringIO()
    console = Console(file=out, width=200)
    log.addHandler(RichHandler(console=console, rich_tracebacks=True, tracebacks_show_locals=True))
    try:
        chained()
    except ConnectionError:
        log.exception("failed password=%s", PASSWORD, extra={"highlighter": None})

    assert "ConnectionError" in out.getvalue()
    assert "[redacted:" in out.getvalue()
    assert "locals" in out.getvalue()
    assert_nothing_raw(out.getvalue().encode())


def test_sys_exc_info_of_a_dict(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    An event in a dict whose ``exc_info`` is true gets the exception of now, redacted.
    """
    seen: list[Any] = []
    log.addFilter(lambda _: True)

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.msg)

    log.addHandler(Keep())
    try:
        login("bob", PASSWORD)
    except RefusedError:
        log.info({"event": "failed", "exc_info": True})
        log.info({"event": "failed", "exc_info": sys.exc_info()})

    for msg in seen:
        assert "refused: password=[redacted:password]" == str(msg["exc_info"][1])
        assert "RefusedError" == msg["exc_info"][0].__name__


def test_a_traceback_that_only_says_that_it_is_one(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    A traceback of a class of its own, as worker pools send them between processes, does not keep the
    record back: the places are those of the exception.
    """

    class Sent:
        tb_frame = tb_next = None
        tb_lineno = tb_lasti = 7

        @property  # type: ignore[misc]
        def __class__(self) -> type:
            return types.TracebackType

    file = log_file("%(message)s")
    try:
        raise ValueError(f"password={PASSWORD}")
    except ValueError as error:
        sent: Any = (ValueError, error, Sent())
        log.error("task failed", exc_info=sent)
    text = file.bytes.decode()

    assert "task failed" in text
    assert "withheld" not in text
    assert "in test_a_traceback_that_only_says" in text
    assert "ValueError: password=[redacted:password]" in text
    assert {} == guard.failures
    assert_nothing_raw(file.bytes)

"""What a record holds besides a plain message: arguments, attributes, names."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import threading
from dataclasses import dataclass
from decimal import Decimal
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


class Login:
    """Says its password in its ``str``, its ``repr`` and its ``format``."""

    def __init__(self, password: str) -> None:
        self.password = password

    def __repr__(self) -> str:
        return f"Login(password={self.password!r})"

    def __str__(self) -> str:
        return f"password={self.password}"

    def __format__(self, spec: str) -> str:
        return f"pwd={self.password}"


@dataclass
class Order:
    """An order of a card."""

    number: int
    card: str


LEAKS: dict[str, tuple[Any, ...]] = {
    "message": (f"login password={PASSWORD} ok",),
    "argument": ("paid with %s", CARD),
    "number": ("paid with %d", int(CARD)),
    "message and argument": ("password=%s", PASSWORD),
    "argument in two": ("card %s%s", CARD[:8], CARD[8:]),
    "repr of an argument": ("login %r", {"password": PASSWORD}),
    "width and precision": ("card %20.16s|", CARD),
    "mapping": ("login of %(user)s with %(password)s", {"user": "bob", "password": PASSWORD}),
    "mapping, not shown": ("login of %(user)s", {"user": "bob", "password": PASSWORD}),
    "argument, not shown": ("request of %.3s", f"bob password={PASSWORD}"),
    "object": ("login %s", Login(PASSWORD)),
    "object by its repr": ("login %r", Login(PASSWORD)),
    "object in a list": ("logins %s", [Login(PASSWORD), 1]),
    "dataclass": ("order %s", Order(7, CARD)),
    "exception": ("failed: %s", ValueError(f"token={TOKEN}")),
    "bytes": ("got %r", f"password={PASSWORD}".encode()),
    "decimal": ("card %s", Decimal(CARD)),
    "object as message": (Login(PASSWORD),),
    "dict as message": ({"user": "bob", "password": PASSWORD},),
    "exception as message": (ValueError(f"password={PASSWORD}"),),
    "list as message": ([f"password={PASSWORD}"],),
    "bytes as message": (f"password={PASSWORD}".encode(),),
    "too many arguments": (f"password={PASSWORD}", CARD),
    "too few arguments": ("password=%s %s", PASSWORD),
    "wrong type": ("card %s %d", CARD, "x"),
    "missing key": ("card %(card)s %(x)s", {"card": CARD}),
    "percent signs": (f"100% password={PASSWORD} %d %", ),
    "braces": (f"{{password}} password={PASSWORD}",),
    "lines": (f"one\npassword={PASSWORD}\r\ncard {CARD}",),
}  # fmt: skip


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers report no errors: other tests look at their reports."""
    monkeypatch.setattr(logging, "raiseExceptions", False)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_messages_and_arguments(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    leak: tuple[Any, ...],
    formatter: logging.Formatter | None,
    silent: None,
) -> None:
    """
    Whatever a message and its arguments are, no secret of them leaves, together or one by one; and
    they are afterwards as they were.
    """
    file = log_file(formatter=formatter)
    before = copy.deepcopy(leak)
    log.info(*leak)
    log.info("next")

    assert_nothing_raw(file.bytes)
    assert 0 == guard.failures.total()
    assert repr(before) == repr(leak)
    assert "next" in file.lines[-1]


def test_what_is_said_of_a_record(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    Only the secret of a message is taken out, also where it is made of parts or of objects.
    """
    file = log_file()
    log.info("paid %.2f with %s by %s", 12.5, CARD, "bob")
    log.info("login %s|%r", Login(PASSWORD), Login(PASSWORD))
    log.info("%(user)s has %(card)s", {"user": "bob", "card": CARD})
    log.info({"user": "bob", "password": PASSWORD})
    log.info("100%% of %s", CARD)

    assert [
        "INFO paid 12.50 with [redacted:card] by bob",
        "INFO login password=[redacted:password]|Login(password='[redacted:password]')",
        "INFO bob has [redacted:card]",
        "INFO {'user': 'bob', 'password': '[redacted:password]'}",
        "INFO 100% of [redacted:card]",
    ] == file.lines


def test_clean_records_stay(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A clean record leaves as it would without redaction, whatever it is made of.
    """
    records: list[tuple[Any, ...]] = [
        ("plain",),
        ("%s of %d at %.1f%%", "job", 7, 99.5),
        ("%(a)s %(b)05d", {"a": 1, "b": 2}),
        ("%s %r", ["x", {"y": None}], Order(7, "none")),
        ({"event": "started", "n": 1},),
        ("order %s at %s", 4111111111111112, "12:00"),
        (b"bytes",),
        (None,),
        ("%s", None),
        ("ends in %", ),
        ("password reset requested",),
    ]  # fmt: skip
    file = log_file("%(message)s|%(args)s|%(name)s|%(funcName)s|%(threadName)s")
    plain = log_file()
    for record in records:
        log.info(*record)
    logging.Logger.callHandlers.__wrapped__  # type: ignore[attr-defined]  # noqa: B018  # it is guarded
    guard.active = False
    for record in records:
        log.info(*record)

    half = len(records)
    assert file.lines[:half] == file.lines[half:]
    assert plain.lines[:half] == plain.lines[half:]


EXTRAS: dict[str, Any] = {
    "key": {"password": PASSWORD},
    "text": {"note": f"password={PASSWORD}"},
    "number": {"payment": int(CARD)},
    "nested": {"order": {"lines": [{"card": CARD}, {"auth": ("bob", TOKEN)}]}},
    "object": {"login": Login(PASSWORD)},
    "in the key": {f"card {CARD}": 1, "x": 2},
    "bytes": {"body": f"password={PASSWORD}".encode()},
    "exception": {"error": ValueError(f"token={TOKEN}")},
    "beside the message": {"password": PASSWORD, "user": "bob"},
    "color_message": {"color_message": f"\x1b[1mpassword={PASSWORD}\x1b[0m"},
}


@pytest.mark.parametrize("extra", EXTRAS.values(), ids=EXTRAS)
def test_extra_attributes(
    guard: Guard, log: logging.Logger, log_file: Files, extra: dict[str, Any]
) -> None:
    """
    Extra attributes of every kind leave redacted, to formatters that write all and to those that
    ask for one; the mapping that the program gave is as it was.
    """
    everything = log_file(formatter=EverythingFormatter())
    asking = log_file("".join(f"%({name})s " for name in extra if name.isidentifier()) + "end")
    before = copy.deepcopy(extra)
    log.info("done", extra=extra)
    logging.LoggerAdapter(log, extra).info("done")

    assert 2 == len(everything.lines) == len(asking.lines)
    assert_nothing_raw(everything.bytes)
    assert_nothing_raw(asking.bytes)
    assert repr(before) == repr(extra)


def test_a_secret_over_two_attributes(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A secret that a format makes of two attributes is found in the text.
    """
    file = log_file("%(message)s %(value)s")
    braces = log_file(formatter=logging.Formatter("{message} {value}", style="{"))
    dollars = log_file(formatter=logging.Formatter("$message $value", style="$"))
    named = log_file("password=%(message)s")
    log.info("password:", extra={"value": "swordfish7"})
    log.info("swordfish8", extra={"value": "x"})

    for file_ in (file, braces, dollars):
        assert "password: [redacted:password]" == file_.lines[0]
    assert "password=[redacted:password]" == named.lines[1]


def test_names_of_threads_and_processes(
    guard: Guard, log: logging.Logger, log_file: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Names of threads and processes leave redacted.
    """
    import multiprocessing

    everything = log_file(formatter=EverythingFormatter())
    asking = log_file("%(threadName)s %(processName)s %(message)s")
    monkeypatch.setattr(multiprocessing.current_process(), "_name", f"worker token={TOKEN}")
    for _ in range(2):
        thread = threading.Thread(target=log.info, args=("hi",), name=f"pay {CARD}")
        thread.start()
        thread.join()

    assert ["pay [redacted:card] worker token=[redacted:slack-token] hi"] * 2 == asking.lines
    assert_nothing_raw(everything.bytes)


def test_names_of_tasks(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    Names of tasks leave redacted, where records have them; many tasks may log at once.
    """
    everything = log_file(formatter=EverythingFormatter())
    has_tasks = "taskName" in vars(logging.makeLogRecord({}))
    asking = log_file("%(taskName)s %(message)s" if has_tasks else "none %(message)s")

    async def one(number: int) -> None:
        log.info("task %d card %s", number, CARD)
        await asyncio.sleep(0)
        log.info("task %d", number)

    async def all_() -> None:
        tasks = [asyncio.create_task(one(n), name=f"t password={PASSWORD}{n}") for n in range(50)]
        await asyncio.gather(*tasks)

    asyncio.run(all_())

    assert 100 == len(asking.lines) == len(everything.lines)
    assert_nothing_raw(asking.bytes)
    assert_nothing_raw(everything.bytes)
    if has_tasks:
        assert "t password=[redacted:password] task 0" in asking.lines[50]


def test_names_of_loggers_files_and_functions(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    The name of a logger, of a file, of a function and of a level leave redacted.
    """
    everything = log_file(formatter=EverythingFormatter())
    asking = log_file("%(name)s %(pathname)s %(filename)s %(module)s %(funcName)s %(levelname)s")
    logging.addLevelName(25, f"level password={PASSWORD}")
    log.name = f"client token={TOKEN}"
    for name in (f"run_{PASSWORD}", "run"):
        path = f"/srv/password={PASSWORD}/{name}.py" if name == "run" else "/srv/run.py"
        record = log.makeRecord(log.name, 25, path, 1, "x", (), None, f"card {CARD}")
        log.handle(record)

    assert 2 == len(asking.lines)
    assert_nothing_raw(asking.bytes)
    assert_nothing_raw(everything.bytes)
    del logging._levelToName[25]


@pytest.mark.parametrize("name", ["created", "lineno", "msecs", "process", "thread", "levelno"])
def test_text_in_place_of_a_number(
    guard: Guard, log: logging.Logger, log_file: Files, name: str
) -> None:
    """
    Text that a filter puts where a number belongs leaves redacted.
    """

    class Put(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            if record.levelno != logging.ERROR:
                setattr(record, name, f"password={PASSWORD}")
            return True

    log.info("known before")
    everything = log_file(formatter=EverythingFormatter())
    asking = log_file(f"%({name})s %(message)s")
    log.error("known before")
    log.addFilter(Put())
    if name != "levelno":
        log.info("x")

    assert_nothing_raw(everything.bytes)
    assert_nothing_raw(asking.bytes)


def test_attributes_taken_out_and_put_in(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    An attribute that takes the place of one that a filter deleted is seen.
    """

    class Swap(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            kept = record.__dict__.pop("processName")
            record.note = f"password={PASSWORD}"
            if record.args:
                record.processName = kept
            return True

    everything = log_file(formatter=EverythingFormatter())
    for args in ((), ("x",)):
        log.info("same %s" if args else "same", *args)
    log.addFilter(Swap())
    for args in ((), ("x",)):
        log.info("same %s" if args else "same", *args)

    assert 4 == len(everything.lines)
    assert_nothing_raw(everything.bytes)


class Braces(logging.LogRecord):
    """A record that formats with braces."""

    def getMessage(self) -> str:  # noqa: N802
        return str(self.msg).format(*(self.args or ()))


def test_record_classes_and_factories(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    Records of a class of the program, with a way of formatting of its own, keep it.
    """
    file = log_file()
    everything = log_file(formatter=EverythingFormatter())
    before = logging.getLogRecordFactory()

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = Braces(*args, **kwargs)
        record.session = f"token={TOKEN}"
        return record

    logging.setLogRecordFactory(factory)
    try:
        log.info("paid {} of {}", 5, 7)
        log.info("card {}", CARD)
        log.info("login {}", Login(PASSWORD))
        log.info("password={}", PASSWORD)
    finally:
        logging.setLogRecordFactory(before)

    assert [
        "INFO paid 5 of 7",
        "INFO card [redacted:card]",
        "INFO login pwd=[redacted:password]",
        "INFO password=[redacted:password]",
    ] == file.lines
    assert_nothing_raw(everything.bytes)


def test_json_lines_stay_json(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    What a JSON formatter writes is JSON, with the types of clean values.
    """
    file = log_file(formatter=EverythingFormatter())
    log.info("paid with %s", CARD, extra={"n": 1, "ok": True, "none": None, "list": [1, {"a": 2}]})
    out = json.loads(file.lines[0])

    assert "paid with [redacted:card]" == out["message"]
    assert (1, True, None, [1, {"a": 2}]) == (out["n"], out["ok"], out["none"], out["list"])
    assert log.name == out["name"]

"""C2: handlers, filters and formatters of other people beside ours, before and after."""

from __future__ import annotations

import copy
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    EverythingFormatter,
    assert_nothing_raw,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Guard
    from tests.exits.stdlib_logging.conftest import LogFile

    Files = Callable[..., LogFile]


class Keep(logging.Handler):
    """Keeps the records that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record)


def test_handlers_see_redacted_records(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A handler that was added before or after others sees the record redacted, message, arguments and
    all, and the same one as the others.
    """
    first, last = Keep(), Keep()
    log.addHandler(first)
    log_file()
    log.addHandler(last)
    log.info("password=%s", PASSWORD, extra={"card": CARD})

    assert first.kept[0] is last.kept[0]
    assert "password=[redacted:password]" == first.kept[0].getMessage()
    assert_nothing_raw(shown(first.kept[0]).encode())


def test_what_the_program_logs_is_not_changed(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    Arguments, dicts, lists and exceptions of the program are the same objects with the same content
    afterwards, and so is its record.
    """
    order = {"card": CARD, "lines": [1, {"password": PASSWORD}]}
    error = ValueError(f"password={PASSWORD}", order)
    args = (order, [CARD], error)
    before = copy.deepcopy((order, str(error), error.args))
    log_file()
    log_file(formatter=EverythingFormatter())
    record = log.makeRecord("n", 20, "/x.py", 1, "a %s %s %s", args, None, extra={"order": order})
    fields = dict(record.__dict__)
    log.handle(record)
    log.info("a %s %s %s", *args, extra={"order": order}, exc_info=error)

    assert before == (order, str(error), error.args)
    assert all(record.__dict__[name] is value for name, value in fields.items())
    assert error.__traceback__ is None


def test_a_clean_record_is_the_same_object(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    A handler gets a clean record itself, not a copy.
    """
    keep = Keep()
    log.addHandler(keep)
    for args in ((), ("x", 1), ({"a": 1},)):
        record = log.makeRecord("n", 20, "/x.py", 1, "%s %s" if len(args) == 2 else "x", args, None)
        log.handle(record)
        log.handle(record)
        assert keep.kept[-1] is record


class AddsSecret(logging.Filter):
    """A filter of a handler that puts a secret into the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.card = CARD
        record.msg = f"{record.msg} password={PASSWORD}"
        return True


class ReplacesRecord(logging.Filter):
    """A filter of a handler that hands on another record, as Python 3.12 lets it."""

    def filter(self, record: logging.LogRecord) -> Any:
        new = copy.copy(record)
        new.card = CARD
        new.msg = f"{record.msg} password={PASSWORD}"
        return new


@pytest.mark.parametrize("filter_", [AddsSecret(), ReplacesRecord()], ids=["adds", "replaces"])
@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_filters_of_handlers(
    guard: Guard,
    log: logging.Logger,
    log_file: Files,
    filter_: logging.Filter,
    formatter: logging.Formatter | None,
) -> None:
    """
    What a filter of a handler adds leaves redacted, through this handler and those after it.
    """
    replaces = isinstance(filter_, ReplacesRecord) and sys.version_info >= (3, 12)
    first, last, keep = log_file(formatter=formatter), log_file(formatter=formatter), Keep()
    log.addHandler(keep)
    first.handler.addFilter(filter_)
    log.info("done %s", "x")
    log.info("clean")

    assert 2 == len(first.lines) == len(last.lines)
    if isinstance(filter_, AddsSecret) or replaces:
        assert "password=[redacted:password]" in first.lines[0]
    for out in (first.bytes, last.bytes, *(shown(record).encode() for record in keep.kept)):
        assert_nothing_raw(out)


def test_a_handler_that_refuses(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    A filter of a handler that refuses a record refuses it for this handler only.
    """
    first, last = log_file(), log_file(formatter=EverythingFormatter())
    first.handler.addFilter(lambda _: False)
    log.info("password=%s", PASSWORD)

    assert [] == first.lines
    assert 1 == len(last.lines)


class OwnFilter(logging.FileHandler):
    """A handler that filters by a method of its own."""

    def filter(self, record: logging.LogRecord) -> Any:
        record.card = CARD
        return super().filter(record)


class Meddles(logging.Handler):
    """A handler that changes the record that all share."""

    def emit(self, record: logging.LogRecord) -> None:
        record.msg = f"%s password={PASSWORD}"
        record.levelname = f"card {CARD}"
        record.threadName = f"card {CARD}"
        record.card = CARD
        record.message = f"password={PASSWORD}"


@pytest.mark.parametrize("message", ["done %s", f"password={PASSWORD} %s"], ids=["clean", "dirty"])
def test_a_handler_that_changes_the_record(
    guard: Guard, log: logging.Logger, log_file: Files, message: str
) -> None:
    """
    What a handler writes into the record that all share leaves redacted through the handlers after
    it.
    """
    log.addHandler(Meddles())
    stock = log_file("%(levelname)s %(threadName)s %(message)s")
    everything, keep = log_file(formatter=EverythingFormatter()), Keep()
    log.addHandler(keep)
    log.info(message, "x")

    assert stock.lines[0].startswith("card [redacted:card] card [redacted:card] ")
    assert stock.lines[0].endswith(" password=[redacted:password]")
    assert_nothing_raw(everything.bytes)
    assert_nothing_raw(shown(keep.kept[0]).encode())


def test_a_handler_with_a_filter_of_its_own(
    guard: Guard, log: logging.Logger, tmp_path: Any
) -> None:
    """
    What a handler's own ``filter`` adds leaves redacted.
    """
    handler = OwnFilter(tmp_path / "own.log")
    handler.setFormatter(EverythingFormatter())
    log.addHandler(handler)
    log.info("x")

    assert b'"card": "[redacted:card]"' in (tmp_path / "own.log").read_bytes()


def test_a_formatter_that_adds(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    What a formatter adds while it formats leaves redacted: from elsewhere, from its defaults, in
    colours.
    """

    class Request(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            record.url = f"/pay?password={PASSWORD}"
            record.levelname = f"\x1b[31m{record.levelname}\x1b[0m"
            return super().format(record) + f" \x1b[1mpassword\x1b[0m=\x1b[2m{PASSWORD}\x1b[0m"

    files = [
        log_file(formatter=Request("%(levelname)s %(url)s %(message)s")),
        log_file(formatter=logging.Formatter("%(x)s %(message)s", defaults={"x": f"card {CARD}"})),
        log_file("%(url)s %(message)s"),
    ]
    for _ in range(2):
        log.info("done", extra={"x": 1} if _ else None)

    assert 2 == len(files[0].lines)
    for file in files:
        assert_nothing_raw(file.bytes)


def test_a_format_method_of_one_object(guard: Guard, log: logging.Logger, tmp_path: Any) -> None:
    """
    Methods that a program put into one handler or formatter, or into their class, are seen as such.
    """

    def raw(record: logging.LogRecord) -> str:
        return f"{record.getMessage()} {record.args} card {CARD}"

    outs = []
    for number, where in enumerate(("emit", "format", "formatter")):
        path = tmp_path / f"{number}.log"
        outs.append(path)
        handler = logging.FileHandler(path)
        log.addHandler(handler)
        log.info("before")
        if where == "emit":
            handler.emit = lambda record, path=path: path.write_text(raw(record)) and None  # type: ignore[method-assign, misc]
        elif where == "format":
            handler.format = raw  # type: ignore[method-assign]
        else:
            handler.setFormatter(logging.Formatter())
            handler.formatter.format = raw  # type: ignore[union-attr, method-assign]
        log.info("password=%s", PASSWORD)
        log.removeHandler(handler)
        handler.close()

    assert b"password=[redacted:password]" in outs[0].read_bytes()
    assert PASSWORD.encode() not in outs[0].read_bytes() + outs[1].read_bytes()
    assert_nothing_raw(outs[2].read_bytes())


def test_a_class_that_was_patched(
    guard: Guard, log: logging.Logger, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where a program has replaced ``StreamHandler.emit``, it gets redacted records.
    """
    handler = logging.FileHandler(tmp_path / "x.log")
    log.addHandler(handler)
    log.info("before")
    seen: list[logging.LogRecord] = []
    for owner in (logging.StreamHandler, logging.FileHandler):
        monkeypatch.setattr(owner, "emit", lambda _, record: seen.append(record))
    log.info("password=%s", PASSWORD)

    assert "password=[redacted:password]" == seen[0].getMessage()
    assert_nothing_raw(shown(seen[0]).encode())


def test_getmessage_that_was_patched(
    guard: Guard, log: logging.Logger, log_file: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where a program has replaced ``LogRecord.getMessage`` or ``Formatter.format``, what they make is
    what leaves, redacted.
    """
    if log.handlers:
        pytest.skip("what looks at the other handler's record asks the patched method")
    file = log_file()
    log.info("before")
    original = logging.LogRecord.getMessage
    monkeypatch.setattr(
        logging.LogRecord, "getMessage", lambda self: f"card {CARD} {original(self)}"
    )
    log.info("x")
    monkeypatch.undo()
    format_ = logging.Formatter.format
    monkeypatch.setattr(
        logging.Formatter, "format", lambda self, record: f"card {CARD} {format_(self, record)}"
    )
    log.info("y")

    assert "INFO card [redacted:card] x" == file.lines[1]
    assert "card [redacted:card] INFO y" == file.lines[2]


def test_a_subclass_with_callhandlers_of_its_own(guard: Guard, tmp_path: Any) -> None:
    """
    A logger that calls its handlers itself hands them records that are looked at there.
    """

    class Own(logging.Logger):
        def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802
            for handler in self.handlers:
                handler.handle(record)

    own, keep = Own("own"), Keep()
    handler = logging.FileHandler(tmp_path / "own.log")
    own.addHandler(handler)
    own.addHandler(keep)
    own.warning("password=%s", PASSWORD)
    handler.close()

    assert b"password=[redacted:password]\n" == (tmp_path / "own.log").read_bytes()
    assert_nothing_raw(shown(keep.kept[0]).encode())


def test_direct_calls_of_emit(guard: Guard, log_file: Files, log: logging.Logger) -> None:
    """
    A record that is given to ``emit`` by hand leaves as redacted text.
    """
    stock, everything = log_file(), log_file(formatter=EverythingFormatter())
    record = log.makeRecord("n", 20, "/x.py", 1, "password=%s", (PASSWORD,), None)
    stock.handler.emit(record)
    everything.handler.emit(record)

    assert ["INFO password=[redacted:password]"] == stock.lines
    assert b"password=[redacted:password]" in everything.bytes


def test_handlers_of_another_make(guard: Guard, log: logging.Logger) -> None:
    """
    An object that is no handler but has a level and ``handle`` gets redacted records.
    """
    seen: list[logging.LogRecord] = []

    class Duck:
        level = 0

        def handle(self, record: logging.LogRecord) -> None:
            seen.append(record)

        def close(self) -> None:
            pass

    log.addHandler(Duck())  # type: ignore[arg-type]
    log.info("password=%s", PASSWORD)
    log.addHandler(Duck())  # type: ignore[arg-type]
    log.info("password=%s", PASSWORD)

    assert 3 == len(seen)
    for record in seen:
        assert_nothing_raw(shown(record).encode())


def test_five_element_arguments_of_an_access_log(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    A formatter that takes the arguments apart, as uvicorn's does, finds as many as there were and
    the clean ones unchanged, also where a secret is only one in the message.
    """

    class Access(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            assert isinstance(record.args, tuple)
            client, method, path, version, status = record.args
            assert isinstance(status, int)
            return f"{client} {method} {path} {version} {status + 0}"

    file = log_file(formatter=Access())
    access = '%s - "%s %s HTTP/%s" %d'
    log.info(access, "127.0.0.1:5", "GET", "/pay?x=1", "1.1", 200)
    log.info(access, "127.0.0.1:5", "GET", f"/pay?password={PASSWORD}&x=1", "1.1", 200)
    log.info('%s - "%s password=%s HTTP/%s" %d', "127.0.0.1:5", "GET", PASSWORD, "1.1", 200)

    assert [
        "127.0.0.1:5 GET /pay?x=1 1.1 200",
        "127.0.0.1:5 GET /pay?password=[redacted:password]&x=1 1.1 200",
        "127.0.0.1:5 GET [redacted:withheld:argument] 1.1 200",
    ] == file.lines


def test_a_mapping_with_a_way_of_its_own(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    A mapping that gives values for names it does not have, as gunicorn's atoms do, goes on doing so.
    """

    class Atoms(dict[str, str]):
        def __getitem__(self, name: str) -> str:
            return super().__getitem__(name) if name in self else "-"

    file = log_file("%(message)s")
    atoms = Atoms({"r": f"GET /pay?password={PASSWORD} HTTP/1.1", "password": PASSWORD})
    log.info('%(h)s "%(r)s" %({cookie}i)s %(password)s', atoms)
    log.info("%(h)s", Atoms({"x": "y"}))

    assert (
        '- "GET /pay?password=[redacted:password] HTTP/1.1" - [redacted:password]'
        == (file.lines[0])
    )
    assert "-" == file.lines[1]

"""A record that several handlers handle is looked at once."""

from __future__ import annotations

import logging
import logging.handlers
import queue
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.stdlib_logging.planted import CARD, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor import Guard


class Keep(logging.Handler):
    """Keeps the records that it gets, and formats them."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.format(record)
        self.kept.append(record)


class Same(logging.Filter):
    """Changes nothing."""


def text(path: Path) -> logging.Handler:
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler


def filtered(path: Path) -> logging.Handler:
    handler = Keep()
    handler.addFilter(Same())
    return handler


HANDLERS: dict[str, Callable[[Path], logging.Handler]] = {
    "text": text,
    "keeping": lambda _: Keep(),
    "filtered": filtered,
    "queue": lambda _: logging.handlers.QueueHandler(queue.Queue()),
    "memory": lambda _: logging.handlers.MemoryHandler(100),
}


class Counted:
    """How often the redactor was asked."""

    def __init__(self, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Any] = []
        for name in ("text", "record"):
            original = getattr(guard, name)

            def counted(value: Any, original: Callable[[Any], Any] = original) -> Any:
                self.calls.append(value)
                return original(value)

            monkeypatch.setattr(guard, name, counted)


@pytest.mark.parametrize("make", HANDLERS.values(), ids=HANDLERS)
@pytest.mark.parametrize(
    ("leak", "extra"),
    [
        (("%s of %d", "job", 5), None),
        (("password=%s", PASSWORD), None),
        (("paid",), {"card": CARD, "n": 1}),
        (({"password": PASSWORD},), None),
    ],
    ids=["clean", "dirty", "extra", "dict"],
)
def test_five_handlers(
    guard: Guard,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Path], logging.Handler],
    leak: tuple[Any, ...],
    extra: dict[str, Any] | None,
) -> None:
    """
    Five handlers, of the logger and of its parents, ask as often as one does.
    """
    counted = Counted(guard, monkeypatch)
    asked: list[list[Any]] = []
    for number in (1, 5):
        root, child = logging.Logger("a"), logging.Logger("a.b")
        child.parent = root
        handlers = [make(tmp_path / f"{number}.{at}") for at in range(number)]
        for at, handler in enumerate(handlers):
            (root if at % 2 else child).addHandler(handler)
        for _ in range(2):
            counted.calls.clear()
            child.info(*leak, extra=extra)
        asked.append(list(counted.calls))
        for handler in handlers:
            handler.close()

    assert asked[0] == asked[1]
    assert 1 == len(asked[0]) or leak != ("%s of %d", "job", 5)


def test_handlers_of_different_kinds(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Handlers that write text and handlers that keep records share one look at the message.
    """
    counted = Counted(guard, monkeypatch)
    log = logging.Logger("a")
    for handler in (text(tmp_path / "1"), Keep(), filtered(tmp_path), text(tmp_path / "2")):
        log.addHandler(handler)
    for _ in range(2):
        counted.calls.clear()
        log.info("paid by %s", "bob")
    for handler in log.handlers:
        handler.close()

    assert ["paid by bob"] == counted.calls


def test_a_listener_of_five_handlers(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    What a listener takes from its queue is looked at once for all its handlers.
    """
    counted = Counted(guard, monkeypatch)
    asked = []
    for number in (1, 5):
        records: queue.Queue[Any] = queue.Queue()
        handlers = [text(tmp_path / f"{number}.{at}") for at in range(number)]
        listener = logging.handlers.QueueListener(records, *handlers)
        for _ in range(2):
            counted.calls.clear()
            record = logging.makeLogRecord({"msg": "paid by bob", "args": None, "levelno": 20})
            listener.handle(record)
        asked.append(list(counted.calls))
        for handler in handlers:
            handler.close()

    assert asked[0] == asked[1]
    assert 1 == asked[0].count("paid by bob")


def test_an_exception_is_stood_in_for_once(
    guard: Guard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Five handlers share the stand-in of an exception and the text of its traceback.
    """
    log = logging.Logger("a")
    keeps = [Keep() for _ in range(5)]
    for keep in keeps:
        log.addHandler(keep)
    try:
        raise ValueError(f"password={PASSWORD}")
    except ValueError:
        log.exception("failed")

    assert 1 == len({id(keep.kept[0]) for keep in keeps})
    assert 1 == len({id(keep.kept[0].exc_text) for keep in keeps})


def test_nobody_who_listens(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A record that no handler wants is not looked at: its level is too low, or all do nothing.
    """
    counted = Counted(guard, monkeypatch)
    log = logging.Logger("a")
    log.addHandler(logging.NullHandler())
    log.info("password=%s", PASSWORD)
    high = Keep()
    high.setLevel(logging.ERROR)
    log.addHandler(high)
    log.info("password=%s", PASSWORD)

    assert [] == counted.calls

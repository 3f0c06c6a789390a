"""Logging while logging: objects and sinks that log, forks, threads, signals, ``__del__``."""

from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    EverythingFormatter,
    assert_nothing_raw,
)
from tests.exits.stdlib_logging.programs import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor import Guard
    from tests.exits.stdlib_logging.conftest import LogFile

    Files = Callable[..., LogFile]

_each_formatter = pytest.mark.parametrize(
    "formatter", [None, EverythingFormatter()], ids=["text", "everything"]
)


@_each_formatter
def test_an_object_that_logs(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    An object that logs while it is asked what it says is said, and what it logs leaves too.
    """
    file = log_file(formatter=formatter)

    class Logs:
        def __repr__(self) -> str:
            log.info("asked, password=%s", PASSWORD)
            return f"Logs(card={CARD})"

    log.info("object %s", Logs(), extra={"object": Logs()})
    log.info("goes on")

    assert any("asked, password=[redacted:password]" in line for line in file.lines)
    assert any("object Logs(card=[redacted:card])" in line for line in file.lines)
    assert "goes on" in file.lines[-1]
    assert_nothing_raw(file.bytes)


@_each_formatter
def test_objects_that_log_each_other(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    Objects that log each other without end come to an end, and the program goes on.
    """
    file = log_file(formatter=formatter)

    class Logs:
        other: Any = None

        def __repr__(self) -> str:
            log.info("password=%s %s", PASSWORD, self.other)
            return f"card {CARD}"

    one, two = Logs(), Logs()
    one.other, two.other = two, one
    log.info("start %s", one)
    log.info("goes on")

    assert "goes on" in file.lines[-1]
    assert len(file.lines) < 100
    assert b"[redacted:withheld:" in file.bytes
    assert_nothing_raw(file.bytes)


def test_a_handler_that_logs(
    guard: Guard, log: logging.Logger, log_file: Files, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    A handler that logs into the logger that called it comes to an end, which is a placeholder.
    """

    class Logs(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log.info("sent %s", record.getMessage())

    file = log_file()
    log.addHandler(Logs())
    log.info("password=%s", PASSWORD)
    log.removeHandler(log.handlers[-1])
    log.info("goes on")

    assert "INFO password=[redacted:password]" == file.lines[0]
    assert "INFO sent password=[redacted:password]" == file.lines[1]
    assert "INFO record withheld: [redacted:withheld:RecursionError]" == file.lines[-2]
    assert "INFO goes on" == file.lines[-1]
    assert len(file.lines) < 30
    assert_nothing_raw(file.bytes)
    assert_nothing_raw(capfd.readouterr().err.encode())


def test_a_handler_that_logs_once(guard: Guard, log: logging.Logger, log_file: Files) -> None:
    """
    What a handler logs while it handles a record leaves redacted, and the record too.
    """
    other = logging.Logger("other")
    other.handlers = log.handlers

    class Logs(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name != "other":
                other.info("sending card %s", CARD)

    log.addHandler(Logs())
    file = log_file()
    log.info("password=%s", PASSWORD, extra={"card": CARD})
    log.info("clean")

    assert [
        "INFO sending card [redacted:card]",
        "INFO password=[redacted:password]",
        "INFO sending card [redacted:card]",
        "INFO clean",
    ] == file.lines


def test_a_stream_that_logs(
    guard: Guard, log: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    """
    A stream that logs what it is given into its own handler comes to an end.
    """
    written: list[str] = []

    class Logs:
        def write(self, text: str) -> None:
            written.append(text)
            log.info("wrote %s", text)

        def flush(self) -> None:
            pass

    log.addHandler(logging.StreamHandler(Logs()))
    log.info("password=%s", PASSWORD)
    log.handlers.pop()
    file = logging.StreamHandler()
    log.addHandler(file)
    log.info("goes on")

    assert "password=[redacted:password]\n" == written[0]
    assert_nothing_raw("".join(written).encode())
    assert capfd.readouterr().err.endswith("goes on\n")


@_each_formatter
def test_threads(
    guard: Guard, log: logging.Logger, log_file: Files, formatter: logging.Formatter | None
) -> None:
    """
    Threads that log at once get a line each for what they log, in their order, and none of the
    secrets of another.
    """
    file = log_file("%(threadName)s %(message)s", formatter=formatter)
    file_lines = 200

    def work(name: str) -> None:
        for number in range(file_lines):
            if number % 2:
                log.info("%s n=%d password=%s", name, number, PASSWORD, extra={"card": CARD})
            else:
                log.info("%s n=%d", name, number)

    threads = [threading.Thread(target=work, args=(f"t{n}",), name=f"t{n}") for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = file.lines
    assert 16 * file_lines == len(lines)
    for number in range(16):
        found = [re.search(rf"\bt{number} n=(\d+)", line) for line in lines]
        assert list(range(file_lines)) == [int(match[1]) for match in found if match]
    assert_nothing_raw(file.bytes)


def test_a_record_that_another_thread_changes(
    guard: Guard, log: logging.Logger, log_file: Files
) -> None:
    """
    Dicts that another thread changes while they are looked at do no harm.
    """
    file = log_file(formatter=EverythingFormatter())
    order: dict[str, Any] = {"card": CARD}
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            order[f"k{number % 97}"] = {"password": PASSWORD}
            order.pop(f"k{(number + 50) % 97}", None)

    thread = threading.Thread(target=change)
    thread.start()
    for number in range(300):
        log.info("order %s", order, extra={"order": order, "n": number})
    stop.set()
    thread.join()

    assert 300 == len(file.lines)
    assert_nothing_raw(file.bytes)


FORKS = """
handler = logging.FileHandler("app.log")
handler.setFormatter(logging.Formatter("%(process)d %(message)s"))
log.addHandler(handler)
{more}
stop = threading.Event()

def work():
    while not stop.is_set():
        log.info("thread password=%s", PASSWORD)
        log.info("thread %s", ["clean"])

threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for number in range({forks}):
    log.info("before %d card %s", number, CARD)
    pid = os.fork()
    if not pid:
        log.info("child %d password=%s", number, PASSWORD)
        log.info("child %d %s", number, {{"password": PASSWORD}})
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize("more", ["", "log.addHandler(logging.Handler())"], ids=["text", "several"])
@pytest.mark.parametrize(
    "forks", [60, pytest.param(1000, marks=pytest.mark.slow)], ids=["60", "1000"]
)
def test_forks_under_load(tmp_path: Path, more: str, forks: int) -> None:
    """
    A process that forks while its threads log has no deadlock, and both sides' lines leave, once
    each.
    """
    more = more.replace("logging.Handler()", "type('H', (logging.Handler,), {'emit': print})()")
    run(FORKS.format(more=more.replace("print", "lambda *_: None"), forks=forks), tmp_path)
    out = (tmp_path / "app.log").read_bytes()

    for number in range(forks):
        assert 1 == out.count(b" before %d card [redacted:card]\n" % number)
        assert 1 == out.count(b" child %d password=[redacted:password]\n" % number)
        assert 1 == out.count(b" child %d {'password': '[redacted:password]'}\n" % number)
    assert_nothing_raw(out)


@pytest.mark.parametrize("handlers", [1, 2])
def test_a_fork_in_the_middle_of_a_record(tmp_path: Path, handlers: int) -> None:
    """
    An object that forks while it is asked leaves a record on both sides, in every handler.
    """
    run(
        f"""
        for number in range({handlers}):
            log.addHandler(logging.FileHandler(f"app{{number}}.log"))
        class Forks:
            def __str__(self):
                self.pid = os.fork()
                return f"{{'parent' if self.pid else 'child'}} card {{CARD}}"
        forks = Forks()
        try:
            log.info("in the %s", forks)
            log.info("after password=%s", PASSWORD)
        finally:
            if not forks.pid:
                os._exit(0)
        os.waitpid(forks.pid, 0)
        """,
        tmp_path,
    )
    for number in range(handlers):
        out = (tmp_path / f"app{number}.log").read_bytes()

        assert 1 == out.count(b"in the parent card [redacted:card]\n")
        assert 1 == out.count(b"in the child card [redacted:card]\n")
        assert 2 == out.count(b"after password=[redacted:password]\n")


@pytest.mark.parametrize("several", [False, True])
def test_signals(tmp_path: Path, several: bool) -> None:
    """
    A signal handler that logs at any moment, also in the middle of a record, leaves its records and
    those that it interrupted whole and redacted.
    """
    run(
        f"""
        import signal
        log.addHandler(logging.FileHandler("app.log"))
        if {several}:
            class Other(logging.Handler):
                def emit(self, record):
                    assert PASSWORD not in record.getMessage()
            log.addHandler(Other())
        count = 0
        def interrupt(number, frame):
            global count
            count += 1
            log.info("signal %d password=%s", count, PASSWORD, extra={{"card": CARD}})
            # Not a timer that goes on: a slow machine would do nothing but handle signals.
            signal.setitimer(signal.ITIMER_REAL, 0.001)
        signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        number = 0
        while count < 300:
            number += 1
            log.info("loop %d password=%s", number, PASSWORD)
            log.info("object %s", [{{"card": CARD}}])
            try:
                raise ValueError("password=" + PASSWORD)
            except ValueError:
                log.exception("failed %d", number)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(count, number)
        """,
        tmp_path,
    )
    out = (tmp_path / "app.log").read_bytes()
    signals = [int(number) for number in re.findall(rb"^signal (\d+) pass", out, re.MULTILINE)]

    assert len(signals) > 200
    assert sorted(signals) == signals
    assert b"object [{'card': '[redacted:card]'}]" in out
    assert_nothing_raw(out)


def test_del_that_logs(tmp_path: Path) -> None:
    """
    Objects that log when they are collected, at any moment, leave their records redacted.
    """
    run(
        """
        import gc
        log.addHandler(logging.FileHandler("app.log"))
        class Logs:
            def __init__(self, number):
                self.number, self.cycle = number, self
            def __del__(self):
                log.info("gone %d password=%s", self.number, PASSWORD)
        gc.set_threshold(1)
        for number in range(300):
            Logs(number)
            log.info("%s card %s", [number], CARD)
        gc.set_threshold(700)
        gc.collect()
        """,
        tmp_path,
    )
    out = (tmp_path / "app.log").read_bytes()

    assert 300 == len(set(re.findall(rb"gone (\d+) password=\[redacted:password\]\n", out)))
    assert 300 == out.count(b" card [redacted:card]\n")
    assert_nothing_raw(out)


def test_the_end_of_a_process(tmp_path: Path) -> None:
    """
    What is logged while a process ends leaves redacted: at exit, when modules are taken apart, from
    threads that are left.
    """
    done = run(
        """
        import atexit
        logging.basicConfig()
        atexit.register(lambda: log.warning("at exit password=%s", PASSWORD))
        class Late:
            def __del__(self):
                log.warning("late password=%s", "hunter2" + "zz")
        kept = Late()
        def work():
            while True:
                log.debug("thread card %s", CARD)
        threading.Thread(target=work, daemon=True).start()
        log.warning("main password=%s", PASSWORD)
        """,
        tmp_path,
    )

    assert b"main password=[redacted:password]" in done.stderr
    assert b"at exit password=[redacted:password]" in done.stderr
    assert b"Traceback" not in done.stderr
    assert_nothing_raw(done.stderr)

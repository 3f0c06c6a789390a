"""Every handler of the standard library: the bytes that it let out hold no secret."""

from __future__ import annotations

import logging
import logging.config
import logging.handlers
import os
import pickle
import queue
import subprocess
import sys
from email import message_from_bytes
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.exits.stdlib_logging.planted import (
    CARD,
    PASSWORD,
    TOKEN,
    EverythingFormatter,
    assert_nothing_raw,
)
from tests.exits.stdlib_logging.receivers import Datagrams, Http, Mail, Stream

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor import Guard
    from tests.exits.stdlib_logging.conftest import LogFile

MESSAGE = f"login password={PASSWORD} card %s"


def leak(log: logging.Logger) -> None:
    """Log a record with secrets in its message, arguments, extra attributes and exception."""
    try:
        raise ValueError(f"refused: token={TOKEN}")
    except ValueError:
        log.exception(MESSAGE, CARD, extra={"password": PASSWORD, "order": {"card": int(CARD)}})


def test_a_stream_to_a_pipe(guard: Guard, log: logging.Logger) -> None:
    """
    What a stream handler writes into a pipe is redacted.
    """
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        log.addHandler(logging.StreamHandler(stream))
        leak(log)
        log.info("%s done", "clean")
    with os.fdopen(reading, "rb") as pipe:
        out = pipe.read()

    assert out.startswith(b"login password=[redacted:password] card [redacted:card]\nTraceback")
    assert b"ValueError: refused: token=[redacted:" in out
    assert out.endswith(b"clean done\n")
    assert_nothing_raw(out)


@pytest.mark.parametrize("kind", ["FileHandler", "WatchedFileHandler"])
def test_files(guard: Guard, log: logging.Logger, tmp_path: Path, kind: str) -> None:
    """
    What is in a log file is redacted.
    """
    path = tmp_path / "app.log"
    log.addHandler(
        getattr(logging, kind)(path)
        if hasattr(logging, kind)
        else getattr(logging.handlers, kind)(path)
    )
    leak(log)

    assert path.read_bytes().startswith(b"login password=[redacted:password] card [redacted:card]")
    assert_nothing_raw(path.read_bytes())


@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_rotated_files(
    guard: Guard, log: logging.Logger, tmp_path: Path, formatter: logging.Formatter | None
) -> None:
    """
    All files of a handler that rotates are redacted, by size and by time.
    """
    by_size = logging.handlers.RotatingFileHandler(
        tmp_path / "size.log", maxBytes=500, backupCount=9
    )
    by_time = logging.handlers.TimedRotatingFileHandler(tmp_path / "time.log", when="S")
    for handler in (by_size, by_time):
        handler.setFormatter(formatter)
        log.addHandler(handler)
    for _ in range(8):
        leak(log)
    files = list(tmp_path.iterdir())

    assert len(files) > 4
    for file in files:
        assert_nothing_raw(file.read_bytes())


@pytest.mark.parametrize("address", ["udp", "unix"])
def test_syslog_datagrams(guard: Guard, log: logging.Logger, tmp_path: Path, address: str) -> None:
    """
    A syslog server gets redacted datagrams, with their priority.
    """
    server = Datagrams(tmp_path / "log" if address == "unix" else None)
    log.addHandler(logging.handlers.SysLogHandler(server.address))
    leak(log)
    out = server.take()
    server.close()

    assert out.startswith(b"<11>login password=[redacted:password] card [redacted:card]")
    assert_nothing_raw(out)


def test_syslog_over_tcp(guard: Guard, log: logging.Logger) -> None:
    """
    A syslog server gets a redacted stream.
    """
    import socket

    server = Stream()
    handler = logging.handlers.SysLogHandler(server.address, socktype=socket.SOCK_STREAM)
    log.addHandler(handler)
    leak(log)
    log.removeHandler(handler)
    handler.close()
    out = server.take()
    server.close()

    assert out.startswith(b"<11>login password=[redacted:password] card [redacted:card]")
    assert_nothing_raw(out)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_http(guard: Guard, log: logging.Logger, method: str) -> None:
    """
    A web server gets all attributes of a record, redacted.
    """
    server = Http()
    log.addHandler(logging.handlers.HTTPHandler(server.host, "/log", method=method))
    leak(log)
    out = server.take()
    server.close()
    line, _, body = out.partition(b"\r\n")
    sent = parse_qs(body or urlsplit(line.split()[1]).query)
    fields = {key.decode(): value[0].decode() for key, value in sent.items()}

    assert line.startswith(method.encode() + b" /log")
    assert log.name == fields["name"]
    assert "[redacted:password]" == fields["password"]
    assert "{'card': '[redacted:card]'}" == fields["order"]
    assert "refused: token=[redacted:" in fields["exc_info"]
    assert_nothing_raw(out)


def test_mail(guard: Guard, log: logging.Logger) -> None:
    """
    A mail server gets a redacted text, also in a subject that is made of the record.
    """

    class WithMessage(logging.handlers.SMTPHandler):
        def getSubject(self, record: logging.LogRecord) -> str:  # noqa: N802
            return record.getMessage()

    server = Mail()
    log.addHandler(WithMessage(server.address, "app@example.com", ["ops@example.com"], "-"))
    leak(log)
    out = server.take()
    server.close()
    mail = message_from_bytes(out.partition(b"data\r\n")[2])
    text = mail.get_payload(decode=True)

    assert isinstance(text, bytes)
    assert "login password=[redacted:password] card [redacted:card]" == mail["Subject"]
    assert b"ValueError: refused: token=[redacted:" in text
    assert_nothing_raw(out)
    assert_nothing_raw(text)


@pytest.mark.parametrize("kind", ["SocketHandler", "DatagramHandler"])
def test_pickles(guard: Guard, log: logging.Logger, kind: str) -> None:
    """
    A server of pickled records gets redacted ones, and can read them without this library.
    """
    server: Any = Stream() if kind == "SocketHandler" else Datagrams()
    handler = getattr(logging.handlers, kind)(*server.address)
    log.addHandler(handler)
    leak(log)
    log.removeHandler(handler)
    handler.close()
    out = server.take()
    server.close()
    read = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import pickle,sys; print(pickle.load(sys.stdin.buffer))",
        ],
        input=out[4:],
        capture_output=True,
        check=True,
    )

    fields = pickle.loads(out[4:])
    assert "login password=[redacted:password] card [redacted:card]" == fields["msg"]
    assert "[redacted:password]" == fields["password"]
    assert "refused: token=[redacted:" in fields["exc_text"]
    assert_nothing_raw(out)
    assert_nothing_raw(read.stdout)


def test_queues(guard: Guard, log: logging.Logger, log_file: Callable[..., LogFile]) -> None:
    """
    What is put on a queue is redacted, and what the listener's handlers write.
    """
    records: queue.Queue[logging.LogRecord] = queue.Queue()
    file = log_file("%(levelname)s %(message)s")
    log.removeHandler(file.handler)
    log.addHandler(logging.handlers.QueueHandler(records))
    leak(log)
    queued = records.queue[0]
    listener = logging.handlers.QueueListener(records, file.handler)
    listener.start()
    listener.stop()

    assert_nothing_raw(pickle.dumps(queued))
    assert b"ERROR login password=[redacted:password] card [redacted:card]\n" in file.bytes
    assert_nothing_raw(file.bytes)


def test_records_of_another_process(
    guard: Guard, log: logging.Logger, log_file: Callable[..., LogFile]
) -> None:
    """
    A record that a listener takes from elsewhere, which nobody looked at, is redacted too.
    """
    file = log_file()
    everything = log_file(formatter=EverythingFormatter())
    records: queue.Queue[logging.LogRecord] = queue.Queue()
    fields = {"msg": f"password={PASSWORD}", "args": None, "levelno": 20, "levelname": "INFO"}
    records.put(logging.makeLogRecord({**fields, "card": CARD, "exc_text": f"token={TOKEN}"}))
    listener = logging.handlers.QueueListener(records, file.handler, everything.handler)
    listener.start()
    listener.stop()
    received = logging.makeLogRecord(pickle.loads(pickle.dumps({**fields, "card": CARD})))
    log.handle(received)
    file.handler.handle(received)

    assert 3 == file.bytes.count(b"INFO password=[redacted:password]\n")
    assert 3 == len(everything.lines) + 1
    assert_nothing_raw(file.bytes)
    assert_nothing_raw(everything.bytes)
    assert f"password={PASSWORD}" == received.getMessage()


@pytest.mark.parametrize("formatter", [None, EverythingFormatter()], ids=["text", "everything"])
def test_memory(
    guard: Guard,
    log: logging.Logger,
    log_file: Callable[..., LogFile],
    formatter: logging.Formatter | None,
) -> None:
    """
    What a memory handler holds is redacted, and what its target writes.
    """
    file = log_file(formatter=formatter)
    log.removeHandler(file.handler)
    memory = logging.handlers.MemoryHandler(10, target=file.handler)
    log.addHandler(memory)
    leak(log)
    log.info("password=%s", PASSWORD)
    held = pickle.dumps([{**record.__dict__, "exc_info": None} for record in memory.buffer])
    memory.flush()

    assert_nothing_raw(held)
    assert b"[redacted:password]" in file.bytes
    assert_nothing_raw(file.bytes)


PROGRAM = """
import logging, redactor
{before}
redactor.install()
{after}
logging.getLogger("shop").warning("login password=%s", "hunter2" "zz")
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("logging.basicConfig()", ""),
        ("", "logging.basicConfig(format='%(message)s')"),
        ("", "logging.basicConfig(force=True, format='{{message}}', style='{{')"),
        ("", "logging.getLogger('shop').addHandler(logging.StreamHandler())"),
    ],
    ids=["last resort", "before", "after", "forced", "child"],
)
def test_standard_error_of_a_program(tmp_path: Path, before: str, after: str) -> None:
    """
    A program of two lines writes no secret to its standard error: with the handler of last resort,
    with handlers from before and after ``install()``, with those of child loggers.
    """
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before, after=after).replace("{{", "{")
         .replace("}}", "}")],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip

    assert b"login password=[redacted:password]" in run.stderr
    assert_nothing_raw(run.stderr)


def test_dict_config_after_install(guard: Guard, tmp_path: Path) -> None:
    """
    What ``dictConfig`` makes after ``install()`` is guarded, with its filters and formatters, on
    loggers that hand on and on those that do not.
    """
    path = tmp_path / "configured.log"
    handler = {"class": "logging.FileHandler", "filename": str(path), "formatter": "long"}
    config = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"long": {"format": "{levelname} {user} {message}", "style": "{"}},
        "filters": {"user": {"()": WithUser}},
        "handlers": {"file": {**handler, "filters": ["user"]}},
        "loggers": {
            "cfg.shop": {"handlers": ["file"], "propagate": False, "level": "DEBUG"},
            "cfg.shop.below": {"level": "DEBUG"},
        },
    }
    logging.config.dictConfig(config)
    for _ in range(2):
        leak(logging.getLogger("cfg.shop"))
        leak(logging.getLogger("cfg.shop.below"))
        logging.config.dictConfig(config)
    for handler_ in logging.getLogger("cfg.shop").handlers:
        handler_.close()
    logging.getLogger("cfg.shop").handlers.clear()

    out = path.read_bytes()
    assert 4 == out.count(b"ERROR [redacted:card] login password=[redacted:password] card")
    assert_nothing_raw(out)


class WithUser(logging.Filter):
    """Adds a user, who is called by his card."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.user = CARD
        return True

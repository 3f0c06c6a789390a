"""Objects of the caller: not changed, and nothing that they do stops a log call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted
from tests.exits.structlog.configurations import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left


def test_objects_of_the_caller_stay_as_they_are(run: Callable[..., Left]) -> None:
    """
    Contexts, fields and exceptions that were logged hold the same afterwards, and so does the event
    that an earlier processor has seen.
    """
    planted = Planted("field", "bound", "context", "error")

    left = run(
        """
        import copy, structlog
        events = []
        structlog.configure(processors=[
            structlog.contextvars.merge_contextvars,
            lambda _, __, event: events.append(event) or event,
            structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(),
        ])
        field = {"password": secret("field"), "list": [{"token": secret("field")}]}
        before = copy.deepcopy(field)
        structlog.contextvars.bind_contextvars(api_key=secret("context"))
        log = structlog.get_logger().bind(password=secret("bound"))
        error = ValueError("password=" + secret("error"), field)
        try:
            raise error
        except ValueError:
            log.exception("failed", field=field)
        log.info("hello", field=field)
        assert field == before
        assert error.args == ("password=" + secret("error"), field) and error.__dict__ == {}
        assert error.__traceback__.tb_frame.f_locals["field"] is field
        assert structlog.get_context(log) == {"password": secret("bound")}
        assert structlog.contextvars.get_contextvars() == {"api_key": secret("context")}
        assert events[1]["password"] == secret("bound") and events[1]["field"] is field
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert 2 == len(left.out.splitlines())


@pytest.mark.parametrize("configuration", ["console", "JSON", "key and value", "formatter, JSON"])
def test_hostile_objects(run: Callable[..., Left], configuration: str) -> None:
    """
    Whatever an object does when it is asked, each call ends, its line leaves, and it is bounded.
    """
    planted = Planted("hidden", "said", "keys", "deep", "logged", "text")

    left = run(
        ALL[configuration]
        + """
log = structlog.get_logger()
class Raising:
    def __repr__(self):
        raise ValueError("password=" + secret("said"))
class Exiting:
    def __repr__(self):
        raise SystemExit(3)
class Recursive:
    def __repr__(self):
        return repr(self)
class Logging:
    def __repr__(self):
        log.info("inside password=" + secret("logged"))
        return "logging"
class Huge:
    def __repr__(self):
        return "x" * 50_000_000
class Changing:
    def __init__(self):
        self.asked = 0
    def __repr__(self):
        self.asked += 1
        return "password=" + secret("hidden") if self.asked > 1 else "harmless"
class Text(str):
    def __str__(self):
        return "password=" + secret("text")
    __repr__ = __format__ = lambda self, *_: str(self)
cycle = {}
cycle["self"] = [cycle]
deep = {"password": secret("deep")}
for _ in range(1_000):
    deep = {"deeper": deep}
many = {f"key_{number}": number for number in range(10_000)} | {"password": secret("keys")}
values = [
    Raising(), Exiting(), Recursive(), Logging(), Huge(), Changing(), Text("x"), cycle, deep, many,
    ("password=" + secret("said")).encode(), float("nan"),
]
for number, value in enumerate(values):
    log.info(f"line {number}", value=value)
""",
        planted=planted,
    )

    lines = left.everything()
    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(lines)
    for number in range(12):
        assert b"line %d" % number in lines
    assert len(lines) < 5_000_000


def test_a_processor_that_logs(run: Callable[..., Left]) -> None:
    """
    A processor and a wrapped logger may log themselves; all lines leave redacted and in full.
    """
    planted = Planted("outer", "inner")

    left = run(
        """
        import structlog
        def logging(_, __, event):
            if "inner" not in event:
                log.info("in a processor", inner=1, password=secret("inner"))
            return event
        class Logger:
            def info(self, line):
                if "inner" not in line:
                    log.info("in a logger", inner=2, token=secret("inner"))
                print(line)
        structlog.configure(
            processors=[logging, structlog.processors.KeyValueRenderer()],
            logger_factory=lambda *_: Logger(),
        )
        log = structlog.get_logger()
        log.info("outer", password=secret("outer"))
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert (
        b"inner=1 password='[redacted:password]' event='in a processor'\n"
        b"inner=2 token='[redacted:token]' event='in a logger'\n"
        b"password='[redacted:password]' event='outer'\n"
    ) == left.out


def test_threads_and_forks(run: Callable[..., Left]) -> None:
    """
    Lines of many threads, and of a process that was forked while an event was rendered, all leave,
    each whole and redacted.
    """
    planted = Planted("thread", "fork")

    left = run(
        """
        import structlog, threading
        def forking(_, __, event):
            if event["event"] == "fork":
                event["child"] = os.fork() == 0
            return event
        structlog.configure(
            processors=[forking, structlog.processors.JSONRenderer()],
            logger_factory=structlog.WriteLoggerFactory(file := open("out.log", "a")),
        )
        log = structlog.get_logger()
        def work(name):
            for number in range(200):
                log.info("clean", name=name, number=number)
                log.info("dense", name=name, number=number, password=secret("thread"))
        started = os.getpid()
        threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log.info("fork", password=secret("fork"))
        log.info("after", token=secret("fork"), child=os.getpid() != started)
        if os.getpid() != started:
            os._exit(0)
        os.wait()
        file.close()
        """,
        planted=planted,
    )

    lines = left.files["out.log"].splitlines()
    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert 2404 == len(lines) == len(set(lines))
    assert b'{"token": "[redacted:token]", "child": true, "event": "after"}' in lines

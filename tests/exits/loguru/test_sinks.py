"""No secret leaves through any sink of Loguru, whatever it is and whenever it was added."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.loguru.programs import Left, Planted

if TYPE_CHECKING:
    from collections.abc import Callable

#: What a program does to a logger, and where it puts a secret.
_CALLS = """
def log_everything():
    import threading
    logger.info("login password=" + secret("message"))
    logger.info("login password={}", secret("argument"))
    logger.info("login {password}", password=secret("captured"))
    logger.opt(capture=False).info("password={password}", password=secret("not captured"))
    logger.info("login {}", {"user": {"password": secret("dictionary")}})
    logger.bind(password=secret("bind"), ok=1).info("bound")
    logger.bind(request={"headers": [("authorization", "Bearer " + secret("header"))]}).info("deep")
    with logger.contextualize(password=secret("contextualize")):
        logger.info("in a context")
    logger.patch(lambda r: r.update(message="password=" + secret("patch message"))).info("x")
    logger.patch(lambda r: r["extra"].update(password=secret("patch extra"))).info("x")
    logger.patch(lambda r: r.update(password=secret("patch record"))).info("x")
    logger.opt(lazy=True).info("password={}", lambda: secret("lazy"))
    logger.opt(raw=True).info("raw password=" + secret("raw") + "\\n")
    logger.opt(colors=True).info("<red>password=" + secret("colours") + "</red>")
    logger.opt(colors=True).info("<red>password</red>=<blue>{}</blue>", secret("colours apart"))
    logger.opt(raw=True, colors=True).info("<red>password</red>=" + secret("raw colours") + "\\n")
    logger.opt(record=True).info("{record[extra]} password=" + secret("with record"))
    logger.log("INFO", "password=" + secret("log"))
    logger.level("AUDIT", no=35, color="<red>")
    logger.log("AUDIT", "password=" + secret("own level"))
    logger.success("password=" + secret("success"))
    try:
        raise ValueError("password=" + secret("exception message"))
    except ValueError as error:
        logger.exception("password=" + secret("with exception"))
        logger.opt(exception=error).error("given")
        logger.opt(exception=True).error("asked for")
        logger.opt(exception=(type(error), error, error.__traceback__)).error("a triple")
    named = threading.Thread(
        name="password=" + secret("thread name"), target=lambda: logger.info("in a thread")
    )
    named.start()
    named.join()
"""
_PLACES = (
    "message", "argument", "captured", "not captured", "dictionary", "bind", "header",
    "contextualize", "patch message", "patch extra", "patch record", "lazy", "raw", "colours",
    "colours apart", "raw colours", "with record", "log", "own level", "success",
    "exception message", "with exception", "thread name",
)  # fmt: skip

_SINKS = {
    "stream": "logger.add(sys.stdout)",
    "stream with colours": "logger.add(sys.stdout, colorize=True)",
    "file": 'logger.add("out.log")',
    "file with rotation": 'logger.add("out.log", rotation="300 B", compression="gz")',
    "file object": 'logger.add(open("out.log", "w", encoding="utf-8"))',
    "file with all of the record": """
logger.add(
    "out.log",
    format="{time} {level.name} {level.icon} {name} {module} {file.path} {function} {line} "
    "{thread.name} {process.name} {extra} {message} {exception} {elapsed}",
)
""",
    "serialized": 'logger.add("out.log", serialize=True)',
    "serialized stream": "logger.add(sys.stderr, serialize=True)",
    "callable": "logger.add(lambda message: sys.stdout.write(message))",
    "callable that reads the record": """
logger.add(lambda message: print(message.record, *message.record.items(), message.record["extra"]))
""",
    "callable that writes JSON": """
def default(value):
    return getattr(value, "__dict__", None) or str(value)
logger.add(lambda message: print(json.dumps(message.record, default=default)))
""",
    "callable that formats the exception": """
import traceback
def sink(message):
    error = message.record["exception"]
    if error:
        traceback.print_exception(error.type, error.value, error.traceback, file=sys.stdout)
        for frame, _ in traceback.walk_tb(error.traceback):
            print(dict(frame.f_locals), frame.f_back)
    print(message)
logger.add(sink)
""",
    "object with write": """
class Sink:
    def write(self, message):
        print(message, message.record)
logger.add(Sink())
""",
    "logging handler": """
import logging
handler = logging.FileHandler("out.log")
handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(extra)s"))
logger.add(handler)
""",
    "enqueue": 'logger.add("out.log", enqueue=True)',
    "enqueued callable": """
logger.add(lambda message: print(message, message.record), enqueue=True, format="{message} {extra}")
""",
    "enqueued and serialized": 'logger.add("out.log", enqueue=True, serialize=True)',
    "format function": """
def formatted(record):
    record["extra"]["all"] = repr(record["extra"])
    return "{message} {extra[all]} {extra}\\n{exception}"
logger.add(sys.stdout, format=formatted)
""",
    "format function that makes the text": """
def formatted(record):
    text = "password: " + str(record["extra"].get("password")) + repr(record)
    return text.replace("{", "{{").replace("}", "}}").replace("<", "\\\\<") + "\\n{exception}"
logger.add(sys.stdout, format=formatted)
""",
    "filter that prints": """
logger.add(sys.stdout, filter=lambda record: print(record) or True)
""",
    "several": """
logger.add(sys.stdout)
logger.add("out.log", serialize=True, filter=lambda record: bool(record["extra"]))
logger.add("all.log", format="{message} {extra}", filter="__main__")
logger.add(lambda message: print(message.record))
""",
}
#: One of each way that a record takes to a sink.
_QUICK = frozenset({
    "stream with colours", "file with all of the record", "serialized",
    "callable that reads the record", "logging handler", "enqueued callable", "format function",
    "several",
})  # fmt: skip


def assert_nothing_left(left: Left, planted: Planted) -> None:
    data = left.everything()
    for name, content in left.files.items():
        if name.endswith(".gz"):
            data += gzip.decompress(content)
    assert b"Logging error in Loguru" not in left.err, left.err.decode()
    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(data)
    assert b"[redacted:password]" in data


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "sink",
    [pytest.param(sink, marks=() if sink in _QUICK else pytest.mark.slow) for sink in _SINKS],
)
def test_nothing_leaves(run: Callable[..., Left], sink: str, when: str) -> None:
    """
    Whatever a program gives to a logger and in whatever way, no sink gets a secret, whether it was
    added before ``install()`` or after.
    """
    planted = Planted(*_PLACES)
    add = f"logger.remove()\n{_SINKS[sink]}\n"
    program = add + "install()\n" if when == "before" else "install()\n" + add
    left = run(
        f"from loguru import logger\n{program}{_CALLS}\nlog_everything()\nlogger.complete()\n"
        "logger.remove()\n",
        install="never",
        planted=planted,
    )

    assert_nothing_left(left, planted)


def test_secrets_do_leave_without_install(run: Callable[..., Left]) -> None:
    """
    The programs of this module do put their secrets where they say: without ``install()`` they
    leave.
    """
    planted = Planted(*_PLACES)

    left = run(
        f"from loguru import logger\nlogger.remove()\n{_SINKS['file with all of the record']}"
        f"{_CALLS}\nlog_everything()",
        install="never",
        planted=planted,
    )

    assert set(_PLACES) - {"patch record"} == planted.found_in(left.everything())


def test_loguru_imported_after_install(run: Callable[..., Left]) -> None:
    """
    Loguru is guarded too when it is imported long after ``install()``, with the sink that it has
    from the start.
    """
    planted = Planted(*_PLACES)

    left = run(f"from loguru import logger\n{_CALLS}\nlog_everything()", planted=planted)

    assert_nothing_left(left, planted)


def test_a_global_patcher_can_add_secrets(run: Callable[..., Left]) -> None:
    """
    What ``configure(patcher=..., extra=...)`` adds to all records is redacted too.
    """
    planted = Planted("patcher", "extra", "top")

    left = run(
        """
        from loguru import logger
        def patcher(record):
            record["extra"]["password"] = secret("patcher")
            record["token"] = secret("top")
        logger.configure(
            handlers=[{"sink": sys.stdout, "format": "{message} {extra} {token}"}],
            patcher=patcher,
            extra={"api_key": secret("extra")},
        )
        logger.info("hello")
        """,
        planted=planted,
    )

    assert (
        b"hello {'api_key': '[redacted:api-key]', 'password': '[redacted:password]'} "
        b"[redacted:token]\n"
    ) == left.out


def test_functions_of_the_program_can_add_secrets(run: Callable[..., Left]) -> None:
    """
    What a filter or a format adds to a record on its way is redacted by its name, in this handler
    and in those behind it.
    """
    planted = Planted("filter", "format", "top")

    left = run(
        """
        from loguru import logger
        logger.remove()
        def adding(record):
            record["extra"]["password"] = secret("filter")
            record["api_key"] = secret("top")
            return True
        def formatted(record):
            record["extra"]["token"] = secret("format")
            return "{extra[password]} {extra[token]} {message}\\n"
        logger.add(sys.stdout, filter=adding, format="first {extra[password]} {api_key}")
        logger.add(sys.stdout, format=formatted)
        logger.add(lambda message: print(message.record["extra"], message.record["api_key"]))
        logger.add("last.log", format="{extra[password]} {extra[token]} {api_key}")
        logger.info("hello")
        """,
        planted=planted,
    )

    assert set() == planted.found_in(left.everything())
    assert b"first [redacted:password] [redacted:api-key]\n" in left.out
    assert b"[redacted:password] [redacted:token] hello\n" in left.out
    assert (
        b"{'password': '[redacted:password]', 'token': '[redacted:token]'} [redacted:api-key]\n"
        in left.out
    )
    assert b"[redacted:password] [redacted:token] [redacted:api-key]\n" == left.files["last.log"]


def test_a_sink_can_add_secrets_for_the_next(run: Callable[..., Left]) -> None:
    """
    What a sink writes into the record that it gets is redacted for the handlers behind it.
    """
    planted = Planted("sink")

    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(lambda message: message.record["extra"].update(password=secret("sink")))
        logger.add(sys.stdout, format="{message} {extra[password]}")
        logger.info("hello")
        """,
        planted=planted,
    )

    assert b"hello [redacted:password]\n" == left.out


def test_names_and_values_that_a_format_brings_together(run: Callable[..., Left]) -> None:
    """
    A format that puts a name before a value, also with colours in between, shows no secret.
    """
    planted = Planted("plain", "coloured")

    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="password={message}")
        logger.info(secret("plain"))
        logger.remove()
        logger.add(sys.stdout, format="<red>password</red>=<blue>{message}</blue>", colorize=True)
        logger.info(secret("coloured"))
        logger.info("***")
        """,
        planted=planted,
    )

    assert (
        b"password=[redacted:password]\n"
        b"\x1b[31mpassword\x1b[0m=\x1b[34m[redacted:password]\x1b[0m\n"
        b"\x1b[31mpassword\x1b[0m=\x1b[34m***\x1b[0m\n"
    ) == left.out


def test_json_stays_json(run: Callable[..., Left]) -> None:
    """
    A serialized record is one line of JSON with all keys that Loguru gives it.
    """
    planted = Planted("message", "bind", "number", "error")

    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add("out.log", serialize=True)
        logger.bind(password=secret("bind"), card=4111111111111111, n=7, when=None).info(
            "password=" + secret("message")
        )
        try:
            raise KeyError("password=" + secret("error"))
        except KeyError:
            logger.exception("failed")
        """,
        planted=planted,
    )

    first, second = (json.loads(line) for line in left.files["out.log"].splitlines())
    record: dict[str, Any] = first["record"]
    assert set() == planted.found_in(left.everything())
    assert "password=[redacted:password]" == record["message"]
    assert {
        "password": "[redacted:password]", "card": "[redacted:card]", "n": 7, "when": None
    } == record["extra"]  # fmt: skip
    assert {
        "elapsed", "exception", "extra", "file", "function", "level", "line", "message", "module",
        "name", "process", "thread", "time",
    } == set(record)  # fmt: skip
    assert {
        "type": "KeyError", "value": "'password=[redacted:password]'", "traceback": True
    } == second["record"]["exception"]  # fmt: skip


def test_a_record_that_is_dropped_reaches_no_sink(run: Callable[..., Left]) -> None:
    """
    With the action ``drop-record`` nothing of the record comes out of any sink, and nothing is
    reported as an error; with ``drop-field`` formats that ask for the field go on.
    """
    left = run(
        """
        import redactor
        install(policy=redactor.Policy(
            actions={"password": "drop-record", "token": "drop-field"}
        ))
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra}")
        logger.add("file.log", filter=lambda record: True)
        logger.add("enqueued.log", enqueue=True)
        logger.info("password=Falcon77Harbor")
        logger.bind(password="Falcon77Harbor").info("bound")
        logger.bind(token="Falcon77Harbor", ok=1).info("fields")
        field = logger.add("field.log", format="<{extra[token]}> {message}")
        logger.bind(token="Falcon77Harbor", ok=1).info("fields")
        logger.remove(field)
        def adding(record):
            record["extra"]["password"] = "Falcon77" + "Harbor"
            return True
        logger.add("own.log", filter=adding)
        logger.info("late")
        logger.remove()
        """,
        install="never",
    )

    assert b"" == left.err
    assert b"Falcon77Harbor" not in left.everything()
    assert b"fields {'ok': 1}\nfields {'ok': 1}\nlate {}\n" == left.out
    assert b"<> fields\n" == left.files["field.log"]
    assert b"" == left.files["own.log"]

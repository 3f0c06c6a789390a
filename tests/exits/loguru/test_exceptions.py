"""No secret leaves in a traceback, whatever Loguru shows beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left

_PROGRAM = """
import asyncio
PASSWORD = secret("global")
class Account:
    api_key = secret("class attribute")
    def __init__(self):
        self.password = secret("attribute")
        self.settings = {"db": {"password": secret("nested")}}
    def open(self, token):
        return self.password + self.api_key + token + self.settings + PASSWORD
class LoginError(Exception):
    def __init__(self, user, password):
        super().__init__(user, password)
        self.password = password
    def __str__(self):
        return f"no login for {self.args[0]} with password={self.password}"
def shown(password):
    token = secret("local"); url = "postgres://bob:" + secret("url") + "@db/shop"
    alias = token
    return Account().open(token + url + alias + password)
def failing():
    shown(password=secret("argument"))
def chained():
    try:
        failing()
    except TypeError as error:
        error.add_note("password=" + secret("note"))
        try:
            raise LoginError("bob", secret("error attribute"))
        except LoginError as login:
            raise OSError(2, "password=" + secret("strerror"), "/tmp/x") from login
def grouped():
    errors = []
    for call in (failing, chained):
        try:
            call()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("password=" + secret("group"), errors)
def quoting():
    check(password="literalFalcon77", again=(1, 2))
def check(password, again):
    raise RuntimeError("checked")
def asserting(password):
    assert password == "x"
calls = (failing, chained, grouped, quoting)
def logging():
    for call in calls:
        password = secret("caller")
        try:
            call()
        except Exception:
            logger.exception("failed")
        with logger.catch():
            call()
        logger.catch(call)()
        logger.catch(onerror=lambda error: None, message="{record[exception]}")(call)()
    @logger.catch
    async def awaited():
        chained()
    asyncio.run(awaited())
    try:
        asserting(secret("asserted"))
    except AssertionError:
        logger.exception("failed")
def above(password):
    logging()
above(secret("above"))
"""
_PLACES = (
    "global", "class attribute", "attribute", "nested", "local", "url", "argument", "note",
    "error attribute", "strerror", "group", "caller", "asserted", "above",
)  # fmt: skip
_SINKS = {
    "plain": "sys.stdout, colorize=False",
    "coloured": "sys.stdout, colorize=True",
    "serialized": "sys.stdout, serialize=True",
    "enqueued": '"out.log", enqueue=True',
    "handler": '__import__("logging").FileHandler("out.log")',
    "record": "lambda message: print(message.record)",
}


@pytest.mark.parametrize("options", ["", "backtrace=False, diagnose=False", "backtrace=True"])
@pytest.mark.parametrize("sink", _SINKS)
def test_nothing_leaves_in_a_traceback(run: Callable[..., Left], sink: str, options: str) -> None:
    """
    Neither messages, arguments, notes, attributes, causes and members of an exception nor the
    variables, attributes, globals and literals of its frames and of the callers above let a secret
    out. ``diagnose`` is on by default.
    """
    planted = Planted(*_PLACES)

    left = run(
        f"from loguru import logger\nlogger.remove()\nlogger.add({_SINKS[sink]}, {options})\n"
        f"{_PROGRAM}\nlogger.remove()\n",
        planted=planted,
    )

    assert b"Logging error" not in left.err, left.err.decode()
    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(left.everything())
    assert b"literalFalcon77" not in left.everything()
    if sink != "record":
        assert left.everything().count(b"Traceback (most recent call last)") > 20


def test_secrets_do_leave_without_install(run: Callable[..., Left]) -> None:
    """
    The program of this module does show its secrets: without ``install()`` they leave.
    """
    planted = Planted(*_PLACES)

    left = run(
        f"from loguru import logger\nlogger.remove()\nlogger.add(sys.stdout)\n{_PROGRAM}",
        install="never",
        planted=planted,
    )

    assert planted.found_in(left.out) >= {
        "global", "class attribute", "attribute", "nested", "local", "argument", "note",
        "error attribute", "strerror", "group",
    }  # fmt: skip


def test_a_value_is_redacted_where_its_name_is_not(run: Callable[..., Left]) -> None:
    """
    A value that one line shows under a sensitive name goes from the lines that show it under
    another, and from the message of the exception.
    """
    planted = Planted("value")

    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message}")
        def connect(password):
            return check(password)
        def check(p):
            raise ValueError(p)
        try:
            connect(secret("value"))
        except ValueError as error:
            logger.exception("failed: {}", error)
        """,
        planted=planted,
    )

    assert set() == planted.found_in(left.out)
    assert b"failed: [redacted:password]\n" in left.out
    assert b"ValueError: [redacted:password]" in left.out


def test_a_value_is_redacted_before_it_is_cut(run: Callable[..., Left]) -> None:
    """
    Loguru cuts long values; no start of a secret is left over by that.
    """
    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message}")
        def connect(text, settings):
            return text + settings
        text = "x" * 90 + " password=" + "Falcon77Harbor" * 4
        try:
            connect(text, {"a": "x" * 80, "password": "Harbor88Falcon" * 5})
        except TypeError:
            logger.exception("failed")
        """
    )

    assert b"Falcon77" not in left.out
    assert b"Harbor88" not in left.out


def test_colours_go_where_they_hide_a_secret(run: Callable[..., Left]) -> None:
    """
    A line of source with a literal in it is redacted before it gets its colours; the colours of
    all the rest stay.
    """
    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message}", colorize=True)
        def connect(password="Falcon77Harbor"): raise ValueError("no")
        try:
            connect()
        except ValueError:
            logger.exception("failed")
        """
    )

    assert b"Falcon77" not in left.out
    assert b"\x1b[36m'[redacted:password]'" in left.out or b"[redacted:password]" in left.out
    assert b"\x1b[31m\x1b[1mValueError\x1b[0m" in left.out


def test_a_sink_gets_stand_ins(run: Callable[..., Left]) -> None:
    """
    A sink that looks into the exception of a record finds the type and the places of the real one,
    no secret in its attributes and frames, and no way up to the frames of the program.
    """
    planted = Planted("argument", "local")

    left = run(
        """
        from loguru import logger
        logger.remove()
        class LoginError(Exception):
            def __init__(self, password):
                super().__init__(password)
                self.password = password
        def login():
            token = secret("local")
            raise LoginError(secret("argument"))
        def sink(message):
            kind, error, traceback = message.record["exception"]
            print(kind is LoginError, isinstance(error, LoginError), repr(error), vars(error))
            while traceback:
                frame = traceback.tb_frame
                print(frame.f_code.co_name, traceback.tb_lineno, frame.f_back, dict(frame.f_locals))
                traceback = traceback.tb_next
        logger.add(sink)
        def main():
            try:
                login()
            except LoginError:
                logger.exception("failed")
        main()
        """,
        planted=planted,
    )

    assert set() == planted.found_in(left.everything())
    assert b"" == left.err
    first, *frames = left.out.splitlines()
    assert first.startswith(b"True True LoginError(")
    assert frames[0].startswith(b"main ")
    assert b" None " in frames[0]
    assert b"login" == frames[1].partition(b" ")[0]
    assert b"{'token': '[redacted:token]'}" in frames[1]

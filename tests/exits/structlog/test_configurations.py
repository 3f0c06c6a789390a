"""No secret leaves through structlog, however it is configured."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Left, Planted
from tests.exits.structlog.configurations import ALL, BRIDGED, EACH

if TYPE_CHECKING:
    from collections.abc import Callable

_CALLS = """
import asyncio, threading
class Session:
    def __init__(self, password):
        self.user, self.password = "bob", password
def open_session(password, settings):
    token = secret("local")
    session = Session(secret("attribute"))
    raise ValueError("password=" + secret("error"))
def log_everything():
    log.info("login password=" + secret("event"))
    log.info("login", password=secret("keyword"), ok=True, n=3)
    log.info("login", settings={"db": [{"password": secret("nested")}]})
    log.info("login", headers=[("authorization", "Bearer " + secret("header"))])
    if positional:
        log.info("login password=%s", secret("argument"))
    log.bind(password=secret("bound")).info("bound")
    log.new(token=secret("new")).info("new")
    log.info("login " + secret("event and keyword"), password=secret("event and keyword"))
    with structlog.contextvars.bound_contextvars(api_key=secret("contextvar")):
        log.info("in a context")
    log.warning("login", url="postgres://bob:" + secret("url") + "@db/shop")
    log.info("login", data=b"password=" + secret("bytes").encode())
    log.info("login", **{"4111111111111111": 1, "card": 4111111111111111})
    log.info("with a stack password=" + secret("with stack"), stack_info=True)
    session = Session(secret("object"))
    log.info("login", session=session)
    try:
        open_session(secret("parameter"), {"password": secret("in settings")})
    except ValueError as error:
        log.exception("failed", password=secret("beside an exception"))
        log.error("failed", exc_info=True)
        log.error("failed", exc_info=error)
        log.error("failed", exc_info=(type(error), error, error.__traceback__))
        log.error("failed", error=error)
        try:
            raise OSError("token=" + secret("outer error")) from error
        except OSError:
            log.exception("failed")
        try:
            raise ExceptionGroup("password=" + secret("group"), [error])
        except ExceptionGroup:
            log.exception("failed")
    async def main():
        await log.ainfo("login", password=secret("coroutine"))
        try:
            open_session(secret("parameter"), {})
        except ValueError:
            await log.aexception("failed")
    if hasattr(type(log.bind()), "ainfo"):
        asyncio.run(main())
log = structlog.get_logger()
positional = not isinstance(log.bind(), structlog.BoundLogger)
"""
_PLACES = (
    "local", "attribute", "error", "event", "keyword", "nested", "header", "argument", "bound",
    "new", "event and keyword", "contextvar", "url", "bytes", "with stack", "object", "parameter",
    "in settings", "beside an exception", "outer error", "group", "coroutine",
)  # fmt: skip


@pytest.mark.parametrize("when", ["first", "late"])
@pytest.mark.parametrize("configuration", EACH)
def test_nothing_leaves(run: Callable[..., Left], configuration: str, when: str) -> None:
    """
    Whatever a program gives to a logger, no configuration lets a secret out, whether ``install()``
    came first or after a logger was bound and used.
    """
    planted = Planted(*_PLACES)
    late = "log.info('made before')\nlog = log.bind(a=1)\ninstall()\n" if when == "late" else ""
    # What goes on to ``logging`` is looked at by that exit too, as in a program.
    others = "others=True" if configuration in BRIDGED else ""
    start = "" if late else f"install({others})\n"

    left = run(
        f"{start}{ALL[configuration]}{_CALLS}{late.replace('()', f'({others})', 1)}"
        "log_everything()\n",
        install="never",
        planted=planted,
    )

    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(left.everything())
    assert not re.search(b"4111 ?1111", left.everything())
    assert b"[redacted:password]" in left.everything()
    assert b"Logging error" not in left.err, left.err.decode()


@pytest.mark.parametrize("configuration", ["console, rich tracebacks", "JSON, locals"])
def test_secrets_do_leave_without_install(run: Callable[..., Left], configuration: str) -> None:
    """
    The program of this module does put its secrets where it says: without ``install()`` they leave.
    """
    planted = Planted(*_PLACES)

    left = run(f"{ALL[configuration]}{_CALLS}log_everything()\n", install="never", planted=planted)

    # Rich breaks long lines.
    assert planted.found_in(left.out) >= set(_PLACES) - {"attribute", "object", "outer error"}


def test_a_foreign_record(run: Callable[..., Left]) -> None:
    """
    A record of ``logging`` that a formatter of structlog renders leaves redacted, also where the
    exit of ``logging`` is left out.
    """
    planted = Planted("message", "argument", "extra", "error", "local")

    left = run(
        f"""{BRIDGED["formatter, JSON"]}
install()
log = logging.getLogger("app")
log.info("password=" + secret("message"))
log.info("password=%s", secret("argument"), extra={{"api_key": secret("extra")}})
def failing(password):
    raise ValueError("password=" + secret("error"))
try:
    failing(secret("local"))
except ValueError:
    log.exception("failed")
""",
        install="never",
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())
    assert b'"api_key": "[redacted:api-key]"' in left.files["out.log"]
    assert b'"locals": {"password": "[redacted:password]"}' in left.files["out.log"]


def test_loggers_that_are_called_directly(run: Callable[..., Left]) -> None:
    """
    The loggers that structlog wraps write no secret either when nothing wraps them.
    """
    planted = Planted("print", "write", "bytes")

    left = run(
        """
        import structlog
        for method in ("msg", "log", "debug", "info", "warning", "error", "critical", "exception"):
            getattr(structlog.PrintLogger(), method)("password=" + secret("print"))
            getattr(structlog.WriteLogger(), method)("password=" + secret("write"))
            with open(f"{method}.log", "wb") as file:
                logger = structlog.BytesLogger(file)
                getattr(logger, method)(b"password=" + secret("bytes").encode())
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert b"password=[redacted:password]\n" * 16 == left.out
    assert {b"password=[redacted:password]\n"} == set(left.files.values())


def test_what_is_captured_is_redacted(run: Callable[..., Left]) -> None:
    """
    ``capture_logs``, ``CapturingLogger`` and ``ReturnLogger`` work, and give redacted events.
    """
    left = run(
        """
        import structlog
        from structlog.testing import capture_logs
        with capture_logs() as captured:
            structlog.get_logger().bind(n=1).info("hello", password="Falcon77")
        print(captured)
        factory = structlog.testing.CapturingLoggerFactory()
        structlog.configure(
            processors=[structlog.processors.JSONRenderer()], logger_factory=factory
        )
        structlog.get_logger().info("hello", password="Falcon77")
        print(factory.logger.calls)
        log = structlog.wrap_logger(
            structlog.ReturnLogger(), processors=[], wrapper_class=structlog.BoundLogger
        )
        print(log.info("hello", password="Falcon77"))
        log = structlog.wrap_logger(
            structlog.ReturnLogger(), processors=[lambda _, __, event: ((1, event), {"n": event})],
            wrapper_class=structlog.BoundLogger,
        )
        print(log.info("hello", password="Falcon77"))
        """
    )

    first, second, third, fourth = left.out.splitlines()
    assert b"" == left.err
    assert b"Falcon77" not in left.out
    assert (
        b"[{'n': 1, 'password': '[redacted:password]', 'event': 'hello', 'log_level': 'info'}]"
    ) == first
    assert b'args=(\'{"password": "[redacted:password]", "event": "hello"}\',)' in second
    assert b"((), {'password': '[redacted:password]', 'event': 'hello'})" == third
    assert fourth.startswith(b"((1, {'password': '[redacted:password]', 'event': 'hello'}), {'n'")


def test_an_event_that_is_dropped(run: Callable[..., Left]) -> None:
    """
    With the action ``drop-record`` nothing of the event leaves; with ``drop-field`` the rest does.
    """
    left = run(
        """
        import redactor, logging, structlog
        install(policy=redactor.Policy(
            actions={"password": "drop-record", "token": "drop-field"}
        ))
        structlog.configure(processors=[structlog.processors.JSONRenderer()])
        log = structlog.get_logger()
        log.info("x", password="Falcon77")
        log.info("password=Falcon77")
        log.info("y", token="Falcon77Harbor", ok=1)
        structlog.PrintLogger().info({"password": "Falcon77"})
        """,
        install="never",
    )

    assert b"" == left.err
    assert b'{"ok": 1, "event": "y"}\n' == left.out


def test_a_literal_in_the_source(run: Callable[..., Left]) -> None:
    """
    Lines of source that rich shows around the places of an exception are redacted, and a private
    key over several lines of them is one marker.
    """
    body = "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3"

    left = run(
        f'''
        import structlog
        log = structlog.get_logger()
        def sign(text):
            key = """
-----BEGIN PRIVATE KEY-----
{body}a
{body}b
-----END PRIVATE KEY-----
"""
            return text.missing, connect(password="Falcon77Harbor")
        try:
            sign("x")
        except AttributeError:
            log.exception("failed")
        '''.replace("\n        ", "\n")
    )

    assert b"" == left.err
    assert body.encode() not in left.out
    assert b"Falcon77" not in left.out
    assert b"AttributeError" in left.out
    assert b"[redacted:private-key]" in left.out
    assert "❱ 3".encode() in left.out or "❱ 4".encode() in left.out


@pytest.mark.parametrize("configuration", ["console, rich tracebacks", "JSON, dictionaries"])
def test_a_value_is_redacted_where_its_name_is_not(
    run: Callable[..., Left], configuration: str
) -> None:
    """
    A value that a variable or a field shows under a sensitive name goes from the other variables,
    the event and the message of the exception.
    """
    planted = Planted("field", "variable")

    left = run(
        f"""{ALL[configuration]}
log = structlog.get_logger()
def connect(password):
    return check("".join(password), [password])
def check(other, more):
    raise ValueError(other)
try:
    connect(secret("variable"))
except ValueError as error:
    log.exception("failed: " + secret("field") + str(error), token=secret("field"))
""",
        planted=planted,
    )

    assert set() == planted.found_in(left.everything())
    assert b"failed: [redacted:token]" in left.out

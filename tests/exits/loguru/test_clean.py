"""What holds no secret leaves as Loguru writes it, byte for byte."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import both

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.exits.loguru.programs import Left

_MESSAGES = """
import dataclasses, datetime, decimal, enum, pathlib, uuid, collections, fractions
class Colour(enum.Enum):
    RED = 1
class Plain:
    def __init__(self):
        self.name = "bob"
        self.nested = {"a": [1, 2]}
class Speaking:
    def __repr__(self):
        return "<speaking>"
    def __str__(self):
        return "speaks"
    def __format__(self, spec):
        return f"formatted {spec}"
@dataclasses.dataclass
class Data:
    name: str = "bob"
    n: int = 7
Point = collections.namedtuple("Point", "x y")
values = {
    "text": "hällo \\u20ac", "bytes": b"x\\xff", "n": 7, "big": 10**30, "ratio": 0.5, "none": None,
    "flag": True, "list": [1, "a", (2, 3)], "set": {1}, "colour": Colour.RED, "plain": Plain(),
    "speaking": Speaking(), "data": Data(), "point": Point(1, 2), "type": Data, "call": len,
    "path": pathlib.PurePosixPath("/tmp/x"), "uuid": uuid.UUID(int=7),
    "decimal": decimal.Decimal("1.50"), "fraction": fractions.Fraction(1, 3),
    "when": datetime.datetime(2026, 1, 2, 3, 4, 5), "day": datetime.date(2026, 1, 2),
    "error": ValueError("wrong"), "nested": {"a": {"b": [Plain(), Speaking()]}},
    "ordered": collections.OrderedDict(a=1), "counter": collections.Counter("aab"),
}
logger.bind(**values).info("all of them")
for name, value in values.items():
    logger.info("{} {!r} {value}", value, value, value=value)
logger.bind(**values).opt(colors=True).info("<red>a</red> <bold>{}</bold> {n}", "<b>", n=4)
logger.opt(raw=True).info("raw\\n")
logger.opt(raw=True, colors=True).info("<red>raw</red>\\n")
logger.info("tokens used: {}, max_tokens=4096, password reset requested", 812)
logger.info("order 4111111111111112 took 0.123456 s, trace 4bf92f3577b34da6a3ce929d0e0e4736")
logger.info("")
logger.warning("several\\nlines\\n")
logger.bind(a=1).patch(lambda record: record["extra"].update(b=2)).debug("patched")
with logger.contextualize(task=7):
    logger.trace("in a context")
"""
_FORMATS = {
    "static": 'logger.add(sys.stdout, format="{level} {name}:{line} {message} {extra}", level=0)',
    "spec": """
logger.add(sys.stdout, format="{level: <8}|{level.icon}|{file}|{file.path}|{thread.name}|"
"{process.name}|{elapsed}|{message:>20}|{time:YYYY!UTC}|{function}|{module}", level=0)
""",
    "attributes": """
logger.add(
    sys.stdout,
    format="{extra[plain].name} {extra[plain].nested[a][0]} {extra[data].n} {extra[point].x} "
    "{extra[decimal]:.3f} {extra[n]:04d} {extra[ratio]:.0%} {extra[when]:%Y} {extra[colour].name} "
    "{extra[speaking]} {extra[speaking]!r} {extra[speaking]!s} {extra[speaking]:x} "
    "{extra[error].args} {extra[nested][a]} {extra[path].name} {extra[text]:>9}",
    filter=lambda record: "plain" in record["extra"],
)
""",
    "coloured": 'logger.add(sys.stdout, format="<level>{level}</level> {message} {extra}", '
    "colorize=True, level=0)",
    "serialized": "logger.add(sys.stdout, serialize=True, level=0)",
    "function": """
def formatted(record):
    record["extra"]["length"] = len(record["message"])
    return "{message} {extra} {extra[length]}\\n{exception}"
logger.add(sys.stdout, format=formatted, level=0)
""",
    "callable": """
def sink(message):
    print(repr(str(message)), sorted(message.record), message.record["extra"])
logger.add(sink, level=0)
""",
    "queue": 'logger.add("out.log", enqueue=True, format="{message} {extra}", level=0)',
}


@pytest.mark.parametrize("format_", _FORMATS)
def test_messages_and_fields(tmp_path: Path, format_: str) -> None:
    """
    Messages and fields of all types leave as they do without redactor, in all kinds of formats.
    """
    program = f"from loguru import logger\nlogger.remove()\n{_FORMATS[format_]}\n{_MESSAGES}"

    expected, actual = both(tmp_path, program + "\nlogger.remove()\n")

    assert expected == actual
    assert len(expected) > 300


_EXCEPTIONS = """
import asyncio, logging
class Account:
    limit = 5
    def __init__(self, name):
        self.name = name
        self.steps = [1, 2, 3]
    def __repr__(self):
        return f"<account of {self.name}>"
    def total(self, factor, *more, **options):
        wanted = [step * factor for step in self.steps]
        return sum(wanted) / (self.limit - factor) + options["missing"]
class Half:
    def __init__(self, value):
        self.check(value)
        self.value = value
    def check(self, value):
        raise RuntimeError(f"cannot take {value}")
    def __repr__(self):
        return f"<half {self.value}>"
SETTING = {"region": "eu"}
def lookup(key):
    return SETTING[key], Account.limit
def chained(account):
    try:
        account.total(5, extra=1)
    except ZeroDivisionError as error:
        try:
            lookup("nowhere")
        except KeyError:
            raise LookupError("both") from error
def implicit():
    try:
        lookup("nowhere")
    except KeyError:
        Half(4)
def recursive(n):
    return recursive(n - 1) if n else 1 / 0
def grouped():
    found = []
    for n in range(3):
        try:
            int("x" * n)
        except ValueError as error:
            error.add_note(f"note {n}")
            found.append(error)
    raise ExceptionGroup("several", [*found, ExceptionGroup("inner", [KeyError("k")])])
def asserting(value):
    assert value == 7 and value
def long_value():
    text = "word " * 100
    number = 5; other = number
    return text.missing
def syntax():
    compile("a b\\n", "made-up.py", "exec")
def generator():
    yield 1
    raise OSError(2, "No such file", "made-up.txt")
def consume():
    return list(generator())
def outer(function, *args):
    try:
        function(*args)
    except Exception:
        logger.exception("failed")
calls = [
    (chained, Account("bob")), (implicit,), (recursive, 3), (recursive, 40), (grouped,),
    (asserting, 8), (long_value,), (syntax,), (consume,), (lookup, 5), (lambda: nowhere,),
]
for function, *args in calls:
    outer(function, *args)
@logger.catch
def caught(function, *args):
    return function(*args)
@logger.catch(message="in a coroutine")
async def awaited(function, *args):
    await asyncio.sleep(0)
    return function(*args)
@logger.catch
def yielding(function, *args):
    yield function(*args)
def calling():
    for function, *args in calls:
        caught(function, *args)
        asyncio.run(awaited(function, *args))
        list(yielding(function, *args))
        with logger.catch(message="in a block"):
            function(*args)
calling()
def deep(n):
    if n:
        deep(n - 1)
    else:
        calling()
deep(2)
try:
    chained(Account("eve"))
except LookupError as error:
    logger.opt(exception=error).info("given")
    logger.opt(exception=(type(error), error, error.__traceback__)).info("a triple")
    logger.opt(exception=(type(error), error, error.__traceback__.tb_next)).info("a part of it")
    logger.opt(exception=(type(error), error, None)).info("without places")
logger.opt(exception=True).info("nothing to show")
logger.opt(exception=ValueError("never raised")).info("given")
"""


@pytest.mark.parametrize(
    ("diagnose", "backtrace", "colours"),
    [
        (False, False, False),
        (True, True, True),
        *(
            pytest.param(*switches, marks=pytest.mark.slow)
            for switches in itertools.product([False, True], repeat=3)
            if len(set(switches)) > 1
        ),
    ],
)
def test_exceptions(tmp_path: Path, *, diagnose: bool, backtrace: bool, colours: bool) -> None:
    """
    Tracebacks leave as Loguru writes them: with the callers above, with the values of names and
    attributes, in colours, and however the exception was caught.
    """
    add = (
        f"logger.add(sys.stdout, format='{{message}}', diagnose={diagnose}, backtrace={backtrace}, "
        f"colorize={colours})"
    )

    expected, actual = both(
        tmp_path, f"from loguru import logger\nlogger.remove()\n{add}\n{_EXCEPTIONS}"
    )

    assert expected == actual
    assert expected.count(b"Traceback (most recent call last)") > 50


def test_reports_about_a_sink_that_fails(tmp_path: Path) -> None:
    """
    Loguru's report about a sink or a format that fails is the same, record and traceback included.
    """
    expected, actual = both(
        tmp_path,
        """
        from loguru import logger
        logger.remove()
        def sink(message):
            raise OSError("disk is full")
        logger.add(sink, format="{message}")
        logger.add(sys.stdout, format="{extra[nowhere]}")
        logger.bind(a=1).info("hello")
        async def later(message):
            raise OSError("server is gone")
        logger.remove()
        logger.add(later, format="{message}")
        logger.add(sink, format="{message}", enqueue=True)
        import asyncio
        async def main():
            logger.info("hello")
            await logger.complete()
        asyncio.run(main())
        logger.remove()
        """,
    )

    expected = re.sub(rb'(?s)  File "[^"]*_handler.py.*?\n(?=\w|  File)', b"", expected)
    actual = re.sub(rb'(?s)  File "[^"]*_handler.py.*?\n(?=\w|  File)', b"", actual)
    assert expected == actual
    assert 4 == expected.count(b"--- Logging error in Loguru Handler")


def test_a_clean_record_is_the_same_object(run: Callable[..., Left]) -> None:
    """
    A clean record goes to all sinks as the one that patchers have seen: nothing is copied.
    """
    left = run(
        """
        from loguru import logger
        logger.remove()
        seen = []
        logger.configure(patcher=seen.append)
        logger.add(lambda message: seen.append(message.record))
        logger.add(lambda message: seen.append(message.record))
        field = {"a": [1]}
        logger.bind(field=field).info("hello {}", 5)
        patched, first, second = seen
        print(patched is first is second, first["extra"]["field"] is field)
        """
    )

    assert b"True True\n" == left.out

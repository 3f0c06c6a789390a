"""What holds no secret leaves as structlog renders it, byte for byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import both
from tests.exits.structlog.configurations import ALL, BRIDGED, EACH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.exits.loguru.programs import Left

_PROGRAM = """
import asyncio, collections, dataclasses, datetime, decimal, enum, fractions, pathlib, uuid
class Colour(enum.Enum):
    RED = 1
class Plain:
    def __init__(self):
        self.name = "bob"
class Speaking:
    def __repr__(self):
        return "<speaking>"
    def __str__(self):
        return "speaks"
    def __structlog__(self):
        return {"speaks": True}
@dataclasses.dataclass
class Data:
    name: str = "bob"
    numbers: tuple = tuple(range(40))
Point = collections.namedtuple("Point", "x y")
simple = {
    "text": "hällo", "n": 7, "big": 10**17, "ratio": 0.5, "none": None, "flag": True,
    "list": [1, "a", (2, 3)], "quoted": 'a "b" = c', "lines": "a\\nb",
}
values = simple | {
    "bytes": b"x", "set": {1}, "colour": Colour.RED, "plain": Plain(), "speaking": Speaking(),
    "data": Data(), "point": Point(1, 2), "type": Data, "call": len, "uuid": uuid.UUID(int=7),
    "path": pathlib.PurePosixPath("/tmp/x"), "decimal": decimal.Decimal("1.50"),
    "fraction": fractions.Fraction(1, 3), "when": datetime.datetime(2026, 1, 2, 3, 4, 5),
    "error": ValueError("wrong"), "nested": {"a": {"b": [Plain(), Speaking()]}},
    "ordered": collections.OrderedDict(a=1), "counter": collections.Counter("aab"),
}
def failing(user, steps):
    def inner():
        return steps
    data = Data(); wide = {"key " * 5 + str(n): ["value"] * 3 for n in range(4)}
    long = "word " * 40
    class Local:
        pass
    return steps[user] + len(long) + len(wide) + data.numbers[0]
def chained(user):
    try:
        failing(user, [1, 2])
    except IndexError as error:
        try:
            {}["nowhere"]
        except KeyError:
            raise LookupError("both") from error
def grouped():
    errors = []
    for n in range(2):
        try:
            int("x" * n)
        except ValueError as error:
            error.add_note(f"note {n}")
            errors.append(error)
    raise ExceptionGroup("several", errors)
def syntax():
    compile("a b\\n", "made-up.py", "exec")
log = structlog.get_logger()
for chosen in (simple, values):
    log.info("all of them", **chosen)
    log.bind(**chosen).warning("bound")
for name, value in values.items():
    log.info("one", **{name: value})
log.info("tokens used: 812, password reset requested", token_count=5, order="4111111111111112")
if not isinstance(log.bind(), structlog.BoundLogger):
    log.info("with %s and %d", "text", 5)
log.debug("")
log.info("with a stack", stack_info=True)
with structlog.contextvars.bound_contextvars(task=7):
    log.info("in a context")
for call in (lambda: chained(5), grouped, syntax, lambda: failing(5, [])):
    try:
        call()
    except Exception as error:
        log.exception("failed")
        log.error("failed", exc_info=error)
        log.error("failed", exc_info=(type(error), error, error.__traceback__))
        log.error("failed", exc_info=(type(error), error, None))
log.error("nothing to show", exc_info=False)
log.error("never raised", exc_info=ValueError("never raised"))
async def main():
    await log.ainfo("in a coroutine", n=1)
    try:
        failing(5, [])
    except IndexError:
        await log.aexception("failed")
if hasattr(type(log.bind()), "ainfo"):
    asyncio.run(main())
log.info("the end")
"""


#: Rich underlines where a frame is now, not where it raised: a stand-in is where it raised.
_STYLES = re.compile(rb"\x1b\[[\d;]*m")
#: Their formatters show variables of exceptions that ``logging`` has handed on.
_HANDED_ON = frozenset({"formatter, console", "formatter, JSON"})


def program_of(configuration: str) -> str:
    """
    Return the program with *configuration*.

    Where an exception was handed on, an object among its variables is shown by its text, not by
    the form that rich has for it, and a module by what it holds itself.
    """
    if configuration not in _HANDED_ON:
        return ALL[configuration] + _PROGRAM
    program = _PROGRAM.replace("data = Data(); ", "").replace(" + data.numbers[0]", "")
    inside = program.strip().replace("\n", "\n    ")
    return f"{ALL[configuration]}\ndef everything():\n    {inside}\neverything()\n"


def assert_same(expected: bytes, actual: bytes) -> None:
    assert _STYLES.sub(b"", expected) == _STYLES.sub(b"", actual)
    if b"\xe2\x95\xad" not in expected:  # a corner of a box of rich
        assert expected == actual
    assert b"the end" in expected


@pytest.mark.parametrize("configuration", EACH)
def test_clean_events(tmp_path: Path, configuration: str) -> None:
    """
    Events and exceptions with values of all types are rendered as they are without redactor, by
    every configuration.
    """
    assert_same(*both(tmp_path, program_of(configuration), exit_="structlog"))


@pytest.mark.slow
@pytest.mark.parametrize("configuration", BRIDGED)
def test_clean_events_with_all_exits(tmp_path: Path, configuration: str) -> None:
    """
    The same holds where the exit of ``logging`` looks at them too.
    """
    program = program_of(configuration)
    # ``logging`` shows the places of an error also where the triple has none.
    program = program.replace("(type(error), error, None)", "error")

    assert_same(*both(tmp_path, program, exit_="structlog", before="install(others=True)\n"))


@pytest.mark.parametrize("configuration", ["formatter, console", "formatter, text"])
def test_foreign_records(tmp_path: Path, configuration: str) -> None:
    """
    Records of ``logging`` that a formatter of structlog renders leave as they do without redactor.
    """
    assert_same(
        *both(
            tmp_path,
            BRIDGED[configuration]
            + """
log = logging.getLogger("app")
log.info("with %s and %d", "text", 5, extra={"user": "bob"})
try:
    [][5]
except IndexError:
    log.exception("failed")
log.warning("with a stack", stack_info=True)
log.info("the end")
""",
            exit_="structlog",
        )
    )


def test_the_caller_is_found(tmp_path: Path) -> None:
    """
    Processors that say where a logger was called, and ``logging`` behind structlog, name the line
    of the program.
    """
    expected, actual = both(
        tmp_path,
        """
        import logging, structlog
        parameters = structlog.processors.CallsiteParameterAdder()
        renderer = structlog.processors.KeyValueRenderer(sort_keys=True)
        structlog.configure(processors=[parameters, renderer])
        def function():
            structlog.get_logger().info("native")
        function()
        structlog.configure(
            processors=[structlog.stdlib.render_to_log_kwargs],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
        logging.basicConfig(
            stream=sys.stdout, level=0, format="%(name)s %(pathname)s %(funcName)s %(lineno)d"
        )
        function()
        print(structlog.get_logger().bind().name)
        """,
        exit_="structlog",
    )

    normal = re.compile(rb"(process|thread)=\d+")
    assert normal.sub(b"", expected) == normal.sub(b"", actual)
    assert b"func_name='function'" in expected


def test_clean_values_are_the_same_objects(run: Callable[..., Left]) -> None:
    """
    A renderer gets the very event dictionary of the chain and its values where they are clean.
    """
    left = run(
        """
        import structlog
        class Value:
            pass
        value, field, seen = Value(), {"a": [1]}, []
        structlog.configure(
            processors=[lambda _, __, event: seen.append(event) or event, seen.append],
        )
        def render(_, __, event):
            seen.append(event)
            return "x"
        structlog.configure(processors=[lambda _, __, event: seen.append(event) or event, render])
        structlog.get_logger().info("hello", value=value, field=field)
        first, second = seen
        print(first is second, second["value"] is value, second["field"] is field)
        """
    )

    assert b"x\nTrue True True\n" == left.out

"""Exceptions of every kind, without a secret."""

from __future__ import annotations

import asyncio
import importlib.util
import zipimport
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["RAISING", "caught", "zipped"]

RAISING: dict[str, Callable[[], Any]] = {}


def _raising(function: Callable[[], Any]) -> Callable[[], Any]:
    RAISING[function.__name__] = function
    return function


def caught(call: Callable[[], Any]) -> BaseException:
    """Return what *call* raises."""
    try:
        call()
    except BaseException as error:
        return error
    raise AssertionError("it did not raise")


class WithText(Exception):
    def __str__(self) -> str:
        return f"<<{self.args[0]}>>"


class WithRepr(Exception):
    def __repr__(self) -> str:
        return "WithRepr!"


class NeedsArguments(Exception):
    def __init__(self, status: int, *, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class Made(Exception):
    def __new__(cls, *args: Any) -> Made:
        made = super().__new__(cls, *args)
        made.extra = 7  # type: ignore[attr-defined]
        return made


class Slotted(Exception):
    __slots__ = ("code",)

    def __init__(self, code: int) -> None:
        super().__init__("slotted")
        self.code = code


class Registered(Exception):
    names: list[str] = []  # noqa: RUF012  # what registries look like

    def __init_subclass__(cls, *, name: str) -> None:
        Registered.names.append(name)


class Child(Registered, name="child"):
    pass


class Meta(type):
    def __call__(cls, *args: Any) -> Any:
        return super().__call__(*(f"meta {argument}" for argument in args))


class WithMeta(Exception, metaclass=Meta):
    pass


class Frozen(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("frozen")


class Path2(OSError):
    def __str__(self) -> str:
        return f"{self.strerror} at {self.filename}"


class NoText(Exception):
    def __str__(self) -> str:
        raise ValueError("no")


class Several(ExceptionGroup[Exception]):
    def derive(self, excs: Any) -> Several:  # type: ignore[override]
        return Several(self.message, excs)


@_raising
def plain() -> None:
    raise ValueError("wrong")


@_raising
def without_arguments() -> None:
    raise ValueError


@_raising
def several_arguments() -> None:
    raise ValueError("wrong", 7, None, 1.5, b"x", ("a", ["b"]))


@_raising
def over_lines() -> None:
    raise ValueError(
        "first line\nsecond line",
        [
            1,
            2,
        ],
    )


@_raising
def operators() -> Any:
    numbers = {"a": 1}
    zero = 0
    return numbers["a"] + numbers["a"] / zero


@_raising
def subscript() -> Any:
    nested: dict[str, Any] = {"a": {"b": None}}
    return nested["a"]["b"]["c"]


@_raising
def wide_characters() -> None:
    text = "ääöö 漢字"
    raise ValueError(text)  # the carets stand behind wide ones


@_raising
def key() -> Any:
    return {"a": 1}["b c"]


@_raising
def name() -> Any:
    wrongly = 1
    return wrongli + wrongly  # type: ignore[name-defined]  # noqa: F821


@_raising
def name_of_a_module() -> Any:
    return zlib.crc32(b"")  # type: ignore[name-defined]  # noqa: F821


@_raising
def attribute() -> Any:
    return [].appendd(1)  # type: ignore[attr-defined]


@_raising
def attribute_of_a_module() -> Any:
    return asyncio.gathr  # type: ignore[attr-defined]


@_raising
def import_from() -> Any:
    from json import dumbs  # type: ignore[attr-defined]

    return dumbs


@_raising
def import_missing() -> Any:
    import not_there_at_all  # type: ignore[import-not-found]

    return not_there_at_all


@_raising
def file_missing() -> None:
    open("/not/there")  # noqa: PTH123, SIM115


@_raising
def two_files() -> None:
    raise OSError(2, "No such file", "a", None, "b")


@_raising
def own_os_error() -> None:
    raise Path2(2, "missing", "/a/b")


@_raising
def decoding() -> None:
    b"abc\xff".decode()


@_raising
def encoding() -> None:
    "abc\udc80".encode()


@_raising
def syntax() -> None:
    compile("x = 1\nif x:\ny = (1 +\n", "file.py", "exec")


@_raising
def syntax_in_a_line() -> None:
    compile("foo bar baz", "file.py", "exec")


@_raising
def indentation() -> None:
    compile("if 1:\nx", "file.py", "exec")


@_raising
def exit_with_a_code() -> None:
    raise SystemExit(3)


@_raising
def stop_iteration() -> None:
    raise StopIteration([1, 2])


@_raising
def own_text() -> None:
    raise WithText("x", 1)


@_raising
def own_repr() -> None:
    raise WithRepr("x")


@_raising
def own_constructor() -> None:
    raise NeedsArguments(404, reason="gone")


@_raising
def own_new() -> None:
    raise Made("x")


@_raising
def slots() -> None:
    raise Slotted(5)


@_raising
def registered() -> None:
    raise Child("x")


@_raising
def metaclass() -> None:
    raise WithMeta("x")


@_raising
def frozen() -> None:
    raise Frozen("x")


@_raising
def object_as_argument() -> None:
    raise ValueError(WithText("inner"), Made)


@_raising
def exception_as_argument() -> None:
    raise RuntimeError("outer", caught(decoding))


@_raising
def text_raises() -> None:
    raise NoText("x")


@_raising
def notes() -> None:
    error = ValueError("noted")
    error.add_note("one\ntwo")
    error.add_note("three")
    raise error


@_raising
def notes_of_other_types() -> None:
    error = ValueError("noted")
    error.__notes__ = ("a tuple", 7)  # type: ignore[assignment]
    raise error


@_raising
def notes_that_are_none() -> None:
    error = ValueError("noted")
    error.__notes__ = 7  # type: ignore[assignment]
    raise error


@_raising
def cause() -> None:
    try:
        plain()
    except ValueError as error:
        raise KeyError("caused") from error


@_raising
def context() -> None:
    try:
        plain()
    except ValueError:
        key()


@_raising
def context_suppressed() -> None:
    try:
        plain()
    except ValueError:
        raise KeyError("alone") from None


@_raising
def cycle() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__context__, second.__cause__ = second, first
    raise first


@_raising
def chain_of_a_hundred() -> None:
    error: Exception = ValueError(0)
    for number in range(100):
        following = ValueError(number)
        following.__context__ = error
        error = following
    raise error


@_raising
def group() -> None:
    raise ExceptionGroup("many", [caught(cause), caught(key), TypeError()])  # type: ignore[type-var]


@_raising
def groups_in_groups() -> None:
    inner: Exception = ValueError("innermost")
    for number in range(14):
        inner = ExceptionGroup(f"level {number}", [inner, TypeError(number)])
    raise inner


@_raising
def wide_group() -> None:
    raise BaseExceptionGroup("wide", [KeyboardInterrupt(), *map(ValueError, range(30))])


@_raising
def own_group() -> None:
    raise Several("several", [ValueError(1), TypeError(2)])


@_raising
def recursion() -> None:
    def again(depth: int) -> int:
        return again(depth + 1) + 1

    again(0)


@_raising
def in_compiled_text() -> None:
    exec("def inner():\n    raise ValueError('inside')\ninner()", {})


@_raising
def in_an_expression() -> None:
    eval("1 /\\\n 0")


@_raising
def in_a_generator() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise ValueError("in the generator")

    list(numbers())


@_raising
def in_a_comprehension() -> None:
    [1 / number for number in (1, 0)]


@_raising
def in_a_lambda() -> None:
    (lambda: dict[str, int]()["x"])()


@_raising
def in_a_coroutine() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise ValueError("in the coroutine")

    async def main() -> None:
        await asyncio.gather(fails(), asyncio.sleep(0))

    asyncio.run(main())


@_raising
def in_a_class_body() -> None:
    class Broken:
        value = 1
        other = value / 0

    print(Broken)  # noqa: T201  # it is used


@_raising
def in_a_decorated_function() -> None:
    def decorate(function: Any) -> Any:
        return lambda: function()

    @decorate
    @decorate
    def fails() -> None:
        raise ValueError("decorated")

    fails()


def zipped(folder: Path) -> BaseException:
    """Return an exception raised in a module that was imported from an archive."""
    with ZipFile(folder / "library.zip", "w") as archive:
        archive.writestr("in_zip.py", "def fails():\n    raise ValueError('in the archive')\n")
    spec = zipimport.zipimporter(str(folder / "library.zip")).find_spec("in_zip")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return caught(module.fails)

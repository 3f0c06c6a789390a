"""The stand-in of an exception without secrets cannot be told from it by what is shown of it."""

from __future__ import annotations

import contextlib
import io
import pickle
import re
import sys
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pytest

from redactor.exits.exceptions import exc_info, stand_in
from redactor.exits.traceback_text import printed
from tests.exits.exceptions.raising import RAISING, Registered, WithText, caught, zipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor import Guard

_each = pytest.mark.parametrize("raise_", [pytest.param(call, id=n) for n, call in RAISING.items()])


def shown(error: BaseException, **options: Any) -> str:
    return "".join(traceback.TracebackException.from_exception(error, **options).format())


def printed_by_python(error: BaseException) -> str:
    out = io.StringIO()
    with contextlib.redirect_stderr(out):
        sys.__excepthook__(type(error), error, error.__traceback__)
    return out.getvalue()


def unraisable(error: BaseException) -> str:
    kinds: list[Any] = []

    class Falls:
        def __del__(self) -> None:
            raise ValueError

    before, sys.unraisablehook = sys.unraisablehook, lambda args: kinds.append(type(args))
    try:
        Falls()
    finally:
        sys.unraisablehook = before
    out = io.StringIO()
    with contextlib.redirect_stderr(out):
        sys.__unraisablehook__(kinds[0]((type(error), error, error.__traceback__, "Now", None)))
    return out.getvalue()


@_each
def test_a_traceback_reads_the_same(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    What the ``traceback`` module makes of a stand-in is what it makes of the exception, byte by byte.
    """
    error = caught(raise_)

    assert shown(error) == shown(stand_in(error, guard))


@_each
def test_a_traceback_with_variables_reads_the_same(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    So does a traceback with the variables of all frames.
    """
    if raise_.__name__ == "in_compiled_text":
        pytest.skip("it has a frame of a module")
    error = caught(raise_)

    assert shown(error, capture_locals=True) == shown(stand_in(error, guard), capture_locals=True)


def test_a_frame_of_a_module_shows_its_own_variables(guard: Guard) -> None:
    """
    Of a module, whose variables are all that it defines and imports, the values are kept.
    """
    namespace = {"__name__": "made", "host": "example.com", "size": [1, 2], "os": sys}
    error = caught(lambda: exec("def f(): pass\n1/0", namespace))
    frame = error.__traceback__.tb_next.tb_next.tb_frame  # type: ignore[union-attr]
    assert namespace is frame.f_locals

    stand = stand_in(error, guard)

    frame = stand.__traceback__.tb_next.tb_next.tb_frame  # type: ignore[union-attr]
    assert {"host": "example.com", "size": [1, 2]} == dict(frame.f_locals)


@_each
def test_python_prints_the_same(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    The interpreter's own printer, which is not that module, writes the same; so does what takes
    its place, with the name that it suggests.
    """
    error = caught(raise_)
    expected = printed_by_python(error)
    if sys.version_info[:2] == (3, 12):
        # The two printers of this version do not agree in one character.
        expected = re.sub(r"(Did you forget to import '\w+')\?$", r"\1", expected)

    assert expected == printed(stand_in(error, guard), error, guard)
    if sys.version_info >= (3, 12) or ". Did you mean" not in expected:
        assert expected == printed_by_python(stand_in(error, guard))


@_each
def test_an_unraisable_exception_prints_the_same(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    So does its printer for exceptions that nobody can catch; a stand-in has the suggestion of a
    name in its text.
    """
    error = caught(raise_)
    expected = unraisable(error)

    actual = unraisable(stand_in(error, guard))

    if ". Did you mean" in actual or ". Did you forget" in actual:
        actual = actual.partition(". Did you")[0] + "\n"
    assert expected == actual


@_each
def test_it_is_of_the_same_type(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    ``isinstance``, the name of the type and its module are those of the exception.
    """
    error = caught(raise_)

    kind, stand, frames = exc_info(error, guard)

    assert type(error) is kind
    assert isinstance(stand, type(error))
    assert (type(error).__qualname__, type(error).__module__) == (
        type(stand).__qualname__,
        type(stand).__module__,
    )
    assert stand.__traceback__ is frames


@_each
def test_places_and_names_of_frames_are_the_same(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    Each frame has the file, the line, the names and the first line of the real one.
    """
    error = caught(raise_)

    def frames(entry: TracebackType | None) -> list[tuple[Any, ...]]:
        found = []
        while entry is not None:
            frame, code = entry.tb_frame, entry.tb_frame.f_code
            found.append(
                (
                    entry.tb_lineno, code.co_filename, code.co_name, code.co_qualname,
                    code.co_firstlineno, frame.f_globals.get("__name__"),
                    frame.f_globals.get("__file__"),
                )
            )  # fmt: skip
            entry = entry.tb_next
        return found

    assert frames(error.__traceback__) == frames(stand_in(error, guard).__traceback__)


def test_a_module_from_an_archive_shows_its_source(tmp_path: Path, guard: Guard) -> None:
    """
    Source lines are found by the loader of the module, also in an archive.
    """
    error = zipped(tmp_path)

    assert "raise ValueError('in the archive')" in shown(error)
    assert shown(error) == shown(stand_in(error, guard))


def test_code_without_lines_is_shown(guard: Guard) -> None:
    """
    Entries that say no instruction, and code whose lines a compiler made up, are kept as they are.
    """
    error = caught(RAISING["plain"])
    frame = error.__traceback__.tb_next.tb_frame  # type: ignore[union-attr]
    by_hand = ValueError("by hand").with_traceback(TracebackType(None, frame, -1, frame.f_lineno))
    assert shown(by_hand) == shown(stand_in(by_hand, guard))
    never_raised = ValueError("never raised").with_traceback(None)
    assert shown(never_raised) == shown(stand_in(never_raised, guard))
    code = compile("1/0", "made.py", "exec")
    # Fifteen instructions of the kind that has no place.
    without_lines = caught(lambda: exec(code.replace(co_linetable=b"\xff" * 8)))

    assert printed_by_python(without_lines) == printed_by_python(stand_in(without_lines, guard))
    assert shown(without_lines) == shown(stand_in(without_lines, guard))


def test_a_limit_of_the_traceback_holds(monkeypatch: pytest.MonkeyPatch, guard: Guard) -> None:
    """
    ``sys.tracebacklimit`` is obeyed as before.
    """
    error = caught(RAISING["cause"])
    for limit in (0, 1):
        monkeypatch.setattr(sys, "tracebacklimit", limit, raising=False)

        assert shown(error) == shown(stand_in(error, guard))
        assert printed_by_python(error) == printed_by_python(stand_in(error, guard))


def test_no_class_of_the_program_is_derived_from(guard: Guard) -> None:
    """
    A stand-in adds nothing to what a class knows of its subclasses, and runs no code for them.
    """
    before = (list(Registered.names), WithText.__subclasses__())

    stand_in(Registered("password=hunter2zz"), guard)
    stand_in(WithText("password=hunter2zz"), guard)

    assert before == (list(Registered.names), WithText.__subclasses__())


def test_the_exception_is_not_changed(guard: Guard) -> None:
    """
    Its arguments, attributes, notes, chain and traceback are the same objects afterwards.
    """
    error = caught(RAISING["cause"])
    error.add_note("a note")
    error.detail = {"password": "hunter2zz"}  # type: ignore[attr-defined]

    def state(one: BaseException) -> tuple[Any, ...]:
        return (
            one.args, one.__dict__, list(one.__dict__), one.__cause__, one.__context__,
            one.__suppress_context__, one.__traceback__, list(one.__notes__),
        )  # fmt: skip

    before = state(error)
    shown(stand_in(error, guard), capture_locals=True)
    after = state(error)

    assert before == after
    assert all(old is new for old, new in zip(before[:2], after[:2], strict=True))
    assert error.__traceback__ is before[6]


def test_the_stand_in_of_a_stand_in_is_itself(guard: Guard) -> None:
    """
    A second hook on the way leaves it alone.
    """
    for raise_ in (RAISING["own_text"], RAISING["cause"]):
        stand = stand_in(caught(raise_), guard)

        assert stand_in(stand, guard) is stand


def test_it_can_be_pickled(guard: Guard) -> None:
    """
    What a library sends to another process arrives, at least by its name and text.
    """
    plain = pickle.loads(pickle.dumps(stand_in(ValueError("password=hunter2zz", 7), guard)))
    named = pickle.loads(pickle.dumps(stand_in(WithText("password=hunter2zz"), guard)))

    assert "ValueError('password=[redacted:password]', 7)" == repr(plain)
    assert "WithText: <<password=[redacted:password]>>" == str(named)

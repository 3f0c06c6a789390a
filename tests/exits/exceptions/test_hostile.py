"""Exceptions that raise, lie, block or are huge: a stand-in is made all the same, and bounded."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from redactor.exits.exceptions import WithheldError, exc_info, stand_in
from tests.exits.exceptions.raising import caught

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Guard

SECRET = "hunter2zz"


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


class Raises(Exception):
    def __str__(self) -> str:
        raise RuntimeError(f"password={SECRET}")

    def __repr__(self) -> str:
        raise RuntimeError(f"password={SECRET}")


class Exits(Exception):
    def __str__(self) -> str:
        raise SystemExit(f"password={SECRET}")


class Recurses(Exception):
    def __str__(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"Recurses({self!r})"


class NoStr(Exception):
    def __str__(self) -> Any:
        return 7


class Subclassed(str):
    __slots__ = ()

    def __str__(self) -> str:
        return f"password={SECRET}"

    def __contains__(self, _: object) -> bool:
        return False


class OfAnotherStr(Exception):
    def __str__(self) -> str:
        return Subclassed(f"password={SECRET}")


class Huge(Exception):
    def __str__(self) -> str:
        return "x" * 50_000_000 + f" password={SECRET}"


class Lies(Exception):
    """Its chain, its traceback and its type are what it says."""

    @property
    def __cause__(self) -> Any:  # type: ignore[override]
        return ValueError(f"password={SECRET}")

    @property
    def __context__(self) -> NoReturn:  # type: ignore[override]
        raise LookupError(f"password={SECRET}")

    @property
    def __notes__(self) -> Any:  # type: ignore[override]
        return [f"password={SECRET}", 7, Raises()]

    @property
    def args(self) -> Any:  # type: ignore[override]
        return f"password={SECRET}"

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return dict

    @property
    def __suppress_context__(self) -> Any:  # type: ignore[override]
        return Raises()


class Meddles(Exception):
    """Every access runs code."""

    def __getattribute__(self, name: str) -> Any:
        raise LookupError(f"password={SECRET}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise LookupError(f"password={SECRET}")

    def __del__(self) -> None:
        pass


class Endless(Exception):
    """Each cause has a cause."""

    @property
    def __cause__(self) -> Any:  # type: ignore[override]
        return Endless()


class BadMeta(type):
    def __getattribute__(cls, name: str) -> Any:
        raise LookupError(f"password={SECRET}")

    def __instancecheck__(cls, _: object) -> bool:
        raise LookupError(f"password={SECRET}")

    def __hash__(cls) -> int:
        raise LookupError(f"password={SECRET}")


def of_bad_meta() -> None:
    kind: Any = BadMeta("Bad", (Exception,), {})
    raise type.__call__(kind, f"password={SECRET}")


def in_itself() -> None:
    error = ValueError(f"password={SECRET}")
    error.args = (error, [error])
    error.itself = error  # type: ignore[attr-defined]
    raise error


def deep_in_arguments() -> None:
    error = ValueError(f"password={SECRET}")
    for _ in range(500):
        error = ValueError(error)
    raise error


def deep_in_groups() -> None:
    error: Exception = ValueError(f"password={SECRET}")
    for _ in range(500):
        error = ExceptionGroup("level", [error])
    raise error


def cycle_in_a_group() -> None:
    member = ValueError(f"password={SECRET}")
    group = ExceptionGroup("group", [member])
    member.__cause__ = group
    raise group


def long_chain() -> None:
    error = ValueError(f"password={SECRET}")
    for number in range(5_000):
        following = ValueError(number)
        following.__context__ = error
        error = following
    raise error


def wide() -> None:
    raise ExceptionGroup(
        "wide", [ValueError(number, f"password={SECRET}") for number in range(5_000)]
    )


def many_notes() -> None:
    error = ValueError("noted")
    error.__notes__ = [f"password={SECRET}"] * 100_000
    raise error


def many_arguments() -> None:
    raise ValueError(*range(10_000), {"password": SECRET})


def hostile_variables() -> None:
    one, two, three = Raises(), Recurses(), Meddles()
    password = SECRET
    raise ValueError(len((one, two, three)), bool(password))


def raising(error: Callable[[], BaseException]) -> Callable[[], Any]:
    def raise_() -> None:
        raise error()

    return raise_


HOSTILE: dict[str, Callable[[], Any]] = {
    **{
        kind.__name__: raising(lambda kind=kind: kind(f"password={SECRET}"))  # type: ignore[misc]
        for kind in (
            Raises, Exits, Recurses, NoStr, OfAnotherStr, Huge, Lies, Meddles, Endless,
        )
    },
    **{
        call.__name__: call
        for call in (
            of_bad_meta, in_itself, deep_in_arguments, deep_in_groups, cycle_in_a_group,
            long_chain, wide, many_notes, many_arguments, hostile_variables,
        )
    },
}  # fmt: skip

_each = pytest.mark.parametrize(
    "raise_", [pytest.param(call, id=name) for name, call in HOSTILE.items()]
)


@_each
def test_nothing_raises_and_nothing_leaks(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    A stand-in is made; it and its variables can be shown, are of a bounded size, and hold no secret.
    """
    error = caught(raise_)

    kind, stand, frames = exc_info(error, guard)

    texts = [
        shown(stand.with_traceback(None)),
        repr(stand),
        "".join(traceback.format_tb(frames)),
    ]
    while frames is not None:
        texts.append(repr(dict(frames.tb_frame.f_locals)))
        frames = frames.tb_next
    source = ['f"password={SECRET}' + '"', "password = SECRET"]
    for text in texts:
        assert SECRET not in text
        assert len(text) < 3_000_000
    assert source
    assert kind in (type(error), WithheldError)


def test_what_cannot_be_said_is_said_as_python_says_it(guard: Guard) -> None:
    """
    Where ``__str__`` raises, the line is the one that Python would write.
    """
    assert shown(Raises()) == shown(stand_in(Raises(), guard))


def test_the_number_of_members_of_a_group_is_kept(guard: Guard) -> None:
    """
    Of too many, the first are shown and all are counted.
    """
    stand: Any = stand_in(caught(wide), guard)

    assert 5_000 == len(stand.exceptions)
    assert "wide (5000 sub-exceptions)" == str(stand)
    assert "and 4985 more exceptions" in shown(stand)


def test_a_cut_chain_says_so(guard: Guard) -> None:
    """
    Where a chain is too long, its last link is a marker.
    """
    links: BaseException | None = stand_in(caught(long_chain), guard)
    count = 0
    while links is not None:
        last, links = links, links.__context__
        count += 1

    assert 201 == count
    assert "[redacted:withheld:size]" == str(last)


def test_an_interrupt_of_the_user_passes(guard: Guard) -> None:
    """
    ``KeyboardInterrupt`` while an exception is asked for its text is not swallowed.
    """

    class Interrupted(Exception):
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stand_in(Interrupted(), guard)


def test_a_text_that_logs_ends(guard: Guard) -> None:
    """
    An exception whose text makes another stand-in of itself comes to an end.
    """

    class Logs(Exception):
        def __str__(self) -> str:
            return f"password={SECRET} {stand_in(self, guard)}"

    assert SECRET not in shown(stand_in(Logs(), guard))


def test_variables_are_read_by_many_threads_at_once(guard: Guard) -> None:
    """
    Threads that ask for the variables of one frame at once all get them.
    """

    def fails() -> None:
        password, user = SECRET, "ada"
        raise ValueError(password == user)

    frame = stand_in(caught(fails), guard).__traceback__.tb_next.tb_frame  # type: ignore[union-attr]
    seen: list[dict[str, Any]] = []
    start = threading.Barrier(8)

    def read() -> None:
        start.wait()
        seen.append(dict(frame.f_locals))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)

    assert [{"password": "[redacted:password]", "user": "ada"}] * 8 == seen

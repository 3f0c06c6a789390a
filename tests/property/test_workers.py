"""Blocks that are looked at by several threads come out as if one had looked at all of them."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.cli import workers as workers_module
from redactor.cli.workers import Workers, _Threads
from redactor.engines import native_available
from redactor.stream import Stats
from tests.property.test_chunking import TEXTS, small_windows
from tests.strategies import cut, cuts, log_bytes, logs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["small_windows"]


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    """The engine that has workers."""
    if not native_available():
        pytest.skip("the reference engine has no workers")
    return Redactor(engine="native")


@pytest.fixture(autouse=True)
def every_block_is_worth_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "_SMALLEST", 1)
    monkeypatch.setattr(workers_module, "_QUICK", -1.0)


def _alone(redactor: Redactor, pieces: Iterable[bytes]) -> tuple[bytes, Stats]:
    stats = Stats()
    stream = redactor.stream(stats)
    out = [stream.feed(piece) for piece in pieces]
    return b"".join((*out, stream.finish())), stats


def _side_by_side(redactor: Redactor, pieces: Iterable[bytes]) -> tuple[bytes, Stats]:
    stats = Stats()
    workers = Workers(redactor.stream(stats), 3)
    try:
        out = [part for piece in pieces for part in workers.feed(piece)]
        out += workers.finish()
    finally:
        workers.close()
    return b"".join(out), stats


def _same(redactor: Redactor, pieces: list[bytes]) -> None:
    (expected, alone), (out, counted) = _alone(redactor, pieces), _side_by_side(redactor, pieces)
    assert expected == out
    assert alone == counted


@pytest.mark.parametrize("name", TEXTS)
def test_a_finding_that_is_open_goes_on_in_the_next_block(redactor: Redactor, name: str) -> None:
    """
    C4: line by line, and in pieces that end within lines, keys and forms over many lines go whole.
    """
    data = TEXTS[name] * 3
    _same(redactor, data.splitlines(keepends=True))
    _same(redactor, [data[at : at + 23] for at in range(0, len(data), 23)])


@given(data=st.data(), log=logs())
def test_no_way_of_cutting_changes_the_output(
    redactor: Redactor, data: st.DataObject, log: bytes
) -> None:
    _same(redactor, list(cut(log, data.draw(cuts(len(log))))))


@given(data=st.data(), log=log_bytes())
@pytest.mark.usefixtures("small_windows")
def test_giant_lines_are_looked_at_in_windows(
    redactor: Redactor, data: st.DataObject, log: bytes
) -> None:
    giant = log.replace(b"\n", b" ", 4) + log
    _same(redactor, list(cut(giant, data.draw(cuts(len(giant))))))


def test_a_block_that_fails_is_looked_at_line_by_line(redactor: Redactor) -> None:
    """
    C1: what fails in a worker is not let out, and the lines around it are.
    """
    stream = redactor.stream()
    native: Any = stream._native_block

    def failing(data: bytes, *rest: object) -> object:
        if b"bad" in data:
            raise MemoryError
        return native(data, *rest)

    stream._native_block = failing
    workers = Workers(stream, 2)
    pieces = [b"one password=hunter2\n"] * 3 + [b"two\nbad password=hunter2\nthree\n"]
    out = [part for piece in pieces for part in workers.feed(piece)]
    out += workers.finish()
    workers.close()

    assert b"one password=[redacted:password]\n" * 3 + (
        b"two\nredactor: record withheld: MemoryError (20 bytes)\nthree\n"
    ) == b"".join(out)


def test_output_does_not_wait_for_more_input(redactor: Redactor) -> None:
    """
    A block that is done is handed out with the next one, or when there is nothing to read.
    """
    workers = Workers(redactor.stream(), 2)
    try:
        assert [b"a\n"] == list(workers.feed(b"a\n"))
        out = list(workers.feed(b"b\n"))
        while workers.waiting:
            out.append(workers.take())
        assert [b"b\n"] == out
    finally:
        workers.close()


def test_what_fails_in_a_thread_is_raised_where_its_output_is_taken(redactor: Redactor) -> None:
    """
    It neither ends the thread nor is it waited for without end.
    """
    stream = redactor.stream()
    look = stream.look

    def failing(lines: bytes) -> object:
        if b"bad" in lines:
            raise MemoryError
        return look(lines)

    stream.look = failing  # type: ignore[method-assign]
    workers = Workers(stream, 2)
    try:
        assert list(workers.feed(b"one\n")) == [b"one\n"]
        with pytest.raises(MemoryError):
            b"".join((*workers.feed(b"bad\n"), *workers.rest()))
        assert b"".join((*workers.feed(b"two\n"), *workers.finish())) == b"two\n"
    finally:
        workers.close()


def test_a_thread_keeps_nothing_of_the_block_that_it_looked_at() -> None:
    threads = _Threads(len, 1)
    lines = b"password=hunter2\n" * 1000
    before = sys.getrefcount(lines)
    try:
        assert threads.look(lines).get()[0] == len(lines)
        deadline = time.monotonic() + 60
        while sys.getrefcount(lines) > before and time.monotonic() < deadline:
            time.sleep(0.001)
        assert sys.getrefcount(lines) == before
    finally:
        threads.end()

"""The watch: sees what leaves, changes nothing, and says nothing of a secret."""

from __future__ import annotations

import logging
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.leakage.call_site import Call, call_here, is_program
from redactor.leakage.observers import Observers
from redactor.leakage.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from redactor.leakage import Leak

SECRET = "hunter" + "2zz"


class Watched:
    """A watch and what it has found."""

    def __init__(self, *, put_off: bool = False) -> None:
        self.found: list[Leak] = []
        self.watch = Watch(on_leak=self.found.append, put_off=put_off)

    def told(self) -> list[tuple[str, str, str]]:
        """Return rule, exit and field of each leak, and forget them."""
        told = [(leak.rule, leak.exit, leak.field) for leak in self.found]
        self.found.clear()
        return told


@pytest.fixture(scope="module")
def shared() -> Watched:
    return Watched()


@pytest.fixture
def watched(shared: Watched) -> Watched:
    """One for all tests, in a new period."""
    shared.found.clear()
    shared.watch.next_period()
    return shared


@pytest.fixture
def observed() -> Iterator[Watched]:
    """With its hooks in place, and putting off."""
    watched = Watched(put_off=True)
    observers = Observers(watched.watch)
    observers.start()
    yield watched
    observers.stop()
    watched.watch.close()


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (f"password={SECRET}", ""),
        (f'{{"user": {{"password": "{SECRET}", "n": [1]}}}}', "user.password"),
        ({"user": [{"password": SECRET}]}, "user[0].password"),
        ({"request": f"GET /?password={SECRET}&page=2"}, "request"),
        ({"a": {f"password={SECRET}": 1}}, "a.password=[redacted:password]"),
    ],
)
def test_a_leak_says_where_in_the_record(watched: Watched, record: Any, field: str) -> None:
    """
    By names and indices, in JSON too; a name that is a secret is redacted.
    """
    if isinstance(record, str):
        watched.watch.text("logging", record)
    else:
        watched.watch.record("logging", record)

    assert [("password", "logging", field)] == watched.told()


@given(
    st.from_regex(r"[A-Z][a-z]{3,8}[0-9]{4,8}[!?+]", fullmatch=True),
    st.sampled_from(["password=%s", '{"password": "%s"}', "login --password %s now"]),
)
def test_a_leak_holds_nothing_of_the_secret(watched: Watched, secret: str, form: str) -> None:
    """
    Not in its text, its repr, nor in any of its fields (C6).
    """
    watched.found.clear()
    watched.watch.text("logging", form % secret)

    assert watched.found
    for leak in watched.found:
        assert secret not in repr(leak) + msgspec.json.encode(leak).decode()
        assert len(secret) == leak.length


def test_records_stay_as_they_are(watched: Watched) -> None:
    """
    What is looked at is not changed.
    """
    record = {"user": [{"password": SECRET}], "n": 1}
    watched.watch.record("logging", record)

    assert {"user": [{"password": SECRET}], "n": 1} == record


def test_one_secret_has_one_fingerprint(watched: Watched) -> None:
    """
    In a run; another secret has another, and another run has others.
    """
    other = Watched()
    for each in (watched, watched, other):
        each.watch.text("logging", f"password={SECRET}")
    watched.watch.text("logging", f"password={SECRET}y")
    first, second, third = (leak.fingerprint for leak in watched.found)
    watched.found.clear()

    assert first == second
    assert first != third
    assert first != other.found[0].fingerprint


def test_what_passes_two_exits_is_one_leak(watched: Watched) -> None:
    """
    From one line, in one period; from another line, or in the next period, it is told again.
    """
    here, there = Call("shop.py", 1), Call("shop.py", 2)
    watched.watch.text("logging", f"password={SECRET}", here)
    watched.watch.text("stderr", f"password={SECRET}", here, but="there")
    assert [("password", "logging", "")] == watched.told()

    watched.watch.text("stderr", f"password={SECRET}", there, but="there")
    assert [("password", "stderr", "")] == watched.told()

    watched.watch.next_period()
    watched.watch.text("stderr", f"password={SECRET}", here, but="there")
    assert [("password", "stderr", "")] == watched.told()


def test_markers_are_no_leaks(watched: Watched) -> None:
    """
    What a guard of the program left in the place of a secret is clean.
    """
    watched.watch.text("logging", "password=[redacted:password] card [redacted:card:****1111]")
    watched.watch.record("logging", {"password": "[redacted:password]"})

    assert [] == watched.told()


def test_a_record_is_looked_at_once_however_it_is_handled(observed: Watched) -> None:
    """
    Two handlers that show the same are two leaks of one line; pytest's own are none.
    """
    log = logging.getLogger("watch.twice")
    log.warning("password=%s", SECRET)
    observed.watch.flush()

    assert [("password", "logging", "")] == observed.told()


def test_the_line_is_that_of_the_call(observed: Watched) -> None:
    """
    Not of the handler, nor of a helper with ``stacklevel``; for a library, of the call into it.
    """

    def helper(text: str) -> None:
        logging.getLogger("watch.helper").warning(text, stacklevel=2)

    line = call_here().line
    helper(f"password={SECRET}")
    observed.watch.flush()

    (leak,) = observed.found
    assert line + 1 == leak.site.line
    assert __file__.endswith(leak.site.path)


def test_code_of_libraries_is_not_the_program() -> None:
    """
    Nor is this library, nor code that a library generates.
    """
    assert is_program(__file__)
    assert not is_program(logging.__file__)
    assert not is_program(pytest.__file__)
    assert not is_program(Watch.__init__.__code__.co_filename)
    assert not is_program("<attrs generated init shop.Order>")


def test_a_known_value_of_the_process_is_taken_in(watched: Watched) -> None:
    """
    Also when it is registered after the watch began.
    """
    from redactor._default import known

    value = "Zq-" + "registered-late-77"
    known.register(value, "late")
    try:
        watched.watch.text("stdout", f"value {value}")
        (leak,) = watched.found
    finally:
        known.forget(value)
        watched.found.clear()

    assert ("known-value", "Secret of this process: late") == (leak.rule, leak.summary)


def test_texts_of_any_kind_are_looked_at(watched: Watched) -> None:
    """
    Lone surrogates, bytes, numbers, objects that fail.
    """

    class Hostile:
        def __repr__(self) -> str:
            raise ValueError(SECRET)

    watched.watch.text("stdout", f"\ud800 password={SECRET}")
    watched.watch.record("stdout", {"body": f"password={SECRET}".encode(), "x": Hostile()})

    assert [("password", "stdout", ""), ("password", "stdout", "body")] == watched.told()


def test_a_path_is_written_from_the_root(tmp_path: Path) -> None:
    """
    Where it lies below it; else as it is.
    """
    found: list[Leak] = []
    watch = Watch(on_leak=found.append, root=tmp_path)
    for path in (tmp_path / "app" / "x.py", tmp_path.parent / "y.py"):
        watch.text("stdout", f"password={SECRET}", Call(str(path), 3, "f"))

    assert ["app/x.py", (tmp_path.parent / "y.py").as_posix()] == [leak.site.path for leak in found]


@pytest.mark.parametrize("name", ["excepthook", "unraisablehook"])
def test_a_hook_that_is_set_later_is_watched_from_the_next_part_on(
    observed: Watched, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """
    Those of pytest and of fixtures; modules keep their type, by which look-ups are fast.
    """
    error = ValueError(f"password={SECRET}")
    given = SimpleNamespace(exc_type=ValueError, exc_value=error, exc_traceback=None)
    called: list[Any] = []
    monkeypatch.setattr(sys, name, lambda *args: called.append(args))
    observed.watch.renew()

    hook = getattr(sys, name)
    hook(*((ValueError, error, None) if name == "excepthook" else (given,)))

    assert len(called) == 1
    assert [(rule, exit_) for rule, exit_, _ in observed.told()] == [("password", "tracebacks")]
    assert type(sys) is type(threading) is ModuleType

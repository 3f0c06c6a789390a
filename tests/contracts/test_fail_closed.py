"""C1: whatever fails, and wherever, nothing raw comes out; what comes out says why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Policy, Redactor, Stats, _redactor, engines, records, stream, windows
from redactor.policy import Hmac

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

SECRET = "hunter2zz"
TEXT = f"login password={SECRET} card 4111 1111 1111 1111"
LOG = (f'first line\n{TEXT}\n{{"msg": "x", "password": "{SECRET}"}}\nlast line\n').encode()
RECORD = {"msg": TEXT, "n": [1, {"password": SECRET}], "card": 4111111111111111}


class Failure(Exception):  # a name to look for in placeholders
    """An error that quotes what it failed on."""


def fail(*args: Any, **kwargs: Any) -> Any:
    raise Failure(f"cannot cope with {args!r} {kwargs!r} {TEXT}")


class Broken:
    """An engine of which some methods fail on data that holds *only*."""

    def __init__(self, engine: Any, methods: set[str], only: bytes | None = None) -> None:
        self._broken = (engine, methods, only)

    def __getattr__(self, name: str) -> Any:
        engine, methods, only = self._broken
        method = getattr(engine, name)
        if name not in methods:
            return method

        def broken(data: Any, *args: Any, **kwargs: Any) -> Any:
            if only is None or (isinstance(data, bytes) and only in data):
                fail(data, *args, **kwargs)
            return method(data, *args, **kwargs)

        return broken


LAYERS = (
    ("find", "scan", "redact", "redact_block", "check"),
    ("find",),
    ("scan", "redact_block"),
    ("redact", "redact_block", "check", "find"),
    ("check",),
    ("redact",),
    ("redact_block",),
)


def broken(
    monkeypatch: pytest.MonkeyPatch,
    engine_name: EngineName,
    methods: tuple[str, ...],
    *,
    only: bytes | None = None,
    policy: Policy | None = None,
) -> Redactor:
    """Build a redactor on an engine whose *methods* fail."""
    real = engines.make_engine
    monkeypatch.setattr(
        _redactor,
        "make_engine",
        lambda ruleset, name: Broken(real(ruleset, name), set(methods), only),
    )
    return Redactor(policy, engine=engine_name)


def everything(redactor: Redactor) -> dict[str, str]:
    """Return what each way through the redactor lets out, as text."""
    piecewise = redactor.stream()
    pieces = [piecewise.feed(LOG[at : at + 7]) for at in range(0, len(LOG), 7)]
    giant = redactor.stream()
    return {
        "text": redactor.text(TEXT),
        "record": repr(redactor.record(RECORD)),
        "lines": redactor.lines(LOG).decode(),
        "stream": b"".join([*pieces, piecewise.finish()]).decode(),
        "last line": (giant.feed(TEXT.encode()) + giant.finish()).decode(),
    }


def assert_nothing_raw(out: dict[str, str]) -> None:
    for way, shown in out.items():
        assert SECRET not in shown, way
        assert "1111 1111" not in shown, way
        assert "4111111111111111" not in shown, way
        assert "cannot cope" not in shown, way


@pytest.mark.parametrize("methods", LAYERS, ids="-".join)
def test_a_failing_engine_lets_nothing_out(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, methods: tuple[str, ...]
) -> None:
    """
    Whichever function of the engine fails, no way through the redactor lets a secret out, nor the
    message of the error.
    """
    assert_nothing_raw(everything(broken(monkeypatch, engine_name, methods)))


def test_the_placeholder_says_why(monkeypatch: pytest.MonkeyPatch, engine_name: EngineName) -> None:
    """
    What stands for a withheld text, record or line names the type of the error and nothing else.
    """
    redactor = broken(monkeypatch, engine_name, LAYERS[0])

    assert "[redacted:withheld:Failure]" == redactor.text(TEXT)
    assert "[redacted:withheld:Failure]" == redactor.record(RECORD)
    first, plain, as_json, last = redactor.lines(LOG).decode().splitlines()
    assert "redactor: record withheld: Failure (10 bytes)" == first
    assert f"redactor: record withheld: Failure ({len(TEXT)} bytes)" == plain
    assert {
        "level": "error",
        "logger": "redactor",
        "message": "record withheld",
        "reason": "Failure",
        "bytes": len(LOG.splitlines()[2]),
    } == json.loads(as_json)
    assert "redactor: record withheld: Failure (9 bytes)" == last


def test_only_the_lines_that_fail_are_withheld(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    A line that fails is withheld and counted; those around it come out redacted.
    """
    redactor = broken(monkeypatch, engine_name, LAYERS[0], only=b"boom")
    stats = Stats()
    filtered = redactor.stream(stats)

    out = filtered.feed(f"a password={SECRET}\nboom {TEXT}\nb password={SECRET}\nok\n".encode())
    out += filtered.finish()

    assert (
        b"a password=[redacted:password]\n"
        b"redactor: record withheld: Failure (%d bytes)\n"
        b"b password=[redacted:password]\n"
        b"ok\n" % (len(TEXT) + 5)
    ) == out
    assert 1 == stats.withheld
    assert {"password": 2} == stats.findings
    assert 4 == stats.lines


def test_a_withheld_line_does_not_depend_on_chunking(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    Where lines fail, the output is the same for every way of cutting the input too (C4).
    """
    redactor = broken(monkeypatch, engine_name, LAYERS[0], only=b"boom")
    log = f"a password={SECRET}\nboom {TEXT}\nb\nboom\n\nc password={SECRET}".encode()
    expected = redactor.lines(log)

    for at in range(len(log)):
        filtered = redactor.stream()
        assert expected == filtered.feed(log[:at]) + filtered.feed(log[at:]) + filtered.finish()


BODY = "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_failure_inside_a_private_key_does_not_end_it(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, size: int
) -> None:
    """
    When a line inside a private key fails, the lines of the key behind it are withheld too or
    redacted, and what follows the key comes out.
    """
    redactor = broken(monkeypatch, engine_name, LAYERS[0], only=b"boom")
    log = (
        f"before\n-----BEGIN PRIVATE KEY-----\n{BODY}a\n{BODY}boom\n{BODY}b\n{BODY}c\n"
        "-----END PRIVATE KEY-----\nafter\n"
    ).encode()
    filtered = redactor.stream()

    out = b"".join(filtered.feed(log[at : at + size]) for at in range(0, len(log), size))
    out += filtered.finish()

    assert BODY.encode() not in out
    assert out.startswith(b"before\n[redacted:private-key]")
    assert out.endswith(b"\nafter\n")
    assert b"record withheld: Failure" in out
    assert 1 == filtered.stats.withheld


def test_a_failure_right_behind_begin_lets_no_key_out(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    When the first line of a key's body fails, the rest of the body does not come out.
    """
    redactor = broken(monkeypatch, engine_name, LAYERS[0], only=b"boom")
    log = f"-----BEGIN PRIVATE KEY-----\n{BODY}boom\n{BODY}b\n-----END PRIVATE KEY-----\nok\n"

    out = redactor.lines(log.encode())

    assert BODY.encode() not in out
    assert out.endswith(b"ok\n")


@pytest.mark.parametrize("where", ["replace", "union"])
def test_failing_replacement_lets_nothing_out(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, where: str
) -> None:
    """
    When replacing or merging spans fails, nothing raw comes out.
    """
    policy = Policy(actions={"default": "mask"})  # no constant marker: Python writes it
    redactor = Redactor(policy, engine=engine_name)
    monkeypatch.setattr(_redactor, where, fail)
    for module in (stream, windows):
        if hasattr(module, where):
            monkeypatch.setattr(module, where, fail)

    assert_nothing_raw(everything(redactor))
    assert "[redacted:withheld:Failure]" == redactor.text(TEXT)


@pytest.mark.parametrize("action", ["mask", "hmac"])
def test_failing_actions_let_nothing_out(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, action: str
) -> None:
    """
    When an action cannot write its marker, nothing raw comes out.
    """
    monkeypatch.setenv("REDACTOR_TEST_KEY", "k" * 32)
    policy = Policy(actions={"default": action}, hmac=Hmac(key_env="REDACTOR_TEST_KEY"))  # type: ignore[dict-item]
    redactor = Redactor(policy, engine=engine_name)
    monkeypatch.setattr(type(redactor.actions), "write", fail)

    assert_nothing_raw(everything(redactor))
    assert "[redacted:withheld:Failure]" == redactor.text(TEXT)


@pytest.mark.parametrize(
    "function", ["value", "_container", "_mapping", "_sequence", "_string", "_number", "_key"]
)
def test_a_failing_walk_withholds_the_record(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, function: str
) -> None:
    """
    When any part of the walk through a record fails, the whole record is withheld.
    """
    redactor = Redactor(engine=engine_name)
    monkeypatch.setattr(records.Walk, function, fail)
    # As for a record that native code leaves to Python.
    monkeypatch.setattr(redactor._walker, "_native_redact", None)

    assert "[redacted:withheld:Failure]" == redactor.record(RECORD)


def test_a_failing_native_walk_withholds_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    When native code fails while it rewrites a record, the whole record is withheld.
    """
    redactor = Redactor()
    monkeypatch.setattr(redactor._walker, "_native_check", fail)
    monkeypatch.setattr(redactor._walker, "_check_record", lambda _: False)
    monkeypatch.setattr(redactor._walker, "_native_redact", fail)

    assert "[redacted:withheld:Failure]" == redactor.record(RECORD)


@pytest.mark.parametrize("error", [RecursionError, MemoryError, UnicodeError, KeyError, OSError])
def test_every_kind_of_error_is_caught(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, error: Callable[..., Exception]
) -> None:
    """
    Whatever the error, the text is withheld with its type.
    """

    def raising(*_args: object, **_kwargs: object) -> None:
        raise error(TEXT)

    monkeypatch.setitem(globals(), "fail", raising)
    redactor = broken(monkeypatch, engine_name, LAYERS[0])

    assert f"[redacted:withheld:{error.__name__}]" == redactor.text(TEXT)
    assert f"[redacted:withheld:{error.__name__}]" == redactor.record(RECORD)
    assert SECRET.encode() not in redactor.lines(LOG)


def test_an_interrupt_is_not_swallowed(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    Ctrl-C is the user's: it passes, and lets nothing out.
    """

    def raising(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(globals(), "fail", raising)
    redactor = broken(monkeypatch, engine_name, LAYERS[0])

    with pytest.raises(KeyboardInterrupt):
        redactor.text(TEXT)
    with pytest.raises(KeyboardInterrupt):
        redactor.record(RECORD)
    with pytest.raises(KeyboardInterrupt):
        redactor.lines(LOG)


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_giant_line_is_withheld_window_by_window(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName, failing: int
) -> None:
    """
    Of a giant line, the window that fails is withheld and the others come out redacted.
    """
    monkeypatch.setattr(windows, "WINDOW", 160)
    monkeypatch.setattr(windows, "AHEAD", 96)
    monkeypatch.setattr(windows, "CONTEXT", 64)
    redactor = broken(monkeypatch, engine_name, ("find",), only=b"boom")
    line = b"".join(
        b"window %d %s card 4111 1111 1111 1111 %s"
        % (
            number,
            b"boom" if number == failing else b"calm",
            b". " * 140,
        )
        for number in range(5)
    )

    out = redactor.lines(line + b"\nnext\n")

    assert b"record withheld: Failure" in out
    assert b"1111" not in out
    assert out.endswith(b". \nnext\n")


def test_a_text_that_never_settles_is_withheld(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    A text in which something is found after each round is withheld, not let out half done.
    """
    redactor = Redactor(Policy(actions={"default": "mask"}), engine=engine_name)
    monkeypatch.setattr(
        type(redactor._engine),
        "find",
        lambda _self, data, key=None: [(0, len(data), 0)],
    )
    redactor._native_redact = None
    monkeypatch.setattr(type(redactor.actions), "write", lambda *_args: b"again")

    assert "[redacted:withheld:EngineError]" == redactor.text(TEXT)
    assert "[redacted:withheld:EngineError]" == redactor.record({"a": TEXT})


def test_hostile_objects_are_withheld(redactor: Redactor) -> None:
    """
    An object that fails when it is written, iterated or asked for its items lets nothing out and
    raises nothing.
    """

    class Hostile(dict[str, str]):
        def items(self) -> Any:
            raise Failure(TEXT)

    class Lying:
        def __repr__(self) -> str:
            raise Failure(TEXT)

    class Endless(list[Any]):
        def __iter__(self) -> Any:
            raise Failure(TEXT)

    for record in (Hostile(password=SECRET), Endless([TEXT]), {"a": Lying()}, [Hostile(a=TEXT)]):
        shown = repr(redactor.record(record))

        assert SECRET not in shown
        assert "withheld" in shown

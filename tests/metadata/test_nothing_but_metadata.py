"""In the mode ``metadata-only`` nothing leaves that is not declared."""

# ruff: noqa: E501  # programs and lines of logs as they are

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.metadata.declared import Declared
from redactor.metadata.names import MESSAGE, TRACEBACK
from redactor.metadata.reduced import REDUCED, is_reduced
from tests.metadata.documents import documents, runs_of

#: Names that are declared by themselves, names that are not, and names that are made of data.
_NAMES = (
    "level time ts request_id status http.status_code duration_ms service version host message event "
    "msg exception logger function file line method route path url user email body text data doc "
    "prompt items labels error.message id count tags payload extra"
).split()
_POLICY = Policy(mode="metadata-only")
#: Without a look into the source of the tests, which holds what they plant.
_redactor = Redactor(_POLICY)
_redactor.mode.sites = None  # type: ignore[attr-defined]  # of the mode


def _values(document: str) -> st.SearchStrategy[Any]:
    words = document.split() or [document]
    texts = st.sampled_from(
        [
            document,
            document.upper(),
            "_".join(words),
            "-".join(words),
            "/" + "/".join(words),
            words[0],
        ]
    )
    numbers = st.integers() | st.floats() | st.booleans() | st.none()
    return texts | numbers | st.sampled_from(["ok", "info", "abc-1", "GET", "12.5ms", "2026-01-01"])


@st.composite
def _records(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    document = draw(documents())
    values = _values(document)
    keys = st.sampled_from([*_NAMES, document, document[:40], "_".join(document.split()[:6])])
    nested = st.recursive(
        values,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )
    return document, draw(st.dictionaries(keys, nested, min_size=1, max_size=6))


def _undeclared(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Return the values in *value* that have no shape of a declared field, with their paths."""
    declared = Declared()
    if isinstance(value, dict):
        return [
            each for key, item in value.items() for each in _undeclared(item, (*path, str(key)))
        ]
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, (dict, list, tuple)) for item in value):
            return [each for item in value for each in _undeclared(item, path)]
        return [each for item in value for each in _undeclared(item, path)]
    if value is None or value == "" or (isinstance(value, str) and is_reduced(value)):
        return []
    shape = declared.down(declared.root, path, value)[1] if path else None
    if shape is None:
        return [(path, value)]
    if shape.fits is not None:
        return [] if shape.fits(value) else [(path, value)]
    if shape.name == TRACEBACK and isinstance(value, (str, bool)):
        return []
    # No template is known here: of free text only places and types of a traceback can be left.
    return [] if shape.name == MESSAGE and "Traceback" in str(value) else [(path, value)]


@settings(max_examples=30, deadline=None)
@given(_records())
def test_of_a_record_only_declared_shapes_are_left(drawn: tuple[str, dict[str, Any]]) -> None:
    """
    Whatever a record holds and wherever, each value that is left has the shape of its field, no
    four words of a document stand side by side, and a second look changes nothing.
    """
    document, record = drawn
    before = repr(record)
    left = _redactor.record(record)

    assert [] == _undeclared(left)
    assert [] == runs_of(document, json.dumps(left, ensure_ascii=False))
    assert left == _redactor.record(left)
    assert before == repr(record)


_FRONTS = (
    "{}", "2026-01-01 12:00:00,123 INFO shop.views: {}", "INFO:shop:{}", "[12] ERROR {}",
    'level=info msg="{}" user={}', '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /{} HTTP/1.1" 200 2 "{}" "{}"',
    "ValueError: {}", 'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n    {}\nKeyError: {}',
    "2026-01-01 [info     ] {} doc='{}' status=ok", "{}=x {}=y", '{{"event": "{}", "x": ["{}"]}}',
    "Exception in thread {}:", 'File "{}", line 3, in {}', "2026-01-01 12:00:00.1 | INFO     | a:b:1 - {}",
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.sampled_from(_FRONTS), st.data())
@example("the seller hereby warrants all", "{}", None)
def test_of_a_line_only_metadata_is_left(
    document: str, front: str, data: st.DataObject | None
) -> None:
    """
    No four words of a document are left of a line of any form, alone or in a stream however it is
    cut; a second look changes nothing.
    """
    text = front.replace("{}", document.replace("{", "(")).replace("{{", "{").replace("}}", "}")
    whole = text.encode() + b"\n"
    left = _redactor.lines(whole)

    assert [] == runs_of(document, left.decode())
    assert [] == runs_of(document, _redactor.text(text))
    assert left == _redactor.lines(left)
    stream = _redactor.stream()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6))) if data else [3]
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert left == b"".join(map(stream.feed, pieces)) + stream.finish()


@pytest.mark.slow
def test_random_bytes_and_structures_leave_nothing() -> None:
    """
    A fuzz run: lines of pieces of logs and of a document, cut and put together at random, never
    raise and never let four words of the document through.
    """
    rng = random.Random(20260101)
    document = (
        "The seller hereby warrants that the premises are free of damages and that the buyer has "
        "been told of each clause of the contract notwithstanding any earlier agreement in writing"
    )
    words = document.split()
    pieces = [
        *'{ } [ ] " : , = | - \\ \n \r\n \x1b[31m %s {} <str 3> [redacted:card] INFO ERROR GET'.split(" "),
        "2026-01-01 12:00:00", '"event": ', '"level": "info", ', "level=", "msg=", 'File "', "line 3, in ",
        "Traceback (most recent call last):\n", "ValueError: ", '  File "/a.py", line 3, in f\n', "127.0.0.1 ",
        ' - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 2', "\x00", "é", "\udcff", "shop.views: ",
    ]  # fmt: skip
    for _ in range(20_000):
        parts: list[str] = []
        for _ in range(rng.randint(1, 14)):
            if rng.random() < 0.4:
                at = rng.randrange(len(words) - 6)
                parts.append(" ".join(words[at : at + rng.randint(4, 12)]))
            else:
                parts.append(rng.choice(pieces))
        text = rng.choice(("", " ")).join(parts)
        line = text.encode("utf-8", "surrogateescape")
        left = _redactor.lines(line)
        shown = left.decode("utf-8", "replace")

        assert [] == runs_of(document, shown), (text, shown)
        assert [] == runs_of(document, _redactor.text(text)), text
        assert b"withheld" not in left, text


def test_a_marker_is_not_a_way_around() -> None:
    """
    What looks like something reduced is that as a whole only.
    """
    for text in (
        "<str 3> the seller hereby warrants",
        "[redacted:the-seller-hereby] and warrants it all",
        "<exception The seller hereby>",
        "<str 12 k1:seller hereby>",
        "<key 4> the seller hereby warrants all",
    ):
        left = _redactor.record({"event": text, "doc": text})
        assert {"event", "doc"} == left.keys()
        assert all(REDUCED.fullmatch(value) for value in left.values()), text


def test_the_detectors_run_on_what_is_left() -> None:
    """
    A secret that has the shape of its field is taken out all the same.
    """
    token = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a"[:36]
    left = _redactor.record({"status": "ok", "count_total": 1, "order_id": token})

    assert token not in json.dumps(left)


def test_what_fails_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where the mode itself fails, a marker with the type of the error leaves, and nothing else.
    """
    redactor = Redactor(_POLICY)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the seller hereby warrants")

    monkeypatch.setattr(redactor.mode, "record", fail)  # type: ignore[attr-defined]
    monkeypatch.setattr(redactor.mode, "text", fail)  # type: ignore[attr-defined]
    monkeypatch.setattr(redactor.mode, "known_text", fail)  # type: ignore[attr-defined]

    assert "[redacted:withheld:ZeroDivisionError]" == redactor.record({"a": "seller"})
    assert "[redacted:withheld:ZeroDivisionError]" == redactor.text("seller")
    assert b"[redacted:withheld:ZeroDivisionError]\n" == redactor.lines(b"the seller\n")


def test_objects_are_not_asked() -> None:
    """
    What an object says of itself is never called for: neither in a record nor as an argument.
    """

    class Hostile:
        def __str__(self) -> str:
            raise AssertionError("it was asked")

        __repr__ = __str__

    assert {"status": "<object>", "event": "<object>"} == _redactor.record(
        {"status": Hostile(), "event": Hostile()}
    )


def test_the_cost_of_a_line_is_linear() -> None:
    """
    Lines made to be slow are not: what is looked at grows with the line, not with its square.
    """
    for text in (
        "a=" * 50_000,
        '"' * 100_000,
        "=" * 100_000,
        " a" * 50_000,
        "[" * 100_000,
        "a." * 50_000,
    ):
        for front in ("", "2026-01-01 INFO ", "INFO x: "):
            assert len(_redactor.text(front + text)) < 200 + len(front)


def test_a_line_without_end_is_not_held() -> None:
    """
    Of a line longer than a mebibyte its length is left, and none of it is kept meanwhile.
    """
    stream = _redactor.stream()
    out = b"".join(stream.feed(b"x" * 65_536) for _ in range(64))
    assert b"" == out
    assert b"<bytes 4194304>\n" == stream.feed(b"\n")


def test_both_engines_say_the_same() -> None:
    """
    The mode is above the engines: what it leaves does not depend on which one runs.
    """
    record = {
        "level": "info",
        "order_id": "4111 1111 1111 1111",
        "event": "a b c d",
        "token": "x" * 30,
    }
    left = []
    for name in ("reference", None):
        redactor = Redactor(_POLICY, engine=name)
        redactor.mode.sites = None  # type: ignore[attr-defined]  # of the mode
        left.append(redactor.record(record))

    assert left[0] == left[1]
    assert "<str 7>" == left[0]["event"]


def test_scrub_mode_has_none_of_it() -> None:
    """
    A policy without the mode makes a redactor without it, and no module of the mode is loaded.
    """
    import subprocess
    import sys

    program = (
        "import sys, logging, redactor; redactor.install(redactor.Policy()); "
        "logging.warning('x'); redactor.redact('x'); "
        "print([name for name in sys.modules if name.startswith('redactor.metadata')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.strip()
    assert type(Redactor(Policy())) is Redactor

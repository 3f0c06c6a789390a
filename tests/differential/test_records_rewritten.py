"""A record that native code rewrites is what the walk in Python makes of it, and no object more."""

from __future__ import annotations

import copy
import os
import time
from random import Random
from typing import Any

import pytest

from redactor import Policy, Redactor
from redactor.engines import native_available
from redactor.errors import EngineError
from redactor.records import Walk
from tests.differential.strategies import mutated

pytestmark = pytest.mark.skipif(not native_available(), reason="the native engine is missing")

_PASSWORD = "hunter2zz"
_CARD = "4111 1111 1111 1111"
_NAMES: tuple[Any, ...] = (
    *("password", "id", "card", "message", "value", "val", "name", "KEY", "token", "headers"),
    *("authorization", "pin", "body", "Value", "default", 7, "paßwort"),
)
#: Where Python is asked, or where nothing is to be asked.
_ODD_NAMES: tuple[Any, ...] = (
    *("4111111111111111", 4111111111111111, "[redacted:password]", "", f"password={_PASSWORD}"),
    *("\ud800", True, 1.5, b"pin"),
)


class Records:
    """Makes records whose texts are likely to hold something."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def name(self) -> Any:
        return self._random.choice(_NAMES if self._random.random() < 0.97 else _ODD_NAMES)

    def leaf(self) -> Any:
        chance = self._random.random()
        if chance < 0.4:
            return mutated(self._random).decode("utf-8", "replace")
        if chance < 0.5:
            return mutated(self._random)
        if chance < 0.6:
            return self.name()
        return self._random.choice(
            (7, 0, -3, True, None, 1.5, 4111111111111111, 4111111111111111.0, 2**70, 123456, _CARD)
        )

    def record(self, depth: int = 0) -> Any:
        chance = self._random.random()
        size = self._random.choice((0, 1, 2, 2, 2, 3, 5, 10))
        if depth > 3 or chance < 0.3:
            return self.leaf()
        if chance < 0.7:
            return {self.name(): self.record(depth + 1) for _ in range(size)}
        items = [self.record(depth + 1) for _ in range(size)]
        return items if chance < 0.85 else tuple(items)


def by_python(redactor: Redactor, record: Any) -> Any:
    """Return what the walk in Python makes of *record*, with the same engine below it."""
    walker = redactor._walker
    return Walk(walker.text, walker._native_check).value(record, "", 0)


def shape(value: Any) -> Any:
    """Return *value* with the type of each thing in it."""
    if isinstance(value, dict):
        return dict, [(shape(name), shape(held)) for name, held in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value), [shape(held) for held in value]
    return type(value), repr(value)


def compare(redactor: Redactor, record: Any) -> bool:
    before = copy.deepcopy(record)
    rewritten = redactor._engine.redact_record(record, redactor._markers)
    assert shape(record) == shape(before)
    try:
        wanted = by_python(redactor, record)
    except EngineError:  # there is no end to the findings: the record is withheld
        assert rewritten is None
        return False
    if rewritten is None:
        return False
    assert shape(rewritten) == shape(wanted)
    assert (rewritten is record) == (wanted is record)
    return rewritten is not record


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(engine="native")


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_python_makes(redactor: Redactor, seed: int) -> None:
    records = Records(seed)
    rewritten = sum(compare(redactor, records.record()) for _ in range(600))
    assert rewritten > 50, "too few were rewritten: this compared nothing"


@pytest.mark.slow
def test_it_is_what_python_makes_under_fuzzing(redactor: Redactor) -> None:
    """``REDACTOR_FUZZ_SECONDS`` (default 60) of records from ``REDACTOR_FUZZ_SEED``."""
    records = Records(int(os.environ.get("REDACTOR_FUZZ_SEED", "20261127")))
    stop = time.monotonic() + float(os.environ.get("REDACTOR_FUZZ_SECONDS", "60"))
    while time.monotonic() < stop:
        compare(redactor, records.record())


def test_what_holds_nothing_stays_the_same_object(redactor: Redactor) -> None:
    clean = {"ids": [1, 2], "at": ("a", {"b": 1})}
    record: dict[str, Any] = {
        "clean": clean,
        "also": clean["ids"],
        "password": _PASSWORD,
        "list": [clean, _CARD],
    }
    redacted = redactor.record(record)
    assert redacted["clean"] is clean
    assert redacted["also"] is clean["ids"]
    assert redacted["list"][0] is clean
    assert redacted["list"][1] == "[redacted:card]"
    assert record["list"][1] == _CARD


@pytest.mark.parametrize("count", [49_990, 50_010, 99_990, 100_010])
def test_what_is_beyond_the_bounds_is_withheld(redactor: Redactor, count: int) -> None:
    nested: Any = _CARD
    for _ in range(70):
        nested = [nested]
    flat = {"items": ["x"] * count, "password": _PASSWORD}
    keyed = {f"k{number}": 1 for number in range(count)} | {"password": _PASSWORD}
    for record in (flat, keyed, nested):
        assert redactor.record(record) == by_python(redactor, record)


def test_a_record_of_plain_types_needs_no_python(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Walk, "value", walked)
    record = {
        "message": f"paid with {_CARD}",
        "headers": [["authorization", "Bearer abcdefgh12345678"], ("cookie", "sid=abcdefgh1234")],
        "env": {"name": "DB_PASSWORD", "value": _PASSWORD},
        "pin": 4821,
        "raw": b"password=" + _PASSWORD.encode(),
        "n": [1, 2.5, None, True],
    }
    text = repr(redactor.record(record))
    assert not any(part in text for part in (_CARD, "abcdefgh1234", _PASSWORD, "4821"))
    assert "'n': [1, 2.5, None, True]" in text


@pytest.mark.parametrize(
    "policy",
    [
        Policy(actions={"password": "drop-field"}),
        Policy(actions={"password": "mask"}),
        Policy(actions={"card": "drop-record"}),
    ],
    ids=["drop-field", "mask", "drop-record"],
)
def test_other_actions_are_done(policy: Policy) -> None:
    made = [
        Redactor(policy, engine=engine).record({"password": _PASSWORD, "note": _CARD})
        for engine in ("native", "reference")
    ]
    assert made[0] == made[1]
    assert _PASSWORD not in repr(made)


def test_what_is_counted_is_counted(redactor: Redactor) -> None:
    counting = Redactor(engine="native")
    counts = counting.count_replaced()
    assert counting.record({"password": _PASSWORD}) == redactor.record({"password": _PASSWORD})
    assert counts == {"password": 1}


def test_a_value_registered_later_goes() -> None:
    redactor = Redactor(engine="native")
    record = {"note": "the blue heron", "password": _PASSWORD, "n": 70123}
    assert redactor.record(record)["note"] == "the blue heron"
    redactor.known.register("blue heron", "bird")
    redactor.known.register("70123", "number")
    assert redactor.record(record) == by_python(redactor, record)
    assert "heron" not in repr(redactor.record(record))

"""Selectors: which fields of a record they name, and what happens to those."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.engines import native_available
from redactor.paths import TYPES, Paths
from redactor.records import RecordWalker, Selection

if TYPE_CHECKING:
    from redactor.field_types import EngineName

ENGINES: list[EngineName] = ["reference", "native"] if native_available() else ["reference"]
GONE = "[redacted:field]"


def redactor_with(paths: dict[str, str], engine: EngineName | None = None, **more: Any) -> Redactor:
    policy = Policy.parse({"fields": paths, **more}, where="policy", base=Path())
    return Redactor(policy, engine=engine)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> EngineName:
    return request.param  # type: ignore[no-any-return]  # one of the two


@dataclass
class Login:
    user: str
    note: str


class Pair(NamedTuple):
    user: str
    note: str


@pytest.mark.parametrize(
    ("selector", "record", "redacted"),
    [
        ("user.name", {"user": {"name": "a", "id": 1}}, {"user": {"name": GONE, "id": 1}}),
        ("user.name", {"x": [{"user": {"name": "a"}}]}, {"x": [{"user": {"name": GONE}}]}),
        ("user.name", {"User": {"NAME": "a"}}, {"User": {"NAME": GONE}}),
        ("user.name", {"user.name": "a", "user": "b"}, {"user.name": GONE, "user": "b"}),
        ("user.name", {"a.user": {"name": "a"}}, {"a.user": {"name": GONE}}),
        ("user", {"user.name": "a"}, {"user.name": GONE}),
        ("user.*", {"user": {"a": 1, "b": {"c": 2}}}, {"user": {"a": GONE, "b": GONE}}),
        ("a.*.c", {"a": {"b": {"c": 1}, "c": 2}}, {"a": {"b": {"c": GONE}, "c": 2}}),
        ("a.**.c", {"a": {"b": [{"c": 1}], "c": 2}}, {"a": {"b": [{"c": GONE}], "c": GONE}}),
        ("a.**", {"a": {"b": 1}, "b": 2}, {"a": {"b": GONE}, "b": 2}),
        ("**.c", {"c": 1, "d": 2}, {"c": GONE, "d": 2}),
        (".c", {"c": 1, "d": {"c": 2}}, {"c": GONE, "d": {"c": 2}}),
        (".a.c", {"a": {"c": 1}, "d": {"a": {"c": 2}}}, {"a": {"c": GONE}, "d": {"a": {"c": 2}}}),
        ("x-*", {"X-Debug": "a", "x": "b", "y-x-": "c"}, {"X-Debug": GONE, "x": "b", "y-x-": "c"}),
        ("a*b*c", {"aXbYc": 1, "abc": 2, "acb": 3}, {"aXbYc": GONE, "abc": GONE, "acb": 3}),
        ("l.a", {"l": [{"a": 1}, {"b": 2}]}, {"l": [{"a": GONE}, {"b": 2}]}),
        ("l.*.a", {"l": [{"a": 1}, {"b": 2}]}, {"l": [{"a": GONE}, {"b": 2}]}),
        ("l.1.a", {"l": [{"a": 1}, {"a": 2}]}, {"l": [{"a": 1}, {"a": GONE}]}),
        ("l.0", {"l": (1, 2)}, {"l": (GONE, 2)}),
        ("h.cookie", {"h": [("cookie", "a"), ("x", "b")]}, {"h": [("cookie", GONE), ("x", "b")]}),
        ("h.cookie", {"h": [[b"cookie", b"a"]]}, {"h": [[b"cookie", GONE.encode()]]}),
        ("m.7", {"m": {7: "a", 8: "b"}}, {"m": {7: GONE, 8: "b"}}),
        ("a.$string", {"a": {"b": "x", "c": 1}}, {"a": {"b": GONE, "c": 1}}),
        ("a.$number", {"a": {"c": 1, "d": True}}, {"a": {"c": GONE, "d": True}}),
        ("a.$number", {"a": {"c": 1.5, "d": "1"}}, {"a": {"c": GONE, "d": "1"}}),
        ("a.$boolean", {"a": {"b": 1, "c": False}}, {"a": {"b": 1, "c": GONE}}),
        ("a.$binary", {"a": {"b": b"x", "c": "x"}}, {"a": {"b": GONE.encode(), "c": "x"}}),
        ("a.$array", {"a": {"b": [1], "c": {}}}, {"a": {"b": GONE, "c": {}}}),
        ("a.$object", {"a": {"b": [1], "c": {}}}, {"a": {"b": [1], "c": GONE}}),
        ("a.b", {"a": {"b": None}}, {"a": {"b": None}}),
        ("a.b", {"a": {"b": ""}}, {"a": {"b": ""}}),
        ("note", Pair("bob", "x"), Pair("bob", GONE)),
        ("note", Login("bob", "x"), {"user": "bob", "note": GONE}),
        ("p\u00e4ss", {"P\u00e4SS": 1, "P\u00c4SS": 2}, {"P\u00e4SS": GONE, "P\u00c4SS": 2}),
    ],
)  # fmt: skip
def test_a_selector_names_what_the_page_says(
    engine: EngineName, selector: str, record: Any, redacted: Any
) -> None:
    """What is named is replaced, all else stays, and the record of the caller is as it was."""
    before = repr(record)

    result = redactor_with({selector: "tag"}, engine).record(record)

    assert repr(result) == repr(redacted)
    assert repr(record) == before
    assert redactor_with({selector: "tag"}, engine).record(result) == result


def test_times_paths_and_identifiers_are_strings(engine: EngineName) -> None:
    """They are written as texts, so they are texts to a selector."""
    values = [dt.datetime(2026, 1, 2, tzinfo=dt.UTC), uuid.UUID(int=7), Path("x")]
    redactor = redactor_with({"a.$string": "tag"}, engine)

    assert [redactor.record({"a": {"b": value}}) for value in values] == [{"a": {"b": GONE}}] * 3


def test_each_action_does_with_a_field_what_it_does_with_a_finding(
    engine: EngineName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fields are marked, masked, fingerprinted or removed; a record can go with one of them."""
    monkeypatch.setenv("KEY", "k" * 32)
    redactor = redactor_with(
        {
            "a.m": "mask",
            "a.h": "hmac",
            "a.d": "drop-field",
            "a.l.*": "drop-field",
            "a.r": "drop-record",
        },
        engine,
        hmac={"key_env": "KEY"},
    )

    record = redactor.record(
        {"a": {"m": "account 1234567890", "h": "x", "d": None, "l": [1], "k": 1}}
    )

    mark = record["a"].pop("h")
    assert record == {"a": {"m": "[redacted:field:****7890]", "k": 1}}
    assert mark.startswith("[redacted:field:k1:")
    assert redactor.record({"a": {"r": 1}}) is None


def test_a_clean_record_comes_back_as_itself(engine: EngineName) -> None:
    """Selectors that name nothing in a record cost it no copy."""
    redactor = redactor_with({"request.headers.*": "drop-field", "**.x-*": "tag"}, engine)
    record = {
        "request": {"url": "/x", "h": [1, ("a", "b")]},
        "headers": {"a": 1},
        "n": [{"a.b": 2}],
    }

    assert redactor.record(record) is record


def test_the_first_selector_counts(engine: EngineName) -> None:
    """Where several selectors name a field, the one that is written first says what happens."""
    paths = {"a.keep": "tag", "a.*": "drop-field"}

    assert redactor_with(paths, engine).record({"a": {"keep": 1, "b": 2}}) == {"a": {"keep": GONE}}


def test_rules_still_look_at_what_no_selector_names(engine: EngineName) -> None:
    """Selectors add to the rules and take nothing from them."""
    redactor = redactor_with({"a.b": "drop-field"}, engine)

    record = redactor.record({"a": {"b": 1}, "password": "hunter2", "t": "card 4111111111111111"})

    assert record == {"a": {}, "password": "[redacted:password]", "t": "card [redacted:card]"}


_KEYS = st.sampled_from(["a", "b", "a.b", "c", "A", "ab", "x-a", 0, 7])
_LEAVES = st.one_of(
    st.sampled_from(["x", "", b"x", 1, 1.5, True, None, "4111111111111111"]), st.uuids()
)
_RECORDS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(_KEYS, inner, max_size=4),
        st.lists(inner, max_size=3),
        st.tuples(st.sampled_from(["a", b"b", "c"]), inner),
    ),
    max_leaves=14,
)
_NAMES = st.sampled_from(["a", "b", "c", "*", "a*", "*b", "0", "1"])
_SELECTORS = st.builds(
    lambda dot, names, last: dot + ".".join([*names, last]),
    st.sampled_from(["", "."]),
    st.lists(st.one_of(_NAMES, st.just("**")), max_size=3),
    st.one_of(_NAMES, st.just("**"), st.sampled_from(TYPES)),
)


@pytest.fixture(scope="module")
def plain() -> list[Redactor]:
    return [Redactor(engine=engine) for engine in ENGINES]


@given(record=_RECORDS, selectors=st.lists(_SELECTORS, min_size=1, max_size=4, unique=True))
def test_both_engines_name_the_same_fields(
    plain: list[Redactor], record: Any, selectors: list[str]
) -> None:
    """C8: the native automaton calls clean what no selector names, and nothing else."""
    selection = Selection(
        Paths(selectors),
        ["tag"] * len(selectors),
        [lambda _: GONE.encode()] * len(selectors),
        Paths([]),
        [],
    )

    results = {repr(RecordWalker(redactor, selection).record(record)) for redactor in plain}

    assert len(results) == 1


def _named(record: Any, paths: Paths) -> bool:
    """The naive meaning, without passing over the places of lists or keys with dots."""

    def below(value: Any, state: int) -> bool:
        if not isinstance(value, dict):
            return False
        for key, inner in value.items():
            next_state, hit = paths.step(state, key, TYPES.index("$object"))
            if hit or below(inner, next_state):
                return True
        return False

    return below(record, paths.root)


def _matches(names: list[str], keys: list[str]) -> bool:
    if not names:
        return not keys
    if names[0] == "**":
        return any(_matches(names[1:] or ["*"], keys[skip:]) for skip in range(len(keys) + 1))
    return bool(keys) and names[0] in ("*", keys[0]) and _matches(names[1:], keys[1:])


@given(
    names=st.lists(st.sampled_from(["a", "b", "*", "**"]), min_size=1, max_size=5),
    keys=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6),
)
def test_the_automaton_is_the_naive_search(names: list[str], keys: list[str]) -> None:
    """A selector names a chain of keys when it fits the end of it, or of a start of it."""
    record: Any = 1
    for key in reversed(keys):
        record = {key: record}
    parts = [keys[start:end] for end in range(1, len(keys) + 1) for start in range(end)]

    assert any(_matches(names, part) for part in parts) == _named(record, Paths([".".join(names)]))

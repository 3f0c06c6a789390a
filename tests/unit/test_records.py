"""Structured records of every kind, the hostile ones included."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import math
import time
import types
import uuid
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from redactor.records import asking, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor import Redactor

PASSWORD = "[redacted:password]"
CARD = "[redacted:card]"


class Point(NamedTuple):
    name: str
    password: str


@dataclasses.dataclass(frozen=True)
class Login:
    user: str
    password: str
    tags: tuple[str, ...] = ()


class Color(enum.Enum):
    RED = "red"
    SECRET = "password=hunter2"


class Key(str):
    """A text of another type, as headers of web frameworks have as names."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"password": "hunter2"}, {"password": PASSWORD}),
        ({"userPassword": "hunter2", "n": 1}, {"userPassword": PASSWORD, "n": 1}),
        ({"a": {"b": [{"password": "hunter2"}]}}, {"a": {"b": [{"password": PASSWORD}]}}),
        ({"password": ["hunter2", "hunter3"]}, {"password": [PASSWORD, PASSWORD]}),
        ({"password": ("hunter2",)}, {"password": (PASSWORD,)}),
        ({"password": 12345678}, {"password": PASSWORD}),
        ({"password": None}, {"password": None}),
        ({"password": True}, {"password": True}),
        ({"password": ""}, {"password": ""}),
        ({"password": b"hunter2"}, {"password": PASSWORD.encode()}),
        ({b"password": b"hunter2"}, {b"password": PASSWORD.encode()}),
        ({Key("password"): "hunter2"}, {"password": PASSWORD}),
        ({"msg": "login password=hunter2 ok"}, {"msg": f"login password={PASSWORD} ok"}),
        ({"msg": b"login password=hunter2 ok"}, {"msg": f"login password={PASSWORD} ok".encode()}),
        ({"n": 4111111111111111}, {"n": CARD}),
        ({"n": [1, 4111111111111111]}, {"n": [1, CARD]}),
        ({"n": 4111111111111111.0}, {"n": f"{CARD}.0"}),
        ({"n": decimal.Decimal(4111111111111111)}, {"n": CARD}),
        ({"n": fractions.Fraction(4111111111111111)}, {"n": CARD}),
        ({"order_id": 4111111111111111}, {"order_id": 4111111111111111}),
        ({"cvv": 123}, {"cvv": "[redacted:card-security-code]"}),
        ({"card": {"number": 4111111111111111, "exp": "12/30"}},
         {"card": {"number": CARD, "exp": "[redacted:card-expiry]"}}),
        ([("authorization", "Bearer abcdef1234567890")],
         [("authorization", "Bearer [redacted:authorization]")]),
        ([[b"authorization", b"Bearer abcdef1234567890"]],
         [[b"authorization", b"Bearer [redacted:authorization]"]]),
        ({"headers": [["Cookie", "a=0123456789"], ("Host", "x")]},
         {"headers": [["Cookie", "[redacted:cookie]"], ("Host", "x")]}),
        ({"fields": ["password", "email"]}, {"fields": ["password", "email"]}),
        ({"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "DB_PASSWORD", "value": PASSWORD}),
        ({"key": "color", "value": "hunter2"}, {"key": "color", "value": "hunter2"}),
        ({"body": '{"password": "hunter2"}'}, {"body": '{"password": "' + PASSWORD + '"}'}),
        (types.MappingProxyType({"password": "hunter2"}), {"password": PASSWORD}),
        (collections.OrderedDict(a=1, password="hunter2"), {"a": 1, "password": PASSWORD}),
        (collections.deque(["password=hunter2"]), [f"password={PASSWORD}"]),
        ({"u": Login("bob", "hunter2")}, {"u": {"user": "bob", "password": PASSWORD, "tags": ()}}),
        (Point("a password=hunter2 b", ""), Point(f"a password={PASSWORD} b", "")),
        (Point("bob", "hunter2"), Point("bob", PASSWORD)),
        ({"c": Color.SECRET}, {"c": f"password={PASSWORD}"}),
        ({"p": PurePosixPath("/x/password=hunter2/y")}, {"p": f"/x/password={PASSWORD}"}),
        ("login password=hunter2 ok", f"login password={PASSWORD} ok"),
        (4111111111111111, CARD),
    ],
)  # fmt: skip
def test_secrets_go_wherever_they_stand(redactor: Redactor, record: Any, expected: Any) -> None:
    """
    Each secret of a record is replaced, in keys and values of every kind, and nothing else is.
    """
    redacted = redactor.record(record)

    assert expected == redacted
    if isinstance(record, tuple):
        assert type(record) is type(redacted)


@pytest.mark.parametrize(
    "record",
    [
        None, True, 0, 7, -7, 1.5, "", "text", b"", b"bytes", bytearray(b"x"), memoryview(b"x"),
        10**400, -(10**400), math.inf, math.nan, 2j, ..., NotImplemented, int, len,
        decimal.Decimal("1.5"), decimal.Decimal("NaN"), fractions.Fraction(1, 3),
        dt.datetime(2026, 11, 22, tzinfo=dt.UTC), dt.date(2026, 11, 22),
        dt.timedelta(1), uuid.UUID("41111111-1111-4111-8111-111111111111"), Color.RED,
        Path("/var/log"), PurePosixPath("a"), {}, [], (), set(), frozenset({1}), {"a": [1, ({},)]},
        Point("bob", ""), Login("bob", ""), range(3), collections.deque([1]), object(),
        types.MappingProxyType({"a": 1}), collections.Counter("ab"), "\ud800", {"\udfff": 1},
        {1: 1, None: 2, (1, 2): 3, 1.5: 4, b"k": 5}, {"order_id": 4111111111111111},
        {"msg": "Failed password for root"}, [[[[]]]], {"a\nb": "c\nd"}, "é１",
    ],
    ids=lambda record: type(record).__name__,
)  # fmt: skip
def test_a_clean_record_comes_back_as_itself(redactor: Redactor, record: Any) -> None:
    """
    A record without a secret is returned as the same object, of whatever type it is.
    """
    assert redactor.record(record) is record


def test_clean_branches_are_not_copied(redactor: Redactor) -> None:
    """
    On the way to a secret containers are copied; beside it they are the same objects.
    """
    clean = {"a": [1, 2]}
    record = {"clean": clean, "dirty": {"password": "hunter2"}}

    redacted = redactor.record(record)

    assert redacted["clean"] is clean
    assert {"password": "hunter2"} == record["dirty"]


def test_a_cycle_becomes_a_marker(redactor: Redactor) -> None:
    """
    A record that holds itself is cut where it comes back to itself.
    """
    record: dict[str, Any] = {"password": "hunter2"}
    record["self"] = record
    listed: list[Any] = ["password=hunter2"]
    listed.append(listed)

    assert {
        "password": PASSWORD,
        "self": "[redacted:withheld:cycle]",
    } == redactor.record(record)
    assert [f"password={PASSWORD}", "[redacted:withheld:cycle]"] == redactor.record(listed)


def test_the_same_object_twice_is_no_cycle(redactor: Redactor) -> None:
    """
    An object that is in a record twice, side by side, is redacted in both places.
    """
    shared = {"password": "hunter2"}

    assert [{"password": PASSWORD}] * 2 == redactor.record([shared, shared])


@pytest.mark.parametrize("depth", [10, 60, 64, 65, 100, 1000, 100_000])
def test_what_lies_too_deep_is_withheld(redactor: Redactor, depth: int) -> None:
    """
    Whatever the depth, nothing raw comes out and nothing is raised.
    """
    record: Any = ["password=hunter2"]
    for _ in range(depth):
        record = [record]

    redacted = redactor.record(record)

    for _ in range(70):
        if not isinstance(redacted, list):
            break
        redacted = redacted[0]
    expected = "[redacted:withheld:depth]" if depth >= 64 else f"password={PASSWORD}"
    assert expected == redacted


def test_what_is_too_much_is_withheld(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of a record with too many values, what comes after the bound is withheld.
    """
    monkeypatch.setattr(walk, "MAX_NODES", 10)
    # The bound of native code is its own; what is beyond that goes through Python.
    monkeypatch.setattr(redactor._walker, "_native_redact", None)

    redacted = redactor.record(["password=hunter2", *["x"] * 20, "password=hunter2"])

    assert f"password={PASSWORD}" == redacted[0]
    assert "[redacted:withheld:size]" == redacted[-1]


def test_many_keys_are_all_looked_at(redactor: Redactor) -> None:
    """
    A record of ten thousand keys keeps them all, in order.
    """
    record = {f"key{number}": "x" for number in range(10_000)}
    record["key7777"] = "login password=hunter2 ok"

    redacted = redactor.record(record)

    assert list(record) == list(redacted)
    assert {"key7777": f"login password={PASSWORD} ok"} == {
        key: value for key, value in redacted.items() if value != "x"
    }


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"4111111111111111": 1}, {CARD: 1}),
        ({4111111111111111: 1}, {CARD: 1}),
        ({"4111111111111111": 1, "5555555555554444": 2}, {CARD: 1, CARD + "'": 2}),
        ({"4111111111111111": 1, CARD: 2}, {CARD + "'": 1, CARD: 2}),
        ({CARD: 2, "4111111111111111": 1}, {CARD: 2, CARD + "'": 1}),
        ({b"4111111111111111": 1, CARD.encode(): 2}, {(CARD + "'").encode(): 1, CARD.encode(): 2}),
        ({"password=hunter2": "abc"}, {f"password={PASSWORD}": "abc"}),
        ({("a", "password=hunter2"): 1}, {f"('a', 'password={PASSWORD}')": 1}),
        ({b"password=hunter2": 1}, {f"password={PASSWORD}".encode(): 1}),
    ],
)
def test_secrets_in_keys_are_redacted(redactor: Redactor, record: Any, expected: Any) -> None:
    """
    A key that is a secret becomes its marker; no entry is lost when two become the same.
    """
    redacted = redactor.record(record)

    assert list(expected.items()) == list(redacted.items())
    assert redactor.record(redacted) is redacted


class Lying:
    """An object whose text is made by the test."""

    def __init__(self, text: Any, shown: Any = "") -> None:
        self._text = text
        self._shown = shown or text

    def __repr__(self) -> Any:
        return _made(self._text)

    def __str__(self) -> Any:
        return _made(self._shown)


def _made(text: Any) -> Any:
    if isinstance(text, BaseException):
        raise text
    return text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Lying("Login(password='hunter2')"), f"Login(password='{PASSWORD}')"),
        (Lying("Login()", "password=hunter2"), f"password={PASSWORD}"),
        (Lying(ValueError("password=hunter2")), "[redacted:withheld:repr]"),
        (Lying("x", ValueError("password=hunter2")), "[redacted:withheld:repr]"),
        (Lying(RecursionError()), "[redacted:withheld:repr]"),
        (Lying(7), "[redacted:withheld:repr]"),
        (ValueError("password=hunter2"), "ValueError('password=" + PASSWORD + "')"),
        (KeyError("4111 1111 1111 1111"), f"KeyError('{CARD}')"),
    ],
)
def test_objects_are_redacted_by_their_text(redactor: Redactor, value: Any, expected: Any) -> None:
    """
    An object of unknown kind with a secret in its ``repr`` or its ``str`` becomes that text; one
    that cannot be written becomes a marker.
    """
    assert {"a": expected} == redactor.record({"a": value})


def test_a_clean_object_stays_itself(redactor: Redactor) -> None:
    """
    An object without a secret in its texts is passed on as it is.
    """
    value = Lying("Login(user='bob')")

    assert redactor.record({"a": value})["a"] is value


def test_an_endless_object_is_cut(redactor: Redactor) -> None:
    """
    Of the text of an object with a secret no more than a bounded part is kept.
    """
    value = Lying("login password=hunter2 " + "x" * 1_000_000)

    redacted = redactor.record(value)

    assert redacted.startswith(f"login password={PASSWORD} xxx")
    assert len(redacted) < 20_000


@pytest.mark.parametrize("bound", [1000, 1 << 20])
def test_a_secret_behind_the_bound_does_not_come_out(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch, bound: int
) -> None:
    """
    An object whose text is longer than what is kept, or than what is looked at, does not come back
    raw.
    """
    monkeypatch.setattr(asking, "MAX_LOOKED_AT", bound)
    value = Lying("x " * 10_000 + "password=hunter2")

    redacted = redactor.record({"a": value})["a"]

    assert type(redacted) is str
    assert "hunter2" not in redacted


class Hostile(dict[str, Any]):
    def items(self) -> Any:
        raise ValueError("password=hunter2")


class Endless:
    def __iter__(self) -> Iterator[str]:
        while True:
            yield "password=hunter2"


def test_hostile_containers_are_withheld(redactor: Redactor) -> None:
    """
    A container that fails when it is walked is withheld, and what stands beside it is not.
    """
    record = {"a": Hostile(b=1), "c": "ok"}

    assert {"a": "[redacted:withheld:items]", "c": "ok"} == redactor.record(record)


def test_endless_iterators_are_not_consumed(redactor: Redactor) -> None:
    """
    An iterator or generator is no container: it is not consumed.
    """
    generator = (number for number in range(3))

    assert redactor.record({"g": generator})["g"] is generator
    assert [0, 1, 2] == list(generator)
    endless = Endless()
    assert redactor.record({"e": endless})["e"] is endless


@pytest.mark.parametrize(
    "text", ["\ud800 password=hunter2", "password=hun\udfffter2 x", "\udcff4111111111111111"]
)
def test_lone_surrogates_are_kept(redactor: Redactor, text: str) -> None:
    """
    A text with lone surrogates is redacted as any other; the surrogates outside secrets stay.
    """
    redacted = redactor.record({"a": text})["a"]

    assert "hunter2" not in redacted
    assert "ter2" not in redacted
    assert "1111" not in redacted
    assert redacted == redactor.text(text)


@pytest.mark.parametrize(
    "key", ["p\u0430ssword", b"p\xd0\xb0ssword".decode("ascii", "surrogateescape")]
)
def test_names_with_look_alike_letters_that_were_not_decoded_are_names(
    redactor: Redactor, key: str
) -> None:
    """
    A name in a record is one with a Cyrillic letter in it too, also where each byte of that became
    a lone surrogate; the name itself stays, and other surrogates name nothing.
    """
    for _ in range(3):
        assert {key: PASSWORD} == redactor.record({key: "hunter2-Zx9"})
        assert {"n\udcd0te": "hunter2-Zx9"} == redactor.record({"n\udcd0te": "hunter2-Zx9"})


def test_sets_are_looked_into(redactor: Redactor) -> None:
    """
    A set with a secret becomes a list.
    """
    assert [f"login password={PASSWORD} x"] == redactor.record({"login password=hunter2 x"})
    assert {"a", "b"} == redactor.record({"a", "b"})


def test_numbers_that_python_refuses_to_write_stay(redactor: Redactor) -> None:
    """
    An integer too long for Python to write out is no card and is passed on.
    """
    record = {"n": 10**5000, "m": -(10**5000)}

    assert redactor.record(record) is record


class Flavored(dict[str, Any]):
    """A mapping of another type that changes nothing of what it says."""

    def first(self) -> Any:
        return next(iter(self))


class Moment(dt.datetime):
    """A time of another type that changes nothing of what it says."""


class Level(enum.IntEnum):
    LOW = 1


@pytest.mark.parametrize(
    "value",
    [
        Key("x"), Flavored(a=1), Point("bob", ""), Moment(2026, 11, 22), Level.LOW, Color.RED,
        collections.OrderedDict(a=1), collections.defaultdict(int, a=1), collections.Counter("ab"),
        collections.deque([1]), range(3), time.gmtime(0), Path("/var/log"), uuid.uuid4(), 7, 1.5,
        decimal.Decimal("1.5"), fractions.Fraction(1, 3), dt.timedelta(1), frozenset({1}), b"x",
        bytearray(b"x"), memoryview(b"x"), dt.UTC, len, dataclasses.field, Login, int, math,
        {}.keys(), 2j, ..., None, True, [], (), {},
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_values_of_known_types_are_settled(redactor: Redactor, value: Any) -> None:
    """
    What is made from nothing but what was looked at, by code of the standard library, comes back
    as itself through an exit too.
    """
    assert redactor._walker.settled(value) is value
    assert redactor._walker.settled({"a": [value]})["a"][0] is value


@pytest.mark.parametrize("kind", [PurePosixPath, decimal.Decimal, collections.UserList, Color])
def test_what_was_never_initialised_is_withheld(redactor: Redactor, kind: Any) -> None:
    """
    A value that is half made, as one in the locals of its constructor, does not withhold the rest.
    """
    value = object.__new__(kind) if kind is Color else kind.__new__(kind)
    redacted = redactor.record({"a": value, "b": "login password=hunter2 x"})

    assert f"login password={PASSWORD} x" == redacted["b"]


def test_what_is_too_much_is_said_once_at_each_level(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where the bound of a record is reached, each container that goes on has one marker at its end.
    """
    monkeypatch.setattr(walk, "MAX_NODES", 10)
    monkeypatch.setattr(redactor._walker, "_native_redact", None)
    size = "[redacted:withheld:size]"

    redacted = redactor.record([{"a": ["password=hunter2", *["x"] * 20], "b": 1}, 2, 3])

    assert [{"a": [f"password={PASSWORD}", *["x"] * 5, size], size: size}, size] == redacted


def test_few_attributes_are_looked_at(redactor: Redactor) -> None:
    """
    Of what an object holds the first values are looked at, those near it before those behind.
    """
    value = types.SimpleNamespace(
        many=[{"n": number} for number in range(10_000)], password="hunter2zz"
    )
    shown = type("Shown", (), {"__repr__": lambda self: f"<{self.password} {len(self.many)}>"})()
    shown.__dict__.update(value.__dict__)

    assert f"<{PASSWORD} 10000>" == redactor.record(shown)

"""
Objects of the caller that do harm when they are asked: bounded in time and in output, silent, and
what leaves is what was looked at.
"""

from __future__ import annotations

import asyncio
import collections
import copy
import ipaddress
import itertools
import json
import logging
import pickle
import sqlite3
import sys
import threading
import types
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

import pytest

from redactor import Redactor
from redactor.engines import native_available
from redactor.records import asking, objects, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


SECRET = "hunter2zz"
TEXT = f"login password={SECRET} ok"
CLEAN = "login password=[redacted:password] ok"
PASSWORD = "[redacted:password]"
CARD = "[redacted:card]"
WITHHELD = "[redacted:withheld:repr]"


@pytest.fixture(params=["record", "settled"])
def redact(redactor: Redactor, request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    """Both ways through the walk: for a caller, and for an exit."""
    way: Callable[[Any], Any] = getattr(redactor._walker, request.param)
    return way


_WAYS = [
    pytest.param(
        (engine, way),
        id=f"{engine}-{way}",
        # The walk is the same; only that a text is looked at takes a hundred times as long.
        marks=[pytest.mark.slow] if engine == "reference" and native_available() else [],
    )
    for engine in ("reference", *["native"] * native_available())
    for way in ("record", "settled")
]


@pytest.fixture(params=_WAYS)
def redact_much(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    """As ``redact``, for records of very many values."""
    engine, name = request.param
    way: Callable[[Any], Any] = getattr(Redactor(engine=engine)._walker, name)
    return way


@pytest.fixture
def settled(redactor: Redactor) -> Callable[[Any], Any]:
    """The way of the exits."""
    return redactor._walker.settled


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_slow", {})


class Clock:
    """A clock that only what is tested moves on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(asking, "perf_counter", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which the time of objects is measured."""
    return Clock(monkeypatch)


def everything(value: Any) -> str:
    """Return all that a library could write of *value*."""
    return f"{value!r} {value!s} {value} {json.dumps(value, default=str)}"


class Saying:
    """An object that says what the test wants, and counts how often it is asked."""

    def __init__(self, written: Any = "Saying()", said: Any = None) -> None:
        self._written = written
        self._said = written if said is None else said
        self.asked: collections.Counter[str] = collections.Counter()

    def __repr__(self) -> Any:
        self.asked["repr"] += 1
        return _made(self._written)

    def __str__(self) -> Any:
        self.asked["str"] += 1
        return _made(self._said)


def _made(what: Any) -> Any:
    if isinstance(what, BaseException):
        raise what
    return what() if callable(what) else what


# What objects raise ---------------------------------------------------------------------------


class _Own(BaseException):
    pass


ERRORS = [
    ValueError(TEXT),
    SystemExit(TEXT),
    GeneratorExit(TEXT),
    asyncio.CancelledError(TEXT),
    RecursionError(TEXT),
    MemoryError(TEXT),
    StopIteration(TEXT),
    _Own(TEXT),
]


METHODS = """
__repr__ __str__ __format__ __eq__ __hash__ __bool__ __len__ __iter__ __getitem__ __getattr__
__getattribute__ __contains__ items keys values __index__ __float__ __int__ __call__ __dir__
__sizeof__ __reduce_ex__ __copy__ __deepcopy__ __instancecheck__
""".split()
BASES = [object, dict, list, tuple, set, frozenset, str, bytes, int, float, Mapping, Sequence]


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.__name__)
def test_what_an_object_raises_stays_inside(redact_much: Callable[[Any], Any], base: type) -> None:
    """
    Whatever method of an object raises, and whatever it raises: the record comes out, without a
    secret, and what stands beside the object is as it was.
    """
    for method, error in itertools.product(METHODS, ERRORS):
        asking._slow.clear()
        record = {"before": TEXT, "value": _raising(base, method, error), "after": 7}
        record["listed"] = [record["value"]]

        redacted = redact_much(record)

        assert CLEAN == redacted["before"], method
        assert 7 == redacted["after"], method
        assert list(record) == list(redacted), method
        if redact_much.__name__ == "settled":
            assert SECRET not in everything(redacted), method


def _raising(base: Any, method: str, error: BaseException) -> Any:
    """Return an object derived from *base* of which *method* raises *error*."""

    def hostile(*_args: object, **_kwargs: object) -> Any:
        raise error

    members: dict[str, Any] = {method: hostile}
    if base in (Mapping, Sequence):
        abstract = ("__getitem__", "__len__", "__iter__", "__contains__")
        members |= dict.fromkeys(abstract, hostile)
    kind: Any = type("Hostile", (base,), members)
    if base is dict:
        return kind(a=TEXT)
    if base in (list, tuple) or (base in (set, frozenset) and method != "__hash__"):
        return kind([TEXT])
    if base is str:
        return kind(TEXT)
    return kind(TEXT.encode()) if base is bytes else kind()


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_object_that_cannot_be_written_is_a_marker(
    redact: Callable[[Any], Any], error: BaseException
) -> None:
    """
    In the place of an object that raises when it is asked stands a marker, in the place of one that
    raises in one way only too: nobody knows what it would say.
    """
    assert {"a": WITHHELD, "b": "ok"} == redact({"a": Saying(error), "b": "ok"})
    half = redact({"a": Saying(f"Login({TEXT})", error)})["a"]

    assert WITHHELD == str(half)
    assert SECRET not in repr(half)


def test_an_interrupt_passes(redact: Callable[[Any], Any]) -> None:
    """
    Ctrl-C is the user's, also while an object is asked; the next record is redacted as ever.
    """
    with pytest.raises(KeyboardInterrupt):
        redact({"a": Saying(KeyboardInterrupt())})

    assert {"a": "Saying()"} == {"a": str(redact({"a": Saying()})["a"])}


@pytest.mark.parametrize("wrong", [7, None, b"x", [TEXT], object()])
def test_what_is_no_text_is_a_marker(redact: Callable[[Any], Any], wrong: Any) -> None:
    """
    An object whose ``repr`` is no text is withheld.
    """
    assert WITHHELD == redact(Saying(wrong))


def test_a_text_of_another_type_is_taken_as_what_it_holds(redact: Callable[[Any], Any]) -> None:
    """
    A ``repr`` that is a text of another type is read by what is in it, whatever its methods say.
    """

    class Text(str):
        __slots__ = ()

        def encode(self, *_args: object) -> bytes:
            return b"nothing"

        def __str__(self) -> str:
            return "nothing"

        def __getitem__(self, _at: object) -> str:
            return "nothing"

        def __len__(self) -> int:
            return 7

    redacted = redact(Saying(Text(TEXT)))

    assert CLEAN == str(redacted)
    assert type(str(redacted)) is str


class Recursing:
    def __repr__(self) -> str:
        return f"<{self!r}>"


class Nesting:
    def __init__(self, inside: Any) -> None:
        self.inside = inside

    def __repr__(self) -> str:
        return f"<{self.inside!r}>"


def test_an_object_that_recurses_is_a_marker(redact: Callable[[Any], Any]) -> None:
    """
    An endless recursion in a ``repr``, directly or over a container, ends inside.
    """
    turning: list[Any] = []
    turning.append(Nesting(turning))

    assert {"a": WITHHELD, "b": "ok"} == redact({"a": Recursing(), "b": "ok"})
    assert "withheld" in repr(redact({"a": Nesting(Recursing())}))
    assert "Nesting" not in repr(redact(turning))


def test_deep_in_the_stack_the_record_is_withheld(redact: Callable[[Any], Any]) -> None:
    """
    Where there is no stack left for the walk, the record is withheld and the program goes on.
    """

    def deeper(levels: int) -> Any:
        return redact({"a": [TEXT, Saying()]}) if levels == 0 else deeper(levels - 1)

    free = sys.getrecursionlimit() - len(_frames())
    for levels in range(free - 60, free - 2, 3):
        try:
            redacted = deeper(levels)
        except RecursionError:
            continue  # the test itself had no stack left for the call
        assert SECRET not in repr(redacted)


def _frames() -> list[types.FrameType]:
    frame: types.FrameType | None = sys._getframe()
    frames: list[types.FrameType] = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def test_a_metaclass_can_do_no_harm(redact: Callable[[Any], Any]) -> None:
    """
    A type that raises when it is compared, hashed, shown or asked for an attribute is a type.
    """

    def hostile(*_args: object, **_kwargs: object) -> Any:
        raise ValueError(TEXT)

    names = ["__eq__", "__hash__", "__repr__", "__instancecheck__", "__subclasscheck__", "__len__"]
    names += ["__iter__", "__bool__", "__getattr__"]
    meta = type("Meta", (type,), dict.fromkeys(names, hostile))
    kind = meta("Kind", (), {"__repr__": lambda _self: TEXT})

    assert CLEAN == str(redact({"a": kind()})["a"])
    assert {"a": WITHHELD} == redact({"a": kind})


# What objects say, and how often they are asked ------------------------------------------------


def test_an_object_is_asked_once(redact: Callable[[Any], Any]) -> None:
    """
    An object that stands in a record several times is asked once for each of its texts.
    """
    value = Saying("Saying(a)", "a")

    redact({"a": value, "b": [value, value], value: 1, "password": value})

    assert {"repr": 1, "str": 1} == value.asked


def test_what_leaves_is_what_was_looked_at(settled: Callable[[Any], Any]) -> None:
    """
    What stands for an object at an exit does not ask it again: it cannot say a secret later.
    """
    texts = iter(["first", *[TEXT] * 20])
    value = Saying(lambda: next(texts), lambda: "said")
    record = settled({"a": value, "b": (value,), value: 1})
    value._said = TEXT

    assert {"a": "said", "b": ("said",), "said": 1} == record
    assert "{'a': first, 'b': (first,), first: 1}" == repr(record)
    assert "said said first" == f"{record['a']} {record['a']:s} {record['a']!r}"
    assert 1 == value.asked["repr"]


def test_a_clean_object_comes_back_to_a_caller(redactor: Redactor) -> None:
    """
    ``Redactor.record`` returns a clean object as itself, wherever it stands.
    """
    value = Saying("Saying(a)", "a")
    record = {"a": value, "b": [value], "c": {value}}

    assert redactor.record(record) is record


def test_what_stands_for_an_object_says_what_it_said(settled: Callable[[Any], Any]) -> None:
    """
    ``%s``, ``%r``, ``{}`` and a width write for a settled object what they write for the object.
    """
    value = ValueError("no such user")
    stand = settled(value)

    assert f"{value} {value!r}" == f"{stand} {stand!r}"
    assert "%s %r" % (value, value) == "%s %r" % (stand, stand)  # noqa: UP031
    assert f"{value!s:>20}" == f"{stand:>20}"
    assert isinstance(stand, str)
    assert "no such user" == json.loads(json.dumps(stand))


class Measure:
    """A number of a type of its own: a tensor, a quantity, a decimal of a library."""

    ndim = 0

    def __init__(self, number: float) -> None:
        self.number = number

    def __float__(self) -> float:
        return float(self.number)

    def __int__(self) -> int:
        return int(self.number)

    def __repr__(self) -> str:
        return f"Measure({self.number})"

    def __format__(self, spec: str) -> str:
        return format(self.number, spec)


class Degrees(float):
    def __str__(self) -> str:
        return f"{float(self):.1f} C"


class Whole(int):
    def __repr__(self) -> str:
        return f"Whole({int(self)})"


@pytest.mark.parametrize("value", [Measure(0.123456), Degrees(21.25), Whole(12)])
def test_numbers_stay_numbers(settled: Callable[[Any], Any], value: Any) -> None:
    """
    What stands for a number of another type is one for ``%d`` and ``%.2f``, and says what it said.
    """
    stand = settled(value)

    form = "%d %.2f %s %r"
    assert form % ((value,) * 4) == form % ((stand,) * 4)
    assert f"{value} {value:.3f}" == f"{stand} {stand:.3f}"
    assert isinstance(value, (int, float)) == isinstance(stand, (int, float))
    assert json.dumps(value, default=str) == json.dumps(stand)


@pytest.mark.parametrize("kind", [Measure, Degrees, Whole])
def test_a_number_of_another_type_can_be_a_card(
    redact: Callable[[Any], Any], kind: Callable[[int], Any]
) -> None:
    """
    A card number is found in a number of any type, as a value and as a key.
    """
    redacted = redact({"a": kind(4111111111111111), kind(4111111111111111): 1})

    assert "4111" not in everything(redacted)


def test_an_array_of_one_number_is_not_asked_for_it(settled: Callable[[Any], Any]) -> None:
    """
    What has dimensions is no number: libraries warn when it is taken for one.
    """

    class Array(Measure):
        ndim = 1

        def __float__(self) -> float:
            raise AssertionError

    stand = settled(Array(7))

    assert "Measure(7)" == str(stand)
    with pytest.raises(TypeError):
        "%d" % stand  # noqa: UP031


def test_an_address_is_no_number(settled: Callable[[Any], Any]) -> None:
    """
    What can be taken for a number, and is none, is a text where numbers and texts differ.
    """
    value = ipaddress.ip_address("10.0.0.1")
    stand = settled(value)

    assert '"10.0.0.1"' == json.dumps(stand)
    form = "%s %r %d %x"
    assert form % (value, value, value, int(value)) == form % (stand, stand, stand, int(stand))
    assert f"{value} {value:>10s}" == f"{stand} {stand:>10s}"


@pytest.mark.parametrize(
    "value",
    [
        Saying(),
        Whole(12),
        Degrees(7.5),
        types.MappingProxyType({"a": 1}),
        collections.UserList([1]),
        collections.UserDict(a=1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_stands_for_an_object_can_be_copied_and_sent(
    settled: Callable[[Any], Any], value: Any
) -> None:
    """
    Copies of a settled object, and those in other processes, say the same.
    """
    stand = settled(value)

    for copied in (copy.copy(stand), copy.deepcopy(stand), pickle.loads(pickle.dumps(stand))):
        assert type(stand) is type(copied)
        assert f"{stand} {stand!r} {stand!s}" == f"{copied} {copied!r} {copied!s}"
        assert stand == copied


def test_settling_again_changes_nothing(redactor: Redactor) -> None:
    """
    What is settled is settled: it says the same after a second time, and is clean.
    """
    record = {"a": Saying(TEXT), "b": Whole(3), "c": types.MappingProxyType({"password": SECRET})}
    once = redactor._walker.settled(record)

    assert redactor.record(once) is once
    assert everything(once) == everything(redactor._walker.settled(once))


@pytest.mark.parametrize("where", ["repr", "str", "format"])
def test_every_way_of_writing_is_looked_at(redact: Callable[[Any], Any], where: str) -> None:
    """
    A secret that an object shows in one way only is found there.
    """
    kind = type("Shy", (), {f"__{where}__": lambda *_args: TEXT})

    redacted = redact({"a": kind()})

    assert "password=[redacted:password]" in f"{redacted} {redacted['a']} {redacted['a']!s}"
    assert SECRET not in everything(redacted)


def test_a_repr_can_log(redact: Callable[[Any], Any]) -> None:
    """
    An object that logs while it is asked, itself even, comes out, and so does what it logged.
    """
    logged: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(repr(redact({"msg": record.msg, "args": record.args})))

    logger = logging.Logger("hostile")  # not one that others see
    logger.addHandler(Handler())

    class Talking:
        def __repr__(self) -> str:
            logger.warning("asked with %s", TEXT)
            logger.warning("asked %r", self)
            return "Talking()"

        __str__ = __repr__

    redacted = redact({"a": Talking(), "b": 1})

    assert "Talking()" == str(redacted["a"])
    assert any(CLEAN in line for line in logged)
    assert any("[redacted:withheld:cycle]" in line for line in logged)
    assert SECRET not in "".join(logged)


def test_objects_that_log_others_end(redact: Callable[[Any], Any]) -> None:
    """
    A ``repr`` that logs a new object of its kind, that does the same, ends.
    """
    count = 0

    class Breeding:
        def __repr__(self) -> str:
            nonlocal count
            count += 1
            redact([Breeding(), Breeding()])
            return "Breeding()"

        __str__ = __repr__
        __format__ = __repr__  # type: ignore[assignment]

    redact(Breeding())

    assert count < 5000


def test_a_repr_can_change_what_it_is_in(redact: Callable[[Any], Any]) -> None:
    """
    An object that changes the containers that are walked does no harm.
    """

    class Changing:
        def __repr__(self) -> str:
            record.clear()
            listed.clear()
            record.update({f"key{number}": TEXT for number in range(100)})
            listed.extend([TEXT] * 100)
            return "Changing()"

    listed: list[Any] = [Changing(), TEXT, Changing(), 7]
    record: dict[str, Any] = {"listed": listed, "a": Changing(), "b": TEXT}

    redacted = redact(record)

    assert ["listed", "a", "b"] == list(redacted)
    assert CLEAN == redacted["b"] == redacted["listed"][1]
    assert 7 == redacted["listed"][3]


def test_another_thread_can_change_the_record(redact_much: Callable[[Any], Any]) -> None:
    """
    A record that another thread fills and empties all the time is redacted, and nothing is raised.
    """
    record: dict[str, Any] = {}
    listed: set[Any] = set()
    fields = Saying()
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            record[f"key{number % 50}"] = TEXT
            listed.add(number % 30)
            fields.__dict__[f"name{number % 20}"] = TEXT
            if number % 7 == 0:
                record.popitem()
                listed.pop()
            if number % 100 == 0:
                record.clear()
                listed.clear()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            redacted = redact_much(
                {"record": record, "listed": listed, "fields": fields, "o": object()}
            )
            assert ["record", "listed", "fields", "o"] == list(redacted)
            if redacted["record"] is not record:
                assert SECRET not in repr(redacted["record"])
    finally:
        stop.set()
        thread.join()


# Time -----------------------------------------------------------------------------------------


def test_a_slow_object_is_not_asked_again(redactor: Redactor, clock: Clock) -> None:
    """
    An object that blocks for a second holds up one record, not the next: its type is withheld for a
    while, and asked again after it.
    """

    class Slow(Saying):
        def __repr__(self) -> Any:
            clock.now += 1.0
            return super().__repr__()

        __str__ = __repr__

    value = Slow("Slow()")
    other = Slow("Slow()")

    first = redactor.record({"a": value, "b": other})
    again = [redactor._walker.settled({"a": value, "n": 1}) for _ in range(5)]

    assert {"a": "[redacted:withheld:slow]", "b": "[redacted:withheld:slow]"} == first
    assert [{"a": "[redacted:withheld:slow]", "n": 1}] * 5 == again
    assert 1 == value.asked.total() + other.asked.total()
    clock.now += 60.0
    redactor.record(value)
    assert 2 == value.asked.total()


def test_an_object_that_goes_on_being_slow_is_asked_ever_less(
    redactor: Redactor, clock: Clock
) -> None:
    """
    The rest after a slow call grows, up to a minute; a fast call ends it.
    """
    took = 1.0

    class Slow:
        def __repr__(self) -> str:
            clock.now += took
            return "Slow()"

    def rest() -> float:
        value = Slow()
        redactor.record(value)
        start = clock.now
        while redactor._walker.settled(value) == "[redacted:withheld:slow]":
            clock.now += 0.5
        return clock.now - start - took

    rests = [rest() for _ in range(4)]

    assert sorted(rests) == rests
    assert rests[0] < 10 < rests[-1] < 70
    clock.now += 100
    took = 0.0
    assert "Slow()" == str(redactor._walker.settled(Slow()))
    assert "Slow()" == str(redactor._walker.settled(Slow()))


def test_what_was_waited_for_comes_out(settled: Callable[[Any], Any], clock: Clock) -> None:
    """
    A text that was slow to come, and did come, is not thrown away.
    """

    class Slow:
        def __repr__(self) -> str:
            clock.now += 1.0
            return f"Slow({TEXT})"

    assert f"Slow({CLEAN})" == settled(Slow())


def test_many_objects_share_the_time_of_a_record(
    settled: Callable[[Any], Any], clock: Clock
) -> None:
    """
    Of a record with too many objects that are each a little slow, the first ones come out; their
    types are not remembered.
    """
    asked = 0

    class Lazy:
        def __repr__(self) -> str:
            nonlocal asked
            asked += 1
            clock.now += 0.01
            return "Lazy()"

    redacted = settled([Lazy() for _ in range(1000)])

    assert "Lazy()" == redacted[0]
    assert "[redacted:withheld:slow]" == redacted[-1]
    assert asked < 50
    assert "Lazy()" == settled(Lazy())


def test_few_slow_types_are_remembered(clock: Clock, settled: Callable[[Any], Any]) -> None:
    """
    Types that come and go do not fill the memory, slow ones included.
    """

    def slow(_self: object) -> str:
        clock.now += 1.0
        return "x"

    for number in range(300):
        settled(type(f"Slow{number}", (), {"__repr__": slow})())

    assert len(asking._slow) <= 256


@pytest.mark.parametrize("base", [Sequence, AbstractSet, Mapping])
def test_a_slow_iterator_is_given_up(
    redact: Callable[[Any], Any], clock: Clock, base: type
) -> None:
    """
    A container that takes long for each of its items is withheld.
    """

    def iterate(_self: object) -> Iterator[str]:
        while True:
            clock.now += 0.1
            yield "x"

    members: dict[str, Any] = {"__iter__": iterate, "__len__": lambda _self: 3}
    members |= {"__getitem__": lambda _self, _at: "x", "__contains__": lambda *_args: True}
    value = type("Endless", (base,), members)()

    assert {"a": "[redacted:withheld:items]", "b": 1} == redact({"a": value, "b": 1})


# Size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x" * 50_000_000, TEXT + "x " * 25_000_000, "x" * 2_000_000])
def test_a_giant_repr_is_cut(redact: Callable[[Any], Any], text: str) -> None:
    """
    Of 50 MB that an object says about itself a few kilobytes come out, redacted, and a marker.
    """
    redacted = redact({"a": Saying(text)})

    assert len(repr(redacted)) < 20_000
    assert SECRET not in everything(redacted)
    assert str(redacted["a"]).endswith("x [redacted:withheld:size]".replace("x ", ""))


def test_a_cut_text_shows_no_half_marker(
    redact: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Wherever the text of an object is cut, no marker is cut in two, and redacting it again changes
    nothing.
    """
    monkeypatch.setattr(objects, "MAX_REPR", 400)
    for shift in range(30):
        redacted = redact(Saying("x" * shift + " password=hunter2zz" * 30))

        assert (
            redacted.replace(PASSWORD, "").replace("[redacted:withheld:size]", "").count("[") == 0
        )
        assert redact(str(redacted)) == str(redacted)


def test_many_giant_texts_are_bounded_together(redact: Callable[[Any], Any]) -> None:
    """
    What the objects of one record say is bounded for all of them together.
    """
    text = "word " * 200_000

    redacted = redact([Saying(text) for _ in range(50)])

    shown = [str(value) for value in redacted if isinstance(value, str)]
    assert sum(map(len, shown)) < 6_000_000
    assert "[redacted:withheld:size]" == redacted[-1]


@pytest.mark.parametrize("leaf", ["x", TEXT, 7, Saying()], ids=["clean", "dirty", "int", "object"])
def test_a_shared_graph_does_not_explode(
    redact_much: Callable[[Any], Any], leaf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A billion values made from thirty lists end at the bound of a record.
    """
    monkeypatch.setattr(walk, "MAX_NODES", 5000)
    value: Any = [leaf]
    for level in range(30):
        value = [value, value] if level % 2 else {"a": value, "b": value}

    redacted = redact_much(value)

    assert leaves(redacted) <= walk.MAX_NODES
    assert SECRET not in repr(redacted)


def leaves(value: Any) -> int:
    """Count the values in *value*, the containers too."""
    if isinstance(value, dict):
        return 1 + sum(map(leaves, value.values()))
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(leaves, value))
    return 1


@pytest.mark.parametrize(
    "record",
    [
        ["x"] * 1_000_000,
        dict.fromkeys(range(1_000_000), TEXT),
        {"a": ["x"] * 300_000, "b": ["x"] * 300_000},
        [collections.deque(["x"] * 300_000)],
    ],
    ids=["list", "dict", "nested", "deque"],
)
def test_a_giant_container_is_cut(
    redact_much: Callable[[Any], Any], record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Of a container with too many values the first ones come out, then one marker, nothing more.
    """
    monkeypatch.setattr(walk, "MAX_NODES", 5000)

    redacted = redact_much(record)

    assert leaves(redacted) <= walk.MAX_NODES + 10
    assert "[redacted:withheld:size]" in repr(redacted)
    assert SECRET not in repr(redacted)


def test_ten_thousand_keys_and_a_thousand_levels(redact_much: Callable[[Any], Any]) -> None:
    """
    Ten thousand keys all come out, in order; of a thousand levels the first ones do.
    """
    wide = {f"key{number}": number for number in range(10_000)} | {"password": SECRET}
    deep: Any = TEXT
    for _ in range(1000):
        deep = {"a": deep, "o": object()}

    redacted = redact_much({"wide": wide, "deep": deep})

    assert list(wide) == list(redacted["wide"])
    assert PASSWORD == redacted["wide"]["password"]
    assert "[redacted:withheld:depth]" in repr(redacted["deep"])
    assert SECRET not in repr(redacted)


class EndlessList(Sequence[str]):
    def __len__(self) -> int:
        return 3

    def __getitem__(self, at: Any) -> Any:
        return "x"


class EndlessMapping(Mapping[str, str]):
    def __len__(self) -> int:
        return 10**18

    def __getitem__(self, key: str) -> str:
        return "x"

    def __iter__(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"key{number}"


class EndlessSet(AbstractSet[Any]):
    def __contains__(self, value: object) -> bool:
        return True

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[Any]:
        while True:
            yield TEXT


@pytest.mark.parametrize("kind", [EndlessList, EndlessMapping, EndlessSet])
def test_an_endless_container_is_cut(
    redact_much: Callable[[Any], Any], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A container without end ends at the bound of a record.
    """
    monkeypatch.setattr(walk, "MAX_NODES", 5000)

    redacted = redact_much({"a": kind(), "b": 1})

    assert leaves(redacted) <= walk.MAX_NODES + 10
    assert SECRET not in repr(redacted)


def test_a_long_range_is_not_walked(redact: Callable[[Any], Any]) -> None:
    """
    A range is known by its ends, however long it is.
    """
    value = range(10**15)

    assert redact({"a": value})["a"] is value


def test_what_can_be_consumed_is_not(redact: Callable[[Any], Any], tmp_path: Path) -> None:
    """
    Iterators, generators, coroutines and files are shown, not read.
    """
    path = tmp_path / "file"
    path.write_text("one\ntwo\n")

    async def wait() -> None:
        """Wait for nothing."""

    coroutine = wait()
    generator = (number for number in range(3))
    iterator, mapped = iter([1, 2]), map(int, "12")
    with path.open() as file:
        redacted = redact([generator, iterator, mapped, coroutine, file, threading.Lock()])

        assert ["one\n", "two\n"] == list(file)
    coroutine.close()
    assert [0, 1, 2] == list(generator)
    assert [1, 2] == list(iterator)
    assert [1, 2] == list(mapped)
    assert "<generator object" in repr(redacted)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_buffers_are_looked_into(
    redact: Callable[[Any], Any], kind: Callable[[bytes], Any]
) -> None:
    """
    Bytes of every kind are redacted; a clean buffer comes back as itself; too long a one does not.
    """
    clean = kind(b"clean")

    assert CLEAN.encode() == redact(kind(TEXT.encode()))
    assert redact({"a": clean})["a"] is clean
    if kind is not bytes:
        assert "[redacted:withheld:size]" == redact(kind(bytes(1 << 25)))


def test_a_released_buffer_is_withheld(redact: Callable[[Any], Any]) -> None:
    """
    A view of bytes that are gone is a marker.
    """
    view = memoryview(b"x")
    view.release()

    assert [WITHHELD, 1] == redact([view, 1])


# Objects that pass for others -----------------------------------------------------------------


class Quiet(str):
    """A text that says something else than it holds, whoever asks."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nothing"

    def __repr__(self) -> str:
        return "nothing"

    def __format__(self, spec: str) -> str:
        return "nothing"

    def encode(self, *_args: object) -> bytes:
        return b"nothing"

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return True


class Loud(str):
    """A text that holds nothing, and says a secret."""

    __slots__ = ()

    def __str__(self) -> str:
        return TEXT

    def __format__(self, spec: str) -> str:
        return TEXT


def test_texts_that_lie_are_looked_at_both_ways(redact: Callable[[Any], Any]) -> None:
    """
    What a text of another type holds is looked at, and what it says, as a value and as a key.
    """
    for kind, text in ((Quiet, TEXT), (Loud, "x")):
        redacted = redact({"a": kind(text), "b": [kind(text)], kind(text): 1})

        assert SECRET not in everything(redacted)
        assert 3 == len(redacted)
    assert CLEAN == str.__str__(redact(Quiet(TEXT)))


class Lying:
    """An object that passes for a text."""

    __class__ = str  # type: ignore[assignment]

    def __repr__(self) -> str:
        return TEXT


class Raising:
    """An object that nobody may ask for its class."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise ValueError(TEXT)

    def __repr__(self) -> str:
        return TEXT


def test_an_object_is_what_its_type_is(redact: Callable[[Any], Any]) -> None:
    """
    An object that passes for one of another class is read as what it is.
    """
    assert CLEAN == str(redact(Lying()))
    assert CLEAN == str(redact({"a": Raising()})["a"])
    assert SECRET not in everything(redact({Lying(): 1, Raising(): [Lying()]}))


@pytest.mark.parametrize("spec", [None, dict, list, str, int, collections.UserDict, bytes])
def test_mocks_are_shown(redact: Callable[[Any], Any], spec: Any) -> None:
    """
    A mock, which has every attribute and every method, is shown as a mock.
    """
    for kind in (mock.Mock, mock.MagicMock, mock.NonCallableMock):
        value = kind(spec=spec, name=TEXT)

        shown = repr(redact({"a": value}))

        assert "Mock" in shown
        assert CLEAN in shown
        assert [] == value.method_calls


def test_a_proxy_is_evaluated_once(settled: Callable[[Any], Any]) -> None:
    """
    What stands for something that is made when it is asked is made once.
    """
    local = pytest.importorskip("werkzeug.local")
    functional = pytest.importorskip("django.utils.functional")
    for make in (local.LocalProxy, functional.SimpleLazyObject, functional.lazy):
        made: list[Any] = []

        def create(made: list[Any] = made) -> Any:
            made.append(1)
            return TEXT

        proxy = make(create, str)() if make is functional.lazy else make(create)

        assert CLEAN == settled({"a": proxy})["a"]
        assert [1] == made


# Objects of libraries -------------------------------------------------------------------------


class Login(NamedTuple):
    user: str
    password: str


class Holder:
    """An object that shows a secret without its name."""

    def __init__(self, password: Any) -> None:
        self.user = "bob"
        self.password = password

    def __repr__(self) -> str:
        return f"<Holder {self.user} {self.password}>"


class Slotted:
    __slots__ = ("password", "user")

    def __init__(self, password: Any) -> None:
        self.user = "bob"
        self.password = password

    def __repr__(self) -> str:
        return f"<Slotted {self.user} {self.password}>"


@pytest.mark.parametrize("kind", [Holder, Slotted])
def test_a_secret_is_known_by_the_name_of_its_attribute(
    redact: Callable[[Any], Any], kind: type
) -> None:
    """
    What an object holds under a name that a rule knows does not come out in its text, in whatever
    form it stands there.
    """
    for password in (SECRET, "hun'ter\\2\n", "a", "7391", 7391):
        shown = str(redact({"a": kind(password)})["a"])

        if password == "a":  # too short to tell it from the rest
            continue
        assert f"<{kind.__name__} bob {PASSWORD}>" == shown
    nested = kind([{"passwd": "hunter3zz"}, [("authorization", "Bearer hunter4zz")]])
    assert "hunter" not in everything(redact({"a": nested}))


def test_a_short_secret_is_replaced_where_it_stands_alone(redact: Callable[[Any], Any]) -> None:
    """
    A secret of few characters does not take pieces out of the words around it.
    """

    class Card:
        def __init__(self) -> None:
            self.cvv = "123"

        def __repr__(self) -> str:
            return "Card order 41235, checked 123"

    assert "Card order 41235, checked [redacted:card-security-code]" == str(redact(Card()))


def test_lazy_attributes_are_not_loaded(redact: Callable[[Any], Any]) -> None:
    """
    Properties of an object are not asked: they may go to a database.
    """

    class Row(Holder):
        @property
        def orders(self) -> list[Any]:
            raise AssertionError

        def __getattr__(self, name: str) -> Any:
            raise AssertionError

    assert f"<Holder bob {PASSWORD}>" == str(redact(Row(SECRET)))


def test_named_tuples_keep_their_type(redact: Callable[[Any], Any]) -> None:
    """
    A field of a named tuple is known by its name, and the tuple stays one.
    """
    assert Login("bob", PASSWORD) == redact(Login("bob", SECRET))
    assert type(redact(Login("bob", SECRET))) is Login
    clean = Login("bob", "")
    assert redact([clean])[0] is clean


def test_rows_of_sqlite_are_known_by_their_columns(redact: Callable[[Any], Any]) -> None:
    """
    A row of a database is redacted by the names of its columns.
    """
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row = connection.execute("select 'bob' as name, ? as password", [SECRET]).fetchone()
    connection.close()

    assert ["bob", PASSWORD] == redact(row)


def test_dataclasses_at_an_exit_read_as_they_do(settled: Callable[[Any], Any]) -> None:
    """
    What stands for a dataclass at an exit has the text of one, without the fields that it hides.
    """
    import dataclasses

    @dataclasses.dataclass
    class User:
        name: str
        password: str
        pin: str = dataclasses.field(default="hunter3zz", repr=False)

    stand = settled({"u": User("bob", SECRET)})["u"]

    assert stand.endswith(f".User(name='bob', password='{PASSWORD}')")
    assert repr(stand) == str(stand)


def test_a_dataclass_with_a_text_of_its_own_is_asked_for_it(redactor: Redactor) -> None:
    """
    Clean fields do not make a dataclass clean that says something else.
    """
    import dataclasses

    @dataclasses.dataclass
    class User:
        name: str
        hidden: str = dataclasses.field(default="x", repr=False)

        def __str__(self) -> str:
            return TEXT

    assert CLEAN == redactor.record(User("bob"))
    assert {"name": CLEAN} == redactor.record(User(TEXT))


def test_attrs(redact: Callable[[Any], Any]) -> None:
    """
    Attrs classes, slotted or not, are shown as they show themselves, by the names of their fields.
    """
    attrs = pytest.importorskip("attrs")
    for make in (attrs.define, attrs.frozen, lambda kind: attrs.define(kind, slots=False)):

        class User:
            name: str
            password: str
            pin: str = attrs.field(default="hunter3zz", repr=False)

        kind: Any = make(User)
        shown = str(redact({"u": kind("bob", SECRET)})["u"])

        assert shown.endswith(f"User(name='bob', password='{PASSWORD}')")


def test_pydantic(redact: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Fields of a pydantic model are known by their names; what its ``SecretStr`` hides stays hidden,
    and is not asked for.
    """
    pydantic = pytest.importorskip("pydantic")
    monkeypatch.setattr(pydantic.SecretStr, "get_secret_value", None)

    class User(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        name: str
        password: str
        key: pydantic.SecretStr  # type: ignore[name-defined]
        pin: str = pydantic.Field(default="hunter3zz", repr=False)

    user = User(name="bob", password=SECRET, key="hunter4zz")
    hidden = {"password": user.key}

    shown = redact({"u": user})["u"]

    assert f"User(name='bob', password='{PASSWORD}', key=SecretStr('**********'))" == repr(
        shown
    ).strip('"')
    assert "hunter" not in everything(shown)
    assert {"password": "**********"} == {"password": str(redact(hidden)["password"])}


def test_pydantic_with_a_text_of_its_own(redact: Callable[[Any], Any]) -> None:
    """
    What a ``SecretStr`` hides does not come out where a model shows it.
    """
    pydantic = pytest.importorskip("pydantic")

    class User(pydantic.BaseModel):  # type: ignore[name-defined,misc]
        key: pydantic.SecretStr  # type: ignore[name-defined]

        def __repr__(self) -> str:
            return f"<User {self.key.get_secret_value()}>"

        __str__ = __repr__

    assert "<User [redacted:secret]>" == str(redact(User(key="hunter4zz")))


def test_msgspec(redact: Callable[[Any], Any]) -> None:
    """
    A struct of msgspec is known by its fields.
    """
    msgspec = pytest.importorskip("msgspec")
    kind = msgspec.defstruct("User", [("name", str), ("password", str)])

    assert f"User(name='bob', password='{PASSWORD}')" == str(redact(kind("bob", SECRET)))


def test_numpy(redact: Callable[[Any], Any]) -> None:
    """
    Scalars of numpy are numbers and texts; they come back as themselves when they are clean. Arrays
    are shown as they show themselves.
    """
    numpy = pytest.importorskip("numpy")
    clean = {
        "a": numpy.int64(3), "b": numpy.float32(1.5), "c": numpy.bool_(True), "d": numpy.str_("x"),
        "e": numpy.datetime64("2026-11-22"), "f": numpy.bytes_(b"x"), "g": numpy.longdouble(1.5),
    }  # fmt: skip

    assert redact(clean) is clean
    assert {"n": CARD} == redact({"n": numpy.int64(4111111111111111)})
    assert {"n": CARD} == redact({"n": numpy.uint64(4111111111111111)})
    assert {"cvv": "[redacted:card-security-code]"} == redact({"cvv": numpy.int16(123)})
    assert [CLEAN, CLEAN.encode()] == redact([numpy.str_(TEXT), numpy.bytes_(TEXT.encode())])
    assert SECRET not in everything(redact({"a": numpy.array([TEXT])}))
    assert "4111" not in everything(redact({"a": numpy.array([[4111111111111111] * 3] * 3)}))
    assert len(everything(redact({"a": numpy.zeros((5000, 5000))}))) < 10_000
    zero = redact({"a": numpy.array(0.5)})["a"]
    assert "0.50 0" == "%.2f %d" % (zero, zero)  # noqa: UP031  # as logging does it


def test_pandas(redact: Callable[[Any], Any]) -> None:
    """
    Frames are shown as they show themselves, without the values of columns and rows whose names a
    rule knows; times come back as themselves.
    """
    pandas = pytest.importorskip("pandas")
    names = {f"column{number}": ["x", "y"] for number in range(8)}
    frame = pandas.DataFrame(
        {"user": ["bob", "ann"], **names, "password": [SECRET, "hunter3zz"], "cvv": [123, 456]}
    )
    long = pandas.concat([frame] * 10_000, ignore_index=True)
    times = {"a": pandas.Timestamp("2026-11-22"), "b": pandas.NaT, "c": pandas.Timedelta("1s")}

    with pandas.option_context("display.width", 1000):
        for value in (frame, long, frame.T, frame["password"], frame.iloc[0], frame[["password"]]):
            shown = everything(redact({"a": value}))
            assert len(shown) < 20_000
            assert "hunter" not in shown
            assert " 123" not in shown
        assert "bob" in str(redact(frame))
        assert "user" in str(redact(frame.T))
    assert redact(times) is times
    cut = redact(pandas.DataFrame({"password": ["correct horse battery staple " * 9]}))
    assert "horse" not in str(cut)
    clean = frame[["user"]]
    assert str(clean) == str(redact(clean))


def test_sqlalchemy(redact: Callable[[Any], Any]) -> None:
    """
    Rows are known by the names of their columns, mapped objects by what they hold, loaded or not;
    a connection string hides its password itself.
    """
    sqlalchemy = pytest.importorskip("sqlalchemy")
    orm = pytest.importorskip("sqlalchemy.orm")

    class Base(orm.DeclarativeBase):  # type: ignore[name-defined,misc]
        pass

    class User(Base):
        __tablename__ = "users"
        id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
        name = sqlalchemy.Column(sqlalchemy.String)
        password = sqlalchemy.Column(sqlalchemy.String)

        def __repr__(self) -> str:
            return f"<User {self.name} {self.password}>"

    engine = sqlalchemy.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(User(id=1, name="bob", password=SECRET))
        session.commit()
        select = sqlalchemy.select(User.name, User.password)
        row = session.execute(select).first()
        loaded = session.get(User, 1)
        first = str(redact({"u": loaded})["u"])
        session.commit()  # what it holds is gone, and comes back when it is asked
        second = str(redact({"u": loaded})["u"])
        session.expire_all()
        gone = loaded
    engine.dispose()

    assert [f"<User bob {PASSWORD}>"] * 2 == [first, second]
    assert {"u": WITHHELD} == redact({"u": gone})
    assert ["bob", PASSWORD] == redact(row)
    assert SECRET not in everything(redact({"r": row, "m": row._mapping, "all": [row, row]}))
    url = sqlalchemy.engine.make_url(f"postgresql://bob:{SECRET}@db/x")
    assert SECRET not in everything(redact({"url": url}))


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        ("werkzeug.datastructures", "MultiDict"),
        ("werkzeug.datastructures", "ImmutableMultiDict"),
        ("werkzeug.datastructures", "Headers"),
        ("starlette.datastructures", "ImmutableMultiDict"),
        ("starlette.datastructures", "QueryParams"),
        ("starlette.datastructures", "FormData"),
        ("multidict", "MultiDict"),
        ("multidict", "CIMultiDict"),
    ],
)
def test_mappings_of_web_frameworks(redactor: Redactor, module: str, kind: str) -> None:
    """
    Forms, queries and headers, in which a key can be more than once, hide all its values, and say
    at an exit what they say themselves.
    """
    make = getattr(pytest.importorskip(module), kind)
    pairs = [("user", "bob"), ("password", SECRET), ("user", "ann"), ("password", "hunter3zz")]
    value = make(pairs)

    for redacted in (redactor.record({"f": value}), redactor._walker.settled({"f": value})):
        assert "hunter" not in everything(redacted)
    stand = redactor._walker.settled(value)
    masked = repr(value).replace(SECRET, PASSWORD).replace("hunter3zz", PASSWORD)
    assert masked == repr(stand)
    clean = make([("a", "1"), ("a", "2")])
    assert redactor.record(clean) is clean
    assert repr(clean) == repr(redactor._walker.settled(clean))


def test_the_second_value_of_a_key_alone_is_found(redact: Callable[[Any], Any]) -> None:
    """
    A mapping that gives one value for each key, and shows them all, is not clean by the first.
    """
    structures = pytest.importorskip("werkzeug.datastructures")
    value = structures.MultiDict([("a", "1"), ("a", TEXT)])

    assert SECRET not in everything(redact({"a": value}))


def test_exceptions_are_values(redact: Callable[[Any], Any]) -> None:
    """
    An exception in a record shows its type and its text, by what it was given too, and no notes.
    """

    class Denied(Exception):
        def __init__(self, user: str, password: str) -> None:
            super().__init__(user, password)
            self.password = password

        def __str__(self) -> str:
            return f"denied {self.password}"

    noted = ValueError("ok")
    noted.add_note(TEXT)
    group = ExceptionGroup("many", [ValueError(TEXT), KeyError({"password": SECRET})])

    redacted = redact({"a": Denied("bob", SECRET), "b": noted, "c": group, "d": KeyError(TEXT)})

    assert SECRET not in everything(redacted)
    assert f"Denied('bob', '{PASSWORD}')" in repr(redacted)
    assert not hasattr(redacted["b"], "__notes__")


def test_enums_of_every_kind(redact: Callable[[Any], Any]) -> None:
    """
    Members of an enumeration come back as themselves; those with a text of their own say it.
    """
    import enum
    import http

    class Status(str, enum.Enum):  # noqa: UP042  # as it is still written
        OPEN = "open"

        def __str__(self) -> str:
            return self.value

    class Number(int, enum.Enum):
        ONE = 1

        def __str__(self) -> str:
            return "one"

    class Secret(enum.Enum):
        A = TEXT
        B = Login("bob", SECRET)
        C = Holder(SECRET)

    clean = [http.HTTPStatus.OK, enum.Enum("E", "A").A]  # type: ignore[attr-defined]
    assert redact(clean) is clean
    assert "open one" == "{} {}".format(*redact([Status.OPEN, Number.ONE]))
    form = "%d %s"
    assert "1 open" == form % tuple(redact([Number.ONE, Status.OPEN]))
    assert SECRET not in everything(redact({"a": list(Secret), Secret.A: 1, Secret.B: 2}))


# Keys -----------------------------------------------------------------------------------------


class Key:
    """A key that can be put into a mapping once, and says a secret."""

    def __init__(self) -> None:
        self.hashed = 0

    def __hash__(self) -> int:
        self.hashed += 1
        if self.hashed > 1:
            raise ValueError(TEXT)
        return 9871

    def __eq__(self, other: object) -> bool:
        raise ValueError(TEXT)

    def __repr__(self) -> str:
        return f"Key({SECRET!r})"


def test_keys_of_every_kind(redact: Callable[[Any], Any]) -> None:
    """
    Keys that are no texts keep what they are; no entry is lost, whatever a key does when it is
    hashed or compared.
    """
    keys: list[Any] = [
        None, 7, 1.5, (1, "x"), ("a", TEXT), b"bytes", TEXT.encode(), Login("bob", SECRET),
        frozenset({1}), Key(), ((1, (2, (3,))),), "", TEXT, object(), len, int,
    ]  # fmt: skip
    record = {key: number for number, key in enumerate(keys)} | {"dirty": TEXT}

    redacted = redact(record)

    assert [*range(len(keys)), CLEAN] == list(redacted.values())
    assert [None, 7, 1.5, (1, "x")] == list(redacted)[:4]
    assert ((1, (2, (3,))),) in redacted
    assert TEXT not in everything({str(key): value for key, value in redacted.items()})


def test_no_entry_is_lost_when_stands_are_equal(redact: Callable[[Any], Any]) -> None:
    """
    Objects that say the same, or that are the number that another key is, stay keys of their own.
    """
    record = {Saying("same"): 1, Saying("same"): 2, "same": TEXT, 7: 3, Measure(7): 4}

    assert [1, 2, CLEAN, 3, 4] == list(redact(record).values())


# What is dropped ------------------------------------------------------------------------------


def test_a_dropped_field_is_dropped_with_the_object(build: Callable[..., Redactor]) -> None:
    """
    A rule that drops a field drops the object that shows what the rule is about, and no object that
    does not show it.
    """
    redactor = build(actions={"password": "drop-field"})

    class Hiding(Holder):
        def __repr__(self) -> str:
            return "<Hiding>"

    hiding = Hiding(SECRET)
    record = {"a": Holder(SECRET), "b": 1, "c": hiding}

    assert {"b": 1, "c": hiding} == redactor.record(record)
    assert {"b": 1, "c": "<Hiding>"} == redactor._walker.settled(record)


def test_a_dropped_record_is_dropped_by_an_object(build: Callable[..., Redactor]) -> None:
    """
    A rule that drops the record does so for what an object shows.
    """
    redactor = build(actions={"password": "drop-record"})

    assert redactor.record({"a": [Holder(SECRET)]}) is None

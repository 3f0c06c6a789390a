"""A known value is removed in each form in which a program may write it."""

from __future__ import annotations

import base64
import itertools
import json
import logging
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Finding, KnownValues, Redactor
from tests.known.strategies import LABEL, MARKER, VALUES, WAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

#: What base64, hex and escapes of every byte of a very short value say is too little.
_SAYS_TOO_LITTLE = {("a very short one", way) for way in WAYS if way.startswith("base64")}
_each_value = pytest.mark.parametrize("name", VALUES)


def written(name: str) -> list[tuple[str, str]]:
    """Write a value in each way, each with its name."""
    return [
        (way, write(VALUES[name]))
        for way, write in WAYS.items()
        if (name, way) not in _SAYS_TOO_LITTLE
    ]


@pytest.fixture(scope="module")
def redactors(engine_name: EngineName) -> dict[str, Redactor]:
    """A redactor for each value, which is all that it knows."""
    made: dict[str, Redactor] = {}
    for value in VALUES.values():
        made[value] = Redactor(engine=engine_name)
        made[value].known.register(value, LABEL)
    return made


@_each_value
def test_a_value_is_removed_from_text(redactors: dict[str, Redactor], name: str) -> None:
    """
    In a text nothing is left of the value, and all around it stays.
    """
    redact = redactors[VALUES[name]].text
    for way, form in written(name):
        assert f"got '{MARKER}', ok" == redact(f"got '{form}', ok"), way
        assert f"{MARKER}" == redact(form), way
        assert f"a {MARKER} b {MARKER}\n{MARKER}" == redact(f"a {form} b {form}\n{form}"), way


@_each_value
def test_a_value_is_removed_from_records(redactors: dict[str, Redactor], name: str) -> None:
    """
    In a record the value is removed from texts, bytes and keys, however deep.
    """
    redactor = redactors[VALUES[name]]
    for way, form in written(name):
        record = {
            "message": f"got {form} ok",
            "n": [1, ("x", {f"k {form}": form.encode()})],
            "when": None,
        }

        assert {
            "message": f"got {MARKER} ok",
            "n": [1, ("x", {f"k {MARKER}": MARKER.encode()})],
            "when": None,
        } == redactor.record(record), way


@_each_value
def test_a_value_is_removed_from_lines(redactors: dict[str, Redactor], name: str) -> None:
    """
    In a log the value is removed from each line; the other lines stay.
    """
    redact = redactors[VALUES[name]].lines
    for way, form in written(name):
        assert f"before\ngot {MARKER} ok\r\n{MARKER}\nlast" == (
            redact(f"before\ngot {form} ok\r\n{form}\nlast".encode()).decode()
        ), way


@_each_value
def test_a_value_is_found(redactors: dict[str, Redactor], name: str) -> None:
    """
    A known value is a finding with the id ``known-value`` and its place, in text and in bytes.
    """
    find = redactors[VALUES[name]].find
    for way, form in written(name):
        text = f"é got '{form}', ok"

        assert (Finding("known-value", 7, 7 + len(form)),) == find(text), way
        assert (Finding("known-value", 8, 8 + len(form.encode())),) == find(text.encode()), way


@pytest.mark.parametrize("name", [name for name in VALUES if name != "a very short one"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_of_a_larger_text_keeps_no_bit_of_the_value(
    redactors: dict[str, Redactor], name: str, encode: Callable[[bytes], bytes]
) -> None:
    """
    Wherever the value is in a text that is written as base64, the characters with bits of it go,
    and the others stay.
    """
    value = VALUES[name]
    for shift, behind in itertools.product(range(3), range(4)):
        before, after = b"~user:" + b"\x5a" * shift, b"\xf0~~~"[:behind]
        form = encode(before + value.encode() + after).decode()
        first = 8 * len(before) // 6
        last = -(-8 * (len(before) + len(value.encode())) // 6)

        assert f"x {form[:first]}{MARKER}{form[last:]} y" == redactors[value].text(f"x {form} y")


@pytest.mark.parametrize("form", [str, int, float, str.encode, lambda text: (text, [text])])
def test_a_value_of_digits_is_removed_as_a_number(engine_name: EngineName, form: Any) -> None:
    """
    A value of digits alone is removed where a record has it as a number, with and without a key,
    and as a key.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("48151623", LABEL)
    value = form("48151623")

    for record in ({"n": value}, [value], {1: [value]}, {"a": {"n": (value, 1)}}):
        assert "48151623" not in repr(redactor.record(record)), record
    if not isinstance(value, tuple):
        assert "48151623" not in repr(redactor.record({value: 1}))
    assert [4815162] == redactor.record([4815162])


def test_a_value_that_is_a_uuid_is_removed_as_an_object(engine_name: EngineName) -> None:
    """
    A UUID that is registered as text is removed where a record has it as an object; others stay.
    """
    redactor = Redactor(engine=engine_name)
    key = VALUES["a UUID"]
    redactor.known.register(key, LABEL)
    other = [uuid.UUID(int=7)]

    assert {"key": MARKER} == redactor.record({"key": uuid.UUID(key)})
    assert other is redactor.record(other)


def test_a_value_in_an_object_is_removed(engine_name: EngineName) -> None:
    """
    An object that says the value when it is written does not come out.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("Zx80alphaQ9", LABEL)

    class Client:
        def __repr__(self) -> str:
            return "<Client of 'Zx80alphaQ9'>"

    assert f"<Client of '{MARKER}'>" == redactor.record([Client()])[0]
    assert "Zx80" not in repr(redactor.record({"e": ValueError("no Zx80alphaQ9")}))


@pytest.mark.parametrize(
    "value", [b"\x00\xff\x81\x92raw-key", bytes(range(128, 160)), b"plain ASCII"]
)
def test_bytes_are_removed(engine_name: EngineName, value: bytes) -> None:
    """
    A value of bytes is removed as bytes, in a repr, in hex and in base64.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register(value, LABEL)
    marker = MARKER.encode()

    assert b"a " + marker + b" b\n" == redactor.lines(b"a " + value + b" b\n")
    assert {"key": marker} == redactor.record({"key": value})
    assert f"seen={MARKER!s}" == redactor.text(f"seen={value.hex()}")
    assert f"b'{MARKER}'" == redactor.text(repr(value))
    encoded = base64.b64encode(value).decode()
    assert redactor.text(encoded).startswith(MARKER)
    assert redactor.text(encoded).removeprefix(MARKER) in ("", "=", "==")


def test_texts_that_were_no_text_are_removed(engine_name: EngineName) -> None:
    """
    A value of the environment that is not UTF-8 is removed as Python has it and as it was.
    """
    redactor = Redactor(engine=engine_name)
    raw = b"caf\xe9-Zx80alpha"
    value = raw.decode("utf-8", "surrogateescape")
    redactor.known.register(value, LABEL)

    assert MARKER == redactor.text(value)
    assert MARKER.encode() == redactor.lines(raw)


def test_white_space_around_a_value_is_no_part_of_it(engine_name: EngineName) -> None:
    """
    A value with a line break at its end, as files have it, is registered without.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("  Zx80alphaQ9\n", LABEL)

    assert f"key {MARKER} ok" == redactor.text("key Zx80alphaQ9 ok")
    assert redactor.known.forget("Zx80alphaQ9")


KEY = """\
-----BEGIN PRIVATE KEY-----
MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3+LQmlQ
XYwZmlaZ2VyZ2VydGhlcmV3YXNhdGltZXdoZW5rZXlzd2VyZW1hZGVvZnN0b25l
Yx2eqzDV+xeG8kx==
-----END PRIVATE KEY-----"""


def test_a_value_of_several_lines_is_one_where_it_is_together(engine_name: EngineName) -> None:
    """
    A key in armour is one marker in a text and in JSON, and leaves nothing of a line that stands
    alone.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register(KEY.partition("\n")[2].rpartition("\n")[0], LABEL)
    body = KEY.split("\n")[1:4]

    assert MARKER == redactor.text("\n".join(body))
    assert f'{{"a": "{MARKER}"}}' == redactor.text(json.dumps({"a": "\n".join(body)}))
    assert f"x {MARKER} y" == redactor.text(f"x {body[0]} y")
    assert f"x {MARKER}\ny {MARKER}" == redactor.text(f"x {body[0]}\ny {body[1]}")


def test_lines_that_say_nothing_are_left(engine_name: EngineName) -> None:
    """
    The armour of a key that is registered whole does not count where it stands alone.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register(KEY, LABEL)

    assert "-----END PRIVATE KEY-----" == redactor.text("-----END PRIVATE KEY-----")
    assert MARKER not in redactor.text("-----BEGIN PRIVATE KEY-----")


def test_a_value_cut_short_is_removed_as_far_as_its_pieces_go(engine_name: EngineName) -> None:
    """
    Of a long value that a program cuts, all but the last piece goes.
    """
    redactor = Redactor(engine=engine_name)
    value = VALUES["long"]
    redactor.known.register(value, LABEL)

    assert f"{MARKER}{value[1536:1900]}..." == redactor.text(value[:1900] + "...")


def test_markers_say_the_label(engine_name: EngineName) -> None:
    """
    Each value leaves its own label; without one the marker is that of the rule alone.
    """
    known = KnownValues()
    redactor = Redactor(engine=engine_name, known=known)
    known.register("Zx80alphaQ9", "DB_PASSWORD")
    known.register("Yw71betaR8", "billing key (new)")
    known.register("Xv62gammaS7")
    known.register("Wu53deltaT6", "x" * 200)

    assert "[redacted:known-value:DB_PASSWORD]" == redactor.text("Zx80alphaQ9")
    assert "[redacted:known-value:billing-key-new]" == redactor.text("Yw71betaR8")
    assert "[redacted:known-value]" == redactor.text("Xv62gammaS7")
    assert f"[redacted:known-value:{'x' * 64}]" == redactor.text("Wu53deltaT6")


def test_the_first_label_of_a_value_counts(engine_name: EngineName) -> None:
    """
    A value that is registered again keeps its label; a form of two values has that of the first.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("Zx80alphaQ9", "first")
    redactor.known.register("Zx80alphaQ9", "second")
    redactor.known.register(b"Zx80alphaQ9".hex(), "third")

    assert 2 == len(redactor.known)
    assert "[redacted:known-value:first]" == redactor.text("Zx80alphaQ9")
    assert "[redacted:known-value:first]" == redactor.text(b"Zx80alphaQ9".hex())


def test_a_logged_message_is_redacted_through_the_front_door(engine_name: EngineName) -> None:
    """
    What a formatter of the standard library writes is redacted as any text.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("Zx80alphaQ9", LABEL)
    record = logging.LogRecord("x", 20, "x.py", 1, "key %r for %s", ("Zx80alphaQ9", "a"), None)

    assert f"key '{MARKER}' for a" == redactor.text(record.getMessage())

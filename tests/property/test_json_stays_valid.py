"""A JSON line stays JSON: the fast filters of others break most of the lines that they change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import CARDS, example_logs, json_documents, json_records, slice_of

if TYPE_CHECKING:
    from redactor import Redactor

_dumps = st.sampled_from(
    [
        json.dumps,
        lambda value: json.dumps(value, separators=(",", ":")),
        lambda value: json.dumps(value, ensure_ascii=False),
        lambda value: json.dumps(value, separators=(" , ", " : ")),
        lambda value: json.dumps(value, indent=None, sort_keys=False, separators=(",", ": ")),
    ]
)


def keys_of(document: Any) -> list[Any]:
    """Return the number of members of each object and array, in order."""
    if isinstance(document, dict):
        return [len(document), *(keys_of(value) for value in document.values())]
    if isinstance(document, list):
        return [len(document), *(keys_of(value) for value in document)]
    return []


#: A line that is a number and nothing else is a text: its marker is written without quotes.
_lines = st.one_of(json_records(), st.lists(json_documents(), max_size=5))


@given(record=_lines, dumps=_dumps)
def test_a_json_line_stays_json(redactor: Redactor, record: Any, dumps: Any) -> None:
    """
    Whatever object or array a JSON line holds, the redacted line parses.
    """
    line = dumps(record)

    json.loads(redactor.text(line))
    json.loads(redactor.lines(line.encode("utf-8", "surrogatepass")))


@given(record=json_records(), dumps=_dumps)
def test_a_json_line_stays_json_under_strict(strict: Redactor, record: Any, dumps: Any) -> None:
    """
    Whatever a JSON line holds, the line redacted with personal data too parses.
    """
    json.loads(strict.text(dumps(record)))


@given(record=json_records(), dumps=_dumps)
def test_a_line_of_json_in_json_in_json_stays_json(
    redactor: Redactor, record: Any, dumps: Any
) -> None:
    """
    A line with JSON inside a string inside a string parses after redaction.
    """
    json.loads(redactor.text(dumps({"a": dumps({"b": dumps(record)})})))


_flat = st.dictionaries(
    st.sampled_from(["x", "card", "password", "cvv", "pin", "note", "api_key", "order_id"]),
    st.one_of(
        st.sampled_from([int(number) for number in CARDS.values()]),
        st.sampled_from(sorted(CARDS.values())),
        st.sampled_from(["hunter2", "Zx80alphaQ9", "a b", "", 123, 1234, -5, 1.5, None, True]),
    ),
    max_size=5,
)


@given(record=_flat, dumps=_dumps)
def test_objects_stay_json_at_each_depth(redactor: Redactor, record: Any, dumps: Any) -> None:
    """
    Of objects in strings in strings, each level parses and keeps its members: a bare number gets
    the quotes of its depth.
    """
    outer = json.loads(redactor.text(dumps({"a": dumps({"b": dumps(record)})})))

    inner = json.loads(json.loads(outer["a"])["b"])

    assert list(record) == list(inner)
    assert all(
        new == old or str(new).startswith("[redacted:")
        for old, new in zip(record.values(), inner.values(), strict=True)
    )


@given(
    numbers=st.lists(
        st.one_of(
            st.sampled_from([int(number) for number in CARDS.values()]),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        max_size=6,
    ),
    dumps=_dumps,
)
def test_arrays_of_numbers_stay_json(redactor: Redactor, numbers: list[Any], dumps: Any) -> None:
    """
    A card among the numbers of an array becomes a text; the array keeps its length.
    """
    for line in (dumps(numbers), dumps({"n": numbers}), dumps({"n": json.dumps(numbers)})):
        redacted = json.loads(redactor.text(line))

        assert keys_of(json.loads(line)) == keys_of(redacted)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"card": 4111111111111111}', '{"card": "[redacted:card]"}'),
        ('{"card":4111111111111111,"n":1}', '{"card":"[redacted:card]","n":1}'),
        ("[4111111111111111, 7]", '["[redacted:card]", 7]'),
        ("[7,4111111111111111]", '[7,"[redacted:card]"]'),
        ('{"a":[4111111111111111]}', '{"a":["[redacted:card]"]}'),
        ('{"card": 4111111111111111.0}', '{"card": "[redacted:card]"}'),
        ('{"card": -4111111111111111}', '{"card": "[redacted:card]"}'),
        ('{"card": 4111111111111111e0}', '{"card": "[redacted:card]"}'),
        ('{"a": "{\\"card\\": 4111111111111111}"}', '{"a": "{\\"card\\": \\"[redacted:card]\\"}"}'),
        ('{"cvv": 123}', '{"cvv": "[redacted:card-security-code]"}'),
        ('{"password": 12345678}', '{"password": "[redacted:password]"}'),
        ('{"password": "a\\"b"}', '{"password": "[redacted:password]"}'),
        ('{"password": "a\\\\"}', '{"password": "[redacted:password]"}'),
        ('{"4111111111111111": 1}', '{"[redacted:card]": 1}'),
        (
            '{"password": ["a1b2", "c3d4"]}',
            '{"password": ["[redacted:password]", "[redacted:password]"]}',
        ),
        ('{"password": null, "pin": 1234}', '{"password": null, "pin": "[redacted:pin]"}'),
        ('{"password": true}', '{"password": true}'),
        ('{"msg": "password=hunter2"}', '{"msg": "password=[redacted:password]"}'),
        (
            '{"msg": "\\"AUTH Zx80alphaQ9\\" 400"}',
            '{"msg": "\\"AUTH [redacted:auth-command]\\" 400"}',
        ),
        (
            '{"cmd": "run \\"--password Zx80alphaQ9\\""}',
            '{"cmd": "run \\"--password [redacted:command-line-password]\\""}',
        ),
        ('{"msg": "passwd=\'abc1", "n": 1}', '{"msg": "passwd=\'[redacted:password]", "n": 1}'),
        (
            '{"a": "{\\"msg\\": \\"passwd=\'abc1\\"}", "n": 1}',
            '{"a": "{\\"msg\\": \\"passwd=\'[redacted:password]\\"}", "n": 1}',
        ),
        ('{"msg": "password=hunter2\\nnext"}', '{"msg": "password=[redacted:password]\\nnext"}'),
    ],
)  # fmt: skip
def test_values_of_json_are_replaced_as_json(redactor: Redactor, line: str, expected: str) -> None:
    """
    A secret that is a bare number becomes a string; one inside a string stays inside it.
    """
    assert expected == redactor.text(line)
    json.loads(expected)


def _broken(redactor: Redactor, log: bytes) -> list[bytes]:
    broken: list[bytes] = []
    for line in log.split(b"\n"):
        try:
            json.loads(line)
        except ValueError:
            continue
        try:
            json.loads(redactor.lines(line))
        except ValueError:
            broken.append(line)
    return broken


@pytest.mark.parametrize("name", ["fastapi-loguru.log", "postgresql-json.log", "structlog.log"])
def test_the_json_lines_of_the_example_logs_stay_json(redactor: Redactor, name: str) -> None:
    """
    Of each example log of JSON lines, all lines parse after redaction.
    """
    log = slice_of(example_logs()[name], 250)
    assert log.count(b'{"') > 100

    assert [] == _broken(redactor, log)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(example_logs()))
def test_every_json_line_of_every_example_log_stays_json(
    redactor: Redactor, strict: Redactor, name: str
) -> None:
    """
    Every line of every example log that is JSON is JSON after redaction, under both presets.
    """
    for each in (redactor, strict):
        assert [] == _broken(each, example_logs()[name])

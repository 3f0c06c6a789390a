"""Replacing spans: as text, and as a value of JSON where a bare number stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.replace import StringState, replace
from redactor.spans import union


def mark(data: bytes, secret: bytes, *, times: int = 1) -> bytes:
    """Replace the first *times* places of *secret* by ``[M]``."""
    spans = []
    at = 0
    for _ in range(times):
        at = data.index(secret, at)
        spans.append((at, at + len(secret), 0))
        at += len(secret)
    return replace(data, spans, lambda _span: b"[M]")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a 123 b", b"a [M] b"),
        (b"123", b"[M]"),
        (b'{"a": 123}', b'{"a": "[M]"}'),
        (b'{"a":123,"b":1}', b'{"a":"[M]","b":1}'),
        (b'{"a": 123 }', b'{"a": "[M]" }'),
        (b'{"a"  :  123}', b'{"a"  :  "[M]"}'),
        (b'{"a": -123}', b'{"a": "[M]"}'),
        (b'{"a": 9123.5e+7}', b'{"a": "[M]"}'),
        (b'{"a": "123"}', b'{"a": "[M]"}'),
        (b'{"a": "x 123"}', b'{"a": "x [M]"}'),
        (b'{"a": "x, 123, y"}', b'{"a": "x, [M], y"}'),
        (b'{"a": "[123]"}', b'{"a": "[[M]]"}'),
        (b"[123]", b'["[M]"]'),
        (b"[1, 123, 2]", b'[1, "[M]", 2]'),
        (b'["a", 123]', b'["a", "[M]"]'),
        (b'["\\"", 123]', b'["\\"", "[M]"]'),
        (b"x [123]", b"x [[M]]"),
        (b'x\n{"a": [123]}', b'x\n{"a": ["[M]"]}'),
        (b"{'a': 123}", b"{'a': '[M]'}"),
        (b'"{\\"a\\": 123}"', b'"{\\"a\\": \\"[M]\\"}"'),
        (b'{"a": "{\\"b\\": 123}"}', b'{"a": "{\\"b\\": \\"[M]\\"}"}'),
        (b'\\\\\\"a\\\\\\":123}', b'\\\\\\"a\\\\\\":\\\\\\"[M]\\\\\\"}'),
        (b"a: 123, b", b"a: [M], b"),
        (b"a=123", b"a=[M]"),
        (b'"a": 123 apples', b'"a": [M] apples'),
        (b'{"a": 123', b'{"a": "[M]"'),
        (b'{"a": 123\r\n', b'{"a": "[M]"\r\n'),
    ],
)
def test_a_bare_number_of_json_becomes_a_string(data: bytes, expected: bytes) -> None:
    """
    Where a number stood as a value of JSON, the marker gets the quotes that the key has, however
    deep; anywhere else it is written as it is.
    """
    assert expected == mark(data, b"123")


def test_several_spans_are_replaced_in_order() -> None:
    """
    Each span gets its own marker; what is between them stays.
    """
    assert b"a [M] b [M][M] c" == mark(b"a xx b xxxx c", b"xx", times=3)
    assert b'["[M]", "[M]", 7]' == mark(b"[11, 11, 7]", b"11", times=2)


def test_two_findings_in_one_number_become_one_string() -> None:
    """
    A number with two findings in it is taken whole, once.
    """
    data = b'{"a": 12345678}'

    assert b'{"a": "[M]"}' == replace(data, [(6, 8, 0), (10, 12, 0)], lambda _span: b"[M]")


def test_the_writer_gets_the_span() -> None:
    """
    What is written may depend on the span.
    """
    written: list[tuple[int, int, int]] = []

    def put(span: tuple[int, int, int]) -> bytes:
        written.append(span)
        return b"%d" % span[2]

    assert b"a 7 c 9" == replace(b"a b c d", [(2, 3, 7), (6, 7, 9)], put)
    assert [(2, 3, 7), (6, 7, 9)] == written


@given(
    pieces=st.lists(
        st.sampled_from([b'"', b"\\", b"a", b'\\"', b"[", b"{", b" ", b"1"]), max_size=30
    ),
    at=st.integers(0, 30),
)
def test_the_state_of_a_line_does_not_depend_on_where_it_is_cut(
    pieces: list[bytes], at: int
) -> None:
    """
    Whether a place is inside a string of JSON is the same for each way of cutting the line.
    """
    line = b"{" + b"".join(pieces)
    whole, cut = StringState(line), StringState(line)

    whole.advance(line)
    cut.advance(line[:at])
    cut.advance(line[at:])

    assert (whole.inside, whole.escaped) == (cut.inside, cut.escaped)


@pytest.mark.parametrize("low", range(17))
def test_what_stands_before_is_only_looked_at(low: int) -> None:
    """
    With ``low`` the output starts there, and the quoting still knows the key before it.
    """
    data = b'{"a": 1, "b": [7, 123]}'
    state = StringState(data)
    state.advance(data[:low])
    at = data.index(b"123")

    out = replace(data, [(at, at + 3, 0)], lambda _span: b"[M]", low=low, state=state)

    assert b'{"a": 1, "b": [7, "[M]"]}'[low:] == out


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(0, 2, 1)], [(0, 2, 1)]),
        ([(0, 2, 1), (2, 4, 0)], [(0, 2, 1), (2, 4, 0)]),
        ([(0, 3, 1), (2, 4, 0)], [(0, 4, 1)]),
        ([(0, 2, 1), (1, 4, 0)], [(0, 4, 0)]),
        ([(0, 2, 1), (1, 3, 0)], [(0, 3, 0)]),
        ([(0, 2, 0), (1, 3, 1)], [(0, 3, 0)]),
        ([(0, 9, 2), (1, 3, 0), (4, 6, 1)], [(0, 9, 2)]),
        ([(5, 6, 0), (0, 1, 0)], [(0, 1, 0), (5, 6, 0)]),
        ([(0, 2, 1), (0, 2, 0)], [(0, 2, 0)]),
    ],
)
def test_overlapping_spans_are_merged(
    spans: list[tuple[int, int, int]], expected: list[tuple[int, int, int]]
) -> None:
    """
    Overlapping spans become one, named after the longest, then after the first rule; spans that
    only touch stay apart.
    """
    assert expected == union(spans)

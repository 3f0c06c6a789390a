"""C7 for known values: the cost is linear in the text, whatever it and the values are."""

from __future__ import annotations

import pytest

from redactor.engines.reference.known import KnownSearch
from redactor.known.forms import PIECE, forms_of
from tests.contracts.test_linear_time import steps

#: A value to what is repeated to make a text that nearly holds it, or holds it everywhere.
BAIT = {
    "aaaaaaaaaaaa": "a",
    "abababababab": "ab",
    "aaaaaaaaaaab": "a",
    "baaaaaaaaaaa": "a",
    "aaaa": "a",
    "a" * 600: "a",
    "Zx80alphaQ9bcdefghij": "Zx80alphaQ9bcdefghi",
    "hunter22": "hunter22x",
    "\\\\\\\\\\\\\\\\x": "\\",
    "%%%%%%%%%%%%": "%25",
    "first line of a text\nsecond line of a text": "first line of a text\n",
}


@pytest.mark.parametrize("value", BAIT)
@pytest.mark.parametrize("lines", [False, True])
def test_the_work_of_python_is_linear(value: str, *, lines: bool) -> None:
    """
    Eight times the text is at most about eight times the lines of Python that run.
    """
    search = KnownSearch([forms_of(value.encode(), 0)], 0)
    text = BAIT[value].encode()
    small, large = (text * (size // len(text)) for size in (4_000, 32_000))

    few = steps(lambda data: search.find(data, lines=lines), small)
    many = steps(lambda data: search.find(data, lines=lines), large)

    assert many <= 10 * few + 1000


def test_values_bound_what_is_compared() -> None:
    """
    No literal is longer than a piece, however long the value: what is looked at behind a place is
    bounded, and so is the number of literals.
    """
    for value in (b"a" * 65536, bytes(range(1, 256)) * 257, b"line of twenty bytes\n" * 3000):
        forms = forms_of(value[:65536], 0)
        assert all(4 <= len(form.text) <= PIECE for form in forms)
        assert len(forms) < 8000

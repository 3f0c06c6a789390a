"""C8 for known values: both engines find the same, whatever is registered."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import KnownValues, Redactor
from redactor.engines import native_available
from tests.known.strategies import VALUES, WAYS, random_value

pytestmark = pytest.mark.skipif(not native_available(), reason="the native engine is not built")

_KEYS = (None, None, "password", "token", "id", "message")


@pytest.fixture(scope="module")
def both() -> tuple[Redactor, Redactor, KnownValues]:
    """A redactor on each engine, and the store that they share."""
    known = KnownValues()
    return Redactor(engine="native", known=known), Redactor(engine="reference", known=known), known


def _register(known: KnownValues, values: list[str]) -> list[str]:
    known.clear()
    kept = [value for value in dict.fromkeys(values) if len(value.strip()) >= 4]
    for place, value in enumerate(kept):
        known.register(value, f"label{place}")
    return kept


def _agree(both: tuple[Redactor, Redactor, KnownValues], text: str, key: str | None) -> None:
    native, reference, _ = both
    data = text.encode("utf-8", "surrogatepass")
    for lines in (data, data + b"\n"):
        assert reference._engine.find(lines, key=key) == native._engine.find(lines, key=key)
        assert reference._engine.scan(lines) == native._engine.scan(lines)
    assert reference.text(text) == native.text(text)
    assert reference.lines(data) == native.lines(data)
    for record in ({"a": text, text: [text, data]}, [(text, 4815162342)], {key: text}):
        assert repr(reference.record(record)) == repr(native.record(record))


_values = st.one_of(
    st.sampled_from(sorted(VALUES.values())),
    st.text(min_size=4, max_size=24),
    st.text(st.sampled_from("abc01 /+\\\"'é\n"), min_size=4, max_size=40),
    st.integers(0, 10**6).map(lambda seed: random_value(random.Random(seed))),
)


@given(data=st.data(), values=st.lists(_values, min_size=1, max_size=5))
def test_engines_agree_on_random_values_in_random_text(
    both: tuple[Redactor, Redactor, KnownValues], data: st.DataObject, values: list[str]
) -> None:
    """
    Values of any kind, written in any way, whole or cut, among any text: same findings, same
    output.
    """
    kept = _register(both[2], values)
    written = st.builds(
        lambda value, way, first, last: WAYS[way](value)[first : last or None],
        st.sampled_from(kept or ["none"]),
        st.sampled_from(sorted(WAYS)),
        st.sampled_from([0, 0, 0, 1, 3]),
        st.sampled_from([0, 0, 0, -1, -4]),
    )
    around = st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            ["", " ", "x", "7", "\n", "\\n", "%20", "=", "[redacted:", "password=", "]"]
        ),
    )
    pieces = data.draw(st.lists(st.one_of(written, around), max_size=8))

    _agree(both, "".join(pieces), data.draw(st.sampled_from(_KEYS)))


@given(
    values=st.lists(st.text("ab", min_size=4, max_size=12), min_size=1, max_size=6),
    text=st.text("ab ", max_size=80),
)
def test_engines_agree_on_values_that_overlap(
    both: tuple[Redactor, Redactor, KnownValues], values: list[str], text: str
) -> None:
    """
    Values that are parts of each other and of themselves.
    """
    _register(both[2], values)

    _agree(both, text, None)


@given(values=st.lists(_values, min_size=1, max_size=4), data=st.data())
def test_redacting_what_is_redacted_changes_nothing(
    both: tuple[Redactor, Redactor, KnownValues], values: list[str], data: st.DataObject
) -> None:
    """
    The second pass over what came out is the identity, also where values are parts of markers.
    """
    native, reference, known = both
    kept = _register(known, [*values, "redacted", "known-value", "[redacted:card]", "label0"])
    pieces = st.sampled_from(
        [*kept, *(WAYS["percent"](value) for value in kept), "[redacted:known-value:label1]", " ",
         "[redacted:", "]", "label0]", "password=", "4111 1111 1111 1111"]
    )  # fmt: skip
    text = "".join(data.draw(st.lists(pieces, max_size=8)))

    for redactor in (native, reference):
        once = redactor.text(text)
        assert once is redactor.text(once)
        record = redactor.record({"a": text, text: 1})
        assert record is redactor.record(record)


@pytest.mark.slow
def test_many_values_are_found_as_few_are(both: tuple[Redactor, Redactor, KnownValues]) -> None:
    """
    Registered one by one or all but the last few at once, forgotten and registered again: each is
    found under its own label.
    """
    native, reference, known = both
    known.clear()
    rng = random.Random(3)
    values = ["".join(rng.choices("abcdefghABCDEFGH0123", k=14)) for _ in range(300)]
    for place, value in enumerate(values):
        known.register(value, f"many{place}")
    for value in values[50:150]:
        known.forget(value)
    text = " ".join(values)
    out = native.text(text)

    assert out == reference.text(text)
    for place, value in enumerate(values):
        gone = f"[redacted:known-value:many{place}]" in out.split()
        assert (value in out, gone) == ((True, False) if 50 <= place < 150 else (False, True))

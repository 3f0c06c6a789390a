"""C8, one meaning: the native engine finds what the reference engine finds, for every input."""

from __future__ import annotations

import os
import time
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.engines import native_available
from redactor.engines.native import NativeEngine
from redactor.engines.reference import ReferenceEngine
from tests.differential.strategies import FRAGMENTS, KEYS, examples, mutated, ruleset, texts

pytestmark = pytest.mark.skipif(not native_available(), reason="the native engine is not built")


@pytest.fixture(scope="module")
def native() -> NativeEngine:
    return NativeEngine(ruleset())


@pytest.fixture(scope="module")
def reference() -> ReferenceEngine:
    return ReferenceEngine(ruleset())


def _difference(
    native: NativeEngine, reference: ReferenceEngine, text: bytes, key: str | None
) -> str:
    """Say how the engines differ on *text*; nothing when they agree."""
    wanted = reference.find(text, key=key)
    found = native.find(text, key=key)
    if found == wanted:
        return ""
    sources = ruleset().sources

    def named(spans: set[tuple[int, int, int]]) -> list[tuple[str, int, int, bytes]]:
        return [(sources[rule].id, start, end, text[start:end]) for start, end, rule in spans]

    only_reference = named(set(wanted) - set(found))
    only_native = named(set(found) - set(wanted))
    return f"key={key!r} text={text!r}\nreference: {only_reference}\nnative: {only_native}"


@pytest.mark.parametrize(
    "text",
    [
        rb"\U0001F600password for s: te",
        b"secre.tValue=ab1cd2ef3gh4",
        b'{"sharedSecre.tValue":"ab1cd2ef3gh4ij5k"}',
        b"Authorization: Digest \r",
        b'password = h\\"',
        b"password 1 2 3 4",
    ],
)
def test_engines_agree_on_what_once_told_them_apart(
    native: NativeEngine, reference: ReferenceEngine, text: bytes
) -> None:
    """A text on which the engines once differed stays a test."""
    assert not _difference(native, reference, text, None)


def _smallest(
    native: NativeEngine, reference: ReferenceEngine, text: bytes, key: str | None
) -> bytes:
    """Cut *text* down for as long as the engines differ on it."""
    size = len(text) // 2
    while size:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if _difference(native, reference, shorter, key):
                text = shorter
            else:
                at += size
        size //= 2
    return text


def test_engines_find_the_same_in_every_example(
    native: NativeEngine, reference: ReferenceEngine
) -> None:
    """What a rule's author wrote down as found or left alone is the same for both engines."""
    for text in examples():
        for key in (None, "password", "authorization", "order_id"):
            assert not _difference(native, reference, text, key)


@given(text=texts(), key=st.sampled_from(KEYS))
def test_engines_find_the_same_in_any_text(
    native: NativeEngine, reference: ReferenceEngine, text: bytes, key: str | None
) -> None:
    """Same rules, same places, same order, whatever the bytes and the key beside them."""
    assert not _difference(native, reference, text, key)


@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=30))
def test_engines_find_the_same_in_any_punctuation(
    native: NativeEngine, reference: ReferenceEngine, pieces: list[bytes]
) -> None:
    """Nothing but turning points of the grammar, in any order."""
    assert not _difference(native, reference, b"".join(pieces), None)


@given(
    value=st.lists(
        st.one_of(
            st.text(alphabet="abcdefgABCDEFG0123456789", min_size=6, max_size=40),
            st.text(alphabet="etaoinshrdluETAOIN019", min_size=4, max_size=30),
            st.sampled_from(
                ["Order", "Status", "created", "%2B", "%zz", "+", "/", "-", "_", ".", "="]
            ),
        ),
        min_size=1,
        max_size=6,
    ).map("".join)
)
def test_engines_agree_on_what_is_random(
    native: NativeEngine, reference: ReferenceEngine, value: str
) -> None:
    """Random text and names, and what lies between: with a name and without one."""
    for text in (f"shop_key={value}", f"sent {value} to x"):
        assert not _difference(native, reference, text.encode(), None)


@given(lines=st.lists(texts(), max_size=5), state=st.integers(min_value=0, max_value=40))
def test_engines_scan_the_same_from_any_state(
    native: NativeEngine, reference: ReferenceEngine, lines: list[bytes], state: int
) -> None:
    """A stream may be cut at any line: findings, next state and bytes held back are the same."""
    state = min(state, 3 + 2 * len(ruleset().sources))
    data = b"\n" * (state in (1, 2)) + b"\n".join(lines)
    wanted = reference.scan(data, state)
    found = native.scan(data, state)
    assert found == wanted, data


@given(text=texts(), repeats=st.integers(min_value=2, max_value=60))
def test_engines_find_the_same_in_long_lines(
    native: NativeEngine, reference: ReferenceEngine, text: bytes, repeats: int
) -> None:
    """Text far behind the start of a line, across many blocks of the vector code."""
    data = text * min(repeats, 1 + 20_000 // max(1, len(text)))
    assert not _difference(native, reference, data, None)


@given(text=st.one_of(texts().map(lambda data: data.decode("utf-8", "replace")), st.text()))
def test_spans_of_a_str_count_characters(native: NativeEngine, text: str) -> None:
    """The places in a ``str`` are those of its UTF-8, counted in characters."""
    data = text.encode("utf-8", "surrogatepass")

    def chars(offset: int) -> int:
        return sum((byte & 0xC0) != 0x80 for byte in data[:offset])

    wanted = [(chars(start), chars(end), rule) for start, end, rule in native.find(data)]
    assert list(native.find(text)) == wanted  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def redactors() -> tuple[Redactor, Redactor]:
    policy = Policy(preset="strict")
    return Redactor(policy, engine="native"), Redactor(policy, engine="reference")


@given(data=texts())
def test_redacted_texts_are_the_same(redactors: tuple[Redactor, Redactor], data: bytes) -> None:
    """The native replacement writes what the replacement in Python writes, to a fixed point."""
    native, reference = redactors
    text = data.decode("utf-8", "replace")
    assert native.text(text) == reference.text(text)


@given(data=texts())
@example(data=b"%B4111111111111111^DOE/JOHN^301210100000" + "\u6865".encode() * 60)
def test_no_finding_cuts_a_character(redactors: tuple[Redactor, Redactor], data: bytes) -> None:
    """What is left of a text is one: else all of it would be withheld."""
    text = data.decode("utf-8", "replace")
    whole = text.encode()
    for start, end, _ in redactors[0].spans(whole):
        whole[:start].decode()
        whole[start:end].decode()
    assert "[redacted:withheld:" not in redactors[0].text(text).replace(text, "")


@given(lines=st.lists(texts(), max_size=6))
def test_redacted_streams_are_the_same(
    redactors: tuple[Redactor, Redactor], lines: list[bytes]
) -> None:
    """So does the native filter of whole lines, blocks over several lines included."""
    native, reference = redactors
    data = b"\n".join(lines)
    assert native.lines(data) == reference.lines(data)


_values = st.one_of(
    texts().map(lambda data: data.decode("utf-8", "replace")),
    st.text(max_size=6),
    texts(),
    st.integers(),
    st.sampled_from([4111111111111111, -4111111111111111, 10**40, 123456, True, None]),
    st.floats(),
    st.datetimes(),
    st.uuids(),
)
_names = st.sampled_from(
    [
        *("password", "id", "card", "message", "value", "val", "name", "KEY", "token"),
        *("authorization", "4111111111111111", 7, 4111111111111111),
    ]
)
_records = st.recursive(
    _values,
    lambda inner: st.one_of(
        st.dictionaries(_names, inner, max_size=5),
        st.lists(inner, max_size=3),
        st.tuples(_names, inner),
        st.tuples(inner, inner),
    ),
    max_leaves=12,
)


@given(record=_records)
def test_redacted_records_are_the_same(
    redactors: tuple[Redactor, Redactor], record: object
) -> None:
    """A record that the native walk calls clean is one that the walk in Python leaves alone."""
    native, reference = redactors
    assert repr(native.record(record)) == repr(reference.record(record))


@pytest.mark.slow
def test_engines_agree_under_fuzzing(native: NativeEngine, reference: ReferenceEngine) -> None:
    """``REDACTOR_FUZZ_SECONDS`` (default 60) of mutated examples from ``REDACTOR_FUZZ_SEED``."""
    seconds = float(os.environ.get("REDACTOR_FUZZ_SECONDS", "60"))
    seed = int(os.environ.get("REDACTOR_FUZZ_SEED", "20261122"))
    random = Random(seed)
    stop = time.monotonic() + seconds
    count = 0
    while time.monotonic() < stop:
        count += 1
        text = mutated(random)
        key = random.choice(KEYS)
        if _difference(native, reference, text, key):
            small = _smallest(native, reference, text, key)
            difference = _difference(native, reference, small, key)
            pytest.fail(f"seed {seed}, text {count}: {difference}")

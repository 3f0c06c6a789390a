"""
C8 where an engine looks less closely: short ways for what is clean let nothing through.

The rules are those of the standard policy: with rules that are searched for everywhere, as the
strict one has, most short ways are closed.
"""

from __future__ import annotations

import os
import time
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.checks.issuers import ISSUERS
from redactor.checks.luhn import luhn
from redactor.engines import native_available
from redactor.engines.native import NativeEngine
from redactor.engines.reference import ReferenceEngine, scalars
from redactor.engines.reference.cards import cards_in, may_hold_card
from redactor.engines.reference.escapes import decoded_lines, may_hide
from redactor.engines.reference.following import heading
from redactor.engines.reference.gate import _REMEMBERED, Gate, Needs
from redactor.engines.reference.pieces import PHRASES
from tests.differential.strategies import FRAGMENTS, KEYS, examples, mutated, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.packs import Ruleset

#: What one look of the native engine takes in.
BLOCK = 64


class OpenGate:
    """Lets every text through to every detector."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._patterns = ruleset.patterns

    def needs(self, data: bytes, *, encoded: bool = True) -> Needs:
        del data
        return Needs(tuple(self._patterns), True, True, encoded, encoded, True)


@pytest.fixture(scope="module")
def native() -> NativeEngine:
    if not native_available():
        pytest.skip("the native engine is not built")
    return NativeEngine(Redactor(engine="reference").ruleset)


@pytest.fixture(scope="module")
def gated() -> ReferenceEngine:
    return ReferenceEngine(Redactor(engine="reference").ruleset)


@pytest.fixture(scope="module")
def thorough() -> ReferenceEngine:
    engine = ReferenceEngine(Redactor(engine="reference").ruleset)
    engine._gate = OpenGate(Redactor(engine="reference").ruleset)  # type: ignore[assignment]
    return engine


_OTHER_DIGITS = bytes.maketrans(b"0123456789", b"1234567890")
_PIECES = (
    *FRAGMENTS, b"id", b"_", b"key", b"api", b"Value", b"pw", b"m", b"0m", b"5D", b"22:", b"T08:06",
    b"pass", b"word", b"to", b"ken", b"secret", b"7", b"2026-11-22T", b"://", b"sk-", b"\x1b[0m",
)  # fmt: skip
short_texts = st.one_of(
    texts().map(lambda data: data[:BLOCK]),
    st.lists(st.sampled_from(_PIECES), max_size=14).map(lambda pieces: b"".join(pieces)[:BLOCK]),
)


@given(text=short_texts, key=st.sampled_from(KEYS))
def test_a_short_text_that_is_clean_at_a_look_is_clean(
    native: NativeEngine, gated: ReferenceEngine, text: bytes, key: str | None
) -> None:
    """A text of one block is judged as any other, with a key and without."""
    assert native.find(text, key=key) == gated.find(text, key=key)


@given(text=st.one_of(texts(), short_texts), key=st.sampled_from(KEYS))
def test_the_gate_stops_nothing(
    gated: ReferenceEngine, thorough: ReferenceEngine, text: bytes, key: str | None
) -> None:
    """The reference engine finds the same when it looks for everything everywhere."""
    assert gated.find(text, key=key) == thorough.find(text, key=key)


_numbers = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=True),
    st.integers(-(10**12), 10**12).map(lambda number: number / 1000),
    st.sampled_from([4111111111111111, 4111.111111111111, 41111111.111, -0.0, 123, 0.001]),
)
_names = st.one_of(
    short_texts.map(lambda data: data.decode("utf-8", "replace")),
    st.sampled_from(["cvv", "id", "order_id", "card", "password", "pin", "user_id", "x" * 33, "é"]),
)


@pytest.mark.skipif(not native_available(), reason="the native engine is not built")
def test_keys_that_were_seen_are_judged_as_new_ones() -> None:
    """A record is the same the first time and later, whatever records came between."""
    native, reference = Redactor(engine="native"), Redactor(engine="reference")
    strict = Redactor(Policy(preset="strict"), engine="native")

    @given(
        record=st.dictionaries(
            _names,
            st.one_of(_numbers, short_texts.map(lambda data: data.decode("utf-8", "replace"))),
            max_size=6,
        )
    )
    def holds(record: dict[str, object]) -> None:
        wanted = repr(reference.record(record))
        assert repr(native.record(record)) == wanted
        strict.record(record)  # another kernel, in the same thread
        assert repr(native.record(record)) == wanted
        for key in record:
            clean = reference.record({key: "x"})
            assert repr(native.record({key: "x"})) == repr(clean)

    holds()


@given(seen=st.lists(texts() | short_texts, max_size=8), text=texts() | short_texts)
def test_what_the_gate_remembers_changes_nothing(
    gated: ReferenceEngine, thorough: ReferenceEngine, seen: list[bytes], text: bytes
) -> None:
    """
    A text needs what it needs, whatever pieces of it stood in texts before: in capitals or with
    other digits too.
    """
    for before in (*seen, text.swapcase(), text.translate(_OTHER_DIGITS)):
        for _ in range(2 * _REMEMBERED):  # pieces first, then the phrases made of them
            gated.find(before)

    assert thorough.find(text) == gated.find(text)


_CHARACTERS = (*map(str.encode, "1é٣４－аｐ\u200b中"), b"\xff")
_ESCAPES = (b"a", b"1", b" ", b"\\", rb"\U00000034", rb"\u0034", rb"\x34", b"%34", b"&#52;", b"&")


@given(
    text=texts()
    | st.lists(st.sampled_from(_ESCAPES), max_size=3).map(b"".join)
    | st.lists(st.sampled_from(_CHARACTERS), max_size=3).map(b"".join)
)
def test_no_character_that_is_read_as_another_is_overlooked(text: bytes) -> None:
    """A text of which something is to be read once more is not let pass as one without."""
    if list(decoded_lines(text, 0, len(text))):
        assert may_hide(text)


def test_no_name_above_its_value_is_overlooked() -> None:
    """A line that is nothing but a name and its colon is seen before any line is read."""
    count = 0
    for parts in product(
        (b"", b"x\n"), (b"", b" ", b"- ", b"-", b"\t- ", b" --", b"x "), (b"", b'"', b"'"),
        (b"pw", b"1_", b"p-1$", b"-"), (b"", b'"', b"'"),
        (b":", b": ", b": |", b":\t>+2 ", b":|"), (b"\n", b"\r\n", b""),
    ):  # fmt: skip
        data = b"".join(parts)
        low = len(parts[0])
        high = len(data) - (parts[-1] != b"")
        if heading(data, low, high):
            count += 1
            assert scalars.SIGN.search(data), data

    assert count > 500


@given(
    first=st.sampled_from([text for issuer in ISSUERS for text in (issuer.low, issuer.high)]),
    rest=st.text(st.sampled_from("0123456789"), min_size=10, max_size=18),
    joint=st.sampled_from(["", "", " ", "-", "."]),
    size=st.sampled_from([4, 4, 5, 6, 8]),
    before=st.sampled_from(["", "card ", "id=7 ", "%22", "%2509", "x%3D", "a", "-", "12 "]),
    behind=st.sampled_from(["", " ok", "x", " 123", "."]),
)
def test_no_card_number_is_overlooked(
    first: str,
    rest: str,
    joint: str,
    size: int,
    before: str,
    behind: str,
) -> None:
    """Whatever the issuer, the groups and what stands before it: the number is looked at."""
    for length in range(12, 20):
        digits = (first + rest)[: length - 1]
        digits += next(end for end in "0123456789" if luhn((digits + end).encode()))
        grouped = joint.join(digits[at : at + size] for at in range(0, len(digits), size))
        text = f"{before}{grouped}{behind}".encode()
        if list(cards_in(text, 0, len(text), b"card")):
            assert may_hold_card(text), text


_NAMES = (b"password", b"apiKey", b"secret2", b"pw", b"token_value")
_WORDS = (
    b"reset", b"Reset", b"value", b"newValue", b"valueReset", b"resetValue", b"dataField", b"2",
    b"hash", b"user", b"b", b"u0022", b"user password", b"reset value", b"value reset", b"type",
    b"RESET", b"VALUE", b"for", b"x1",
)  # fmt: skip
_BEFORE = (
    b"", b'"', b"'", b"<", b"</a><b ", b"| ", b"- name: ", b'("', b'["', b"user_", b"--", b"a, ",
    b"<td>", b'name="', b'{"key": "', b"\x1b[1m", b"api ", b"%22", b"password reset ",
)  # fmt: skip
_BEHIND = (
    b": ", b"=", b'": "', b'"="', b" = ", b"> ", b" | ", b"|", b"</td><td>", b'" value="', b'", "',
    b'", "value": "', b", value: ", b"\n  value: ", b"\x1b[0m: ", b"%3D", b"\\u003d", b"\\u0022:",
    b"](", b":\n  ", b"%5D=", b"**:** ", b'"] => ', b'="text">Zx9hunter2qT</',
)  # fmt: skip


def _hold_names_before_words(
    gated: ReferenceEngine, thorough: ReferenceEngine, texts: Iterable[tuple[bytes, ...]]
) -> None:
    found = 0
    for before, name, word, behind in texts:
        text = before + name + b" " + word + behind + b"Zx9hunter2qT"
        for _ in range(_REMEMBERED):
            gated._gate.needs(text)
        wanted = thorough.find(text)
        assert gated.find(text) == wanted, text
        found += bool(wanted)

    assert found > 100


def test_a_name_before_another_word_is_looked_at_where_it_may_be_a_key(
    gated: ReferenceEngine, thorough: ReferenceEngine
) -> None:
    """
    ``password reset requested`` is no key, whatever follows; ``password value: x`` and
    ``<password type="text">x`` are: also when their words were seen before.
    """
    every = [*product(_BEFORE, _NAMES, _WORDS, _BEHIND)]
    _hold_names_before_words(gated, thorough, Random(1).sample(every, 2000))


@pytest.mark.slow
def test_every_name_before_another_word_is_looked_at_where_it_may_be_a_key(
    gated: ReferenceEngine, thorough: ReferenceEngine
) -> None:
    """The same for all that the one before takes a sample of."""
    _hold_names_before_words(gated, thorough, product(_BEFORE, _NAMES, _WORDS, _BEHIND))


@pytest.mark.parametrize(
    "text",
    ["| recovery/code | {} |", "| recovery code | {} |", 'name="recovery/code" value="{}"',
     "seed words: {}", "x seed words={}", "recovery-code value: {}", "my recovery code 2: {}",
     "<td>recovery / code</td><td>{}</td>", '{{"name": "recovery code", "value": "{}"}}'],
)  # fmt: skip
def test_names_whose_words_stand_apart_are_looked_at(
    gated: ReferenceEngine, thorough: ReferenceEngine, text: str
) -> None:
    """A name in two words is found whether or not its words were seen, alone or together."""
    data = text.format("Zx9hunter2qTv7Lm4").encode()
    wanted = thorough.find(data)
    for seen in (data, data.swapcase(), *data.split(), *data.replace(b"/", b" ").split()):
        for _ in range(_REMEMBERED):
            gated._gate.needs(seen)
        assert gated.find(data) == wanted

    assert wanted


def test_a_name_in_a_sentence_costs_no_look_for_keys() -> None:
    """Where a word that is no part of a key follows a name, no key is looked for."""
    gate = Gate(Redactor(engine="reference").ruleset)
    text = b'{"level": "INFO", "message": "password reset requested", "status": 200}'
    for _ in range(2 * _REMEMBERED):
        gate.needs(text)

    assert not any(gate.needs(text))
    assert gate.needs(text.replace(b"reset", b"value")).pairs
    assert gate.needs(text.replace(b" reset", b"=reset")).pairs


@pytest.mark.parametrize("joint", [b" ", b"\t", b"", b"-", b" \n", b", "])
@pytest.mark.parametrize("size", [4, 6, 8, 16])
def test_no_card_number_is_lost_once_its_groups_were_seen(
    gated: ReferenceEngine, thorough: ReferenceEngine, joint: bytes, size: int
) -> None:
    """Groups of digits say nothing each for itself, and were seen: the number is found."""
    number = b"4111111111111111"
    groups = [number[at : at + size] for at in range(0, len(number), size)]
    text = b"paid, card " + joint.join(groups) + b" now, thanks"
    wanted = thorough.find(text)
    for seen in (b", ".join(groups), b" x ".join(groups), text.translate(_OTHER_DIGITS)):
        for _ in range(2 * _REMEMBERED):
            gated._gate.needs(b"paid, card " + seen + b" now, thanks")
            gated._gate.needs(seen)
    assert gated.find(text) == wanted
    assert wanted or len(joint) > 1


def test_a_line_of_the_same_words_is_known_as_a_whole() -> None:
    """Lines that differ in their digits alone cost no look at their words."""
    gate = Gate(Redactor(engine="reference").ruleset)
    text = b'{"level": "INFO", "message": "request finished", "ms": 12.5, "at": "08:27:41"}'
    for _ in range(2 * _REMEMBERED):
        gate.needs(text)

    written = text.translate(_OTHER_DIGITS).translate(PHRASES)
    assert gate._memory.phrases.issuperset(written.split(b","))


def test_no_name_is_remembered_as_a_sign_of_nothing() -> None:
    """
    After a text was seen again and again, each of its names still asks for a look at its value.
    """
    ruleset = Redactor(engine="reference").ruleset
    names = [name for name in ruleset.names if name not in ruleset.except_names]
    gate = Gate(ruleset)
    for name in names:
        text = f'{{"{name}": "x", "other_{name}": 1}}'.encode()
        for _ in range(2 * _REMEMBERED):
            assert gate.needs(text).pairs, name


def test_no_example_of_a_rule_is_lost_once_its_words_were_seen(
    gated: ReferenceEngine, thorough: ReferenceEngine
) -> None:
    """
    What is found in the examples of the rules is found whether or not their pieces, in other
    letters and with other digits, were remembered.
    """
    count = 0
    for text in examples():
        wanted = thorough.find(text)
        for _ in range(2 * _REMEMBERED):
            gated._gate.needs(text.swapcase().translate(_OTHER_DIGITS))
        assert gated.find(text) == wanted, text
        count += bool(wanted)

    assert count > 500


@pytest.mark.slow
def test_short_ways_hold_under_fuzzing(
    native: NativeEngine, gated: ReferenceEngine, thorough: ReferenceEngine
) -> None:
    """``REDACTOR_FUZZ_SECONDS`` (default 120) of short texts and of mutated examples."""
    seconds = float(os.environ.get("REDACTOR_FUZZ_SECONDS", "120"))
    seed = int(os.environ.get("REDACTOR_FUZZ_SEED", "20261127"))
    random = Random(seed)
    stop = time.monotonic() + seconds
    count = 0
    while time.monotonic() < stop:
        count += 1
        text = mutated(random)
        if count % 2:
            start = random.randrange(max(1, len(text) - 8))
            text = text[start : start + random.randrange(8, BLOCK + 1)]
        elif count % 4:
            text = b"".join(random.choices(_PIECES, k=random.randrange(1, 16)))
        key = random.choice(KEYS)
        wanted = thorough.find(text, key=key)
        assert gated.find(text, key=key) == wanted, (seed, count, key, text)
        assert native.find(text, key=key) == wanted, (seed, count, key, text)

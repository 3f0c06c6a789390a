"""Exceptions of a policy: what they let pass, and what stays covered beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.actions import Fingerprint
from redactor.engines import native_available
from tests.differential.strategies import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor.field_types import EngineName

ENGINES: list[EngineName] = ["reference", "native"] if native_available() else ["reference"]
CARD, OTHER = "4111111111111111", "5500005555555559"
KEY = "k" * 32


def redactor_with(
    *exceptions: dict[str, Any], engine: EngineName | None = None, **more: Any
) -> Redactor:
    written = [{"reason": "a test", **each} for each in exceptions]
    policy = Policy.parse({"exceptions": written, **more}, where="policy", base=Path())
    return Redactor(policy, engine=engine)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> EngineName:
    return request.param  # type: ignore[no-any-return]  # one of the two


def all_ways(redactor: Redactor, text: str) -> list[str]:
    """Redact *text* as a text, as a line of a stream and as a record."""
    return [
        redactor.text(text),
        redactor.lines(text.encode() + b"\n").decode().removesuffix("\n"),
        redactor.record({"m": text})["m"],
    ]


def test_a_value_passes_and_another_one_does_not(engine: EngineName) -> None:
    """An exception is for the value that it names, in every way that a text can go."""
    redactor = redactor_with({"rules": ["card"], "values": [CARD]}, engine=engine)

    assert all_ways(redactor, f"{CARD} and {OTHER}") == [f"{CARD} and [redacted:card]"] * 3


def test_an_exception_is_for_its_rules_alone(engine: EngineName) -> None:
    """The same value that another rule finds is redacted."""
    redactor = redactor_with({"rules": ["password"], "values": [CARD]}, engine=engine)

    assert all_ways(redactor, f"password={CARD}") == ["password=[redacted:card]"] * 3


def test_a_pattern_must_match_all_that_was_found(engine: EngineName) -> None:
    """A value that only starts like the pattern is redacted."""
    redactor = redactor_with({"rules": ["password"], "pattern": "test-[a-z]+"}, engine=engine)

    assert all_ways(redactor, "password=test-abc") == ["password=test-abc"] * 3
    assert all_ways(redactor, "password=test-abc9") == ["password=[redacted:password]"] * 3


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (f"password=test-{CARD}", f"password=test-{CARD}"),
        (f"password=test-{OTHER}", "password=test-[redacted:card]"),
        ("password=test-token=3f9a7c21e8b04d56", "password=test-token=[redacted:token]"),
    ],
)
def test_inside_what_passes_the_rules_look_again(
    engine: EngineName, text: str, redacted: str
) -> None:
    """An exception never switches off the rest of the value."""
    redactor = redactor_with(
        {"rules": ["password"], "pattern": "test-.*"},
        {"rules": ["card"], "values": [CARD]},
        engine=engine,
    )

    assert all_ways(redactor, text) == [redacted] * 3


def test_a_fingerprint_stands_for_a_value_that_is_not_in_the_file(
    engine: EngineName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the action hmac writes lets the value pass, in each of its groupings."""
    monkeypatch.setenv("KEY", KEY)
    mark = Fingerprint(KEY.encode()).of("card", CARD.encode())
    redactor = redactor_with(
        {"fingerprints": [f"k1:{mark}"]}, engine=engine, hmac={"key_env": "KEY"}
    )

    assert (
        all_ways(redactor, f"{CARD}, 4111 1111 1111 1111, {OTHER}")
        == [f"{CARD}, 4111 1111 1111 1111, [redacted:card]"] * 3
    )


def test_a_path_is_for_its_fields_alone(engine: EngineName) -> None:
    """Findings in the fields that it names pass; those beside them, and keys, do not."""
    redactor = redactor_with({"path": "probe.**"}, {"path": "tags"}, engine=engine)
    record = {
        "probe": {"password": "hunter2", "deep": [{"card": CARD}], OTHER: 1},
        "tags": [CARD],
        "password": "hunter2",
        "card": [CARD],
    }

    assert redactor.record(record) == {
        "probe": {"password": "hunter2", "deep": [{"card": CARD}], "[redacted:card]": 1},
        "tags": [CARD],
        "password": "[redacted:password]",
        "card": ["[redacted:card]"],
    }
    assert redactor.record({"probe": {"password": "hunter2"}})["probe"] == {"password": "hunter2"}
    assert redactor.text("probe.password=hunter2") == "probe.password=[redacted:password]"


def test_all_that_is_given_must_hold(engine: EngineName) -> None:
    """Rule, value and path of one exception are one condition."""
    redactor = redactor_with(
        {"rules": ["card"], "values": [CARD], "path": "payments.test"}, engine=engine
    )

    assert redactor.record({"payments": {"test": CARD, "live": CARD}}) == {
        "payments": {"test": CARD, "live": "[redacted:card]"}
    }


def test_an_exception_ends_with_its_last_day(
    engine: EngineName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the last day it counts, also in a program that runs; after it, it does not."""
    clock = [0.0]
    monkeypatch.setattr("redactor.exceptions.time.time", lambda: clock[0])
    day = 1_900_000_000 // 86_400 * 86_400
    redactor = redactor_with(
        {"values": [CARD], "until": "2030-03-17"}, {"values": [OTHER]}, engine=engine
    )

    clock[0] = day + 86_399.0
    assert redactor.text(CARD) == CARD
    clock[0] = day + 86_400.0
    assert redactor.text(CARD) == "[redacted:card]"
    assert redactor.exemptions.given[0].expired
    assert redactor.exemptions.unused() == [1]


def test_what_an_exception_let_pass_is_counted(engine: EngineName) -> None:
    """Exceptions of no use are known by their place."""
    redactor = redactor_with({"values": [CARD]}, {"values": [OTHER]}, engine=engine)

    redactor.text(f"{CARD} {CARD}")

    assert redactor.exemptions.used == [2, 0]
    assert redactor.exemptions.unused() == [1]


def test_a_clean_record_and_one_that_passes_come_back_as_themselves(engine: EngineName) -> None:
    """What an exception lets pass is not copied."""
    redactor = redactor_with({"values": [CARD]}, {"path": "a.b"}, engine=engine)

    for record in ({"a": 1}, {"c": [CARD]}, {"a": {"b": {"password": "x"}, "c": 1}}):
        assert redactor.record(record) is record


def test_known_values_and_private_keys_do_not_pass(engine: EngineName) -> None:
    """An exception for everything in a field leaves those out."""
    redactor = redactor_with({"path": "a.**"}, {"pattern": ".+"}, engine=engine)
    redactor.known.register("correct-horse-7", "LABEL")
    block = "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADAN\n-----END PRIVATE KEY-----"

    record = redactor.record({"a": {"b": "correct-horse-7", "c": block}})

    assert record == {"a": {"b": "[redacted:known-value:LABEL]", "c": "[redacted:private-key]"}}


def test_a_policy_shows_no_value_of_an_exception() -> None:
    """C6: the repr of a policy says what an exception is for, and not which values it has."""
    redactor = redactor_with({"values": ["open-sesame"]})

    assert "open-sesame" not in repr(redactor.policy)


@pytest.fixture(scope="module")
def redactors() -> list[Redactor]:
    exceptions = (
        {"rules": ["card"], "values": [CARD]},
        {"rules": ["password", "cookie"]},
        {"pattern": "[a-f0-9]{16}"},
    )
    return [redactor_with(*exceptions, engine=engine) for engine in ENGINES]


@given(lines=st.lists(texts(), max_size=4))
def test_both_engines_let_the_same_pass(redactors: list[Redactor], lines: Sequence[bytes]) -> None:
    """C8 and C3 with exceptions: one meaning, and a second pass changes nothing."""
    data = b"\n".join(lines)

    once = {redactor.lines(data) for redactor in redactors}

    assert len(once) == 1
    assert {redactors[-1].lines(done) for done in once} == once

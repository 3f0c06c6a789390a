"""Known values through the front door: the module, the policy's actions, ``explain``."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import redactor as package
from redactor import KnownValues, Policy, Redactor
from redactor.explain import explain
from redactor.policy import Hmac

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.field_types import Action, EngineName

VALUE = "Zx80alphaQ9bcdefghij"


@pytest.fixture
def default_store() -> Iterator[KnownValues]:
    """The store of the process, empty again afterwards."""
    from redactor import _default

    yield _default.known
    _default.known.clear()


@pytest.mark.usefixtures("default_store")
def test_a_registered_value_is_removed_by_the_default_redactor() -> None:
    """
    ``register`` and ``redact`` of the module share one store, whichever is called first.
    """
    assert f"got {VALUE}" == package.redact(f"got {VALUE}")
    package.register(VALUE, "vault")

    assert "got [redacted:known-value:vault]" == package.redact(f"got {VALUE}")
    assert b"[redacted:known-value:vault]\n" == package.redact(f"{VALUE}\n".encode())
    assert {"a": ["[redacted:known-value:vault]"]} == package.redact({"a": [VALUE]})


def test_a_redactor_has_a_store_of_its_own(default_store: KnownValues) -> None:
    """
    What is registered with one redactor does not count for another that does not share its store.
    """
    one, other = Redactor(), Redactor()
    shared = Redactor(known=one.known)
    one.known.register(VALUE, "own")

    assert "[redacted:known-value:own]" == one.text(VALUE) == shared.text(VALUE)
    assert VALUE == other.text(VALUE) == package.redact(VALUE)
    assert 0 == len(default_store)


def test_a_store_that_is_filled_before_counts(engine_name: EngineName) -> None:
    """
    A redactor looks for the values that its store had when it was built.
    """
    known = KnownValues()
    known.register(VALUE, "early")

    assert "[redacted:known-value:early]" == Redactor(engine=engine_name, known=known).text(VALUE)


@pytest.mark.parametrize("default", ["tag", "mask", "hmac"])
def test_the_marker_shows_nothing_of_the_value(
    build: Callable[..., Redactor], monkeypatch: pytest.MonkeyPatch, default: Action
) -> None:
    """
    Whatever the default action, the marker of a known value is its label.
    """
    monkeypatch.setenv("REDACTOR_TEST_KEY", "k" * 32)
    redactor = build(actions={"default": default}, hmac=Hmac(key_env="REDACTOR_TEST_KEY"))
    redactor.known.register(VALUE, "vault")
    marker = "[redacted:known-value:vault]"

    assert f"a {marker} b" == redactor.text(f"a {VALUE} b")
    assert f"a {marker} b\n".encode() == redactor.lines(f"a {VALUE} b\n".encode())
    assert {"a": marker} == redactor.record({"a": VALUE})


@pytest.mark.parametrize("actions", [{"known-value": "drop-field"}, {"default": "drop-field"}])
def test_a_field_with_a_known_value_can_be_dropped(
    build: Callable[..., Redactor], actions: dict[str, str]
) -> None:
    """
    With ``drop-field`` the field goes; in plain text the marker stays.
    """
    redactor = build(actions=actions)
    redactor.known.register(VALUE, "vault")

    assert {"b": 1} == redactor.record({"a": f"x {VALUE}", "b": 1})
    assert "x [redacted:known-value:vault]" == redactor.text(f"x {VALUE}")


def test_a_record_with_a_known_value_can_be_dropped(build: Callable[..., Redactor]) -> None:
    """
    With ``drop-record`` the line or the record goes.
    """
    redactor = build(actions={"known-value": "drop-record"})
    redactor.known.register(VALUE, "vault")

    assert redactor.record({"a": f"x {VALUE}"}) is None
    assert "[redacted:known-value]" == redactor.text(f"x {VALUE}")
    assert b"a\nb\n" == redactor.lines(f"a\nx {VALUE} y\nb\n".encode())
    assert b"password=[redacted:password]\n" == redactor.lines(b"password=hunter2\n")


def test_findings_that_overlap_are_one(engine_name: EngineName) -> None:
    """
    Where a rule and a known value overlap, all of both goes under the name of the longer one; where
    they are equal, under that of the rule.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("hunter2zz-and-more", "same")
    redactor.known.register("Zx80-4111", "shorter")
    redactor.known.register("4111111111111111 of Ann", "longer")

    assert "password=[redacted:password]" == redactor.text("password=hunter2zz-and-more!")
    assert "password='[redacted:password]'" == redactor.text("password='hunter2zz-and-more'")
    assert "[redacted:card]" == redactor.text("Zx80-4111111111111111")
    assert "[redacted:known-value:longer]!" == redactor.text("4111111111111111 of Ann!")


def test_values_that_overlap_are_one(engine_name: EngineName) -> None:
    """
    Of values that are parts of each other the longer one gives its name.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("alphaQ9bcdef", "inner")
    redactor.known.register(VALUE, "outer")
    redactor.known.register("ghij-more", "behind")

    assert "[redacted:known-value:outer] [redacted:known-value:inner]" == redactor.text(
        f"{VALUE} alphaQ9bcdef"
    )
    assert "[redacted:known-value:outer]" == redactor.text(f"{VALUE}-more")


def test_explain_tells_of_known_values(engine_name: EngineName) -> None:
    """
    ``explain`` lists a known value as a finding with its place and nothing of its text.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register(VALUE, "vault")

    found = explain(redactor, f"first\ngot {VALUE}".encode()).findings

    assert [("known-value", 2, 5, 20)] == [
        (item.rule, item.line, item.column, item.length) for item in found
    ]


def test_a_number_in_json_stays_json(engine_name: EngineName) -> None:
    """
    A known value that is a bare number in JSON is replaced by a string.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("48151623", "pin")

    assert '{"n": "[redacted:known-value:pin]", "m": 1}' == redactor.text('{"n": 48151623, "m": 1}')
    assert '["[redacted:known-value:pin]", 1]' == redactor.text("[48151623, 1]")


def test_catching_an_error_loads_no_engine() -> None:
    """
    The names of known values are found without loading what does not run.
    """
    program = (
        "import sys, redactor\n"
        "redactor.KnownValues().register('Zx80alphaQ9', 'x')\n"
        "print(*sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert not {"redactor_core", "regex", "redactor.cli"} & set(done.stdout.split())


def test_policies_say_the_action_of_known_values() -> None:
    """
    The action named for ``known-value`` goes before the default one, and neither shows the value.
    """
    assert "tag" == Policy().known_action()
    assert "tag" == Policy(actions={"default": "hmac"}).known_action()
    assert "drop-field" == Policy(actions={"default": "drop-field"}).known_action()
    assert "tag" == Policy(actions={"default": "drop-record", "known-value": "tag"}).known_action()

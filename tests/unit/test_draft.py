"""Rules drafted from examples: what they find, and what they say about the secrets given."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines.reference import ReferenceEngine
from redactor.errors import InputError
from redactor.packs import Ruleset, test_rules
from redactor.packs.draft import draft
from redactor.packs.loader import parse_pack

if TYPE_CHECKING:
    from redactor.model import Rule


def drafted(*lines: str) -> tuple[Rule, ReferenceEngine]:
    """Draft a rule from *lines*; its own examples hold."""
    made = draft("own", "A secret of ours", "https://example.com/secret", lines)
    pack = parse_pack(made.toml, Path("own.toml"))
    engine = ReferenceEngine(Ruleset.compile(pack.rules))
    assert test_rules(pack.rules, engine, {"own": 0}) == []
    return pack.rules[0], engine


@pytest.mark.parametrize(
    ("lines", "keywords", "pattern"),
    [
        (["x {{CPN-7Q2M9XKD4T}}", "y {{CPN-9W3KD4TX2Z}}"], ("CPN-",), r"CPN\-[A-Z0-9]{10}"),
        (["x {{CPN-7Q2M9XKD4T}}"], ("CPN-",), r"CPN\-[A-Z0-9]{10}"),
        (["{{ab_live_123456}}", "{{ab_live_12345678}}"], ("ab_live_",), "ab_live_[0-9]{6,8}"),
        (["{{vch-1234-abcd}}", "{{vch-5678-efgh}}"], ("vch-",), r"vch\-[0-9]{4}\-[a-z]{4}"),
        (["{{doorkey12345}}", "{{doorkey98765}}"], ("doorkey",), "doorkey[0-9]{5}"),
        (
            ["{{k.3f9a7c21e8b04d56}}", "{{k.0123456789abcdef}}"],
            ("k.",),
            r"k\.[0-9a-f]{16}",
        ),
    ],
)
def test_what_all_start_with_is_the_keyword(
    lines: list[str], keywords: tuple[str, ...], pattern: str
) -> None:
    """
    The common start is the keyword, the rest a class with the lengths of the examples.
    """
    rule, _ = drafted(*lines)

    assert (keywords, pattern) == (rule.keywords, rule.pattern)


def test_secrets_without_a_common_start_are_known_by_their_name() -> None:
    """
    The name before the secrets makes a pair rule, in whatever writing it stands.
    """
    rule, engine = drafted(
        '{"doorPin": "{{q8k39fk20f}}"}', "door_pin={{x2kd92kd9p}} ok", "door_pin=no"
    )

    assert (rule.kind, rule.names) == ("pair", ("door pin",))
    assert engine.find(b"DOOR-PIN: a1b2c3d4e5")


def test_what_stands_beside_the_marks_decides_the_boundaries() -> None:
    """
    A sign right behind a secret may follow it.
    """
    rule, engine = drafted("file {{CPN-7Q2M9XKD4T}}_v2", "file {{CPN-9W3KD4TX2Z}}-old")

    assert rule.after == "A-Za-z0-9"
    assert engine.find(b"x CPN-AAAAAAAAAA_v3")
    assert not engine.find(b"x CPN-AAAAAAAAAAA")


def test_the_secrets_given_are_not_in_the_rule() -> None:
    """
    C6: the examples of the rule are made up; only the common start is taken over.
    """
    secrets = ["CPN-7Q2M9XKD4TPP", "CPN-9W3KD4TX2ZQQ"]

    made = draft("own", "x", "https://example.com", [f"x {{{{{secret}}}}}" for secret in secrets])

    assert not any(secret.removeprefix("CPN-") in made.toml for secret in secrets)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["no marks"], "no secret is marked"),
        (["{{short}}"], "a secret has fewer than 6 characters"),
        (["{{two words}}"], "a secret has spaces, single quotes or letters outside ASCII"),
        (["{{q8k39fk20f}}", "{{x2kd92kd9p}}"], "the secrets start with nothing in common"),
    ],
)
def test_examples_that_say_too_little_are_refused(lines: list[str], problem: str) -> None:
    """
    The message says what is missing, and shows no secret.
    """
    with pytest.raises(InputError) as caught:
        draft("own", "x", "https://example.com", lines)

    assert problem in str(caught.value)
    assert not any(line.strip("{}") in str(caught.value) for line in lines if "{" in line)


@given(
    seed=st.integers(0, 10_000),
    alphabet=st.sampled_from(
        ["0123456789", "0123456789abcdef", "ABCDEFGHJKMN23456789", "a-b_c.D9"]
    ),
    sizes=st.lists(st.integers(8, 40), min_size=2, max_size=4),
)
def test_a_drafted_rule_finds_the_secrets_it_was_drafted_from(
    seed: int, alphabet: str, sizes: list[int]
) -> None:
    """
    Whatever the secrets are made of, the rule finds all of them, whole.
    """
    source = Random(seed)
    secrets = ["shp_" + "".join(source.choices(alphabet, k=size)) for size in sizes]

    _, engine = drafted(*(f"pay code={{{{{secret}}}}} ok" for secret in secrets))

    for secret in secrets:
        text = f"pay code={secret} ok"
        assert [span[:2] for span in engine.find(text.encode())] == [(9, 9 + len(secret))]

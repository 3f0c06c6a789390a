"""Every example of every pack, on every engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor import Policy, Redactor
from redactor.packs import load_builtin, pack_names, test_rules
from redactor.policy import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor import Rule
    from redactor.field_types import EngineName

PACK_OF: dict[str, str] = {
    rule.id: name for name in pack_names() for rule in load_builtin(name).rules
}
EVERY_RULE: list[Rule] = [rule for name in pack_names() for rule in load_builtin(name).rules]
KEY = "0123456789abcdef0123456789abcdef"

_SOME = 20
#: A test for each rule would spend more time between the tests than in them.
_each_rule = pytest.mark.parametrize(
    "rules",
    [
        pytest.param(EVERY_RULE[at : at + _SOME], id=f"from {EVERY_RULE[at].id}")
        for at in range(0, len(EVERY_RULE), _SOME)
    ],
)


def examples(rule: Rule) -> Iterator[str]:
    return (example.text for example in (*rule.match, *rule.ignore))


def with_packs(engine: EngineName, *packs: str, **fields: object) -> Redactor:
    """Build a redactor of *packs* alone."""
    every = {rule.id for name in pack_names() for rule in load_builtin(name).rules}
    kept = {rule.id for name in packs for rule in load_builtin(name).rules}
    policy = Policy(
        preset="strict",
        packs=pack_names(),
        disable=tuple(sorted(every - kept)),
        **fields,  # type: ignore[arg-type]
    )
    return Redactor(policy, engine=engine)


@pytest.fixture(scope="session")
def alone(engine_name: EngineName) -> dict[str, Redactor]:
    """A redactor for each pack alone."""
    return {name: with_packs(engine_name, name) for name in pack_names()}


@pytest.fixture(scope="session")
def every(engine_name: EngineName) -> Redactor:
    """A redactor of all packs together."""
    return Redactor(Policy(preset="strict", packs=pack_names()), engine=engine_name)


@_each_rule
def test_each_match_is_found_and_each_ignore_is_left_alone(
    alone: dict[str, Redactor], rules: list[Rule]
) -> None:
    """
    A rule finds each of its ``match`` examples and leaves each ``ignore`` example alone.
    """
    for pack in {PACK_OF[rule.id] for rule in rules}:
        redactor = alone[pack]
        index_of = {source.id: index for index, source in enumerate(redactor.ruleset.sources)}
        own = [rule for rule in rules if PACK_OF[rule.id] == pack]

        failures = test_rules(own, redactor._engine, index_of)

        assert [] == failures


@_each_rule
def test_each_match_is_found_with_all_packs_together(every: Redactor, rules: list[Rule]) -> None:
    """
    No rule hides the examples of another: all packs together redact each ``match`` example.
    """
    unchanged = [
        (rule.id, example.text)
        for rule in rules
        for example in rule.match
        if every.text(example.text) == example.text
    ]

    assert [] == unchanged


@_each_rule
def test_examples_redact_idempotently_under_standard(redactor: Redactor, rules: list[Rule]) -> None:
    """
    Redacting a redacted example changes nothing, in the ``standard`` preset (C3).
    """
    once = [redactor.text(text) for rule in rules for text in examples(rule)]

    assert once == [redactor.text(text) for text in once]


@_each_rule
def test_examples_redact_idempotently_under_strict(strict: Redactor, rules: list[Rule]) -> None:
    """
    Redacting a redacted example changes nothing, in the ``strict`` preset (C3).
    """
    once = [strict.text(text) for rule in rules for text in examples(rule)]

    assert once == [strict.text(text) for text in once]


@_each_rule
def test_examples_redact_idempotently_under_their_own_pack(
    alone: dict[str, Redactor], rules: list[Rule]
) -> None:
    """
    Redacting a redacted example changes nothing, under the rule's own pack alone (C3).
    """
    for rule in rules:
        redactor = alone[PACK_OF[rule.id]]
        once = [redactor.text(text) for text in examples(rule)]

        assert once == [redactor.text(text) for text in once]


@_each_rule
def test_what_standard_leaves_is_stable_under_each_pack_that_it_holds(
    alone: dict[str, Redactor], redactor: Redactor, rules: list[Rule]
) -> None:
    """
    No single pack finds anything in what all packs of ``standard`` together have redacted.
    """
    once = [redactor.text(text) for rule in rules for text in examples(rule)]

    for pack in PRESETS["standard"]:
        assert once == [alone[pack].text(text) for text in once]


@_each_rule
def test_examples_come_out_the_same_as_text_and_as_lines(
    redactor: Redactor, rules: list[Rule]
) -> None:
    """
    ``text`` and ``lines`` write the same for each example of one line.
    """
    texts = [text for rule in rules for text in examples(rule) if "\n" not in text]
    as_text = [redactor.text(text).encode("utf-8", "surrogatepass") for text in texts]

    as_lines = [redactor.lines(text.encode("utf-8", "surrogatepass")) for text in texts]

    assert as_text == as_lines


@pytest.mark.parametrize("action", ["mask", "hmac"])
@_each_rule
def test_examples_redact_idempotently_with_masks_and_fingerprints(
    acting: dict[str, Redactor], rules: list[Rule], action: str
) -> None:
    """
    Redacting a redacted example changes nothing whatever the action writes (C3).
    """
    redactor = acting[action]
    once = [redactor.text(text) for rule in rules for text in examples(rule)]

    assert once == [redactor.text(text) for text in once]


@pytest.fixture(scope="session")
def acting(engine_name: EngineName) -> Iterator[dict[str, Redactor]]:
    """A redactor of all packs for each action that writes more than the rule's id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDACTOR_TEST_KEY", KEY)
        yield {
            action: with_packs(
                engine_name,
                *pack_names(),
                actions={"default": action},
                hmac=_hmac(),
            )
            for action in ("mask", "hmac")
        }


def _hmac() -> object:
    from redactor.policy import Hmac

    return Hmac(key_env="REDACTOR_TEST_KEY", key_id="k7")


@_each_rule
def test_each_rule_says_where_its_shape_is_published(rules: list[Rule]) -> None:
    """
    A rule names a page of the vendor or of the standard, and says in a sentence what it finds.
    """
    for rule in rules:
        assert rule.reference.startswith("https://"), rule.id
        assert len(rule.summary) >= 10, rule.id


@_each_rule
def test_each_rule_is_shown_in_several_contexts(rules: list[Rule]) -> None:
    """
    A rule has at least three ``match`` examples and one ``ignore`` example with its reason.
    """
    for rule in rules:
        assert len(rule.match) >= 3, rule.id
        assert len({example.text for example in rule.match}) == len(rule.match), rule.id
        assert rule.ignore, rule.id
        assert all(example.why for example in rule.ignore), rule.id


def test_no_rule_id_is_in_two_packs() -> None:
    """
    A rule id names one rule, whichever packs are switched on.
    """
    ids = [rule.id for rule in EVERY_RULE]

    assert sorted(set(ids)) == sorted(ids)


def test_the_token_pack_knows_sixty_vendor_families() -> None:
    """
    The pack ``tokens`` knows at least 60 families, told apart by the first word of the rule id.
    """
    families = {rule.id.partition("-")[0] for rule in load_builtin("tokens").rules}

    assert len(families) >= 60

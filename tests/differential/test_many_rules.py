"""C8 with thousands of rules of a user's own: what a stream remembers still fits into its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.engines import make_engine
from redactor.packs import Ruleset, load_builtin
from redactor.spans import OPEN_DOCUMENT

if TYPE_CHECKING:
    from redactor.field_types import EngineName

#: With so many, three rules of one name are more than a state has room for.
_MANY = 6000


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    like = next(
        rule
        for rule in load_builtin("credentials").rules
        if rule.kind == "pair" and rule.value == "any" and not rule.checks
    )

    def named(name: str) -> object:
        ident = "own-" + name.replace(" ", "-")
        return like.replace(id=ident, names=(name,), glue=(), except_names=())

    names = [f"filler{number}x" for number in range(_MANY)]
    names += ["zulu quebec tango", "quebec tango", "tango"]
    return Ruleset.compile(named(name) for name in names)  # type: ignore[misc]  # rules


def test_a_value_below_a_name_of_three_late_rules_is_found(
    ruleset: Ruleset, engine_name: EngineName
) -> None:
    """
    The state behind a name and its colon is none of a document's, however many rules there are, and
    the value on the lines below is found, whether they come with it or later.
    """
    engine = make_engine(ruleset, engine_name)
    head, body = b"zulu_quebec_tango: |\n", b"  Zx9hunter2qT\n  Lm4-more\nok: yes\n"

    first = engine.scan(head)
    second = engine.scan(body, first.state)
    together = engine.scan(head + body)

    assert 0 < first.state < OPEN_DOCUMENT
    assert first.held == 0
    assert [body[start:end] for start, end, _ in second.spans] == [b"Zx9hunter2qT", b"Lm4-more"]
    assert {ruleset.sources[rule].id for _, _, rule in second.spans} == {"own-zulu-quebec-tango"}
    assert together.spans == [
        (start + len(head), end + len(head), rule) for start, end, rule in second.spans
    ]

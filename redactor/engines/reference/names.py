"""Names: which rules a key's words belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks.words import NEUTRAL_WORDS
from redactor.engines.reference.keys import KEY_LIMIT, split_words

if TYPE_CHECKING:
    from redactor.packs.compiled import PairRule
    from redactor.packs.ruleset import Ruleset

__all__ = ["names_of", "rules_of"]

#: Words of the longest name, joined with those before it.
NAME_WORDS = 5


def names_of(key: bytes, ruleset: Ruleset) -> tuple[PairRule, ...]:
    """Return the rules whose names the end of *key* matches, the longest name first."""
    return rules_of(list(split_words(key[-KEY_LIMIT:])), ruleset)


def rules_of(words: list[str], ruleset: Ruleset) -> tuple[PairRule, ...]:
    """Do what ``names_of`` does for a key already split into *words*, which is used up."""
    for _ in range(3):
        if words and (words[-1] in NEUTRAL_WORDS or words[-1].isdigit()):
            words.pop()
    if not words:
        return ()
    rules = _lookup_words(words, ruleset)
    if not rules and words[-1][-1].isdigit():
        words[-1] = words[-1].rstrip("0123456789")
        rules = _lookup_words(words, ruleset)
    return rules


def _lookup_words(words: list[str], ruleset: Ruleset) -> tuple[PairRule, ...]:
    rules: tuple[PairRule, ...] = ()
    for count in range(min(NAME_WORDS, len(words)), 0, -1):
        joined = "".join(words[-count:])
        if joined in ruleset.except_names:
            return rules
        rules += ruleset.names.get(joined, ())
    if not rules and words[-1].endswith(ruleset.glue_endings):
        for stem, rule in ruleset.glue:
            if words[-1].endswith(stem):
                return (rule,)
    return rules

"""
Rules as compiled: what the engines take.

A ``Ruleset`` is made once from the packs that a policy switches on. It is plain data: both engines
read the same one, the native engine through ``plan()``.
"""

from __future__ import annotations

import marshal
from functools import cached_property

from redactor.errors import RuleError
from redactor.packs.cache import cached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor.model import Rule
    from redactor.packs.compiled import PairRule, Parts, PatternRule

__all__ = ["Ruleset", "encoded_plan", "join_name"]

#: Value modes of pair rules that are words; anything else is a pattern.
VALUE_MODES = frozenset({"any", "secret", "header", "text"})
#: What a rule of the kind ``document`` looks for.
CONTENTS = ("field", "file", "markup", "mail", "captions", "table", "prose", "lines")
_LINES = "lines"
#: What a plan has nothing of.
_NOT_PLANNED = {"summary", "reference", "severity", "action", "match", "ignore", "where"}
#: A format of ``marshal`` in which equal things are the same bytes.
_PLAIN = 0


class Ruleset:
    """
    Compiled rules. Compiled when first asked for: the native engine mostly has its plan already.

    Attributes:
        sources: The rules as written; a finding's rule index points here.
        rules: The compiled rule at each index, ``None`` for the card and block detectors.
        patterns: Pattern rules.
        names: Joined key name to pair rules, in the order in which they are tried.
        except_names: Joined key names that look like a name and are none.
        glue: Endings of a single word that make it a name, with their rule.
        glue_endings: The endings alone.
        stems: Joined texts one of which is in every joined key that a name matches.
        card_rule: Index of the card rule, if it is switched on.
        block_rule: Index of the private key rule, if it is switched on.
        documents: What is looked for of documents, in order, with the index of its rule.
        bodies: Last words of keys whose long values are documents.
        lines_rule: Index of the rule of documents over several lines of a stream.
    """

    def __init__(self, sources: tuple[Rule, ...]) -> None:
        self.sources = sources

    @classmethod
    def compile(cls, rules: Iterable[Rule]) -> Ruleset:
        """
        Compile *rules*, in the order in which equal findings are named.

        Raises:
            RuleError: Two rules have one id, or one key name.
        """
        sources = tuple(rules)
        _refuse_twins(sources)
        return cls(sources)

    @cached_property
    def _parts(self) -> Parts:
        from redactor.packs.compiled import parts_of

        return parts_of(self.sources)

    @cached_property
    def rules(self) -> tuple[PatternRule | PairRule | None, ...]:
        return self._parts.rules

    @cached_property
    def patterns(self) -> tuple[PatternRule, ...]:
        from redactor.packs.compiled import PatternRule

        return tuple(rule for rule in self.rules if isinstance(rule, PatternRule))

    @cached_property
    def names(self) -> dict[str, tuple[PairRule, ...]]:
        return self._parts.names

    @cached_property
    def except_names(self) -> frozenset[str]:
        return self._parts.except_names

    @cached_property
    def glue(self) -> tuple[tuple[str, PairRule], ...]:
        return self._parts.glue

    @cached_property
    def glue_endings(self) -> tuple[str, ...]:
        return tuple(ending for ending, _ in self.glue)

    @cached_property
    def stems(self) -> tuple[bytes, ...]:
        return _stems(self.sources)

    @cached_property
    def documents(self) -> tuple[tuple[str, int], ...]:
        own = self._parts.documents
        return tuple((name, own[name]) for name in CONTENTS if name in own and name != _LINES)

    @cached_property
    def lines_rule(self) -> int | None:
        return self._parts.documents.get(_LINES)

    @cached_property
    def bodies(self) -> tuple[bytes, ...]:
        names = {name.encode() for rule in self.sources if rule.content for name in rule.names}
        return tuple(sorted(names))

    @cached_property
    def card_rule(self) -> int | None:
        return self._parts.special.get("card")

    @cached_property
    def block_rule(self) -> int | None:
        return self._parts.special.get("block")


def join_name(name: str) -> str:
    """
    Write a key name as the engines compare it: words joined, lower case, no neutral word last.

    >>> join_name("API Key"), join_name("api-key"), join_name("shared secret value")
    ('apikey', 'apikey', 'sharedsecret')
    """
    from redactor.checks.words import NEUTRAL_WORDS

    words = "".join(char if char.isalnum() else " " for char in name.lower()).split()
    while len(words) > 1 and words[-1] in NEUTRAL_WORDS:
        words.pop()
    return "".join(words)


def _stems(rules: Iterable[Rule]) -> tuple[bytes, ...]:
    names = {
        join_name(name)
        for rule in rules
        if rule.kind == "pair"
        for name in (*rule.names, *rule.glue)
    }
    kept: list[str] = []
    # The short ones first: a name with another one in it has one in it that was kept.
    for name in sorted(names, key=len):
        if not any(stem in name for stem in kept):
            kept.append(name)
    return tuple(sorted(name.encode() for name in kept))


def _refuse_twins(rules: tuple[Rule, ...]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        other = seen.setdefault(rule.id, rule)
        if other is not rule:
            raise RuleError(
                rule.where, f"the id is taken by {other.where}", "Give one of them another id"
            )


def encoded_plan(ruleset: Ruleset, kernel: str, check: Callable[[bytes], object]) -> bytes:
    """
    Return the plan of *ruleset* as JSON, from the cache where it is there.

    Args:
        ruleset: What is compiled.
        kernel: The version of the native engine.
        check: Called with a plan that was not in the cache, which has only what it lets pass.
    """

    def make() -> bytes:
        import msgspec

        from redactor.packs.compiled import plan

        encoded = msgspec.json.encode(plan(ruleset))
        check(encoded)
        return encoded

    parts = [
        [value for name, value in vars(rule).items() if name not in _NOT_PLANNED]
        for rule in ruleset.sources
    ]
    return cached("plan", (kernel.encode(), marshal.dumps(parts, _PLAIN)), make)

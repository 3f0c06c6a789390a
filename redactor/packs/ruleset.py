"""
Rules as compiled: what the engines take.

A ``Ruleset`` is made once from the packs that a policy switches on. It is plain data: both engines
read the same one, the native engine through ``plan()``.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from redactor.checks.words import NEUTRAL_WORDS
from redactor.errors import RuleError
from redactor.packs.cache import cached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import regex

    from redactor.checks.characters import Fold
    from redactor.model import Rule

__all__ = ["PairRule", "PatternRule", "Ruleset", "encoded_plan", "join_name"]

_ALNUM = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
#: Value modes of pair rules that are words; anything else is a pattern.
VALUE_MODES = frozenset({"any", "secret", "header", "text"})
#: What a rule of the kind ``document`` looks for.
CONTENTS = ("field", "file", "markup", "mail", "captions", "table", "prose", "lines")
_LINES = "lines"


# Rules are compared by identity: they are kept in sets, and no two are equal.
class PatternRule(msgspec.Struct, frozen=True, eq=False):
    """A compiled pattern rule. ``keywords`` holds ``(bytes, starts with a letter or digit)``."""

    index: int
    id: str
    source: str
    secret: str | int
    keywords: tuple[tuple[bytes, bool], ...]
    ignore_case: bool
    before: frozenset[int]
    after: frozenset[int]
    lead: frozenset[int]
    lead_max: int
    scan: bool
    window: int
    checks: tuple[Callable[[bytes], bool], ...]
    check_names: tuple[str, ...]

    @property
    def regex(self) -> regex.Pattern[bytes]:
        """The pattern, compiled when it is first asked for: the native engine never does."""
        return _compiled(self.source, ignore_case=self.ignore_case)


class PairRule(msgspec.Struct, frozen=True, eq=False):
    """A compiled pair rule: key names and what the value must be (``source`` empty: any text)."""

    index: int
    id: str
    value: str
    source: str
    ignore_case: bool
    checks: tuple[Callable[[bytes], bool], ...]
    check_names: tuple[str, ...]

    @property
    def regex(self) -> regex.Pattern[bytes]:
        """The pattern of the value, compiled when it is first asked for."""
        return _compiled(self.source, ignore_case=self.ignore_case)

    def matches(self, data: bytes, start: int, end: int) -> int | None:
        """Match the value pattern at *start*: where the match ends, or ``None``."""
        match = self.regex.match(data, start, min(end, start + 4096))
        if match is None or match.end() == start:
            return None
        if not all(check(match[0]) for check in self.checks):
            return None
        return int(match.end())


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
    def _parts(self) -> _Parts:
        return _parts_of(self.sources)

    @cached_property
    def rules(self) -> tuple[PatternRule | PairRule | None, ...]:
        return self._parts.rules

    @cached_property
    def patterns(self) -> tuple[PatternRule, ...]:
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


class _Parts(msgspec.Struct, frozen=True, eq=False):
    rules: tuple[PatternRule | PairRule | None, ...]
    names: dict[str, tuple[PairRule, ...]]
    except_names: frozenset[str]
    glue: tuple[tuple[str, PairRule], ...]
    special: dict[str, int]
    documents: dict[str, int]


def _parts_of(sources: tuple[Rule, ...]) -> _Parts:
    compiled: list[PatternRule | PairRule | None] = []
    names: dict[str, tuple[PairRule, ...]] = {}
    excepted: set[str] = set()
    glue: list[tuple[str, PairRule]] = []
    special: dict[str, int] = {}
    documents: dict[str, int] = {}
    for index, rule in enumerate(sources):
        if rule.kind == "pattern":
            compiled.append(_pattern_rule(index, rule))
        elif rule.kind == "pair":
            pair = _pair_rule(index, rule)
            compiled.append(pair)
            for name in rule.names:
                joined = join_name(name)
                if pair not in names.get(joined, ()):
                    names[joined] = (*names.get(joined, ()), pair)
            excepted.update(map(join_name, rule.except_names))
            glue.extend((join_name(stem), pair) for stem in rule.glue)
        elif rule.kind == "document":
            compiled.append(None)
            documents.setdefault(rule.content, index)
        else:
            compiled.append(None)
            special.setdefault(rule.kind, index)
    glue.sort(key=lambda item: (-len(item[0]), item[0]))
    return _Parts(tuple(compiled), names, frozenset(excepted), tuple(glue), special, documents)


def join_name(name: str) -> str:
    """
    Write a key name as the engines compare it: words joined, lower case, no neutral word last.

    >>> join_name("API Key"), join_name("api-key"), join_name("shared secret value")
    ('apikey', 'apikey', 'sharedsecret')
    """
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


def _pattern_rule(index: int, rule: Rule) -> PatternRule:
    from redactor.checks import check_named
    from redactor.packs.pattern import byte_class

    checks = tuple(check_named(name) for name in rule.checks)
    keywords = tuple(
        (
            (keyword.lower() if rule.ignore_case else keyword).encode("ascii"),
            ord(keyword[0]) in _ALNUM,
        )
        for keyword in rule.keywords
    )
    return PatternRule(
        index=index,
        id=rule.id,
        source=rule.pattern,
        secret=rule.secret or 0,
        keywords=keywords,
        ignore_case=rule.ignore_case,
        before=byte_class(rule.before),
        after=byte_class(rule.after),
        lead=byte_class(rule.lead_class),
        lead_max=rule.lead_max,
        scan=rule.scan,
        window=rule.window,
        checks=checks,
        check_names=rule.checks,
    )


def _pair_rule(index: int, rule: Rule) -> PairRule:
    from redactor.checks import check_named

    is_mode = rule.value in VALUE_MODES
    return PairRule(
        index=index,
        id=rule.id,
        value=rule.value if is_mode else "pattern",
        source="" if is_mode else rule.value,
        ignore_case=rule.ignore_case,
        checks=tuple(check_named(name) for name in rule.checks),
        check_names=rule.checks,
    )


@cache
def _compiled(source: str, *, ignore_case: bool) -> regex.Pattern[bytes]:
    import regex

    flags = regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0)
    return regex.compile(source.encode("ascii"), flags)


def encoded_plan(ruleset: Ruleset, kernel: str, check: Callable[[bytes], object]) -> bytes:
    """
    Return the plan of *ruleset* as JSON, from the cache where it is there.

    Args:
        ruleset: What is compiled.
        kernel: The version of the native engine.
        check: Called with a plan that was not in the cache, which has only what it lets pass.
    """

    def make() -> bytes:
        encoded = msgspec.json.encode(plan(ruleset))
        check(encoded)
        return encoded

    # Examples are no part of a plan.
    sources = [
        msgspec.structs.replace(rule, match=(), ignore=()) if rule.match or rule.ignore else rule
        for rule in ruleset.sources
    ]
    return cached("plan", (kernel.encode(), msgspec.json.encode(sources)), make)


def _folded(table: dict[bytes, Fold]) -> dict[tuple[str, bool], str]:
    """Return the characters of *table* by what they are read as: there are far fewer of those."""
    folded: dict[tuple[str, bool], str] = {}
    for found, fold in table.items():
        key = fold.put.decode(), fold.beside
        folded[key] = folded.get(key, "") + found.decode()
    return folded


def plan(ruleset: Ruleset) -> dict[str, Any]:
    """Return the ruleset as plain data for the native engine."""
    from redactor.checks import words
    from redactor.checks.characters import ENTITIES, fold_table
    from redactor.checks.issuers import ISSUERS

    rules: list[dict[str, Any]] = []
    # Nearly all rules have the same few classes of bytes. A rule without one has the empty one.
    sets: dict[frozenset[int], int] = {frozenset(): 0}
    for source, rule in zip(ruleset.sources, ruleset.rules, strict=True):
        item: dict[str, Any] = {"id": source.id, "kind": source.kind}
        if isinstance(rule, PatternRule):
            item |= {
                "pattern": rule.source,
                "secret": source.secret,
                "keywords": [keyword.decode("ascii") for keyword, _ in rule.keywords],
                "ignore_case": rule.ignore_case,
                "before": sets.setdefault(rule.before, len(sets)),
                "after": sets.setdefault(rule.after, len(sets)),
                "lead": sets.setdefault(rule.lead, len(sets)),
                "lead_max": rule.lead_max,
                "scan": rule.scan,
                "window": rule.window,
                "checks": list(rule.check_names),
            }
        elif isinstance(rule, PairRule):
            item |= {
                "mode": rule.value,
                "pattern": rule.source,
                "ignore_case": source.ignore_case,
                "checks": list(rule.check_names),
            }
        rules.append(item)
    return {
        "rules": rules,
        "sets": [sorted(members) for members in sets],
        "names": [[name, [rule.index for rule in rules]] for name, rules in ruleset.names.items()],
        "except_names": sorted(ruleset.except_names),
        "glue": [[stem, rule.index] for stem, rule in ruleset.glue],
        "card_rule": ruleset.card_rule,
        "block_rule": ruleset.block_rule,
        "documents": list(ruleset.documents),
        "lines_rule": ruleset.lines_rule,
        "bodies": [name.decode("ascii") for name in ruleset.bodies],
        "issuers": [
            [issuer.low, issuer.high, list(issuer.lengths), issuer.context] for issuer in ISSUERS
        ],
        "fold": [[found, put, beside] for (put, beside), found in _folded(fold_table()).items()],
        "entities": [[name.decode("ascii"), list(put)] for name, put in ENTITIES.items()],
        "neutral_words": sorted(words.NEUTRAL_WORDS),
        "sibling_words": sorted(words.SIBLING_WORDS),
        "benign_values": sorted(words.BENIGN_VALUES),
        "prose_words": sorted(words.PROSE_WORDS),
        "id_words": sorted(words.ID_WORDS),
        "id_suffixes": list(words.ID_SUFFIXES),
        "card_words": sorted(words.CARD_WORDS),
        "letter_pairs": list(words.LETTER_PAIRS.items()),
    }

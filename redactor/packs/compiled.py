"""
Rules as compiled, and the plan that the native engine reads.

It is imported where a plan is not in the cache, and for the reference engine.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from redactor.packs.ruleset import VALUE_MODES, join_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import regex

    from redactor.checks.characters import Fold
    from redactor.model import Rule
    from redactor.packs.ruleset import Ruleset

__all__ = ["PairRule", "Parts", "PatternRule", "parts_of", "plan"]

_ALNUM = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


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


class Parts(msgspec.Struct, frozen=True, eq=False):
    """All that is compiled of a ruleset; see ``Ruleset``."""

    rules: tuple[PatternRule | PairRule | None, ...]
    names: dict[str, tuple[PairRule, ...]]
    except_names: frozenset[str]
    glue: tuple[tuple[str, PairRule], ...]
    special: dict[str, int]
    documents: dict[str, int]


def parts_of(sources: tuple[Rule, ...]) -> Parts:
    """Compile the rules *sources*."""
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
    return Parts(tuple(compiled), names, frozenset(excepted), tuple(glue), special, documents)


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

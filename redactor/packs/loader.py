"""Reading packs: from TOML to rules as written, with every mistake named."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from redactor.checks import check_named, check_names
from redactor.errors import RuleError
from redactor.model import ACTIONS, NAME_WORDS, SEVERITIES, Example, Pack, Rule
from redactor.packs.pattern import PatternSyntaxError, byte_class, parse
from redactor.packs.ruleset import CONTENTS, VALUE_MODES
from redactor.suggest import did_you_mean
from redactor.toml_file import parse_toml, read_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load_pack", "parse_pack"]

SCHEMA = 1
#: The lists of examples of a released pack, as its style lays them out.
_EXAMPLES = re.compile(r"^(?:match|ignore) = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)
#: Longest id: it stands in each marker.
ID_LIMIT = 64
#: Removed from examples: it keeps code hosts' scanners from taking a made-up token for a real one.
SEAM = "{+}"

_PACK_KEYS = ("schema", "summary", "rule")
_COMMON = ("id", "summary", "reference", "severity", "kind", "check", "action", "match", "ignore")
_KEYS: dict[str, tuple[str, ...]] = {
    "pattern": (
        *_COMMON, "keywords", "pattern", "secret", "before", "after", "lead", "scan",
        "ignore_case", "window",
    ),
    "pair": (*_COMMON, "names", "except_names", "glue", "value", "ignore_case"),
    "card": _COMMON,
    "block": _COMMON,
    "document": (*_COMMON, "content", "names"),
}  # fmt: skip
#: Punctuation that a keyword may start with: bytes that are rare in logs, so that looking at each
#: of them costs nothing.
_KEYWORD_PUNCTUATION = "~$@+:%"


def load_pack(path: Path, *, released: bool = False, examples: bool = True) -> Pack:
    """
    Load the pack at *path*: everything is checked except that its examples hold.

    Examples need an engine: see ``redactor.packs.examples``.

    Args:
        path: A TOML file.
        released: The pack came with the library, whose tests have parsed its patterns and run its
            examples: that is half of the time that loading takes, and is not done again.
        examples: Read the examples. Only a released pack can do without them.

    Raises:
        RuleError: It cannot be read, or something in it is wrong. The message names the file, the
            rule, the key and what to write instead.
    """
    text = read_text(path, RuleError)
    return parse_pack(text, path, released=released, examples=examples)


def parse_pack(text: str, path: Path, *, released: bool = False, examples: bool = True) -> Pack:
    """
    Do what ``load_pack`` does for *text*, that stands at *path* or is to stand there.

    Raises:
        RuleError: Something in it is wrong.
    """
    if released and not examples:
        text = _EXAMPLES.sub(_blank, text)
    document: dict[str, Any] = parse_toml(text, path, RuleError)
    _refuse_unknown(str(path), document, _PACK_KEYS)
    if document.get("schema") != SCHEMA:
        raise RuleError(f"{path}: schema", "it is not 1", "Write: schema = 1")
    summary = document.get("summary")
    if not isinstance(summary, str) or not summary:
        raise RuleError(
            f"{path}: summary", "it is missing", "Say in a sentence what the pack finds"
        )
    tables = document.get("rule")
    if not isinstance(tables, list) or not tables:
        raise RuleError(f"{path}: rule", "there is no rule", "Start one with [[rule]]")
    lines = _rule_lines(text)
    rules = tuple(
        _Table(f"{path.name}:{lines[number]}", number + 1, table, released=released).rule()
        for number, table in enumerate(tables)
    )
    seen: dict[str, int] = {}
    for number, rule in enumerate(rules, 1):
        other = seen.setdefault(rule.id, number)
        if other != number:
            raise RuleError(
                f"{rule.where}: id", f"rule {other} has it already", "Give it another id"
            )
    return Pack(path.stem, summary, str(path), rules)


def _blank(lists: re.Match[str]) -> str:
    # Line breaks stay, so that a rule is named by its line all the same.
    return "\n" * lists[0].count("\n")


def _rule_lines(text: str) -> dict[int, int]:
    """Return the line of each ``[[rule]]`` by its number from 0; 1 where it is not found."""
    lines: dict[int, int] = defaultdict(lambda: 1)
    starts = (
        number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[rule]]"
    )
    lines.update(enumerate(starts))
    return lines


def _refuse_unknown(where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            remedy = f"{did_you_mean(key, known)}Known keys: {', '.join(known)}"
            raise RuleError(f"{where}: {key}", "unknown key", remedy)


class _Table:
    """One ``[[rule]]`` table on its way to a ``Rule``."""

    def __init__(self, place: str, number: int, table: Any, *, released: bool) -> None:
        self.released = released
        self.table: dict[str, Any] = table if isinstance(table, dict) else {}
        name = self.table.get("id")
        self.where = f"{place}: {name if isinstance(name, str) and name else f'rule {number}'}"

    def _fail(self, key: str, problem: str, remedy: str) -> RuleError:
        return RuleError(f"{self.where}: {key}", problem, remedy)

    def rule(self) -> Rule:
        kind = self._choice("kind", tuple(_KEYS), "pattern")
        _refuse_unknown(self.where, self.table, _KEYS[kind])
        identifier = self._text("id", required=True)
        if not all(part.isalnum() and part.isascii() for part in identifier.split("-")) or (
            identifier != identifier.lower()
        ):
            raise self._fail("id", "it is not in kebab case", "Write it like github-token")
        if len(identifier) > ID_LIMIT:
            raise self._fail("id", f"it has more than {ID_LIMIT} characters", "Write a shorter one")
        reference = self._text("reference", required=True)
        if not reference.startswith("https://"):
            raise self._fail(
                "reference", "it is no https address", "Name the vendor's or standard's page"
            )
        lead_class, lead_max = self._lead()
        rule = Rule(
            id=identifier,
            summary=self._text("summary", required=True),
            reference=reference,
            severity=self._choice("severity", SEVERITIES, None),
            kind=kind,
            keywords=self._texts("keywords"),
            pattern=self._text("pattern"),
            secret=self._text("secret"),
            before=self._class("before", "A-Za-z0-9"),
            after=self._class("after", "A-Za-z0-9_-"),
            lead_class=lead_class,
            lead_max=lead_max,
            scan=self._flag("scan"),
            ignore_case=self._flag("ignore_case"),
            window=self._number("window", 1024, 16, 65536),
            names=self._texts("names"),
            except_names=self._texts("except_names"),
            glue=self._texts("glue"),
            value=self._text("value") or "any",
            content=self._choice("content", CONTENTS, None) if kind == "document" else "",
            checks=self._checks(),
            action=self._choice("action", ACTIONS, "tag"),
            match=self._examples("match"),
            ignore=self._examples("ignore"),
            where=self.where,
        )
        if self.released:
            return rule
        if kind == "pattern":
            self._check_pattern(rule)
        elif kind == "pair":
            self._check_pair(rule)
        elif kind == "document":
            self._check_document(rule)
        if not rule.match:
            raise self._fail("match", "there is no example", "Add texts that the rule must find")
        if not rule.ignore:
            raise self._fail(
                "ignore",
                "there is no example",
                'Add near misses that it must leave alone: { text = "...", why = "..." }',
            )
        return rule

    def _check_pattern(self, rule: Rule) -> None:
        if not rule.pattern:
            raise self._fail("pattern", "it is missing", "Write what the secret looks like")
        try:
            shape = parse(rule.pattern, ignore_case=rule.ignore_case)
        except PatternSyntaxError as error:
            raise self._fail("pattern", error.problem, error.remedy) from None
        if rule.secret and rule.secret not in shape.groups:
            raise self._fail(
                "secret", f"the pattern has no group {rule.secret!r}", "Write (?P<value>...)"
            )
        if rule.scan:
            if rule.keywords or rule.lead_class:
                raise self._fail(
                    "scan", "a rule that is searched for has no keywords", "Leave one of them out"
                )
            if shape.longest is None:
                raise self._fail(
                    "pattern",
                    "a rule that is searched for must be bounded",
                    "Use {n,m} instead of + and *",
                )
            return
        if not rule.keywords:
            raise self._fail(
                "keywords",
                "there is none",
                "Name a text that each match starts with, or set scan = true in a pack of your own",
            )
        for keyword in rule.keywords:
            self._check_keyword(rule, keyword, shape.first)

    def _check_keyword(self, rule: Rule, keyword: str, first: int) -> None:
        head = keyword[:1]
        if not keyword.isascii() or "\n" in keyword or (len(keyword) < 2 and head.isalnum()):
            raise self._fail(
                "keywords", f"{keyword!r} is no text of two ASCII bytes or more", "Make it longer"
            )
        if not head.isalnum() and head not in _KEYWORD_PUNCTUATION:
            raise self._fail(
                "keywords",
                f"{keyword!r} starts with {head!r}, which is frequent in logs",
                "Start it with a letter, a digit or one of " + " ".join(_KEYWORD_PUNCTUATION),
            )
        if not rule.lead_class and not first >> ord(head) & 1:
            raise self._fail(
                "keywords",
                f"the pattern cannot start with {keyword!r}",
                "Begin the pattern with the keyword, or declare `lead`",
            )

    def _check_document(self, rule: Rule) -> None:
        if bool(rule.names) != (rule.content == "field"):
            raise self._fail(
                "names", "they go with content = 'field', and with no other", "Correct one of them"
            )
        for name in rule.names:
            if not (name.isascii() and name.isalpha() and name.islower()):
                raise self._fail(
                    "names", f"{name!r} is not one word in small letters", 'Write: names = ["body"]'
                )

    def _check_pair(self, rule: Rule) -> None:
        if not rule.names:
            raise self._fail("names", "there is none", 'Name keys by words: ["api key"]')
        for key in ("names", "except_names", "glue"):
            for name in getattr(rule, key):
                if not name.isascii() or not 1 <= len(name.split()) <= NAME_WORDS:
                    raise self._fail(
                        key,
                        f"{name!r} is not one to {NAME_WORDS} words of ASCII letters",
                        'Write words with spaces between them: "api key"',
                    )
        if rule.value in VALUE_MODES:
            if rule.checks:
                raise self._fail(
                    "check",
                    f"a rule whose value is {rule.value!r} has none",
                    "Write what the value looks like as a pattern: value = '[0-9]{6}'",
                )
        else:
            try:
                parse(rule.value, ignore_case=rule.ignore_case)
            except PatternSyntaxError as error:
                raise self._fail("value", error.problem, error.remedy) from None

    def _text(self, key: str, *, required: bool = False) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            raise self._fail(key, "it is not a text", "Put it in quotes")
        if required and not value:
            raise self._fail(key, "it is missing", f"Add: {key} = ...")
        return value

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._fail(key, "it is not a list of texts", f'Write: {key} = ["...", "..."]')
        return tuple(value)

    def _flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self._fail(key, "it is neither true nor false", f"Write: {key} = true")
        return value

    def _number(self, key: str, default: int, low: int, high: int) -> int:
        value = self.table.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._fail(
                key, f"it is no number from {low} to {high}", f"Write: {key} = {default}"
            )
        return value

    def _choice(self, key: str, choices: tuple[str, ...], default: str | None) -> Any:
        value = self.table.get(key, default)
        if value is None:
            raise self._fail(key, "it is missing", f"Use one of: {', '.join(choices)}")
        if value not in choices:
            hint = did_you_mean(str(value), choices)
            raise self._fail(
                key, f"{value!r} is not known", f"{hint}Use one of: {', '.join(choices)}"
            )
        return value

    def _class(self, key: str, default: str) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str):
            raise self._fail(key, "it is not a text", 'Write the body of a class: "A-Za-z0-9_"')
        try:
            byte_class(value)
        except PatternSyntaxError as error:
            raise self._fail(key, error.problem, error.remedy) from None
        return value

    def _lead(self) -> tuple[str, int]:
        value = self.table.get("lead")
        if value is None:
            return "", 0
        if (
            not isinstance(value, dict)
            or set(value) != {"class", "max"}
            or not isinstance(value["class"], str)
            or not isinstance(value["max"], int)
            or not 1 <= value["max"] <= 256
        ):
            raise self._fail(
                "lead",
                "it is no class with a largest length from 1 to 256",
                'Write: lead = { class = "0-9", max = 10 }',
            )
        try:
            byte_class(value["class"])
        except PatternSyntaxError as error:
            raise self._fail("lead", error.problem, error.remedy) from None
        return value["class"], value["max"]

    def _checks(self) -> tuple[str, ...]:
        value = self.table.get("check", [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise self._fail("check", "it is neither a text nor a list of texts", "Name checks")
        for name in names:
            try:
                check_named(name)
            except KeyError:
                known = check_names()
                hint = did_you_mean(name, known)
                raise self._fail(
                    "check", f"unknown check {name!r}", f"{hint}Use one of: {', '.join(known)}"
                ) from None
        return tuple(names)

    def _examples(self, key: str) -> tuple[Example, ...]:
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self._fail(key, "it is not a list", f'Write: {key} = ["..."]')
        examples: list[Example] = []
        for item in value:
            text = item.get("text") if isinstance(item, dict) else item
            why = item.get("why", "") if isinstance(item, dict) else ""
            if not isinstance(text, str) or not text or not isinstance(why, str):
                raise self._fail(
                    key, "an example is not a text", 'Write: { text = "...", why = "..." }'
                )
            if key == "ignore" and not why:
                raise self._fail(
                    key, "an example does not say why", 'Write: { text = "...", why = "..." }'
                )
            examples.append(Example(text.replace(SEAM, ""), why))
        return tuple(examples)

"""A broken pack a mistake: what is said about it, word for word."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor import Policy, Redactor, RuleError
from redactor.checks import check_names
from redactor.packs import Ruleset, load_builtin, load_pack, loader, pack_names, pattern
from redactor.packs.released import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redactor.field_types import EngineName

FOLDER = Path(__file__).parent
INVALID = sorted((FOLDER / "invalid").glob("*.toml"))
VALID = sorted((FOLDER / "valid").glob("*.toml"))

MESSAGES: dict[str, str] = {
    "file-not-toml": (
        "{folder}/file-not-toml.toml: it is not TOML (Illegal character '\\n' (at line "
        "2, column 20)). Correct the syntax there."
    ),
    "file-not-utf8": ("{folder}/file-not-utf8.toml: it is not UTF-8 (byte 25). Save it as UTF-8."),
    "pack-key-unknown": (
        "{folder}/pack-key-unknown.toml: sumary: unknown key. Did you mean 'summary'? "
        "Known keys: schema, summary, rule."
    ),
    "pack-rule-id-twice": (
        "pack-rule-id-twice.toml:14: acme-token: id: rule 1 has it already. Give it another id."
    ),
    "pack-rule-no-table": ("pack-rule-no-table.toml:1: rule 1: id: it is missing. Add: id = ...."),
    "pack-schema-missing": (
        "{folder}/pack-schema-missing.toml: schema: it is not 1. Write: schema = 1."
    ),
    "pack-schema-unknown": (
        "{folder}/pack-schema-unknown.toml: schema: it is not 1. Write: schema = 1."
    ),
    "pack-summary-missing": (
        "{folder}/pack-summary-missing.toml: summary: it is missing. Say in a sentence "
        "what the pack finds."
    ),
    "pack-without-rules": (
        "{folder}/pack-without-rules.toml: rule: there is no rule. Start one with [[rule]]."
    ),
    "pattern-alternatives-overlap": (
        "pattern-alternatives-overlap.toml:4: acme-token: pattern: alternatives inside a "
        "repeat start with the same byte at position 8. Write them so that the first "
        "byte decides."
    ),
    "pattern-anchor-end": (
        "pattern-anchor-end.toml:4: acme-token: pattern: the anchor $ at position 6. A "
        "match is anchored at the keyword already: leave it out, or declare `before` "
        "or `after`."
    ),
    "pattern-anchor-start": (
        "pattern-anchor-start.toml:4: acme-token: pattern: the anchor ^ at position 0. A "
        "match is anchored at the keyword already: leave it out, or declare `before` "
        "or `after`."
    ),
    "pattern-back-reference-name": (
        "pattern-back-reference-name.toml:4: acme-token: pattern: a back-reference at "
        "position 13. Write the text out again."
    ),
    "pattern-back-reference-number": (
        "pattern-back-reference-number.toml:4: acme-token: pattern: a back-reference at "
        "position 13. Write the text out again."
    ),
    "pattern-bare-brace": (
        "pattern-bare-brace.toml:4: acme-token: pattern: a bare } at position 5. Write \\}."
    ),
    "pattern-bare-bracket": (
        "pattern-bare-bracket.toml:4: acme-token: pattern: a bare ] at position 5. Write \\]."
    ),
    "pattern-boundary": (
        "pattern-boundary.toml:4: acme-token: pattern: the boundary \\b at position 0. "
        "Declare boundaries with `before` and `after`."
    ),
    "pattern-bounds-swapped": (
        "pattern-bounds-swapped.toml:4: acme-token: pattern: a repeat whose bounds are "
        "the wrong way round at position 6. Swap them."
    ),
    "pattern-brace-no-repeat": (
        "pattern-brace-no-repeat.toml:4: acme-token: pattern: a { that starts no repeat "
        "at position 5. Write {n}, {n,} or {n,m}, or \\{."
    ),
    "pattern-character-outside-ascii": (
        "pattern-character-outside-ascii.toml:4: acme-token: pattern: a character "
        "outside ASCII at position 5. Write it as UTF-8 bytes: \\xC3\\xA9."
    ),
    "pattern-class-bare-bracket": (
        "pattern-class-bare-bracket.toml:4: acme-token: pattern: a bare [ inside a class "
        "at position 7. Write \\[."
    ),
    "pattern-class-empty": (
        "pattern-class-empty.toml:4: acme-token: pattern: an empty class at position 5. "
        "Name at least one byte."
    ),
    "pattern-class-not-closed": (
        "pattern-class-not-closed.toml:4: acme-token: pattern: a class that is not "
        "closed at position 5. Add the ] that is missing."
    ),
    "pattern-class-set-operation": (
        "pattern-class-set-operation.toml:4: acme-token: pattern: a set operation inside "
        "a class at position 7. Write the set out, with \\ before the byte."
    ),
    "pattern-count-too-large": (
        "pattern-count-too-large.toml:4: acme-token: pattern: a count over 4096 at "
        "position 6. Lower it or leave the upper bound out: {n,}."
    ),
    "pattern-empty-match": (
        "pattern-empty-match.toml:4: acme-token: pattern: it can match the empty text. "
        "Make at least one part of it required."
    ),
    "pattern-escape-at-the-end": (
        "pattern-escape-at-the-end.toml:4: acme-token: pattern: an unknown escape \\ at "
        "position 5. Write the character itself."
    ),
    "pattern-escape-unknown": (
        "pattern-escape-unknown.toml:4: acme-token: pattern: an unknown escape \\q at "
        "position 5. Write the character itself."
    ),
    "pattern-extension": (
        "pattern-extension.toml:4: acme-token: pattern: an extension (? at position 5. "
        "Write (?:...) or (?P<value>...)."
    ),
    "pattern-flag": (
        "pattern-flag.toml:4: acme-token: pattern: a flag at position 0. Set "
        "`ignore_case = true` in the rule."
    ),
    "pattern-group-captures": (
        "pattern-group-captures.toml:4: acme-token: pattern: a group that captures "
        "without a name at position 5. Write (?:...) to group, or (?P<value>...) for "
        "the secret."
    ),
    "pattern-group-name-twice": (
        "pattern-group-name-twice.toml:4: acme-token: pattern: "
        "a second group 'value' at position 17. Give each group its own name."
    ),
    "pattern-groups-nested-too-deep": (
        "pattern-groups-nested-too-deep.toml:4: acme-token: pattern: "
        "more than 32 groups in each other at position 101. Use fewer."
    ),
    "pattern-group-not-closed": (
        "pattern-group-not-closed.toml:4: acme-token: pattern: a group that is not "
        "closed at position 5. Add the ) that is missing."
    ),
    "pattern-group-without-name": (
        "pattern-group-without-name.toml:4: acme-token: pattern: a group without a name "
        "at position 5. Write (?P<value>...)."
    ),
    "pattern-hex-digits": (
        "pattern-hex-digits.toml:4: acme-token: pattern: \\x without two hex digits at "
        "position 5. Write \\x2F."
    ),
    "pattern-look-ahead": (
        "pattern-look-ahead.toml:4: acme-token: pattern: look-ahead at position 6. "
        "Declare what may not follow with `after`."
    ),
    "pattern-look-ahead-negative": (
        "pattern-look-ahead-negative.toml:4: acme-token: pattern: look-ahead at position "
        "6. Declare what may not follow with `after`."
    ),
    "pattern-look-behind": (
        "pattern-look-behind.toml:4: acme-token: pattern: look-behind at position 0. "
        "Declare what may not stand before with `before`."
    ),
    "pattern-look-behind-positive": (
        "pattern-look-behind-positive.toml:4: acme-token: pattern: look-behind at "
        "position 0. Declare what may not stand before with `before`."
    ),
    "pattern-nothing-to-repeat": (
        "pattern-nothing-to-repeat.toml:4: acme-token: pattern: a * with nothing to "
        "repeat at position 0. Write \\*."
    ),
    "pattern-possessive": (
        "pattern-possessive.toml:4: acme-token: pattern: a possessive repeat at position "
        "7. Leave the second + out."
    ),
    "pattern-range-from-class": (
        "pattern-range-from-class.toml:4: acme-token: pattern: a range that starts with "
        "a class at position 6. Write the - as \\-."
    ),
    "pattern-range-swapped": (
        "pattern-range-swapped.toml:4: acme-token: pattern: a range whose ends are the "
        "wrong way round at position 6. Swap them."
    ),
    "pattern-repeat-inside-repeat": (
        "pattern-repeat-inside-repeat.toml:4: acme-token: pattern: a repeat inside a "
        "repeat can end in more than one place at position 10. Put a byte between the "
        "parts that the inner repeat cannot match."
    ),
    "pattern-repeat-inside-repeat-rounds": (
        "pattern-repeat-inside-repeat-rounds.toml:4: acme-token: pattern: a repeat "
        "inside a repeat can end in more than one place at position 5. Put a byte "
        "between the rounds that the inner repeat cannot match."
    ),
    "pattern-repeat-of-a-repeat": (
        "pattern-repeat-of-a-repeat.toml:4: acme-token: pattern: a repeat of a repeat at "
        "position 12. Use one repeat."
    ),
    "pattern-repeat-of-empty": (
        "pattern-repeat-of-empty.toml:4: acme-token: pattern: a repeat of something that "
        "can be empty at position 5. Make the part required."
    ),
    "pattern-too-large": (
        "pattern-too-large.toml:4: acme-token: pattern: it is too large (12005 states, "
        "at most 10000). Lower the counts in {n,m} or leave the upper bound out."
    ),
    "pattern-unmatched-parenthesis": (
        "pattern-unmatched-parenthesis.toml:4: acme-token: pattern: an unmatched ) at "
        "position 6. Remove it or write \\)."
    ),
    "rule-action-unknown": (
        "rule-action-unknown.toml:4: acme-token: action: 'masked' is not known. Did you "
        "mean 'mask'? Use one of: tag, mask, hmac, summary, drop-field, drop-record."
    ),
    "rule-after-no-class": (
        "rule-after-no-class.toml:4: acme-token: after: a bare [ inside a class at "
        "position 1. Write \\[."
    ),
    "rule-before-no-class": (
        "rule-before-no-class.toml:4: acme-token: before: a range whose ends are the "
        "wrong way round at position 0. Swap them."
    ),
    "rule-before-no-text": (
        "rule-before-no-text.toml:4: acme-token: before: it is not a text. Write the "
        'body of a class: "A-Za-z0-9_".'
    ),
    "rule-check-entropy": (
        "rule-check-entropy.toml:4: acme-token: check: unknown check 'entropy:3'. Did "
        "you mean 'entropy:N.N'? Use one of: {checks}."
    ),
    "rule-check-no-text": (
        "rule-check-no-text.toml:4: acme-token: check: it is neither a text nor a list "
        "of texts. Name checks."
    ),
    "rule-check-unknown": (
        "rule-check-unknown.toml:4: acme-token: check: unknown check 'luhm'. Did you "
        "mean 'luhn'? Use one of: {checks}."
    ),
    "rule-flag-no-boolean": (
        "rule-flag-no-boolean.toml:4: acme-token: ignore_case: it is neither true nor "
        "false. Write: ignore_case = true."
    ),
    "rule-id-missing": "rule-id-missing.toml:4: rule 1: id: it is missing. Add: id = ....",
    "rule-id-no-kebab-case": (
        "rule-id-no-kebab-case.toml:4: Acme_Token: id: it is not in kebab case. Write it "
        "like github-token."
    ),
    "rule-id-too-long": (
        "rule-id-too-long.toml:4: "
        "acme-token-of-the-second-generation-for-machines-and-for-people-alike: id: it has more "
        "than 64 characters. Write a shorter one."
    ),
    "pair-check-without-pattern": (
        "pair-check-without-pattern.toml:4: acme-token: check: a rule whose value is 'any' has "
        "none. Write what the value looks like as a pattern: value = '[0-9]{6}'."
    ),
    "rule-id-no-text": ("rule-id-no-text.toml:4: rule 1: id: it is not a text. Put it in quotes."),
    "rule-ignore-missing": (
        "rule-ignore-missing.toml:4: acme-token: ignore: there is no example. Add near "
        'misses that it must leave alone: { text = "...", why = "..." }.'
    ),
    "rule-ignore-without-why": (
        "rule-ignore-without-why.toml:4: acme-token: ignore: an example does not say "
        'why. Write: { text = "...", why = "..." }.'
    ),
    "rule-key-of-other-kind": (
        "rule-key-of-other-kind.toml:4: acme-token: names: unknown key. Known keys: id, "
        "summary, reference, severity, kind, check, action, match, ignore, keywords, "
        "pattern, secret, before, after, lead, scan, ignore_case, window."
    ),
    "rule-key-of-other-kind-pair": (
        "rule-key-of-other-kind-pair.toml:4: acme-secret: pattern: unknown key. Known "
        "keys: id, summary, reference, severity, kind, check, action, match, ignore, "
        "names, except_names, glue, value, ignore_case."
    ),
    "rule-key-unknown": (
        "rule-key-unknown.toml:4: acme-token: keyword: unknown key. Did you mean "
        "'keywords'? Known keys: id, summary, reference, severity, kind, check, "
        "action, match, ignore, keywords, pattern, secret, before, after, lead, scan, "
        "ignore_case, window."
    ),
    "rule-keyword-frequent-byte": (
        "rule-keyword-frequent-byte.toml:4: acme-token: keywords: '_acme' starts with "
        "'_', which is frequent in logs. Start it with a letter, a digit or one of ~ $ "
        "@ + : %."
    ),
    "rule-keyword-no-ascii": (
        "rule-keyword-no-ascii.toml:4: acme-token: keywords: 'äcme' is no text of two "
        "ASCII bytes or more. Make it longer."
    ),
    "rule-keyword-not-at-start": (
        "rule-keyword-not-at-start.toml:4: acme-token: keywords: the pattern cannot "
        "start with 'key_'. Begin the pattern with the keyword, or declare `lead`."
    ),
    "rule-keyword-too-short": (
        "rule-keyword-too-short.toml:4: acme-token: keywords: 'a' is no text of two "
        "ASCII bytes or more. Make it longer."
    ),
    "rule-keywords-missing": (
        "rule-keywords-missing.toml:4: acme-token: keywords: there is none. Name a text "
        "that each match starts with, or set scan = true in a pack of your own."
    ),
    "rule-keywords-no-list": (
        "rule-keywords-no-list.toml:4: acme-token: keywords: it is not a list of texts. "
        'Write: keywords = ["...", "..."].'
    ),
    "rule-document-names": (
        "rule-document-names.toml:4: acme-body: names: they go with content = 'field', and with no "
        "other. Correct one of them."
    ),
    "rule-document-names-words": (
        "rule-document-names-words.toml:4: acme-body: names: 'Request body' is not one word in "
        'small letters. Write: names = ["body"].'
    ),
    "rule-kind-unknown": (
        "rule-kind-unknown.toml:4: acme-token: kind: 'patern' is not known. Did you mean "
        "'pattern'? Use one of: pattern, pair, card, block, document."
    ),
    "rule-lead-no-class": (
        "rule-lead-no-class.toml:4: acme-token: lead: a range whose ends are the wrong "
        "way round at position 0. Swap them."
    ),
    "rule-lead-no-table": (
        "rule-lead-no-table.toml:4: acme-token: lead: it is no class with a largest "
        'length from 1 to 256. Write: lead = { class = "0-9", max = 10 }.'
    ),
    "rule-lead-too-long": (
        "rule-lead-too-long.toml:4: acme-token: lead: it is no class with a largest "
        'length from 1 to 256. Write: lead = { class = "0-9", max = 10 }.'
    ),
    "rule-match-empty": (
        "rule-match-empty.toml:4: acme-token: match: an example is not a text. Write: { "
        'text = "...", why = "..." }.'
    ),
    "rule-match-missing": (
        "rule-match-missing.toml:4: acme-token: match: there is no example. Add texts "
        "that the rule must find."
    ),
    "rule-match-no-list": (
        'rule-match-no-list.toml:4: acme-token: match: it is not a list. Write: match = ["..."].'
    ),
    "rule-match-no-text": (
        "rule-match-no-text.toml:4: acme-token: match: an example is not a text. Write: "
        '{ text = "...", why = "..." }.'
    ),
    "rule-names-empty": (
        "rule-names-empty.toml:4: acme-secret: names: ' ' is not one to 5 words of ASCII "
        'letters. Write words with spaces between them: "api key".'
    ),
    "rule-names-missing": (
        "rule-names-missing.toml:4: acme-secret: names: there is none. Name keys by "
        'words: ["api key"].'
    ),
    "rule-names-no-ascii": (
        "rule-names-no-ascii.toml:4: acme-secret: names: 'señal' is not one to 5 words "
        'of ASCII letters. Write words with spaces between them: "api key".'
    ),
    "rule-names-too-many-words": (
        "rule-names-too-many-words.toml:4: acme-secret: names: 'one two three four five "
        "six' is not one to 5 words of ASCII letters. Write words with spaces between "
        'them: "api key".'
    ),
    "rule-pattern-missing": (
        "rule-pattern-missing.toml:4: acme-token: pattern: it is missing. Write what the "
        "secret looks like."
    ),
    "rule-pattern-no-text": (
        "rule-pattern-no-text.toml:4: acme-token: pattern: it is not a text. Put it in quotes."
    ),
    "rule-reference-missing": (
        "rule-reference-missing.toml:4: acme-token: reference: it is missing. Add: reference = ...."
    ),
    "rule-reference-no-https": (
        "rule-reference-no-https.toml:4: acme-token: reference: it is no https address. "
        "Name the vendor's or standard's page."
    ),
    "rule-scan-unbounded": (
        "rule-scan-unbounded.toml:4: acme-token: pattern: a rule that is searched for "
        "must be bounded. Use {n,m} instead of + and *."
    ),
    "rule-scan-with-keywords": (
        "rule-scan-with-keywords.toml:4: acme-token: scan: a rule that is searched for "
        "has no keywords. Leave one of them out."
    ),
    "rule-secret-no-group": (
        "rule-secret-no-group.toml:4: acme-token: secret: the pattern has no group "
        "'token'. Write (?P<value>...)."
    ),
    "rule-severity-missing": (
        "rule-severity-missing.toml:4: acme-token: severity: it is missing. Use one of: "
        "critical, high, medium, low."
    ),
    "rule-severity-unknown": (
        "rule-severity-unknown.toml:4: acme-token: severity: 'hihg' is not known. Did "
        "you mean 'high'? Use one of: critical, high, medium, low."
    ),
    "rule-summary-missing": (
        "rule-summary-missing.toml:4: acme-token: summary: it is missing. Add: summary = ...."
    ),
    "rule-value-no-pattern": (
        "rule-value-no-pattern.toml:4: acme-secret: value: a group that captures without "
        "a name at position 0. Write (?:...) to group, or (?P<value>...) for the "
        "secret."
    ),
    "rule-window-no-number": (
        "rule-window-no-number.toml:4: acme-token: window: it is no number from 16 to "
        "65536. Write: window = 1024."
    ),
    "rule-window-too-large": (
        "rule-window-too-large.toml:4: acme-token: window: it is no number from 16 to "
        "65536. Write: window = 1024."
    ),
}


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_mistake_in_a_pack_is_named(path: Path) -> None:
    """
    A mistake is named with its file, its rule, its key and what to write instead.
    """
    with pytest.raises(RuleError) as caught:
        load_pack(path)

    expected = MESSAGES[path.stem].replace("{folder}", str(path.parent))
    assert expected.replace("{checks}", ", ".join(check_names())) == str(caught.value)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_program_does_not_start_with_a_broken_pack(path: Path) -> None:
    """
    A policy that names a broken pack is refused: the program never starts with fewer rules.
    """
    with pytest.raises(RuleError):
        Redactor(Policy(packs=(path.name,), base=str(path.parent)))


def test_each_broken_pack_has_its_message_and_each_message_its_pack() -> None:
    """
    The table above and the folder ``invalid`` name the same mistakes.
    """
    assert sorted(MESSAGES) == sorted(path.stem for path in INVALID)


def test_each_mistake_that_can_be_named_has_a_pack() -> None:
    """
    Every problem that the loader and the pattern parser can name is in the table: each text that
    they raise with is a part of one of its messages.
    """
    missing = [problem for problem in _problems() if not any(_fits(problem, MESSAGES.values()))]

    assert [] == missing


def _problems() -> list[str]:
    """Read the second argument of each error in the loader and the first of each in the parser."""
    problems: list[str] = []
    for module, index in ((loader, 1), (pattern, 0)):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_bytes())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name not in ("_fail", "RuleError", "PatternSyntaxError"):
                continue
            if len(node.args) <= index:
                continue
            text = ast.unparse(node.args[index]).lstrip("rf").strip("'\"")
            problems.append(text)
    return [text for text in problems if text not in ELSEWHERE]


#: Problems that no file in ``invalid`` can have, or that are passed on from the parser.
ELSEWHERE = {
    "problem",
    "error.problem",
    "{problem} at position {position}",
    "it cannot be read ({error.strerror})",
    "there is no such pack",
}


def _fits(problem: str, messages: Iterable[str]) -> Iterator[bool]:
    """Say of each message whether it holds the fixed parts of *problem*, in order."""
    parts = re.split(r"\{[^{}]*\}", problem.replace("\\\\", "\\"))
    wanted = re.compile(".*".join(map(re.escape, parts)))
    return (wanted.search(message) is not None for message in messages)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_pack_of_ones_own_is_used(path: Path, engine_name: EngineName) -> None:
    """
    A valid pack of one's own loads, holds its examples and finds what it describes.
    """
    policy = Policy(packs=(path.name,), base=str(path.parent))
    redactor = Redactor(policy, engine=engine_name)

    for rule in load_pack(path).rules:
        for example in rule.match:
            assert f"[redacted:{rule.id}" in redactor.text(example.text)
        for example in rule.ignore:
            assert f"[redacted:{rule.id}" not in redactor.text(example.text)


@pytest.mark.parametrize("name", pack_names())
def test_each_pack_of_the_library_passes_all_checks(name: str) -> None:
    """
    The packs of the library pass every check of a pack of one's own: at start they are not asked.
    """
    checked = load_pack(builtin_folder() / f"{name}.toml")

    assert load_builtin(name) == checked


@pytest.mark.parametrize("name", pack_names())
def test_the_packs_of_the_library_compile_one_by_one(name: str) -> None:
    """
    Each pack compiles alone.
    """
    rules = load_builtin(name).rules

    assert rules == Ruleset.compile(rules).sources


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    """
    A file that is not there is named with the reason.
    """
    with pytest.raises(RuleError) as caught:
        load_pack(tmp_path / "none.toml")

    assert (
        f"{tmp_path}/none.toml: it cannot be read (No such file or directory). "
        "Check the path and its permissions."
    ) == str(caught.value)


def test_an_unknown_builtin_pack_is_named() -> None:
    """
    A pack that the library does not have is named with those that it has.
    """
    with pytest.raises(RuleError) as caught:
        load_builtin("card")

    assert (
        "pack 'card': there is no such pack. "
        "Use one of: cards, credentials, documents, entropy, personal, tokens."
    ) == str(caught.value)


def test_two_packs_cannot_share_an_id(tmp_path: Path) -> None:
    """
    A rule of one's own cannot take the id of another rule.
    """
    text = (FOLDER / "valid" / "pair.toml").read_text("utf-8").replace("acme-secret", "password")
    (tmp_path / "own.toml").write_text(text, "utf-8")

    with pytest.raises(RuleError) as caught:
        Redactor(Policy(packs=("own.toml",), base=str(tmp_path)))

    assert (
        "own.toml:4: password: the id is taken by credentials.toml:7: password. "
        "Give one of them another id."
    ) == str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "t=acme_0123456789abcdef",
            "t=acme_0123",
            (
                "own.toml:4: acme-token: match[0]: not found. "
                "Correct the rule or the example; see: redactor explain --text '...'."
            ),
        ),
        (
            "acme_0123 is short",
            "acme_0123456789abcdef",
            (
                "own.toml:4: acme-token: ignore[0]: found, but should be left alone: too short. "
                "Correct the rule or the example; see: redactor explain --text '...'."
            ),
        ),
    ],
)
def test_a_pack_whose_examples_do_not_hold_is_refused(
    tmp_path: Path, engine_name: EngineName, old: str, new: str, message: str
) -> None:
    """
    An example that does not hold stops the program, named by its number.
    """
    text = (FOLDER / "valid" / "pattern.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.toml").write_text(text.replace(old, new), "utf-8")

    with pytest.raises(RuleError) as caught:
        Redactor(
            Policy(packs=("own.toml",), base=str(tmp_path)),
            engine=engine_name,
        )

    assert message == str(caught.value)

"""Tokens are found wherever logs put them: a list of allowed delimiters would miss half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.packs import load_builtin

if TYPE_CHECKING:
    from redactor import Redactor, Rule

TOKEN_RULES = [
    rule for rule in load_builtin("tokens").rules if rule.kind == "pattern" and not rule.secret
]

CONTEXTS: dict[str, str] = {
    "alone": "{}",
    "in a sentence": "got {} from the client",
    "quoted JSON": '{{"x": "{}", "n": 1}}',
    "JSON in JSON": '{{"body": "{{\\"x\\":\\"{}\\"}}"}}',
    "JSON three deep": '{{"a": "{{\\"b\\":\\"{{\\\\\\"x\\\\\\":\\\\\\"{}\\\\\\"}}\\"}}"}}',
    "Python repr": "{{'x': '{}'}}",
    "bytes repr": "(b'x', b'{}')",
    "URL parameter": "GET /v1/items?x={}&page=2 HTTP/1.1",
    "before a comma": "retry with {}, attempt 2",
    "before a bracket": "call(x={})",
    "before a brace": "{{x: {}}}",
    "in square brackets": "[{}]",
    "before a tag": "<x>{}</x>",
    "before a semicolon": "a={};b=2",
    "line end": "the value is {}",
    "before a line break": "the value is {}\nnext line",
    "before CRLF": "the value is {}\r\n",
    "after an escaped line break": "first\\n{}\\nlast",
    "after an escaped tab": "first\\t{}\\tlast",
    "after %3D": "redirect=%2Fcb%3Fx%3D{}%26y%3D1",
    "after %253D": "redirect=%252Fcb%253Fx%253D{}%2526y%253D1",
    "after %20": "q=a%20{}%20b",
    "after an escaped quote": "body=\\u0022{}\\u0022",
    "between colours": "\x1b[32m{}\x1b[0m done",
    "after a bold colour": "\x1b[1;31m{}\x1b[0m",
    "in back-ticks": "run `{}` now",
    "after a colon": "x:{}",
    "after a bar": "|{}|",
    "at the start of a line": "first line\n{} second",
    "tabs around": "a\t{}\tb",
    "before a dot": "It was {}.",
    "logfmt": "level=info x={} n=1",
    "after a dollar quote": "$'{}'",
    "before the end of text": "x={}\0",
}


def first_token(redactor: Redactor, rule: Rule) -> str:
    """Return the first token that the rule finds in its own first example."""
    text = rule.match[0].text
    finding = next(found for found in redactor.find(text) if found.rule == rule.id)
    return text[finding.start : finding.end]


_SOME = 10
#: A test for each rule would spend more time between the tests than in them.
_each_rule = pytest.mark.parametrize(
    "rules",
    [
        pytest.param(TOKEN_RULES[at : at + _SOME], id=f"from {TOKEN_RULES[at].id}")
        for at in range(0, len(TOKEN_RULES), _SOME)
    ],
)


@_each_rule
def test_nothing_of_a_token_is_left_in_any_context(redactor: Redactor, rules: list[Rule]) -> None:
    """
    A vendor's token is found whole whatever stands beside it: in every context all of it goes, to
    its last character.
    """
    for rule in rules:
        token = first_token(redactor, rule)
        assert token in first_line_of_matches(rule)
        tail = token[-8:]

        left = {
            name: redacted
            for name, text in texts_with(rule, token).items()
            if tail in (redacted := redactor.text(text))
        }

        assert {} == left, rule.id


def first_line_of_matches(rule: Rule) -> str:
    return "\n".join(example.text for example in rule.match)


#: Rules whose own alphabet goes on into a context, which thus cannot be told from a longer token.
EXCEPTED: dict[str, tuple[str, ...]] = {
    "vault-legacy-token": ("before a dot",),
    "django-insecure-key": ("after %253D",),
}


def texts_with(rule: Rule, token: str) -> dict[str, str]:
    """Put *token* into each context that the rule is not excepted from."""
    excepted = EXCEPTED.get(rule.id, ())
    return {
        name: context.format(token) for name, context in CONTEXTS.items() if name not in excepted
    }


def test_most_token_rules_are_held_to_the_contexts() -> None:
    """
    At least 140 rules have a token of their own shape, which the tests above put into contexts.
    """
    assert len(TOKEN_RULES) >= 140

"""Secrets are made as their rules, their brands and their registers say."""

from __future__ import annotations

import random
import re
import unicodedata

import pytest

from bench.quality import corpus, secrets
from bench.quality.cards import card
from bench.quality.labelled import SECRET
from bench.quality.shapes import sample
from redactor.checks.luhn import luhn_digits


def test_a_sample_is_matched_by_its_pattern_and_starts_with_a_keyword() -> None:
    """
    What is made from a pattern is matched by it as a whole, and the group is what is labelled.
    """
    pattern = r"hooks\.test(?:\\{0,2}/|%2[Ff])(?P<value>[A-Z0-9]{8,16}/[a-z]{3}\d?)"
    for seed in range(50):
        parts = sample(pattern, "value", ("hooks.",), random.Random(seed), ignore_case=False)
        text = "".join(part.text for part in parts)
        match = re.fullmatch(pattern, text)

        assert match is not None
        assert text.startswith("hooks.test/")
        assert [part.text for part in parts if part.role == SECRET] == [match["value"]]


def test_a_sample_keeps_to_the_keyword_that_it_starts_with() -> None:
    """
    Of a class at its start, only what a keyword of the rule allows is taken.
    """
    for seed in range(20):
        (part,) = sample(
            "dt0[a-z][0-9]{2}", "", ("dt0c01",), random.Random(seed), ignore_case=False
        )

        assert part.text == "dt0c01"


def test_a_pattern_that_no_keyword_starts_is_refused() -> None:
    """
    A keyword that the pattern cannot start with is an error, not an endless search.
    """
    with pytest.raises(ValueError, match="no text of the pattern"):
        sample("abc[0-9]", "", ("xyz",), random.Random(1), ignore_case=False)


def test_cards_have_a_luhn_digit_in_every_writing() -> None:
    """
    Whatever alphabet and separators a number is written with, its last digit is Luhn's.
    """
    for seed in range(300):
        _, _, parts = card(random.Random(seed))
        digits = "".join(str(unicodedata.digit(char)) for char in parts[0].text if char.isdigit())

        assert luhn_digits(digits.encode())
        assert 12 <= len(digits) <= 19


def test_every_rule_has_a_secret() -> None:
    """
    A new rule is scored without a line of code, or says that it needs a maker.
    """
    for _, rule in corpus.sources():
        secret = secrets.make(rule, random.Random(7))

        assert any(part.role == SECRET and part.text for part in secret.parts), rule.id

"""Markers are stable: nothing finds anything in what an action leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.actions import Fingerprint
from redactor.markers import marker, marker_end
from redactor.packs import load_builtin, pack_names

if TYPE_CHECKING:
    from redactor import Redactor

IDS = [rule.id for name in pack_names() for rule in load_builtin(name).rules]
CONTEXTS = (
    "{}",
    "password={}",
    '{{"password": "{}"}}',
    '{{"card": {}}}',
    "Authorization: Bearer {}",
    "?token={}&x=1",
    "https://bob:{}@db/x",
    "{} {}",
    "4111 {} 1111",
    "<password>{}</password>",
    "password: {} and more",
    '"{{\\"password\\":\\"{}\\"}}"',
    "password is {}",
    "api_key={},",
    "Cookie: {}",
    "token={}{}",
)
FORMS = ("****1111", "****Zx80", "k1:0123456789abcdef", "k1:4111111111111111", "ValueError")


@pytest.mark.parametrize("form", ["", *FORMS])
def test_no_rule_finds_anything_in_a_marker(strict: Redactor, form: str) -> None:
    """
    The marker of every rule, bare or with a mask or a fingerprint in it, gives no finding.
    """
    markers = [marker(rule, *filter(None, [form])) for rule in IDS]

    found = {text: strict.find(text) for text in markers if strict.find(text)}

    assert {} == found


@pytest.mark.parametrize("context", CONTEXTS)
def test_markers_stay_where_secrets_stood(strict: Redactor, context: str) -> None:
    """
    A marker stays as it is in every place in which a secret stands.
    """
    forms = [*(marker(rule) for rule in IDS), *(marker("card", form) for form in FORMS)]
    texts = [context.format(form, form) for form in forms]

    assert texts == [strict.text(text) for text in texts]


def test_a_fingerprint_that_is_all_digits_is_no_card(strict: Redactor) -> None:
    """
    A fingerprint may happen to be sixteen digits that pass every check of a card: it stays.
    """
    text = marker("card", "k1", "4111111111111111")

    assert text == strict.text(text)
    assert text == strict.text(f"card {text} ok")[5:-3]


def test_text_in_a_broken_marker_is_no_marker(redactor: Redactor) -> None:
    """
    What only starts like a marker hides nothing: the card in it is found.
    """
    assert "[redacted:[redacted:card]" == redactor.text("[redacted:4111111111111111")
    assert "[redacted: [redacted:card]]" == redactor.text("[redacted: 4111111111111111]")


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("[redacted:card]", 15),
        ("[redacted:card:****1111] x", 24),
        ("[redacted:card:k1:0123456789abcdef]", 35),
        ("[redacted:]", 0),
        ("[redacted:card", 0),
        ("[redacted:ca rd]", 0),
        ("[redacted:" + "a" * 200 + "]", 0),
        ("[REDACTED:card]", 0),
        ("x[redacted:card]", 0),
    ],
)
def test_the_end_of_a_marker(text: str, length: int) -> None:
    """
    A marker ends at its bracket; what is no whole marker has no end.
    """
    assert length == marker_end(text.encode(), 0, len(text))


def test_markers_of_actions_are_markers() -> None:
    """
    What a fingerprint writes is one whole marker.
    """
    written = Fingerprint(b"k" * 16, "key9").writer("card")(b"4111111111111111")

    assert len(written) == marker_end(written, 0, len(written))

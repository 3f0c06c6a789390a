"""What a peer takes out of a text is read fairly from what it gives back."""

from __future__ import annotations

from bench.quality.peers import adapters


def test_what_a_marker_replaced_is_gone() -> None:
    """
    Between the texts that are left, markers stand for what was taken out.
    """
    text = "pay 4111111111111111 to a@b.test now"

    assert adapters.between(text, "pay [creditcard] to [email] now") == [(4, 20), (24, 32)]
    assert adapters.between(text, text) == []
    assert adapters.between(text, "[Filtered]") == [(0, len(text))]


def test_a_text_that_cannot_be_told_apart_is_gone_as_a_whole() -> None:
    """
    Where the answer holds other text than the question, all of it counts as taken out.
    """
    assert adapters.between("abc", "[Scrubbed due to 'x']") == [(0, 3)]


def test_changed_leaves_are_found_in_the_text_of_the_document() -> None:
    """
    A scrubber of records is judged on the text: a leaf counts where it is written, escapes and all.
    """
    text = '{"a": {"password": "p\\"w"}, "n": "card 4111", "pin": 1234, "l": ["x", "y"]}'
    before = {"a": {"password": 'p"w'}, "n": "card 4111", "pin": 1234, "l": ["x", "y"]}
    after = {"a": {"password": "[Filtered]"}, "n": "card [Filtered]", "pin": None, "l": ["x", "y"]}

    gone = [text[start:end] for start, end in adapters.changed(text, before, after)]

    assert gone == ['p\\"w', "4111", "1234"]


def test_an_unchanged_document_loses_nothing() -> None:
    """
    Equal documents give no span.
    """
    assert adapters.changed('{"a": 1}', {"a": 1}, {"a": 1}) == []

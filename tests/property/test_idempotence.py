"""C3: redacting what is redacted changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import (
    example_logs,
    json_records,
    log_bytes,
    log_lines,
    records,
    secrets,
    slice_of,
)

if TYPE_CHECKING:
    from redactor import Redactor


@given(text=st.one_of(log_lines(), st.lists(log_lines(), max_size=3).map("\n".join), secrets()))
def test_text_is_redacted_once_and_for_all(redactor: Redactor, text: str) -> None:
    """
    The second pass over a text is the identity: it returns the very object.
    """
    once = redactor.text(text)

    assert once is redactor.text(once)


@given(text=st.one_of(log_lines(), secrets()))
def test_text_is_redacted_once_and_for_all_under_strict(strict: Redactor, text: str) -> None:
    """
    The second pass over a text is the identity with personal data too.
    """
    once = strict.text(text)

    assert once is strict.text(once)


@given(log=log_bytes())
def test_logs_are_redacted_once_and_for_all(redactor: Redactor, log: bytes) -> None:
    """
    The second pass over a log is the identity, over blocks of several lines too.
    """
    once = redactor.lines(log)

    assert once == redactor.lines(once)


@given(record=st.one_of(records(), json_records()))
def test_records_are_redacted_once_and_for_all(redactor: Redactor, record: Any) -> None:
    """
    The second pass over a record is the identity: it returns the very object.
    """
    once = redactor.record(record)

    assert once is redactor.record(once)


@pytest.mark.parametrize("name", sorted(example_logs()))
def test_example_logs_are_redacted_once_and_for_all(redactor: Redactor, name: str) -> None:
    """
    The second pass over a slice of each example log is the identity.
    """
    once = redactor.lines(slice_of(example_logs()[name], 200))

    assert once == redactor.lines(once)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(example_logs()))
def test_whole_example_logs_are_redacted_once_and_for_all(
    redactor: Redactor, strict: Redactor, name: str
) -> None:
    """
    The second pass over each whole example log is the identity, under both presets.
    """
    for each in (redactor, strict):
        once = each.lines(example_logs()[name])

        assert once == each.lines(once)

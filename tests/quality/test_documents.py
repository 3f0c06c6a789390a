"""The corpus of documents: what was found before is found, what stayed before stays."""

from __future__ import annotations

import json

import pytest

from bench.quality import documents
from redactor.engines import native_available


@pytest.mark.skipif(not native_available(), reason="the native engine is not built")
def test_no_document_is_missed_and_no_long_record_damaged_that_was_not() -> None:
    """
    A part of the corpus scores no worse than the kept results.
    """
    result = documents.run(1, 10, "native")

    assert documents.worse(result, json.loads(documents.KEPT.read_text())) == []


def test_the_kept_results_reach_the_bars() -> None:
    """
    Of the whole corpus 99.5 % of documents are found, under 0.1 % of long records damaged.
    """
    kept = json.loads(documents.KEPT.read_text())
    found, damaged = documents.shares(kept)

    assert found >= documents.FOUND
    assert damaged < documents.DAMAGED
    assert sum(kept["long records"].values()) >= 5_000


def test_the_page_shows_the_kept_results() -> None:
    """
    The tables of ``docs/documents.md`` are those of the kept results.
    """
    kept = json.loads(documents.KEPT.read_text())

    assert "\n".join(documents.tables(kept)) in documents.PAGE.read_text()

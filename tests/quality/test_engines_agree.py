"""Both engines find the same in the records of the corpus."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from bench.quality import corpus, ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.quality.labelled import Record


def _labelled(every: int) -> Iterator[tuple[str, Record]]:
    """Return the records of each so-manyth rule, and a tenth of the look-alikes, with presets."""
    for pack, rule in corpus.sources()[::every]:
        for record in corpus.records(pack, rule, corpus.Size(1, 1)):
            yield corpus.preset_of(pack), record
    for record in islice(corpus.lookalikes(corpus.Size(1, 50)), 0, None, 10):
        yield "strict", record


def _differences(every: int) -> list[tuple[str, str, int]]:
    native, reference = ours.scanners("native"), ours.scanners("reference")
    return [
        (record.rule, record.context, record.index)
        for preset, record in _labelled(every)
        if native[preset].find(record.text) != reference[preset].find(record.text)
    ]


def test_engines_agree_on_a_part_of_the_corpus() -> None:
    """
    The findings of the engines are equal, record by record (C8).
    """
    assert _differences(29) == []


@pytest.mark.slow
def test_engines_agree_on_the_corpus() -> None:
    """
    The same for every third rule.
    """
    assert _differences(3) == []

"""The score of registered documents: each excerpt is found whole, no other record is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.quality import registered

if TYPE_CHECKING:
    from redactor.field_types import EngineName


@pytest.mark.slow
def test_each_excerpt_is_found_and_no_record_is_damaged(engine_name: EngineName) -> None:
    """
    In four scripts, sizes, ways and shapes; in more than 5,000 records without an excerpt.
    """
    result = registered.score(25 if engine_name == "native" else 3, engine_name)

    assert result.found == result.planted
    assert result.damaged == 0
    assert result.clean > 5000

"""A store of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor import Policy
from redactor.documents import Documents
from redactor.packs import load_builtin

if TYPE_CHECKING:
    from pathlib import Path


#: Without the rules that know documents by their content, which take what stands beside an excerpt.
EXCERPTS = Policy(
    disable=tuple(rule.id for rule in load_builtin("documents", examples=False).rules)
)


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    made = Documents()
    made.open(tmp_path / "store")
    return made

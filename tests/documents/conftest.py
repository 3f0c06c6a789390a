"""A store of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.documents import Documents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    made = Documents()
    made.open(tmp_path / "store")
    return made

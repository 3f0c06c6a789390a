"""A guard on each engine, that no exit is attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor import Guard

if TYPE_CHECKING:
    from redactor.field_types import EngineName


@pytest.fixture(scope="session")
def guard(engine_name: EngineName) -> Guard:
    """The ``standard`` preset on the engine."""
    return Guard(engine=engine_name)

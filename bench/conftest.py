"""The redactors that the suites measure: one for each engine that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor import Redactor
from redactor.engines import native_available

if TYPE_CHECKING:
    from redactor.field_types import EngineName

ENGINES: tuple[EngineName, ...] = ("native", "reference") if native_available() else ("reference",)


@pytest.fixture(scope="session", params=ENGINES)
def redactor(request: pytest.FixtureRequest) -> Redactor:
    """Return a redactor of the standard preset."""
    return Redactor(engine=request.param)

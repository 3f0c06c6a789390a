"""Programs that log with Loguru."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import run as run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.exits.loguru.programs import Left

pytest.importorskip("loguru")


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Left]:
    """Run a program in a folder of its own."""
    return partial(run_program, tmp_path)

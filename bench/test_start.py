"""What the start costs: reading, checking and compiling all packs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bench.conftest import ENGINES

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

_EMPTY = "pass"
_IMPORT = "import redactor"
_COMPILE = "import redactor; redactor.Redactor(redactor.Policy(preset='strict'), engine={!r})"


@pytest.mark.parametrize("program", ["python", "import", *ENGINES])
def test_start(benchmark: BenchmarkFixture, program: str) -> None:
    """A fresh interpreter alone, with the import, and with all packs compiled."""
    code = {"python": _EMPTY, "import": _IMPORT}.get(program, _COMPILE.format(program))
    benchmark.group = "start"
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        subprocess.run,
        args=([sys.executable, "-c", code],),
        kwargs={"check": True},
        rounds=7,
        warmup_rounds=1,
    )

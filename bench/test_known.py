"""What known values add to a call of ``Redactor.text`` on clean lines, and to a registration."""

from __future__ import annotations

import random
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from bench.workloads import make, verify
from redactor import KnownValues, Redactor

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"


def _knowing(engine: str, count: int) -> Redactor:
    random_ = random.Random(20260131)
    known = KnownValues()
    for place in range(count):
        size = random_.choice((12, 20, 32, 40))
        known.register("".join(random_.choices(_ALPHABET, k=size)), f"label{place}")
    return Redactor(engine=engine, known=known)  # type: ignore[arg-type]  # the name of a redactor's


@pytest.mark.parametrize("count", [0, 20, 200])
def test_clean_text(benchmark: BenchmarkFixture, redactor: Redactor, count: int) -> None:
    """Clean lines, one call each, with so many values registered."""
    knowing = _knowing(redactor.engine, count)
    workload = make("clean", 200)
    verify(workload, knowing.text)
    lines = cycle(workload.lines)
    benchmark.group = "text: clean, with known values"
    benchmark(lambda: knowing.text(next(lines)))


def test_register(benchmark: BenchmarkFixture, redactor: Redactor) -> None:
    """One value more where there are 200."""
    knowing = _knowing(redactor.engine, 200)

    def once() -> None:
        knowing.known.register("Zx80alphaQ9bcdefghij", "one more")
        knowing.known.forget("Zx80alphaQ9bcdefghij")

    benchmark.group = "known values: register and forget"
    benchmark(once)

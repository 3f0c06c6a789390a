"""What one call of ``Redactor.text`` costs, workload by workload."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from bench.workloads import WORKLOADS, make, verify
from bench.yardsticks import hyperscan_scan, re_filter, regex_filter

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from redactor import Redactor


@pytest.mark.parametrize("name", WORKLOADS)
def test_text(benchmark: BenchmarkFixture, redactor: Redactor, name: str) -> None:
    """Lines of the workload, one call each."""
    workload = make(name, 200)
    verify(workload, redactor.text)
    lines = cycle(workload.lines)
    benchmark.group = f"text: {name}"
    benchmark(lambda: redactor.text(next(lines)))


@pytest.mark.parametrize("name", ["clean", "dense"])
@pytest.mark.parametrize("yardstick", ["re", "regex", "hyperscan"])
def test_yardstick(benchmark: BenchmarkFixture, name: str, yardstick: str) -> None:
    """The same lines through a filter written by hand."""
    made = {"re": re_filter, "regex": regex_filter, "hyperscan": hyperscan_scan}[yardstick]()
    if made is None:
        pytest.skip("hyperscan is not installed")
    lines = cycle(make(name, 200).lines)
    benchmark.group = f"text: {name}"
    benchmark(lambda: made(next(lines)))

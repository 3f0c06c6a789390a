"""What the stream filter does to blocks of lines, without the pipes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.workloads import WORKLOADS, make

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from redactor import Redactor

#: Lines in a block; about 64 KiB for short lines.
LINES = 200


@pytest.mark.parametrize("name", WORKLOADS)
def test_block(benchmark: BenchmarkFixture, redactor: Redactor, name: str) -> None:
    """A block of the workload through ``LineStream.feed``."""
    workload = make(name, LINES)
    block = workload.block()
    stream = redactor.stream()
    out = stream.feed(block)
    assert sum(
        old != new for old, new in zip(block.split(b"\n"), out.split(b"\n"), strict=True)
    ) == (workload.changed)

    benchmark.group = f"block: {name}"
    benchmark.extra_info["bytes"] = len(block)
    benchmark(stream.feed, block)

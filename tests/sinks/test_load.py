"""The sidecar under load, as bench/load.py measures it with a hundred times as many lines."""

from __future__ import annotations

import sys

import pytest

from bench import load
from bench.load_receiver import Book

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

#: How much the memory may move once the filter is under way, in MiB.
_FLAT = 8


@pytest.mark.slow
def test_a_hundred_thousand_lines_reach_both_sinks_in_order_and_in_flat_memory() -> None:
    """
    Lines to a receiver of Loki's protocol and to a file at once: none lost, doubled, out of order,
    or with its secret; memory under the bar, and flat.
    """
    result = load.run(100_000)
    course = [mib for _, mib in result["memory_mib"]]
    half = len(course) // 2

    assert [] == load.faults(result)
    assert 0 < result["loki"]["seconds_to_acknowledged"]["p99"]
    assert len(course) > 3
    assert max(course[half:]) - max(course[1:half]) < _FLAT


def test_the_book_of_the_benchmark_sees_each_fault() -> None:
    """
    A line that is missing, doubled, or behind its place is counted, and a secret too.
    """

    def line(number: int, more: bytes = b"") -> bytes:
        return b'{"seq":%d,"at":1.000000, "m":"%b"}\n' % (number, more)

    book = Book(100_000_000)
    book.take(b"".join(map(line, range(100_000_000, 100_000_200))), 3.0)
    book.take(line(100_000_200) + line(100_000_202) + line(100_000_201))
    book.take(line(100_000_203, b"xox" + b"b-1"))
    told = book.told()

    assert (1, 1, 1) == (told["missing"], told["twice"], told["with_secrets"])
    assert {"p50": 2.0, "p90": 2.0, "p99": 2.0, "p99.9": 2.0, "max": 2.0} == (
        told["seconds_to_acknowledged"]
    )

"""
What handing a record to a network sink costs the caller, and what delivering it costs in all.

Prints a table of latencies of one record of 200 bytes (``emit``), in microseconds, and the time of
the processor for each line of a stream (``write`` in blocks of 256 KiB, as the filter does). The
receiver answers at once and looks at nothing.

    python bench/delivery_speed.py
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "sinks")]

from redactor.sinks import LokiSink  # noqa: E402  # the path comes first
from redactor_sinks.delivery import Delivered  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

_RECORDS, _LINES = 5000, 200_000
_LINE = b"x" * 199 + b"\n"


def _sink(folder: str, durability: Any) -> LokiSink:
    spool = "" if durability == "memory" else folder
    sink = LokiSink("http://127.0.0.1:1", spool=spool, durability=durability, queue_mib=256)
    exporter: Any = sink.delivery.exporter

    def send(entries: Sequence[Any]) -> Delivered:
        exporter._wire.compressed(exporter._wire.body(entries[0].stream, entries))  # noqa: SLF001
        return Delivered()

    exporter.send = send
    return sink


def _latencies(durability: str) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        sink = _sink(folder, durability)
        taken: list[float] = []
        for _ in range(_RECORDS):
            started = time.perf_counter()
            sink.emit(_LINE[:-1])
            taken.append((time.perf_counter() - started) * 1e6)
        sink.close()
    return sorted(taken)


def _line_cost(durability: str) -> tuple[float, float]:
    block = _LINE * ((256 << 10) // len(_LINE))
    with tempfile.TemporaryDirectory() as folder:
        sink = _sink(folder, durability)
        before, started = time.process_time(), time.perf_counter()
        for _ in range(_LINES // block.count(b"\n")):
            sink.write(block)
        sink.close()
        lines = _LINES // block.count(b"\n") * block.count(b"\n")
        cost = (time.process_time() - before) / lines * 1e6
        return cost, lines * len(_LINE) / (time.perf_counter() - started) / 1e6


def main() -> None:
    print("| durability | p50 | p99 | p99.9 | a line of a stream, CPU | MB/s |")
    print("|---|---|---|---|---|---|")
    for durability in ("memory", "system", "disk"):
        taken = _latencies(durability)
        p50, p99, p999 = (taken[int(len(taken) * share)] for share in (0.5, 0.99, 0.999))
        cost, speed = _line_cost(durability)
        print(
            f"| `{durability}` | {p50:.0f} us | {p99:.0f} us | {p999:.0f} us"
            f" | {cost:.1f} us | {speed:.0f} |",
            flush=True,
        )
    print(
        f"\nmemory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB"
    )


if __name__ == "__main__":
    main()

"""
How fast ``redactor check`` reads, a core, beside the kernel's own scan of the same bytes.

    python bench/check.py [--megabytes 400]

Both are timed in seconds of processor time, over all threads, in turns; the best of five counts.
What is found is checked before a clock starts.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.workloads import make
from redactor import Policy, Redactor
from redactor.engines import make_engine
from redactor.leakage.files import Limits, check

if TYPE_CHECKING:
    from collections.abc import Callable

_BLOCK = 1 << 18
_TURNS = 5


def processor_time(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=400)
    size = options.parse_args().megabytes * 10**6
    redactor = Redactor(Policy(actions={"default": "tag"}))
    engine = make_engine(redactor.ruleset, redactor.engine)  # type: ignore[arg-type]  # its own name
    print(f"engine {redactor.engine}; MB/s of processor time, best of {_TURNS}")
    print(f"{'lines':<10}{'kernel':>8}{'check':>8}{'of it':>8}")
    for name in ("clean", "sparse", "dense", "clean .gz"):
        kind, _, packed = name.partition(" ")
        workload = make(kind, 20_000)
        block = workload.block()
        data = block * max(1, size // (len(block) * (20 if kind != "clean" else 1)))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "log" + packed)
            path.write_bytes(gzip.compress(data, 6) if packed else data)
            report = check([str(path)], redactor)
            assert report.bytes == len(data)
            assert bool(report.leaks) == bool(workload.changed)

            def scan(data: bytes = data) -> None:
                for at in range(0, len(data), _BLOCK):
                    engine.scan(data[at : at + _BLOCK], 0)

            def look(path: Path = path) -> None:
                check([str(path)], redactor, limits=Limits(workers=1))

            turns = [(processor_time(scan), processor_time(look)) for _ in range(_TURNS)]
        kernel, whole = (len(data) / min(times) / 1e6 for times in zip(*turns, strict=True))
        print(f"{name:<10}{kernel:>8,.0f}{whole:>8,.0f}{whole / kernel:>8.0%}", flush=True)


if __name__ == "__main__":
    main()

"""Measure the scenes: see ``python -m bench.latency --help``."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.histogram import Histogram, dumps
from bench.latency import page
from bench.latency.scenes import FUNCTIONS, SCENES, SIZES
from bench.peers.install import default_cache

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = Path(__file__).parent / "results" / "latency.json"
_ROUNDS = 5
#: Calls of each function in a round, by size.
_FULL = {"300 B": 40_000, "16 KB": 20_000, "1 MB": 1_000}
_QUICK = {"300 B": 2_000, "16 KB": 500, "1 MB": 20}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.latency",
        description="Latency of one call beside busy threads, collections, asyncio and forks.",
    )
    parser.add_argument("--quick", action="store_true", help="a glance: whether it works")
    parser.add_argument(
        "--rounds",
        type=int,
        default=_ROUNDS,
        help="rounds (default: %(default)s); 20 give 1 MB the calls that p99.99 needs",
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep the histograms and write docs/latency.md"
    )
    parser.add_argument("--page", action="store_true", help="write docs/latency.md anew and stop")
    parser.add_argument("--fresh", action="store_true", help="forget a run that was stopped")
    parser.add_argument(
        "--cache",
        type=Path,
        default=default_cache(),
        help="where rounds are kept (default: redactor-bench in the user's cache)",
    )
    options = parser.parse_args(arguments)
    if options.page:
        page.write(json.loads(_RESULTS.read_text(encoding="utf-8")))
        return 0
    if options.keep and options.quick:
        parser.error("--keep needs the whole run: leave --quick out")
    calls, rounds = (_QUICK, 1) if options.quick else (_FULL, options.rounds)
    state = options.cache / "latency" / _key(calls)
    state.mkdir(parents=True, exist_ok=True)
    done = state / "done"
    # A run that is over is done anew, unless more rounds of it are asked for.
    if options.fresh or (done.exists() and int(done.read_text()) >= rounds):
        for path in state.glob("*"):
            path.unlink()
    began = time.perf_counter()
    merged: dict[str, dict[str, dict[str, Histogram]]] = {}
    for number in range(rounds):
        for size in SIZES:
            for scene in SCENES:
                path = state / f"{scene}-{size}-{number}.json"
                if not path.exists():
                    print(f"round {number + 1} of {rounds}: {size}, {scene} ...", flush=True)
                    path.write_text(_scene(scene, size, calls[size]), encoding="utf-8")
                kept = merged.setdefault(scene, {}).setdefault(size, {})
                for name, buckets in json.loads(path.read_text(encoding="utf-8")).items():
                    kept.setdefault(name, Histogram()).merge(Histogram.from_json(buckets))
    done.write_text(str(rounds))
    document: dict[str, Any] = {
        "machine": f"Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} cores",
        "glance": options.quick,
        "unit": "nanoseconds: the lowest of each bucket, and its count",
        "scenes": {
            scene: {
                size: {name: functions[name].to_json() for name in FUNCTIONS}
                for size, functions in sizes.items()
            }
            for scene, sizes in merged.items()
        },
    }
    (state / "results.json").write_text(dumps(document), encoding="utf-8")
    print("\n".join(page.tables(document)))
    print(f"\n{time.perf_counter() - began:.0f} s; all histograms: {state / 'results.json'}")
    if options.keep:
        _RESULTS.write_text(dumps(document), encoding="utf-8")
        page.write(document)
    return 0


def _scene(scene: str, size: str, calls: int) -> str:
    command = [sys.executable, "-m", "bench.latency.scenes", scene, size, str(calls)]
    return subprocess.run(command, check=True, cwd=_ROOT, stdout=subprocess.PIPE, text=True).stdout


def _key(calls: dict[str, int]) -> str:
    """Name a run by what would change its results."""
    digest = hashlib.sha256(f"{calls}{sys.version}".encode())
    for folder in ("redactor", "rules", "core/src", "bench/latency"):
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".toml", ".rs"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())

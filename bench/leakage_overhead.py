"""
What the leakage test adds to a run of pytest: ``python bench/leakage_overhead.py``.

Runs the same tests with and without ``--leakage``, in turns, and compares the processor time of the
fastest run of each. The tests log 100,000 records in all.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

TESTS = 100
RECORDS = 1_000

_PROGRAM = f"""
    import logging

    import pytest

    log = logging.getLogger("shop.orders")


    @pytest.mark.parametrize("test", range({TESTS}))
    def test_orders(test):
        for n in range({RECORDS}):
            log.info("request %d finished with status %d in %.1f ms for %s", n, 200, 12.5, "bob")
"""


def seconds(folder: Path, *options: str) -> float:
    """Return the processor time of one run."""
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    ways: dict[str, tuple[str, ...]] = {
        "the plugin is not loaded": ("-p", "no:redactor-leakage"),
        "it is off": (),
        "--leakage": ("--leakage",),
    }
    best = dict.fromkeys(ways, float("inf"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\nlog_level = INFO\n", "utf-8")
        (folder / "test_orders.py").write_text(textwrap.dedent(_PROGRAM), "utf-8")
        for _ in range(runs):
            for way, options in ways.items():
                best[way] = min(best[way], seconds(folder, *options))
    without = best["the plugin is not loaded"]
    for way, taken in best.items():
        print(f"{way:26} {taken:6.2f} s  {100 * (taken / without - 1):+5.1f} %")


if __name__ == "__main__":
    main()

"""
What a sink loses of 400 records when a process ends in ordinary and less ordinary ways.

Prints a table: how many of the records that the sink had accepted were not at the receiver when the
process had ended, and after the next start on the same spool. The receiver is the one of the tests,
which answers like Loki.

    python bench/delivery_losses.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "sinks")]

from redactor.sinks import LokiSink  # noqa: E402  # the path comes first
from tests.sinks.fault_server import Fault, FaultServer, serving, status  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

_RECORDS = 400
_OUTAGE = 10.0
#: What happens, how the program ends, how long it lives on, and what the receiver does meanwhile.
_CASES: list[tuple[str, str, float, Callable[[FaultServer, float], Fault | None] | None]] = [
    ("normal exit", "exit", 0, None),
    ("SIGTERM, no handler", "sigterm", 0, None),
    ("`os._exit`", "os-exit", 0, None),
    ("`kill -9`", "kill", 0, None),
    ("fork: half before, half in a child that ends by `os._exit`", "fork", 0, None),
    ("503 for 10 s, process lives 20 s more", "wait", 20, lambda _, age: _during(age, 503)),
    ("connection closed for 10 s, same", "wait", 20, lambda _, age: _during(age, 0)),
]


def _during(age: float, code: int) -> Fault | None:
    if age > _OUTAGE:
        return None
    return status(code) if code else Fault("close")


def _row(title: str, end: str, seconds: float, rule: object, *, spool: bool) -> str:
    with tempfile.TemporaryDirectory() as folder, serving() as loki:
        started = time.monotonic()
        if rule is not None:
            loki.rule = lambda _: rule(loki, time.monotonic() - started)  # type: ignore[operator]
        book = Path(folder, "book")
        kept = str(Path(folder, "spool")) if spool else "-"
        subprocess.run(
            [sys.executable, str(ROOT / "tests/sinks/program.py"), loki.url, kept, str(book), end,
             str(_RECORDS), str(seconds)],
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'sinks'}"},
            stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        accepted = set(book.read_text().split())
        at_the_end = len(accepted - set(loki.lines))
        if spool:
            sink = LokiSink(loki.url, spool=kept)
            sink.delivery.flush(60)
            sink.close()
        lost = len(accepted - set(loki.lines))
        twice = len(loki.lines) - len(set(loki.lines))
        return f"| {title} | {len(accepted)} | {at_the_end} | {lost} | {twice} |"


def main() -> None:
    for spool in (True, False):
        print(f"\nWith a spool: {'yes' if spool else 'no'}\n")
        print("| end | accepted | not there at the end | lost after the next start | twice |")
        print("|---|---|---|---|---|")
        for title, end, seconds, rule in _CASES:
            print(_row(title, end, seconds, rule, spool=spool), flush=True)


if __name__ == "__main__":
    main()

"""
The table of figures: what redaction costs here, beside its bars and beside hand-written filters.

    python -m bench.table             prints the table
    python -m bench.table --verify    checks the workloads and times nothing
    python -m bench.table --write     also writes it into docs/performance.md
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import statistics
import sys
import tempfile
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import (
    calls,
    every_call,
    peak_memory,
    percentile,
    pipes,
    start,
    with_busy_thread,
)
from bench.logging_calls import logging_calls
from bench.quiet import in_turns
from bench.workloads import WORKLOADS, clean_record, make, verify
from bench.yardsticks import hyperscan_scan, re_filter, regex_filter
from redactor import Redactor
from redactor.engines import native_available

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"


class Row:
    """A row of the table: what, the figure, its bar, its goal, and whether the bar is met."""

    def __init__(self, what: str, figure: float, unit: str, bar: float, goal: float) -> None:
        self.what = what
        self.figure = figure
        self.unit = unit
        self.bar = bar
        self.goal = goal

    def markdown(self) -> str:
        """Return the row as Markdown."""
        more = "MB/s" in self.unit or "share" in self.unit
        met = self.figure >= self.bar if more else self.figure <= self.bar
        unit = f" {self.unit}".replace(" share", "")
        return (
            f"| {self.what} | {self.figure:.3g}{unit} | {self.bar:g}{unit} | {self.goal:g}{unit} | "
            f"{'yes' if met else 'no'} |"
        )


def _calls_of(function: Callable[[str], object], lines: tuple[str, ...]) -> Callable[[], object]:
    upcoming = cycle(lines).__next__
    return lambda: function(upcoming())


def _next_of(lines: tuple[str, ...]) -> Callable[[], object]:
    upcoming = cycle(lines).__next__
    return lambda: upcoming()  # noqa: PLW0108  # a frame, as the calls that are measured have


def _without_own_cost(
    functions: dict[str, Callable[[], object]], nothing: Callable[[], object]
) -> dict[str, list[float]]:
    """
    Time *functions* in turn with *nothing*, which is what they do beside what is measured.

    Returns:
        The times of each call in microseconds, sorted, less what *nothing* takes (p50).
    """
    times = calls({**functions, "nothing": nothing})
    own = percentile(times.pop("nothing"), 0.5)
    return {name: [each - own for each in kept] for name, kept in times.items()}


def _text_rows(native: Redactor, reference: Redactor) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    peers: list[str] = []
    clean, dense = make("clean", 200), make("dense", 200)
    hand: dict[str, Callable[[str], str]] = {"re": re_filter(), "regex": regex_filter()}
    scan = hyperscan_scan()
    if scan is not None:
        hand["hyperscan (scan only)"] = scan
    for workload in (clean, dense):
        functions = {
            "native": _calls_of(native.text, workload.lines),
            "reference": _calls_of(reference.text, workload.lines),
            **{name: _calls_of(function, workload.lines) for name, function in hand.items()},
        }
        times = _without_own_cost(functions, _next_of(workload.lines))
        middle = {name: percentile(kept, 0.5) for name, kept in times.items()}
        for name, figure in middle.items():
            peers.append(
                f"| {workload.name} | {name} | {figure:.2f} us "
                f"| {percentile(times[name], 0.99):.2f} us | {figure / middle['native']:.1f} |"
            )
        if workload is clean:
            rows += [
                Row("clean text of 300 bytes, p50", middle["native"], "us", 1.0, 0.35),
                Row("reference engine, clean text, p50", middle["reference"], "us", 25, 15),
            ]
        else:
            rows.append(
                Row("dense text: card, password, token in 300 bytes", middle["native"], "us", 12, 4)
            )
    busy = with_busy_thread(
        lambda: every_call(
            {
                "native": _calls_of(native.text, clean.lines),
                # The shortest check that people write by hand, and the shortest that there is.
                "digits": _calls_of(re.compile(r"\d{16}").search, clean.lines),
                "literal": _calls_of(re.compile("ERROR").search, clean.lines),
            },
            90_000,
        )
    )
    tail = {name: percentile(kept, 0.999) for name, kept in busy.items()}
    peers.append(
        f"\nBeside a busy thread, p99.9: native {tail['native']:.2f} us, "
        "`re.search` for 16 digits\n"
        f"{tail['digits']:.2f} us, `re.search` for a literal {tail['literal']:.2f} us."
    )
    rows += [
        Row(
            f"clean text beside a busy thread, p99.9 against {what}",
            tail["native"] / figure,
            "x",
            1.5,
            1,
        )
        for what, figure in (
            ("`re.search` for a literal", tail["literal"]),
            ("`re.search` for 16 digits", tail["digits"]),
        )
    ]
    return rows, peers


def _record_row(native: Redactor) -> Row:
    record = clean_record(random.Random(1))
    work: dict[str, Callable[[], object]] = {"native": lambda: native.record(record)}
    times = _without_own_cost(work, lambda: record)
    return Row("record of 20 fields, clean, p50", percentile(times["native"], 0.5), "us", 3, 1.2)


def _logging_rows() -> list[Row]:
    without_time = "%(levelname)s %(name)s %(message)s"
    added = {
        "added to logger.info into a file, p50": _added_to_logging(f"%(asctime)s {without_time}"),
        "the same without the time in the line": _added_to_logging(without_time),
    }
    return [Row(what, share * 100, "%", 15, 5) for what, share in added.items()]


def _added_to_logging(format_: str) -> float:
    """Return what ``install`` adds to a call that writes a line of *format_*, as a share."""
    with (
        logging_calls(format_, guarded=False) as plain,
        logging_calls(format_, guarded=True) as own,
    ):
        times = in_turns({"plain": plain, "redacted": own})
    middle = {name: statistics.median(kept) for name, kept in times.items()}
    return middle["redacted"] / middle["plain"] - 1


def _filter_rows() -> list[Row]:
    command = [sys.executable, "-m", "redactor", "filter", "--engine", "native"]
    clean, dense = make("clean", 3000).block(), make("dense", 3000).block()
    fast = pipes({"redactor": command, "cat": ["cat"]}, clean, 100)
    slow = pipes({"redactor": command}, dense, 20)
    print(f"pipes, clean: redactor {fast['redactor']:.0f} MB/s, cat {fast['cat']:.0f} MB/s")
    peak = peak_memory(command, (block for _ in range(400) for block in (clean, dense)))
    return [
        Row("filter, clean lines, against cat", fast["redactor"] / fast["cat"], "share", 0.25, 0.6),
        Row("filter, every line dense", slow["redactor"], "MB/s", 60, 200),
        Row("filter, memory over 0.8 GB", peak, "MiB", 96, 48),
    ]


def _start_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "redactor.toml")
        file.write_text('preset = "strict"\n')
        policies = {
            "import and compile of all packs": "redactor.Policy(preset='strict')",
            "the same with a policy file": f"redactor.Policy.load({str(file)!r})",
        }
        programs = {
            what: f"import redactor; redactor.Redactor({policy})"
            for what, policy in policies.items()
        }
        return [Row(what, time, "ms", 120, 40) for what, time in start(programs).items()]


def _table() -> str:
    native, reference = Redactor(engine="native"), Redactor(engine="reference")
    rows, peers = _text_rows(native, reference)
    rows += [_record_row(native), *_logging_rows(), *_filter_rows(), *_start_rows()]
    return "\n".join(
        [
            f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
            "",
            "| what (native engine unless named) | here | bar | goal | bar met |",
            "|---|---|---|---|---|",
            *(row.markdown() for row in rows),
            "",
            "The same lines through filters written by hand (fifteen patterns), in the same run:",
            "",
            "| workload | filter | p50 | p99 | against native |",
            "|---|---|---|---|---|",
            *peers,
        ]
    )


def _write(table: str) -> None:
    page = _PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    _PAGE.write_text(f"{head}{_BEGIN}\n\n{table}\n\n{_END}{tail}", encoding="utf-8")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--verify", action="store_true", help="check the workloads, time nothing")
    parser.add_argument("--write", action="store_true", help="write the table into the docs")
    options = parser.parse_args()
    if options.verify:
        engines: tuple[EngineName, ...] = (
            ("native", "reference") if native_available() else ("reference",)
        )
        for engine in engines:
            verified = Redactor(engine=engine)
            for name in WORKLOADS:
                verify(make(name, 300), verified.text)
        print("all workloads are redacted as they say")
        return
    if not native_available():
        raise SystemExit("the bars are the native engine's: install redactor-core first")
    table = _table()
    print(table)
    if options.write:
        _write(table)


if __name__ == "__main__":
    main()

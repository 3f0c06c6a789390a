"""
The sidecar under load: lines through ``redactor filter`` to a receiver of Loki's protocol and to a
file at once.

    python -m bench.load                          10 million lines, then a paced run of a tenth
    python -m bench.load --lines 200000
    python -m bench.load --json load.json --write  also writes the table into docs/performance.md

Each line has a number and the moment at which it was written into the pipe of the filter. The
receiver, a process of its own, notes when it acknowledged the line. At the end both places are
looked through for lines that are lost, doubled or out of order, and for secrets. The memory of the
filter is read ten times a second. In the first run the lines come as fast as the filter takes them:
its spool fills up to its bound, and the time until a line is acknowledged is that of the queue. In
the second they come at half of the speed that the first one kept up.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.load_receiver import Book
from bench.workloads import make

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).resolve().parents[1]
_PAGE = _ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- load: begin -->", "<!-- load: end -->"
_FIRST = 100_000_000
#: Lines that are written at once.
_BLOCK = 500
#: Bound of design and container, in MiB.
_MEMORY_BAR = 96
_PACED_SECONDS = 60
_PACED_SHARE = 0.5
#: Seconds between two looks at the memory.
_BETWEEN = 0.1


class Filter:
    """
    A filter that runs, with its receiver, its file and its spool in *folder*.

    Attributes:
        memory: Seconds since the start, and the resident memory in KiB, by time.
        cpu: Seconds of the processor that the filter has used.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "out.log"
        path = os.pathsep.join([str(_ROOT), str(_ROOT / "sinks")])
        environment = {**os.environ, "PYTHONPATH": path}
        self.receiver = subprocess.Popen(
            [sys.executable, str(_ROOT / "bench/load_receiver.py"), str(_FIRST)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.receiver.stdout is not None
        port = int(self.receiver.stdout.readline())
        self.process = subprocess.Popen(
            [sys.executable, "-m", "redactor", "filter", "--no-config",
             "--to", f"loki:http://127.0.0.1:{port}", "--to", f"file:{self.file}",
             "--spool", str(folder / "spool")],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=environment, cwd=folder,
        )  # fmt: skip
        self.started = time.monotonic()
        self.memory: list[tuple[float, int]] = []
        self.cpu = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()

    def _look(self) -> None:
        process = Path(f"/proc/{self.process.pid}")
        ticks = os.sysconf("SC_CLK_TCK")
        while not self._over.wait(_BETWEEN if self.memory else 0.05):
            try:
                match = re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
                used = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
            except OSError:
                return
            self.cpu = max(self.cpu, sum(map(int, used)) / ticks)
            if match is not None:
                self.memory.append((time.monotonic() - self.started, int(match[1])))

    def end(self) -> dict[str, Any]:
        """Wait until all is delivered; return what the receiver saw."""
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        self.process.stdin.close()
        said = self.process.stderr.read().decode()
        self.process.stderr.close()
        code = self.process.wait()
        self._over.set()
        self._watch.join()
        told, _ = self.receiver.communicate("")
        if code or said:
            raise SystemExit(f"the filter ended with {code}: {said}")
        seen: dict[str, Any] = json.loads(told)
        return seen


def run(lines: int, rate: float = 0.0) -> dict[str, Any]:
    """
    Send *lines* lines through a filter.

    Args:
        lines: How many.
        rate: Bytes a second; 0 for as fast as it goes.
    """
    bodies = [line[1:].encode() + b"\n" for line in make("sparse", 5000).lines]
    with tempfile.TemporaryDirectory(prefix="redactor-load-") as name:
        running = Filter(Path(name))
        pipe = running.process.stdin
        assert pipe is not None
        begun = time.monotonic()
        sent = 0
        clock = time.monotonic
        for start in range(0, lines, _BLOCK):
            if rate:
                time.sleep(max(0.0, begun + sent / rate - clock()))
            count = min(_BLOCK, lines - start)
            place = start % len(bodies)
            numbers = range(_FIRST + start, _FIRST + start + count)
            at = clock()
            head = b'{"seq":%d,"at":' + b"%.6f, " % at
            block = b"".join(
                [
                    head % number + body
                    for number, body in zip(numbers, bodies[place:], strict=False)
                ]
            )
            pipe.write(block)
            sent += len(block)
        taken = clock() - begun
        seen = running.end()
        return _told(lines, sent, begun, taken, seen, running)


def _told(
    lines: int, sent: int, begun: float, taken: float, seen: dict[str, Any], running: Filter
) -> dict[str, Any]:
    book = Book(_FIRST)
    with running.file.open("rb") as file:
        while piece := file.read(8 << 20) + file.readline():
            book.take(piece)
    seconds = seen["last"] - begun
    peak = max((kib for _, kib in running.memory), default=0)
    every = max(1, len(running.memory) // 40)
    return {
        "lines": lines,
        "bytes": sent,
        "seconds_until_taken": round(taken, 2),
        "seconds_until_acknowledged": round(seconds, 2),
        "mb_per_second": round(sent / seconds / 1e6, 2),
        "cpu_seconds": round(running.cpu, 2),
        "peak_mib": round(peak / 1024, 1),
        "memory_mib": [[round(at, 1), round(kib / 1024, 1)] for at, kib in running.memory[::every]],
        "loki": seen,
        "file": {key: book.told()[key] for key in ("lines", "twice", "missing", "with_secrets")},
    }


def faults(result: dict[str, Any]) -> list[str]:
    """Say what of *result* must not be so."""
    found: list[str] = []
    for place in ("loki", "file"):
        seen = result[place]
        if seen["lines"] != result["lines"]:
            found.append(f"{place}: {seen['lines']} lines of {result['lines']}")
        names = ("twice", "missing", "with_secrets")
        found += [f"{place}: {name}: {seen[name]}" for name in names if seen[name]]
    if result["peak_mib"] >= _MEMORY_BAR:
        found.append(f"memory: {result['peak_mib']} MiB")
    return found


def _table(full: dict[str, Any], paced: dict[str, Any]) -> str:
    course = full["memory_mib"]
    middle = course[len(course) // 10 :] or course
    rows = [
        "| | as fast as it goes | at half of that |",
        "|---|---|---|",
    ]
    values: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        ("lines", lambda r: f"{r['lines']:,}"),
        ("MB", lambda r: f"{r['bytes'] / 1e6:,.0f}"),
        ("MB/s until all was acknowledged", lambda r: f"{r['mb_per_second']:.1f}"),
        (
            "MB for a second of the processor",
            lambda r: f"{r['bytes'] / 1e6 / r['cpu_seconds']:.1f}",
        ),
        ("line in to acknowledged, p50", lambda r: _late(r, "p50")),
        ("line in to acknowledged, p99", lambda r: _late(r, "p99")),
        ("peak of the memory, MiB", lambda r: f"{r['peak_mib']:.1f}"),
        (
            "lost, doubled or out of order, at Loki and in the file",
            lambda r: str(sum(r[p]["twice"] + r[p]["missing"] for p in ("loki", "file"))),
        ),
        ("with a secret", lambda r: str(sum(r[p]["with_secrets"] for p in ("loki", "file")))),
    ]
    rows += [f"| {title} | {value(full)} | {value(paced)} |" for title, value in values]
    low, high = min(m for _, m in middle), max(m for _, m in middle)
    rows += ["", f"After its first tenth, the first run had {low:.1f} to {high:.1f} MiB."]
    return "\n".join(rows)


def _late(result: dict[str, Any], share: str) -> str:
    return f"{result['loki']['seconds_to_acknowledged'][share]:.2f} s"


def main() -> None:
    """Run both, print, and write down what was asked for."""
    parser = argparse.ArgumentParser(description="The sidecar under load.")
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.add_argument("--write", action="store_true", help="write the table into the page")
    arguments = parser.parse_args()
    full = run(arguments.lines)
    rate = full["mb_per_second"] * 1e6 * _PACED_SHARE
    size = full["bytes"] / full["lines"]
    paced = run(min(arguments.lines // 10, int(rate * _PACED_SECONDS / size)), rate)
    table = _table(full, paced)
    print(table)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps({"full": full, "paced": paced}, indent=1) + "\n")
    if arguments.write:
        page = _PAGE.read_text("utf-8")
        new = re.sub(
            f"{_BEGIN}.*{_END}", lambda _: f"{_BEGIN}\n\n{table}\n\n{_END}", page, flags=re.DOTALL
        )
        _PAGE.write_text(new, "utf-8")
    problems = [*faults(full), *faults(paced)]
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main()

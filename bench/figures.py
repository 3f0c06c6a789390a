"""
How the figures of the table are taken: calls in turns, pipes, start-up, memory.

Everything that is compared is measured in one run and in turn, so that a change in the machine's
speed meets all of it; what is reported is the median, and ratios of medians, of the turns in which
the machine was quiet.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.quiet import in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "calls",
    "every_call",
    "peak_memory",
    "percentile",
    "pipes",
    "start",
    "with_busy_thread",
]

#: A turn is short, so that the machine is as quick at its end as at its start.
_TURN_SECONDS = 0.002
_MOST_CALLS = 200
_RUNS = 7
_BUSY_ROUNDS = 9


def calls(functions: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """
    Time calls of each function, in short turns: those count in which the machine was quiet.

    Returns:
        Name to the times of single calls, in microseconds, sorted.
    """
    sizes = {name: _calls_of_a_turn(function) for name, function in functions.items()}
    measures = {
        name: partial(_times, function, sizes[name]) for name, function in functions.items()
    }
    return in_turns(measures)


def every_call(functions: dict[str, Callable[[], Any]], count: int) -> dict[str, list[float]]:
    """
    Time *count* calls of each function, in rounds that take turns: all of them count.

    Returns:
        Name to the time of every single call, in microseconds, sorted.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        _times(function, max(1, count // 10))
    for _ in range(_BUSY_ROUNDS):
        for name, function in functions.items():
            times[name] += _times(function, max(1, count // _BUSY_ROUNDS))
    return {name: sorted(kept) for name, kept in times.items()}


def _times(function: Callable[[], Any], count: int) -> list[float]:
    clock = time.perf_counter_ns
    kept: list[float] = []
    for _ in range(count):
        before = clock()
        function()
        kept.append((clock() - before) / 1000)
    return kept


def _calls_of_a_turn(function: Callable[[], Any]) -> int:
    _times(function, 100)
    middle = statistics.median(_times(function, 100)) / 1e6
    return max(5, min(_MOST_CALLS, int(_TURN_SECONDS / middle)))


def percentile(times: list[float], share: float) -> float:
    """Return the value below which *share* of the sorted *times* lie."""
    return times[min(len(times) - 1, int(len(times) * share))]


def with_busy_thread(measure: Callable[[], Any]) -> Any:
    """Run *measure* beside a thread that never lets go of the interpreter by itself."""
    stop = threading.Event()

    def spin() -> None:
        number = 0
        while not stop.is_set():
            for _ in range(10_000):
                number += 1

    thread = threading.Thread(target=spin, daemon=True)
    thread.start()
    try:
        return measure()
    finally:
        stop.set()
        thread.join()


def pipes(commands: dict[str, list[str]], block: bytes, repeat: int) -> dict[str, float]:
    """
    Send *block* *repeat* times through each command, from one pipe to another.

    Returns:
        Name to MB (10**6 bytes) a second, the median of the runs in which the machine was quiet.
    """
    measures = {
        name: partial(_pipe_speed, command, block, repeat) for name, command in commands.items()
    }
    return {name: statistics.median(own) for name, own in in_turns(measures, _RUNS).items()}


def _pipe_speed(command: list[str], block: bytes, repeat: int) -> list[float]:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        source, target = process.stdin.fileno(), process.stdout.fileno()
        # Start-up is a figure of its own: the clock starts when the first line is through.
        os.write(source, block[: block.index(b"\n") + 1])
        os.read(target, 1 << 16)
        drained = threading.Thread(target=_drain, args=(target,))
        drained.start()
        before = time.perf_counter()
        for _ in range(repeat):
            _write_all(source, block)
        process.stdin.close()
        drained.join()
        seconds = time.perf_counter() - before
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return [len(block) * repeat / seconds / 1e6]


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _drain(descriptor: int) -> None:
    while os.read(descriptor, 1 << 20):
        pass


def start(programs: dict[str, str]) -> dict[str, float]:
    """
    Run each program text in a fresh interpreter, with compiled modules kept as an installation
    has them.

    Returns:
        Name to milliseconds, the median of the runs in which the machine was quiet, that of an
        empty program taken off.
    """
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

    def run(text: str) -> list[float]:
        before = time.perf_counter()
        subprocess.run([sys.executable, "-c", text], check=True, env=environment)
        return [(time.perf_counter() - before) * 1000]

    for text in programs.values():
        run(text)
    texts = {"": "pass", **programs}
    measures = {name: partial(run, text) for name, text in texts.items()}
    times = {name: statistics.median(own) for name, own in in_turns(measures, _RUNS).items()}
    empty = times.pop("")
    return {name: time - empty for name, time in times.items()}


def peak_memory(command: list[str], blocks: Iterable[bytes]) -> float:
    """
    Send *blocks* through a command.

    Returns:
        The most memory that it held at once, in MiB (from ``/proc``; 0 where there is none).
    """
    with (
        tempfile.TemporaryFile() as sink,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sink, bufsize=0) as process,
    ):
        assert process.stdin is not None
        written = 0
        for block in blocks:
            _write_all(process.stdin.fileno(), block)
            written += len(block)
            if written > 1 << 26:
                sink.truncate(0)
                sink.seek(0)
                written = 0
        status = Path(f"/proc/{process.pid}/status")
        peak = 0.0
        if status.exists():
            for line in status.read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = int(line.split()[1]) / 1024
        process.stdin.close()
    return peak

"""
How the figures of the table are taken: calls in rounds, pipes, start-up, memory.

Everything that is compared is measured in one run and in turn, so that a change in the machine's
speed meets all of it; what is reported is the median, and ratios of medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["calls", "peak_memory", "percentile", "pipes", "start", "with_busy_thread"]

_ROUNDS = 9


def calls(functions: dict[str, Callable[[], Any]], count: int) -> dict[str, list[float]]:
    """
    Time *count* calls of each function, in rounds that take turns.

    Returns:
        Name to the time of every single call, in microseconds, sorted.
    """
    clock = time.perf_counter_ns
    times: dict[str, list[float]] = {name: [] for name in functions}
    for function in functions.values():
        for _ in range(max(1, count // 10)):
            function()
    for _ in range(_ROUNDS):
        for name, function in functions.items():
            kept = times[name]
            for _ in range(max(1, count // _ROUNDS)):
                before = clock()
                function()
                kept.append((clock() - before) / 1000)
    return {name: sorted(kept) for name, kept in times.items()}


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
        Name to MB (10**6 bytes) a second, the median of the rounds.
    """
    speeds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(5):
        for name, command in commands.items():
            speeds[name].append(_pipe_speed(command, block, repeat))
    return {name: statistics.median(kept) for name, kept in speeds.items()}


def _pipe_speed(command: list[str], block: bytes, repeat: int) -> float:
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
    return len(block) * repeat / seconds / 1e6


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _drain(descriptor: int) -> None:
    while os.read(descriptor, 1 << 20):
        pass


def start(programs: dict[str, str], rounds: int = 9) -> dict[str, float]:
    """
    Run each program text in a fresh interpreter, with compiled modules kept as an installation
    has them.

    Returns:
        Name to milliseconds, the median of the rounds, that of an empty program taken off.
    """
    times: dict[str, list[float]] = {name: [] for name in ("", *programs)}
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for text in programs.values():
        subprocess.run([sys.executable, "-c", text], check=True, env=environment)
    for _ in range(rounds):
        for name, text in (("", "pass"), *programs.items()):
            before = time.perf_counter()
            subprocess.run([sys.executable, "-c", text], check=True, env=environment)
            times[name].append((time.perf_counter() - before) * 1000)
    empty = statistics.median(times.pop(""))
    return {name: statistics.median(kept) - empty for name, kept in times.items()}


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

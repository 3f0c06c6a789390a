"""
Calls of ``logger.info`` that write to a file, in a process of their own: plain, or with the guard.

A process that installs and removes the guard again and again is slower than one that installed it
once: each change of a class makes the interpreter forget what it knows of the calls.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

__all__ = ["logging_calls"]

_CALLS = 200
_WARM_UP = 5_000


@contextmanager
def logging_calls(format_: str, *, guarded: bool) -> Iterator[Callable[[], list[float]]]:
    """
    Start a process that logs lines of *format_*.

    Yields:
        What has it log some lines, and returns the time of each call in microseconds. Processes
        share this one's processor, so that what is known of that holds for the call.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    if hasattr(os, "sched_setaffinity"):
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(before)})
    process = context.Process(target=_serve, args=(theirs, format_, guarded), daemon=True)
    process.start()
    theirs.close()  # else nobody would learn that the process has ended

    def ask() -> list[float]:
        try:
            ours.send(True)
            times: list[float] = ours.recv()
        except (EOFError, OSError):
            raise SystemExit("the process that logs has ended: see what it printed") from None
        return times

    try:
        ask()
        yield ask
    finally:
        ours.close()
        process.join()
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, before)


def _serve(parent: Connection, format_: str, guarded: bool) -> None:  # noqa: FBT001  # by place
    if guarded:
        redactor.install(redactor.Policy(), engine="native", known=False)
    with tempfile.TemporaryDirectory() as folder:
        handler = logging.FileHandler(Path(folder, "app.log"))
        handler.setFormatter(logging.Formatter(format_))
        logger = logging.getLogger("bench.row")
        logger.propagate = False
        logger.setLevel(logging.INFO)
        logger.addHandler(handler)
        call = partial(logger.info, "order %s shipped in %.1f ms", 8842, 12.5)
        for _ in range(_WARM_UP):
            call()
        clock = time.perf_counter_ns
        # Until its other end is closed.
        with suppress(EOFError):
            while parent.recv():
                times: list[float] = []
                for _ in range(_CALLS):
                    start = clock()
                    call()
                    times.append((clock() - start) / 1000)
                parent.send(times)
        logger.removeHandler(handler)
        handler.close()

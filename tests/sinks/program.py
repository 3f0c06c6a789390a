"""
A program that logs to a sink and ends in some way. Tests run it as a process of its own.

``python program.py URL SPOOL LEDGER END [COUNT]``: each accepted number is appended to the file
LEDGER by one write, after the sink has taken it: what stands there must be found at the receiver.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from redactor.sinks import LokiSink

url, spool, ledger, end = sys.argv[1:5]
count = int(sys.argv[5]) if len(sys.argv) > 5 else 400
#: Without one, records wait in memory only.
folder = "" if spool == "-" else spool


def open_sink() -> LokiSink:
    durability: Any = os.environ.get("DURABILITY", "system")
    return LokiSink(url, spool=folder, durability=durability, flush_seconds=3.0, timeout=5.0)


def log(sink: LokiSink, book: int, start: int, stop: int) -> None:
    for number in range(start, stop):
        sink.write(b"%d\n" % number)
        os.write(book, b"%d\n" % number)


def work_of_a_child(start: int, stop: int) -> None:
    log(open_sink(), _book(), start, stop)


def _book() -> int:
    return os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def main() -> None:
    sink, book = open_sink(), _book()
    half = count // 2
    if end == "fork":
        log(sink, book, 0, half)
        pid = os.fork()
        if pid == 0:
            log(sink, book, half, count)
            os._exit(0)
        os.waitpid(pid, 0)
        return
    if end == "fork-often":
        for number in range(count // 10):
            pid = os.fork()
            if pid == 0:
                log(sink, book, number * 10, number * 10 + 5)
                os._exit(0)
            log(sink, book, number * 10 + 5, number * 10 + 10)
            os.waitpid(pid, 0)
        return
    if end in ("mp-fork", "mp-spawn", "mp-forkserver"):
        context: Any = multiprocessing.get_context(end[3:])
        log(sink, book, 0, half)
        child = context.Process(target=work_of_a_child, args=(half, count))
        child.start()
        child.join()
        return
    if end == "daemon":
        log(sink, book, 0, half)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 256)
                log(sink, _book(), half, count)
                sink.close()
                Path(f"{ledger}.ended").touch()
            os._exit(0)
        os.wait()
        os._exit(0)
    if end == "hog":
        log(sink, book, 0, half)
        number, hoard = half, []
        while True:
            hoard.append(bytearray(1 << 16))
            log(sink, book, number, number + 1)
            number += 1
    if end == "for-ever":
        Path(f"{ledger}.started").touch()
        number = 0
        while True:
            log(sink, book, number, number + 1)
            number += 1
            time.sleep(0.0005)
    log(sink, book, 0, count)
    if end == "exit":
        return
    if end == "close":
        with contextlib.suppress(Exception):
            sink.close()
    elif end == "sigterm":
        os.kill(os.getpid(), signal.SIGTERM)
    elif end == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif end == "os-exit":
        os._exit(0)
    elif end == "exception":
        raise RuntimeError
    elif end == "thread-exit":
        thread = threading.Thread(target=sys.exit)
        thread.start()
        thread.join()
    elif end == "interrupt":
        raise KeyboardInterrupt
    elif end == "wait":
        time.sleep(float(sys.argv[6]))


if __name__ == "__main__":
    main()

"""Workers: threads that look at the blocks of a stream side by side, while its order is kept."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

    from redactor.stream import LineStream

__all__ = ["Workers", "processors"]

#: Smallest piece that is worth a thread, in bytes; the native engine holds the interpreter's lock
#: for smaller ones.
_SMALLEST = 1 << 16
#: A block that takes less than this to look at is not worth it either, in seconds.
_QUICK = 0.0002
#: More workers than this bring nothing: one thread reads and writes for all of them.
_MOST = 4


def processors() -> int:
    """Return how many processors this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """
    Redacts a stream block by block, in one thread or, while there is much to do, in several.

    Each worker looks at whole lines as if no finding were open before them. Where one is, which is
    known when the blocks before have come back, the block is looked at again. So the output is that
    of the stream alone.

    Args:
        stream: The stream. It is used here only from now on.
        workers: How many threads; fewer than two do all in the caller's thread.
        scan: Called with the time that each block took to redact, in seconds.
    """

    def __init__(
        self, stream: LineStream, workers: int, scan: Callable[[float], None] | None = None
    ) -> None:
        self._stream = stream
        self._workers = min(workers, _MOST)
        self._scan = scan
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: deque[tuple[bytes, Future[tuple[Any, float]]]] = deque()
        self._worth_it = False

    @property
    def waiting(self) -> bool:
        """Whether there are blocks whose output has not been taken."""
        return bool(self._under_way)

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Take the next piece of the stream; yield what is complete by now."""
        if self._workers > 1 and len(piece) >= _SMALLEST and (self._worth_it or self._under_way):
            lines = self._stream.part(piece)
            if lines is not None:
                if self._pool is None:
                    self._pool = _pool(self._workers)
                self._under_way.append((lines, self._pool.submit(_look, self._stream.look, lines)))
                # One more than there are workers: none waits while the oldest is written.
                while len(self._under_way) > self._workers + 1 or self._first_is_done():
                    yield self.take()
                return
        yield from self.rest()
        started = time.perf_counter()
        out = self._stream.feed(piece)
        self._took(time.perf_counter() - started, len(piece))
        yield out

    def take(self) -> bytes:
        """Wait for the oldest block and return its output."""
        lines, future = self._under_way.popleft()
        looked, seconds = future.result()
        self._took(seconds, len(lines))
        return self._stream.put(lines, looked)

    def rest(self) -> Iterator[bytes]:
        """Wait for all blocks and yield their output."""
        while self._under_way:
            yield self.take()

    def finish(self) -> Iterator[bytes]:
        """End the stream; yield what is left of it."""
        yield from self.rest()
        yield self._stream.finish()

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _first_is_done(self) -> bool:
        return bool(self._under_way) and self._under_way[0][1].done()

    def _took(self, seconds: float, size: int) -> None:
        if self._scan is not None:
            self._scan(seconds)
        if size >= _SMALLEST:
            self._worth_it = seconds > _QUICK


def _look(look: Callable[[bytes], Any], lines: bytes) -> tuple[Any, float]:
    started = time.perf_counter()
    return look(lines), time.perf_counter() - started


def _pool(workers: int) -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(workers, "redactor-filter")

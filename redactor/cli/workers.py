"""Workers: threads that look at the blocks of a stream side by side, while its order is kept."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.stream import LineStream

    #: What was found in a block, or why it failed; and the seconds that it took.
    Outcome = tuple[Any, BaseException | None, float]

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
        self._threads: _Threads | None = None
        self._under_way: deque[tuple[bytes, SimpleQueue[Outcome]]] = deque()
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
                if self._threads is None:
                    self._threads = _Threads(self._stream.look, self._workers)
                self._under_way.append((lines, self._threads.look(lines)))
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
        lines, outcome = self._under_way.popleft()
        looked, error, seconds = outcome.get()
        if error is not None:
            raise error
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
        if self._threads is not None:
            self._threads.end()

    def _first_is_done(self) -> bool:
        return bool(self._under_way) and not self._under_way[0][1].empty()

    def _took(self, seconds: float, size: int) -> None:
        if self._scan is not None:
            self._scan(seconds)
        if size >= _SMALLEST:
            self._worth_it = seconds > _QUICK


class _Threads:
    """
    Threads that look at blocks.

    Not those of ``concurrent.futures``: its locks and conditions take a tenth of the time that the
    engine takes for a clean block.

    Args:
        look: Looks at a block.
        count: How many threads.
    """

    def __init__(self, look: Callable[[bytes], Any], count: int) -> None:
        self._look = look
        self._blocks: SimpleQueue[tuple[bytes, SimpleQueue[Outcome]] | None] = SimpleQueue()
        self._ended = False
        self._threads = [
            Thread(target=self._run, name=f"redactor-filter_{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def look(self, lines: bytes) -> SimpleQueue[Outcome]:
        """Have a thread look at *lines*; return where the outcome will be."""
        outcome: SimpleQueue[Outcome] = SimpleQueue()
        self._blocks.put((lines, outcome))
        return outcome

    def end(self) -> None:
        """End the threads; blocks that none has begun with are left."""
        self._ended = True
        for _ in self._threads:
            self._blocks.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (block := self._blocks.get()) is not None and not self._ended:
            lines, outcome = block
            outcome.put(self._outcome(lines))
            # What waits for the next block keeps nothing of this one.
            del block, lines, outcome

    def _outcome(self, lines: bytes) -> Outcome:
        started = time.perf_counter()
        try:
            looked = self._look(lines)
        except BaseException as error:  # noqa: BLE001  # raised where the outcome is taken
            return None, error, time.perf_counter() - started
        return looked, None, time.perf_counter() - started

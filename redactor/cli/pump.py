"""The loop of the filter: read a block, redact it, deliver it; stop when told to."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from redactor.cli.unpack import Unpacker
from redactor.cli.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor._redactor import Redactor
    from redactor.cli.inputs import Input
    from redactor.cli.outputs import Outputs
    from redactor.cli.stopping import Stopping
    from redactor.stream import Stats

__all__ = ["Pump"]

#: Largest block by engine, in bytes. For the native one, what fits into a processor's cache. A
#: signal waits for the block that is looked at: with the reference engine and a secret in every
#: line, a mebibyte would take seconds.
_BLOCKS = {"native": 1 << 18, "reference": 1 << 16}
#: How long a sink may keep lines back for company, in seconds.
_FLUSH_AFTER = 1.0
#: How much of a line that has started is still read after a signal, in bytes.
_LINE_LIMIT = 1 << 20


class Pump:
    """
    Moves inputs through a redactor to the outputs.

    Args:
        redactor: What redacts. Each input is a stream of its own.
        outputs: Where the redacted bytes go.
        stopping: Says when to stop.
        stats: Counts over all inputs.
        progress: Called with the number of bytes of each block that was read.
        scan: Called with the time that each block took to redact, in seconds.
        workers: How many threads look at blocks, with the native engine.
    """

    def __init__(
        self,
        redactor: Redactor,
        outputs: Outputs,
        stopping: Stopping,
        stats: Stats,
        progress: Callable[[int], None] | None = None,
        scan: Callable[[float], None] | None = None,
        workers: int = 1,
    ) -> None:
        self._redactor = redactor
        self._outputs = outputs
        self._stopping = stopping
        self._stats = stats
        self._progress = progress
        self._scan = scan
        self._workers = workers if redactor.engine == "native" else 1
        self._flush_at = 0.0  # when the outputs are to be flushed; 0 when nothing waits

    @property
    def ended(self) -> bool:
        """Whether to read no further: a signal came, or no output is left."""
        return bool(self._stopping.signal) or not self._outputs.open

    def run(self, source: Input) -> None:
        """
        Move one input.

        Raises:
            InputError: It cannot be read to its end. What could be read was delivered.
        """
        stream = Workers(self._redactor.stream(self._stats), self._workers, self._scan)
        unpacker = Unpacker(source.name)
        try:
            if self._copy(source, stream, unpacker):
                self._feed(stream, unpacker.finish())
            elif self._stopping.signal:
                self._drain(source, stream, unpacker)
        finally:
            try:
                for out in stream.finish():
                    self._deliver(out)
            finally:
                stream.close()

    def _copy(self, source: Input, stream: Workers, unpacker: Unpacker) -> bool:
        """Copy until the end of *source* (true) or until told to stop (false)."""
        progress = self._progress
        size = _BLOCKS[self._redactor.engine]
        self._open_line = False
        while not self.ended:
            until = self._until_flush()
            # While blocks are looked at, reading on must not keep their output from being written.
            block = source.read(self._stopping, 0 if stream.waiting else until, size)
            if block is None:
                if stream.waiting:
                    self._deliver(stream.take())
                continue
            if not block:
                return True
            for piece in unpacker.feed(block):
                self._feed(stream, piece)
            if progress is not None:
                progress(len(block))
        return False

    def _drain(self, source: Input, stream: Workers, unpacker: Unpacker) -> None:
        """
        Take what the producer had written when the signal came, up to the end of a line.

        A line that is cut in the middle could hold half a secret, which no rule knows.
        """
        waiting = source.waiting()
        while waiting > 0:
            block = source.read_rest(min(waiting, _LINE_LIMIT))
            if not block:
                return
            waiting -= len(block)
            for piece in unpacker.feed(block):
                self._feed(stream, piece)
        # From a pipe byte by byte: what stands behind the line is not ours to take.
        step = 1 << 12 if source.regular else 1
        left = _LINE_LIMIT
        while self._open_line and left > 0:
            block = source.read_rest(step)
            if not block:
                return
            for piece in unpacker.feed(block):
                end = piece.find(b"\n") + 1
                self._feed(stream, piece[:end] if end else piece)
                left -= len(piece)
                if end:
                    self._open_line = False
                    break

    def _feed(self, stream: Workers, piece: bytes) -> None:
        for out in stream.feed(piece):
            self._deliver(out)
        self._open_line = not piece.endswith(b"\n")

    def _deliver(self, data: bytes) -> None:
        if data:
            self._outputs.write(data)
            if not self._flush_at:
                self._flush_at = time.monotonic() + _FLUSH_AFTER

    def _until_flush(self) -> float | None:
        """Flush the outputs when it is time to; return how long they may wait, in seconds."""
        if not self._flush_at:
            return None
        left = self._flush_at - time.monotonic()
        if left > 0:
            return left
        self._outputs.flush()
        self._flush_at = 0.0
        return None

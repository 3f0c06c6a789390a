"""A thread that does what is due while nobody writes: try again, rotate, seal, pack, remove."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from redactor_sinks.file.options import FileOptions
    from redactor_sinks.file.retention import Retention

__all__ = ["Keeper"]

#: Between two looks, at most, in seconds; and at least.
_TICK = 0.25
_LEAST = 0.01
#: Between two rounds through the folders, at most, in seconds.
_ROUND = 60.0
#: How long the end of the sink waits for a round; it stops between two pieces of a file.
_PATIENCE = 5.0


class Kept(Protocol):
    """What a keeper looks after."""

    def tick(self) -> None: ...
    def sync(self) -> None: ...
    def failed(self, doing: str, error: OSError) -> None: ...


class Keeper:
    """
    Starts when it is needed; in a forked child again, when that writes.

    Args:
        sink: What it looks after.
        retention: What packs and removes files, if anything does.
        options: How often.

    Attributes:
        running: Whether it was started, so that the sink is shared with it.
    """

    def __init__(self, sink: Kept, retention: Retention | None, options: FileOptions) -> None:
        self._sink = sink
        self._retention = retention
        self._sync_every = options.sync_every if options.sync == "interval" else 0.0
        waits = [_TICK, self._sync_every or _TICK]
        if options.seal and options.seal_every:
            waits.append(options.seal_every / 2)
        self._tick = max(_LEAST, min(waits))
        ages = [age for age in (options.keep, *options.keep_for.values()) if age]
        self._round = min([_ROUND, *(age / 4 for age in ages)])
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._soon = False
        self._wanted = False
        self.running = False

    def start(self) -> None:
        """Start, unless it runs."""
        if self._thread is None and not self._stopped.is_set():
            self.running = True
            self._thread = threading.Thread(target=self._run, name="redactor-file", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Have it look now, and go through the folders."""
        self._soon = True
        self._woken.set()

    def stop(self) -> None:
        """Have it end, and wait for that, within a bound."""
        self._stopped.set()
        self._woken.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(_PATIENCE)

    def after_fork(self) -> bool:
        """In a child: there is no such thread. Returns whether it is to be started."""
        self._wanted = self._wanted or self._thread is not None
        self._thread, self.running = None, False
        self._stopped, self._woken = threading.Event(), threading.Event()
        return self._wanted

    def _run(self) -> None:
        sync_at = time.monotonic() + self._sync_every
        round_at = 0.0
        stopped = self._stopped
        while not stopped.is_set():
            self._sink.tick()
            now = time.monotonic()
            if self._sync_every and now >= sync_at:
                self._sink.sync()
                sync_at = now + self._sync_every
            if self._retention is not None and (self._soon or now >= round_at):
                self._soon = False
                trouble = self._retention.run(stopped.is_set)
                if trouble is not None:
                    self._sink.failed("packed or removed", trouble)
                round_at = time.monotonic() + self._round
            self._woken.wait(self._tick)
            self._woken.clear()

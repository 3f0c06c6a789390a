"""The delivery of one sink: records in at once, out by a worker when the receiver takes them."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from redactor_sinks.delivery import forks
from redactor_sinks.delivery.batch import size_of_all
from redactor_sinks.delivery.contract import Entry
from redactor_sinks.delivery.counts import Ledger, SinkCounts
from redactor_sinks.delivery.lock import FileLock
from redactor_sinks.delivery.policy import DeliveryPolicy
from redactor_sinks.delivery.queue import REFUSED, MemoryQueue, QueueError
from redactor_sinks.delivery.spool import Spool
from redactor_sinks.delivery.worker import Worker, is_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from redactor_sinks.delivery.contract import Exporter
    from redactor_sinks.delivery.queue import Full, Queue

__all__ = ["Delivery"]

#: Bound of what waits in memory while a spool cannot be written, in bytes.
_OVERFLOW = 8 << 20
#: How often a full queue is looked at again, in seconds.
_LOOK_AGAIN = 0.05
#: How often a spool that could not be written is tried again, in seconds: each try writes all that
#: waits in memory.
_TRY_SPOOL = 0.5


class Delivery:
    """
    Takes entries from any thread and delivers them in the order of their streams.

    ``put`` returns as soon as the queue has the entries: it waits for the receiver only when the
    queue is full and the policy says so. One thread makes the requests. After a fork, parent and
    child go on side by side: with a spool one of them delivers for both, without one each its own.

    Args:
        exporter: Makes the requests. It belongs to the delivery from here on.
        queue: A ``MemoryQueue`` or a ``Spool``, the delivery's alone in this process.
        policy: What can be chosen.
        report: Called from any thread with a sentence for the operator: a receiver that is down, a
            spool that cannot be written. Default: standard error.

    Attributes:
        exporter: As given.
        policy: As given.
        spool: The queue, if it is one.
    """

    def __init__(
        self,
        exporter: Exporter,
        queue: MemoryQueue | Spool,
        policy: DeliveryPolicy | None = None,
        *,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self.exporter = exporter
        self.policy = policy or DeliveryPolicy()
        self._queue = queue
        self.spool = queue if isinstance(queue, Spool) else None
        self._overflow = MemoryQueue(_OVERFLOW)
        self._report = report or _to_standard_error
        self._told: dict[str, float] = {}
        self._lock = threading.Lock()
        self._owner = 0  # the thread that holds the lock
        self._late: deque[Sequence[Entry]] = deque()
        self._patient = True  # whether the next full queue may be waited for
        self._next_move = 0.0  # when what waits in memory is moved to the spool
        self._waits = True  # whether anything may be waited for at all
        self._muted = 0  # records that the sending thread itself made
        self._closed = False
        self._bytes_accepted = 0
        lock = None
        if self.spool is not None:
            lock = FileLock(self.spool.path.with_name(f"{self.spool.path.name}.lock"))
        self._worker = Worker(self, lock)
        forks.register(self)
        reference: weakref.ref[Any] = weakref.ref(self)
        atexit.register(_close, reference)
        if self.spool is not None:
            self._worker.start()

    def __repr__(self) -> str:
        return f"<Delivery to {self.exporter.name}>"

    def put(self, entries: Sequence[Entry]) -> None:
        """
        Take *entries*, all counted from here on.

        When it returns, they are as safe as the queue is: in memory, with the operating system, or
        on the disk. Never raises for a full disk or a receiver that is down.
        """
        if is_worker():
            # What is logged while we send would come round for ever. No lock may be taken here.
            self._muted += len(entries)
            return
        if self._owner == threading.get_ident():
            # From a signal handler, or a finalizer, in the middle of another call.
            self._late.append(tuple(entries))
            return
        size = size_of_all(entries)
        self._bytes_accepted += size
        with self._entered():
            taken = self._admit(entries, size, self._first_try())
        if not taken:
            self._wait_for_room(entries, size)
        if self._closed:
            if isinstance(self._queue, MemoryQueue):
                self._queue.give_up("the sink was closed")
            self._let_go()

    def hurry(self) -> None:
        """Ask the worker to send what waits now, without waiting for more."""
        self._worker.hurry()

    def wait_no_more(self) -> None:
        """Let no call wait for room in the queue from here on. Safe in a signal handler."""
        self._waits = False

    def flush(self, timeout: float | None = None) -> bool:
        """
        Wait until nothing is pending, at most *timeout* seconds (default: that of the policy).

        Returns:
            Whether nothing is.
        """
        deadline = time.monotonic() + (self.policy.flush_seconds if timeout is None else timeout)
        self._worker.start()
        while True:
            if not self.counts().pending:
                return True
            if time.monotonic() >= deadline:
                return False
            self._worker.hurry()
            time.sleep(0.01)

    def close(self, timeout: float | None = None, *, patient: bool = False) -> int:
        """
        Deliver what waits and stop the worker. Can be called twice and from any thread.

        Args:
            timeout: Longest wait in seconds. Default: that of the policy.
            patient: Count the time anew whenever the receiver has taken something.

        Returns:
            How many entries were not delivered: those of a spool are delivered by the next process
            that opens it, or by another that has it open now; others are lost, and counted.
        """
        if self._closed:
            return 0
        self._closed = True
        self._worker.stop(
            self.policy.flush_seconds if timeout is None else timeout, patient=patient
        )
        with self._entered():
            self._empty_overflow()
            lost = self._overflow.give_up("the process ended")
            if isinstance(self._queue, MemoryQueue):
                lost += self._queue.give_up("the process ended")
            elif not self._worker.elsewhere:
                with contextlib.suppress(QueueError):
                    lost += self._queue.ledger().pending
        self._worker.release()
        self._let_go()
        return lost

    def counts(self) -> SinkCounts:
        """Return all counts at this moment."""
        spool = self.spool
        with self._entered():
            ledger = self._ledger()
            in_memory = self._overflow.ledger().pending if spool is not None else 0
        if self._closed:
            self._let_go()
        muted = self._muted
        if muted:
            ledger += Ledger(accepted=muted, shed={"made by the sending thread": muted})
        return SinkCounts(
            name=self.exporter.name,
            kind=self.exporter.kind,
            accepted=ledger.accepted,
            delivered=ledger.delivered,
            pending=ledger.pending,
            dead=ledger.dead,
            shed=ledger.shed,
            queue_bytes=ledger.pending_bytes,
            spool_bytes=spool.size() if spool is not None else 0,
            requests=self._worker.requests,
            retries=dict(self._worker.retries),
            bytes_sent=self._worker.bytes_sent,
            bytes_accepted=self._bytes_accepted,
            held=self._worker.failing,
            in_memory=in_memory,
        )

    def say(self, key: str, problem: str, remedy: str) -> None:
        """Tell the operator, unless the same was said a short time ago."""
        now = time.monotonic()
        if now - self._told.get(key, float("-inf")) >= self.policy.tell_seconds:
            self._told[key] = now
            self._report(f"{self.exporter.name}: {problem}. {remedy}.")

    # For the worker.

    def queues(self) -> tuple[Queue, ...]:
        """Return the queues in the order in which they are to be emptied."""
        if self._overflow.ledger().pending:
            with self._entered():
                self._empty_overflow()
        return (self._queue, self._overflow)

    def catch_up(self) -> None:
        """Take what came in from signal handlers in the middle of other calls."""
        if self._late:
            with self._entered():
                pass

    def summarise(self) -> bool:
        """
        Say in each stream how many of its records were dropped, or refused for good, since the last
        time; return whether something was said.
        """
        write = getattr(self.exporter, "summary", None)
        by_stream: dict[tuple[str, bool], Counter[str]] = {}
        for queue in (self._queue, self._overflow):
            for stream, reason, count in queue.dropped():
                kept = reason.startswith(REFUSED)
                reasons = by_stream.setdefault((stream, kept), Counter())
                reasons[reason.removeprefix(REFUSED)] += count
        for (stream, kept), reasons in by_stream.items():
            total = sum(reasons.values())
            why = ", ".join(f"{reason}: {count}" for reason, count in sorted(reasons.items()))
            what = "refused for good" if kept else "dropped"
            text = f"redactor: {total} records of this stream were {what} ({why})"
            if not kept:
                problem = f"{total} records were dropped ({why})"
                self.say("dropped", problem, "See redactor spool list")
            if write is not None:
                with self._entered():
                    self._admit([Entry(0, stream, write(text))], len(text), "drop-oldest")
        return bool(by_stream)

    def progressed(self) -> None:
        """Let a full queue be waited for again: the receiver takes records."""
        self._patient = True

    def watch_spool(self) -> None:
        """Say what a damaged spool has cost."""
        if self.spool is not None and self.spool.damage:
            told = self.spool.damage.pop()
            self._report(
                f"spool {self.spool.path}: it was damaged and has been made anew: {told}. "
                "The damaged file is kept beside it."
            )

    # For forks.

    def before_fork(self) -> None:
        """Wait for calls that are under way."""
        if self._owner != threading.get_ident():
            self._lock.acquire()

    def after_fork(self, *, child: bool) -> None:
        """In the child: a new worker, which starts with its first record."""
        if not child:
            if self._owner != threading.get_ident():
                self._lock.release()
            return
        self._lock = threading.Lock()
        self._owner = 0
        self._late.clear()
        self._overflow.reset()
        if isinstance(self._queue, MemoryQueue):
            self._queue.reset()
        self._worker.forked()

    # Inside.

    @contextlib.contextmanager
    def _entered(self) -> Generator[None]:
        """Hold the lock; what signal handlers bring meanwhile is taken at the end."""
        mine = threading.get_ident()
        if self._owner == mine:
            yield
            return
        with self._lock:
            self._owner = mine
            try:
                yield
                while self._late:
                    entries = self._late.popleft()
                    size = size_of_all(entries)
                    self._admit(entries, size, self._without_waiting())
            finally:
                self._owner = 0

    def _let_go(self) -> None:
        """Close what a call after the end has opened again."""
        if not self._worker.alive:
            self.exporter.close()
            self._queue.close()

    def _without_waiting(self) -> Full:
        chosen = self.policy.back_pressure
        return "drop-oldest" if chosen == "auto" or chosen == "block" else chosen  # noqa: PLR1714

    def _first_try(self) -> Full:
        chosen = self.policy.back_pressure
        if chosen == "auto":
            wait = self._waits and self._patient and not self._worker.failing
            return "block" if wait else "drop-oldest"
        if chosen == "block":
            return "block" if self._waits and self._patient else "drop-newest"
        return chosen

    def _admit(self, entries: Sequence[Entry], size: int, full: Full) -> bool:
        """Put *entries*, *size* bytes, into the queue; into memory while that cannot be written."""
        if not entries:
            return True
        problem = ""
        if self._empty_overflow():
            try:
                taken = self._queue.put(entries, full)
            except QueueError as error:
                problem = error.problem
            else:
                if taken:
                    self._worker.wake(size)
                return taken
        if problem:
            assert self.spool is not None
            self.say(
                "spool",
                f"its spool {self.spool.path} cannot be written: {problem}",
                "Records wait in memory, within bounds, until it can be written again",
            )
        self._overflow.put(entries, "drop-oldest" if full == "block" else full)
        self._worker.wake(size)
        return True

    def _empty_overflow(self) -> bool:
        """Move what waits in memory into the spool; say whether nothing waits there now."""
        if self.spool is None or not self._overflow.ledger().pending:
            return True
        now = time.monotonic()
        if now < self._next_move and not self._closed:
            return False
        waiting = self._overflow.take_all()
        try:
            self.spool.put(waiting, "drop-oldest")
        except QueueError:
            self._overflow.put(waiting, "drop-oldest")
            self._next_move = now + _TRY_SPOOL
            return False
        return True

    def _wait_for_room(self, entries: Sequence[Entry], size: int) -> None:
        seen = self._worker.progress
        bound = self.policy.block_seconds or float("inf")
        deadline = time.monotonic() + bound
        while True:
            self._worker.hurry()
            time.sleep(_LOOK_AGAIN)
            now = time.monotonic()
            if self.policy.back_pressure == "auto":
                if self._worker.progress != seen:
                    seen, deadline = self._worker.progress, now + bound
                if self._worker.failing:
                    deadline = now
            if now >= deadline or self._closed:
                self._patient = False
            with self._entered():
                if self._admit(entries, size, self._first_try()):
                    return

    def _ledger(self) -> Ledger:
        ledger = self._overflow.ledger()
        try:
            return self._queue.ledger() + ledger
        except QueueError:
            return ledger


def _close(reference: weakref.ref[Delivery]) -> None:
    delivery = reference()
    if delivery is not None:
        delivery.close()


def _to_standard_error(message: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"redactor: {message}\n".encode("utf-8", "replace"))

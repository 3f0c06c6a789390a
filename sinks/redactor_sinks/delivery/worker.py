"""The thread that takes entries out of the queues and has them sent."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

from redactor_sinks.delivery.contract import Delivered, Refused, Retry, Split
from redactor_sinks.delivery.pace import Pace
from redactor_sinks.delivery.packing import size_of
from redactor_sinks.delivery.queue import QueueError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redactor_sinks.delivery.contract import Outcome
    from redactor_sinks.delivery.lock import FileLock
    from redactor_sinks.delivery.pipeline import Delivery
    from redactor_sinks.delivery.queue import Held, Queue

__all__ = ["Worker", "is_worker"]

#: How often to look for entries of other processes, for a lock that is taken, and for a disk that
#: failed, in seconds.
_LOOK = 0.5
#: How often to look for entries that are too old, in seconds.
_EXPIRE = 30.0
_LOOK_LONGEST = 10.0
#: How long a receiver may be away before the operator is told, in seconds.
_QUIET = 5.0

#: How often a neighbour has to pass, and the entry to fail right after it, before it is the
#: entry's fault: a receiver that comes back in between is not to cost a record.
_ROUNDS = 3

_here = threading.local()


def is_worker() -> bool:
    """Say whether this thread is one that sends."""
    return bool(getattr(_here, "sends", False))


class Worker:
    """
    Sends for one delivery, as long as this process holds the lock of its spool.

    Args:
        delivery: What it works for.
        lock: Held by the process that delivers; ``None`` for a queue in memory.

    Attributes:
        requests: Requests that were made.
        retries: Batches that have to be sent again, by reason.
        bytes_sent: Size of what was delivered.
        progress: Rises with each batch that passed.
    """

    def __init__(self, delivery: Delivery, lock: FileLock | None) -> None:
        self._delivery = delivery
        self._lock = lock
        self.requests = 0
        self.retries: Counter[str] = Counter()
        self.bytes_sent = 0
        self.progress = 0
        self._fresh()

    def _fresh(self) -> None:
        policy = self._delivery.policy
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._wake = threading.Event()
        self._all = Pace(policy.retry_base, policy.retry_cap)
        self._paces: dict[str, Pace] = {}
        self._since: float | None = None  # when the first entry that waits for company came
        self._fresh_bytes = 0
        self._hurried = False
        self._stopping = False
        self._deadline = float("inf")
        self._patience = 0.0  # seconds that progress adds to the deadline
        self._failing_since = 0.0
        self._said_down = False
        self._next_expiry = self._next_summary = 0.0
        self.elsewhere = False

    @property
    def failing(self) -> bool:
        """Whether the last request did not pass."""
        return self._failing_since > 0

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, if it does not run yet and can."""
        if self.alive or self._stopping:
            return
        with self._starting:
            if self.alive:
                return
            name = f"redactor-{self._delivery.exporter.kind}"
            thread = threading.Thread(target=self._run, name=name, daemon=True)
            try:
                thread.start()
            except RuntimeError:
                return  # the interpreter is ending: close() does the work
            self._thread = thread

    def wake(self, size: int) -> None:
        """Tell that entries of *size* bytes have come."""
        self.start()
        self._fresh_bytes += size
        if self._since is None:
            self._since = time.monotonic()
            self._wake.set()
        elif self._fresh_bytes >= self._delivery.exporter.max_bytes:
            self._wake.set()

    def hurry(self) -> None:
        """Send what waits now."""
        self._hurried = True
        self._wake.set()

    def stop(self, seconds: float, *, patient: bool) -> None:
        """Send what waits, for *seconds* at most, and end the thread."""
        self._patience = seconds if patient else 0.0
        self._deadline = time.monotonic() + seconds
        self._stopping = self._hurried = True
        self._wake.set()
        thread = self._thread
        if thread is None or not thread.is_alive():
            _here.sends = True
            try:
                self._loop()
            finally:
                _here.sends = False
            return
        if thread is threading.current_thread():
            return
        while thread.is_alive() and time.monotonic() < self._deadline:
            thread.join(max(0.0, self._deadline - time.monotonic()))

    def release(self) -> None:
        """Let another process deliver."""
        if self._lock is not None:
            self._lock.release()

    def forked(self) -> None:
        """Start anew in a child. The parent's lock stays the parent's."""
        self.release()
        self._fresh()
        self.requests = self.bytes_sent = 0
        self.retries = Counter()

    # The loop.

    def _run(self) -> None:
        _here.sends = True
        self._loop()
        self._delivery.exporter.close()

    def _loop(self) -> None:
        while True:
            ending = self._stopping  # a turn that began before that has not said everything
            try:
                wait = self._turn()
            except QueueError as error:
                self._delivery.say(
                    "queue", f"its spool cannot be used: {error.problem}", "It is tried again"
                )
                wait = _LOOK
            if ending and (wait is None or time.monotonic() + wait >= self._deadline):
                return
            self._wake.wait(_LOOK if wait is None else min(wait, _LOOK_LONGEST))
            self._wake.clear()

    def _turn(self) -> float | None:
        """Do what is due; return seconds until something is, or nothing when nothing waits."""
        delivery = self._delivery
        delivery.catch_up()
        delivery.watch_spool()
        if self._lock is not None and not self._lock.acquire():
            self.elsewhere = True
            return None
        self.elsewhere = False
        now = time.monotonic()
        self._keep_house(now)
        if self._since is not None and not self._hurried and not self._stopping:
            left = self._since + delivery.policy.linger - now
            if left > 0 and self._fresh_bytes < delivery.exporter.max_bytes:
                return left
        self._hurried = False
        self._since, self._fresh_bytes = None, 0
        due: list[float] = []
        for queue in delivery.queues():
            due += self._empty(queue)
        if self._stopping and not self.failing and not due and delivery.summarise():
            due.append(0.0)
        if self._since is not None:
            due.append(0.0)
        return min(due) if due else None

    def _keep_house(self, now: float) -> None:
        delivery = self._delivery
        age = delivery.policy.max_age
        if age and now >= self._next_expiry:
            self._next_expiry = now + _EXPIRE
            for queue in delivery.queues():
                queue.expire(time.time_ns() - int(age * 1e9))
        if not self.failing and (now >= self._next_summary or self._stopping):
            self._next_summary = now + delivery.policy.tell_seconds
            delivery.summarise()

    def _empty(self, queue: Queue) -> list[float]:
        """Send all of *queue* that may be sent; return the seconds after which the rest may."""
        waiting = deque(queue.streams())
        due: list[float] = []
        while waiting:
            now = time.monotonic()
            if now >= self._deadline:
                return [0.0]
            if self._all.until > now:
                due.append(self._all.until - now)
                return due
            stream = waiting.popleft()
            pace = self._pace(stream)
            if pace.until > now:
                due.append(pace.until - now)
                continue
            more = self._send_some(queue, stream, pace)
            if more:
                waiting.append(stream)
            elif pace.until > now:
                due.append(max(0.0, pace.until - time.monotonic()))
            elif not pace.limit:
                self._paces.pop(stream, None)
        if self._all.until > time.monotonic():
            due.append(self._all.until - time.monotonic())
        return due

    def _pace(self, stream: str) -> Pace:
        policy = self._delivery.policy
        return self._paces.setdefault(stream, Pace(policy.retry_base, policy.retry_cap))

    def _send_some(self, queue: Queue, stream: str, pace: Pace) -> bool:
        """Send one batch of *stream*; say whether there may be more that can be sent now."""
        exporter = self._delivery.exporter
        most = min(exporter.max_entries, pace.limit or exporter.max_entries)
        batch = queue.peek(stream, most, exporter.max_bytes)
        damaged = next((n for n, held in enumerate(batch) if held.entry is None), None)
        if damaged == 0:
            queue.settle(batch[:1], {})
            return True
        batch = batch[:damaged]
        if not batch:
            return False
        size = _size(batch)
        full = damaged is not None or len(batch) == most or size * 2 > exporter.max_bytes
        parts = [batch]
        while parts:
            part = parts.pop()
            outcome = self._send(part)
            if isinstance(outcome, Delivered):
                queue.settle(part, outcome.rejected)
                self._passed(size if part is batch else _size(part), pace)
            elif isinstance(outcome, Split) and outcome.certain:
                self.retries[outcome.reason] += 1
                if len(part) == 1:
                    queue.settle(part, {0: outcome.reason})
                else:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
            else:
                self._failed(outcome, pace, part, queue)
                return False
            if time.monotonic() >= self._deadline:
                return True
        return full

    def _send(self, part: Sequence[Held]) -> Outcome:
        self.requests += 1
        try:
            return self._delivery.exporter.send([h.entry for h in part if h.entry is not None])
        except Exception as error:  # noqa: BLE001  # its text may hold a record
            return Retry(f"a mistake in redactor itself ({type(error).__name__})")

    def _passed(self, size: int, pace: Pace) -> None:
        pace.passed()
        if pace.limit >= self._delivery.exporter.max_entries:
            pace.limit = 0
        self._all.passed()
        self.progress += 1
        self.bytes_sent += size
        self._delivery.progressed()
        self._failing_since = 0.0
        if self._said_down:
            self._said_down = False
            self._delivery.say("up", "it takes records again", "What waited is delivered now")
        if self._patience:
            self._deadline = time.monotonic() + self._patience

    def _failed(self, outcome: Outcome, pace: Pace, part: Sequence[Held], queue: Queue) -> None:
        now = time.monotonic()
        self._failing_since = self._failing_since or now
        policy = self._delivery.policy
        if isinstance(outcome, Refused):
            self.retries[outcome.reason] += 1
            self._all.failed(now, policy.refused_seconds)
            self._said_down = True
            self._delivery.say(
                "refused", f"{outcome.reason}; what comes in is kept", outcome.remedy
            )
            return
        assert isinstance(outcome, Retry | Split)
        self.retries[outcome.reason] += 1
        if isinstance(outcome, Retry) and outcome.scope == "all":
            self._all.failed(now, outcome.after)
        else:
            pace.failed(now, outcome.after if isinstance(outcome, Retry) else None)
            if pace.persistent:
                pace.halve(len(part), now)
                if len(part) == 1 and isinstance(outcome, Split):
                    self._try_neighbour(outcome, pace, part, queue)
        if self._failing_since and now - self._failing_since >= _QUIET:
            self._said_down = True
            self._delivery.say(
                "down",
                f"it does not take records ({outcome.reason}); they are kept",
                "They are sent again until it does",
            )

    def _try_neighbour(
        self, outcome: Split, pace: Pace, part: Sequence[Held], queue: Queue
    ) -> None:
        """
        Find out whether an entry that never passes is at fault, or the receiver.

        Each round takes another neighbour, as far as there are some: where a receiver does not
        absorb what comes twice, none is sent for nothing.
        """
        entry = part[0].entry
        assert entry is not None
        several = queue.peek(entry.stream, 1 + _ROUNDS, self._delivery.exporter.max_bytes)
        near = several[1:]
        if not near or several[0] != part[0] or any(held.entry is None for held in near):
            return
        dead: dict[int, str] = {}
        used = 0
        for number in range(_ROUNDS):
            used = min(number + 1, len(near))
            passed = self._send(near[used - 1 : used])
            if not isinstance(passed, Delivered):
                return
            for reason in passed.rejected.values():
                dead[used] = reason
            again = self._send(part)
            if isinstance(again, Delivered):
                dead |= again.rejected
                break
            if not isinstance(again, Split):
                return
        else:
            dead[0] = outcome.reason
        queue.settle(several[: used + 1], dead)
        self._passed(_size(several[: used + 1]), pace)


def _size(part: Sequence[Held]) -> int:
    return sum(size_of(held.entry) for held in part if held.entry is not None)

"""What a queue is, and the one that holds its entries in memory."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from redactor_sinks.delivery.counts import Ledger
from redactor_sinks.delivery.packing import size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from redactor_sinks.delivery.contract import Entry

__all__ = [
    "AHEAD",
    "REFUSED",
    "Dropped",
    "Full",
    "Held",
    "MemoryQueue",
    "Queue",
    "QueueError",
    "is_told",
    "rising",
    "thinned",
]

#: What the reason of a ``Dropped`` begins with when the records are kept, as dead letters.
REFUSED = "refused: "
#: What a summary of ours begins with, and how large it may be with all that is around it.
_SUMMARY, _SUMMARY_BYTES = b"redactor: ", 4096

#: What to do with a record for which there is no room.
Full = Literal["block", "drop-oldest", "drop-newest", "sample"]
#: A stream whose newest time is further ahead of the clock than this was stamped by a clock that
#: jumped: its times start anew, in nanoseconds. Loki refuses what is ten minutes ahead.
AHEAD = 300 * 10**9
#: Which share of the bound starts the sampling, and one of how many is kept from there on.
_SAMPLED_FROM, SAMPLED = 0.5, 10


class QueueError(Exception):
    """
    A queue cannot be read or written just now. Holds no part of a record.

    Attributes:
        problem: What is wrong, in one clause.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Held(NamedTuple):
    """
    An entry in a queue, and where it lies there.

    Attributes:
        entry: The entry; ``None`` when it is damaged.
        block: What it lies in.
        place: Which of the block's entries it is.
    """

    entry: Entry | None
    block: int
    place: int


class Dropped(NamedTuple):
    """
    How many entries of a stream were dropped since it was last said there, and why.

    Those that the receiver refused for good have a reason that begins with ``REFUSED``.
    """

    stream: str
    reason: str
    records: int


class Queue(Protocol):
    """
    Holds entries by stream until they are settled. Safe to share between threads.

    All calls may raise ``QueueError``; then nothing has changed.
    """

    def put(self, entries: Sequence[Entry], full: Full) -> bool:
        """
        Take *entries*, give each its final time, and count them.

        What does not fit is dropped as *full* says, and counted.

        Returns:
            Whether they were taken; never false unless *full* is ``block``.
        """
        raise NotImplementedError

    def streams(self) -> list[str]:
        """Name the streams that have entries, the one that waits longest first."""
        raise NotImplementedError

    def peek(self, stream: str, max_entries: int, max_bytes: int) -> list[Held]:
        """Return the oldest entries of *stream*: at least one, if it has any."""
        raise NotImplementedError

    def settle(self, held: Sequence[Held], dead: Mapping[int, str]) -> None:
        """Take *held* off the queue: delivered, but for the indices of *dead*, kept with reason."""

    def expire(self, before: int) -> int:
        """Drop what is older than *before*, in nanoseconds since 1970; return how much it was."""
        raise NotImplementedError

    def dropped(self) -> list[Dropped]:
        """Return what was dropped or refused for good and not said yet, and forget it."""
        raise NotImplementedError

    def ledger(self) -> Ledger:
        """Return the counts."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of resources."""


def is_told(entry: Entry) -> bool:
    """
    Say whether the refusal of *entry* is told in its stream.

    Not that of a summary: where a receiver takes none of them, one would follow the other for ever.
    """
    return len(entry.payload) > _SUMMARY_BYTES or _SUMMARY not in entry.payload


def rising(wanted: int, last: int, now: int) -> int:
    """
    Return the time of the next entry of a stream.

    Args:
        wanted: The time that its maker gave it, or 0 for now.
        last: The time of the entry before it.
        now: The clock.
    """
    if last > now + AHEAD:
        last = 0
    return max(wanted or now, last + 1)


def thinned(entries: Sequence[Entry], used: int, bound: int, seen: int) -> Sequence[Entry]:
    """Return those of *entries* that sampling keeps, when *used* of *bound* bytes are full."""
    if used < bound * _SAMPLED_FROM:
        return entries
    return [entry for number, entry in enumerate(entries, seen) if number % SAMPLED == 0]


class MemoryQueue:
    """
    A queue in memory: fast, and gone with the process.

    Args:
        max_bytes: Bound of what waits.
        max_dead: Bound of the dead letters, in entries; the oldest go first.
    """

    def __init__(self, max_bytes: int, max_dead: int = 1000) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._streams: dict[str, deque[Held]] = {}
        self._last: dict[str, int] = {}
        self._number = 0
        self._ledger = Ledger()
        self._dropped: dict[tuple[str, str], int] = {}
        self._dead: deque[tuple[Entry, str]] = deque()
        self._max_dead = max_dead

    def put(self, entries: Sequence[Entry], full: Full) -> bool:
        with self._lock:
            needed = sum(map(size_of, entries))
            used = self._ledger.pending_bytes
            if full == "sample":
                kept = thinned(entries, used, self._max_bytes, self._ledger.accepted)
                self._refuse(entries, kept, "sampled")
                entries, needed = kept, sum(map(size_of, kept))
            if used + needed > self._max_bytes:
                if full == "block" and used:
                    return False
                if full == "drop-oldest":
                    self._make_room(needed)
                entries = self._fitting(entries)
            now = time.time_ns()
            for entry in entries:
                last = rising(entry.time, self._last.get(entry.stream, 0), now)
                self._last[entry.stream] = last
                self._number += 1
                held = Held(entry._replace(time=last), self._number, 0)
                self._streams.setdefault(entry.stream, deque()).append(held)
                self._ledger.pending_bytes += size_of(entry)
            self._ledger.accepted += len(entries)
            self._ledger.pending += len(entries)
            return True

    def streams(self) -> list[str]:
        with self._lock:
            waiting = [(held[0].block, name) for name, held in self._streams.items()]
        return [name for _, name in sorted(waiting)]

    def peek(self, stream: str, max_entries: int, max_bytes: int) -> list[Held]:
        with self._lock:
            return _first(self._streams.get(stream, ()), max_entries, max_bytes)

    def settle(self, held: Sequence[Held], dead: Mapping[int, str]) -> None:
        with self._lock:
            for index, item in enumerate(held):
                entry = item.entry
                assert entry is not None
                if not self._remove(item):
                    continue  # dropped meanwhile, and counted so
                if index in dead:
                    self._ledger.dead += 1
                    self._ledger.dead_bytes += size_of(entry)
                    self._dead.append((entry, dead[index]))
                    if is_told(entry):
                        self._to_be_told(entry.stream, REFUSED + dead[index])
                else:
                    self._ledger.delivered += 1
            while len(self._dead) > self._max_dead:
                entry, _ = self._dead.popleft()
                self._ledger.dead -= 1
                self._ledger.dead_bytes -= size_of(entry)
                self._shed(entry.stream, "too many dead letters")

    def expire(self, before: int) -> int:
        with self._lock:
            old = [
                held
                for waiting in self._streams.values()
                for held in waiting
                if held.entry is not None and held.entry.time < before
            ]
            for held in old:
                if self._remove(held) and held.entry is not None:
                    self._shed(held.entry.stream, "too old")
            return len(old)

    def dropped(self) -> list[Dropped]:
        with self._lock:
            found = [Dropped(*key, count) for key, count in self._dropped.items()]
            self._dropped.clear()
            return found

    def dead_letters(self) -> list[tuple[Entry, str]]:
        """Return the dead letters with their reasons, oldest first."""
        with self._lock:
            return list(self._dead)

    def ledger(self) -> Ledger:
        with self._lock:
            return self._ledger + Ledger()

    def take_all(self) -> list[Entry]:
        """Take everything that waits out of this queue and its book, by time of arrival."""
        with self._lock:
            held = sorted(
                (item for waiting in self._streams.values() for item in waiting),
                key=lambda item: item.block,
            )
            self._streams.clear()
            self._ledger.accepted -= len(held)
            self._ledger.pending = self._ledger.pending_bytes = 0
            return [item.entry for item in held if item.entry is not None]

    def give_up(self, reason: str) -> int:
        """Drop everything that waits, because nobody will deliver it any more."""
        with self._lock:
            count = 0
            for waiting in list(self._streams.values()):
                for held in tuple(waiting):
                    if held.entry is not None and self._remove(held):
                        self._shed(held.entry.stream, reason)
                        count += 1
            return count

    def reset(self) -> None:
        """Start anew, in a forked child: what waits is the parent's to deliver."""
        self.__init__(self._max_bytes, self._max_dead)  # type: ignore[misc]  # locks and all

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _remove(self, held: Held) -> bool:
        entry = held.entry
        assert entry is not None
        waiting = self._streams.get(entry.stream)
        if not waiting:
            return False
        if waiting[0].block == held.block:
            waiting.popleft()
        else:
            try:
                waiting.remove(held)
            except ValueError:
                return False
        if not waiting:
            del self._streams[entry.stream]
        self._ledger.pending -= 1
        self._ledger.pending_bytes -= size_of(entry)
        return True

    def _make_room(self, needed: int) -> None:
        while self._streams and self._ledger.pending_bytes + needed > self._max_bytes:
            oldest = min((waiting[0] for waiting in self._streams.values()), key=lambda h: h.block)
            assert oldest.entry is not None
            self._remove(oldest)
            self._shed(oldest.entry.stream, "queue full, oldest dropped")

    def _fitting(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return as many of *entries*, from the first on, as there is room for; count the rest."""
        room = self._max_bytes - self._ledger.pending_bytes
        kept: list[Entry] = []
        for entry in entries:
            room -= size_of(entry)
            if room < 0:
                break
            kept.append(entry)
        self._refuse(entries[len(kept) :], (), "queue full, newest dropped")
        return kept

    def _refuse(self, entries: Iterable[Entry], kept: Sequence[Entry], reason: str) -> None:
        spared = {id(entry) for entry in kept}
        for entry in entries:
            if id(entry) not in spared:
                self._ledger.accepted += 1
                self._shed(entry.stream, reason)

    def _shed(self, stream: str, reason: str) -> None:
        self._ledger.shed[reason] = self._ledger.shed.get(reason, 0) + 1
        self._to_be_told(stream, reason)

    def _to_be_told(self, stream: str, reason: str) -> None:
        self._dropped[stream, reason] = self._dropped.get((stream, reason), 0) + 1


def _first(waiting: Iterable[Held], max_entries: int, max_bytes: int) -> list[Held]:
    found: list[Held] = []
    for held in waiting:
        assert held.entry is not None
        max_bytes -= size_of(held.entry)
        if len(found) >= max_entries or (found and max_bytes < 0):
            break
        found.append(held)
    return found

"""One log of a sink: its file, and what is held back while the file cannot be written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from redactor_sinks.file.appending import UnwrittenError
from redactor_sinks.file.holding import Gap, Holding

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor_sinks.file.holding import Budget

__all__ = ["Journal", "Stream", "Target"]

#: How long after a failure the file is tried again, in seconds.
_AGAIN = 0.25


class Target(Protocol):
    """
    What takes the lines of one log: a plain file or a sealed one.

    Attributes:
        work: What cannot be done with lines when it fails, in one word.
    """

    work: str

    @property
    def waiting(self) -> bool: ...
    def append(self, data: bytes) -> None: ...
    def tick(self) -> None: ...
    def seal(self) -> None: ...
    def sync(self) -> None: ...
    def duplicate(self) -> int: ...
    def look_again(self) -> None: ...
    def give_up(self) -> bytes: ...
    def leave(self) -> None: ...
    def close(self) -> None: ...


class Journal(Protocol):
    """Is told what happens to the lines of all logs of a sink."""

    def shed(self, size: int) -> None: ...
    def failed(self, doing: str, error: OSError) -> None: ...
    def recovered(self, lines: int) -> None: ...


class Stream:
    """
    Delivers to a target, in order. What the target cannot take waits here, and is tried again.

    Args:
        make: Opens the target; called when it is needed.
        budget: How much may wait, together with the other streams of the sink.
        journal: Is told what happens.
        each: Whether each write is forced to disk before it is done.

    Attributes:
        target: The file, while it is open.
        stuck: Lines wait because the file could not be written.
        used: When it was last written to, on the monotonic clock, where that matters.
    """

    def __init__(
        self, make: Callable[[], Target], budget: Budget, journal: Journal, *, each: bool
    ) -> None:
        self._make = make
        self._journal = journal
        self._each = each
        self._holding = Holding(budget)
        self._again = 0.0
        self._shed_lines = 0
        self.target: Target | None = None
        self.stuck = False
        self.used = 0.0

    @property
    def held(self) -> int:
        """How many bytes wait."""
        return self._holding.size

    def open(self) -> None:
        """
        Open the target.

        Raises:
            OSError: It cannot be opened.
        """
        if self.target is None:
            self.target = self._make()

    def write(self, data: bytes) -> None:
        """Take *data*, whatever happens to the file."""
        if self.stuck:
            self._hold(data)
            self.retry()
            return
        try:
            if self.target is None:
                self.target = self._make()
            self.target.append(data)
        except UnwrittenError as failed:
            self._fail(failed.error)
            self._hold(failed.rest)
            return
        except OSError as error:
            self._fail(error)
            self._hold(data)
            return
        if self._each:
            self._force()

    def retry(self, *, now: bool = False) -> None:
        """Write what waits, if the last try was long enough ago, or *now*."""
        if not self.stuck or (not now and time.monotonic() < self._again):
            return
        while self._holding:
            item = self._holding.first()
            data = item.summary() if isinstance(item, Gap) else item
            try:
                self.open()
                if self.target is not None:
                    self.target.append(data)
            except UnwrittenError as failed:
                if not isinstance(item, Gap):
                    self._holding.replace_first(failed.rest)
                self._fail(failed.error)
                return
            except OSError as error:
                self._fail(error)
                return
            if isinstance(item, Gap):
                self._shed_lines += item.lines
            self._holding.replace_first(b"")
        self.stuck = False
        lines, self._shed_lines = self._shed_lines, 0
        self._journal.recovered(lines)
        if self._each:
            self._force()

    def tick(self) -> None:
        """Do what is due: try again, rotate, seal."""
        self.retry()
        if self.target is not None and not self.stuck:
            self._guarded(self.target.work, lambda target: target.tick())

    def seal(self) -> None:
        """Deliver all that waits."""
        self.retry(now=True)
        if self.target is not None:
            self._guarded(self.target.work, lambda target: target.seal())

    def look_again(self) -> None:
        """Have the next write look whether the file is still the one of its name."""
        if self.target is not None:
            self.target.look_again()

    def rest(self) -> bool:
        """
        Let go of the file until it is needed again.

        Returns:
            Whether that could be done without losing what waits.
        """
        if self.stuck:
            return False
        if self.target is None:
            return True
        self._guarded("forced to disk", lambda target: target.close())
        if self.target.waiting:
            return False
        self.target = None
        return True

    def end(self) -> int:
        """
        Deliver what can be delivered, and close the file.

        Returns:
            How many lines are lost.
        """
        self.retry(now=True)
        if self.rest():
            return 0
        self._journal.shed(self._holding.size)
        total = self._holding.give_up()
        self.stuck = False
        if self.target is not None:
            waiting = self.target.give_up()
            if waiting:
                self._journal.shed(len(waiting))
                total.count(waiting)
            self._guarded("forced to disk", lambda target: target.close())
            self.target = None
        return total.lines

    def duplicate(self) -> int:
        """Return a descriptor to force to disk beside writing, or -1 when that is not needed."""
        if self.target is None:
            return -1
        try:
            return self.target.duplicate()
        except OSError as error:  # no free descriptor
            self._journal.failed("forced to disk", error)
            return -1

    def after_fork(self) -> None:
        """Forget all that the parent has: its lines are its own."""
        self._holding.give_up()
        self.stuck, self._shed_lines = False, 0
        if self.target is not None:
            self.target.leave()

    def _force(self) -> None:
        self._guarded("forced to disk", lambda target: target.sync())

    def _guarded(self, doing: str, call: Callable[[Target], None]) -> None:
        if self.target is None:
            return
        try:
            call(self.target)
        except OSError as error:
            self._journal.failed(doing, error)

    def _fail(self, error: OSError) -> None:
        self._again = time.monotonic() + _AGAIN
        self._journal.failed("written", error)

    def _hold(self, data: bytes) -> None:
        self.stuck = True
        shed = self._holding.add(data, "the file could not be written")
        if shed:
            self._journal.shed(shed)

"""Signals: the first one asks to stop, the second one ends the process; SIGHUP can reopen files."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

__all__ = ["Stopping"]

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")
_LAST_WORDS = b"redactor: ended by a second signal before everything was delivered.\n"


class Stopping:
    """
    Listens for SIGTERM, SIGINT and SIGHUP while it is entered.

    A signal that was ignored at the start, as after ``nohup``, stays ignored.

    Args:
        hangup: What SIGHUP does instead of stopping; it is called in the signal handler.

    Attributes:
        signal: The number of the signal that came first, or 0.
        then: Called when the first one comes, in the middle of whatever runs.
    """

    def __init__(self, hangup: Callable[[], None] | None = None) -> None:
        self.signal = 0
        self.then: Callable[[], None] | None = None
        self.hangup = hangup
        self._previous: dict[int, object] = {}
        self._reader = self._writer = -1
        self._previous_wakeup = -1

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        if os.name == "posix":
            os.set_blocking(self._reader, False)
            os.set_blocking(self._writer, False)
            self._previous_wakeup = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as signal returned it
        if os.name == "posix":
            signal.set_wakeup_fd(self._previous_wakeup)
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        """Return a descriptor that can be read as soon as a signal has come."""
        return self._reader

    def _take(self, number: int, _frame: FrameType | None) -> None:
        if self.hangup is not None and number == signal.SIGHUP:
            with contextlib.suppress(BlockingIOError):
                os.read(self._reader, 1 << 12)  # nobody has to stop waiting for it
            self.hangup()
            return
        if self.signal:
            try:
                os.write(2, _LAST_WORDS)
            finally:
                os._exit(128 + number)
        self.signal = number
        if self.then is not None:
            self.then()

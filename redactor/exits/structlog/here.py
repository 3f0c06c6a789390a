"""What a thread is doing in structlog."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redactor.records.held import Held

__all__ = ["Here"]

#: Frames of one event of which the secrets are looked for elsewhere in it.
_MAX_SEEN = 100


class Here(threading.local):
    """
    What this thread is doing.

    Attributes:
        seen: The secrets that variables show under their names, in the event that is rendered now.
    """

    def __init__(self) -> None:
        self._output: Any = None
        self.seen: list[Held] = []

    def saw(self, held: Held) -> None:
        """Keep *held* for the event that is rendered now."""
        if len(self.seen) < _MAX_SEEN:
            self.seen.append(held)

    def passed_on(self, output: Any) -> None:
        """Keep *output*, which was looked at and is about to be written."""
        self._output = output

    def is_passed(self, message: Any) -> bool:
        """Say whether *message* is the output that was kept last."""
        output, self._output = self._output, None
        return output is message

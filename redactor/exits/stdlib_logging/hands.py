"""What a thread has in hands: the record on its way from a logger to its handlers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logging import LogRecord

    from redactor.exits.stdlib_logging.attributes import Checked

__all__ = ["Hands", "Memo"]

#: Stands for a record that only text handlers get. ``None``; its message and its traceback, once
#: they are known; the record.
Memo = list[Any]


class Hands(threading.local):
    """
    What this thread has in hands.

    Attributes:
        checked: The record that is handed on, or its memo; ``None`` when there is none.
        handled: The record that a handler had in hands already.
        shown: The last traceback or stack that was redacted while a record is handed on.
        nested: How many calls there are around the innermost one.
    """

    checked: Checked | Memo | None = None
    handled: LogRecord | None = None
    shown: str | None = None
    nested: int = 0

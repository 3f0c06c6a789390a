"""What redacts the parts of a log record, and ends that where nothing of the record may leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redactor.exits.rendered import is_withheld
from redactor.markers import marker

if TYPE_CHECKING:
    from redactor.exits.guard import Guard

__all__ = ["Dropped", "Failed", "Parts"]

_DROPPED_FIELD = marker("withheld", "field")


class Dropped(Exception):  # noqa: N818  # not an error: it unwinds to the record
    """A rule's action drops the record that this part is of."""


class Failed(Exception):  # noqa: N818  # not an error of its own: that one is counted already
    """
    The redactor failed with a part of the record.

    Attributes:
        reason: The marker that says why.
    """

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Parts:
    """
    Redacts the parts of log records.

    Args:
        guard: What redacts.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.drops = bool(guard.redactor.actions.dropped_records)

    def text(self, text: str) -> str:
        """
        Return *text* redacted; the same object when it is clean.

        Raises:
            Dropped: A rule's action drops the record.
            Failed: The redactor failed.
        """
        redacted = self.guard.text(text)
        if redacted is not text and is_withheld(redacted, text):
            raise Failed(redacted)
        # In a text alone, dropping leaves a marker.
        if redacted is not text and self.drops and self.guard.record(text) is None:
            raise Dropped
        return redacted

    def record(self, value: Any) -> Any:
        """
        Return *value* redacted and settled; the same object when it is clean and of a known type.

        Raises:
            Dropped: A rule's action drops the record.
        """
        redacted = self.guard.record(value)
        if redacted is None and value is not None:
            raise Dropped
        return redacted

    def unsettled(self, value: Any) -> Any:
        """Do what ``record`` does and leave clean objects as they are."""
        redacted = self.guard.redactor.record(value)
        if redacted is None and value is not None:
            raise Dropped
        return redacted

    def named(self, name: str, value: Any) -> Any:
        """
        Return *value* redacted as what *name* stands for; a marker where the field is dropped.

        Raises:
            Dropped: A rule's action drops the record.
        """
        redacted = self.record({name: value})
        if isinstance(redacted, dict):
            return redacted.get(name, _DROPPED_FIELD)
        return redacted

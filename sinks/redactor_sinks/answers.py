"""What an answer says besides its status, the same for every receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor_sinks.http import retry_after

if TYPE_CHECKING:
    from redactor_sinks.http import Answer

__all__ = ["LONGEST_PAUSE", "is_page", "pause"]

#: The longest wait that a receiver may ask for, in seconds. After it, it is asked again.
LONGEST_PAUSE = 3600.0


def pause(answer: Answer) -> float | None:
    """Return the seconds that a receiver asks to wait, an hour at most; ``None`` if it does not."""
    asked = retry_after(answer.headers)
    return None if asked is None else min(asked, LONGEST_PAUSE)


def is_page(answer: Answer) -> bool:
    """Say whether a page for people came: a proxy or a portal answered, not the receiver."""
    return "html" in answer.headers.get("content-type", "").lower()

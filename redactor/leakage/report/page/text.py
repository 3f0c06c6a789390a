"""Text and figures as HTML. Markup in what comes from a log comes out as text."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from redactor.leakage.report.visible import MARKER, cut, cut_tail, visible

__all__ = ["bytes_of", "duration_of", "shown", "shown_sample", "shown_tail", "time_of"]

#: What is shown of one value. Paths are shorter; names in a record need not be.
_LONGEST = 400


def shown(text: str, longest: int = _LONGEST) -> str:
    """Return *text*, cut to *longest* characters, as HTML for an element or a quoted attribute."""
    return escape(visible(cut(text, longest)))


def shown_tail(text: str, longest: int) -> str:
    """Return *text* as ``shown`` does, with its end kept."""
    return escape(visible(cut_tail(text, longest)))


def shown_sample(text: str) -> str:
    """Return a redacted record as HTML, with its markers marked."""
    # After escaping: no character of a marker is escaped, and the tags are ours.
    return MARKER.sub(r"<mark>\g<0></mark>", shown(text))


def bytes_of(number: int) -> str:
    """Return a size of *number* bytes for people; 1 kB is 1000 bytes."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 999.95:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def duration_of(seconds: float) -> str:
    """Return a time of *seconds* for people."""
    if seconds < 59.95:
        return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def time_of(seconds: float) -> tuple[str, str]:
    """Return a moment for programs (ISO 8601) and for people, both UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ"), moment.strftime("%Y-%m-%d %H:%M UTC")

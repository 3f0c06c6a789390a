"""What a stream counts, and what stands for a line that it had to withhold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor.spans import Span

__all__ = ["Stats", "placeholder"]


class Stats(msgspec.Struct):
    """
    What went through a stream. Holds counts only.

    Attributes:
        bytes_in: Bytes read.
        bytes_out: Bytes written.
        lines: Line breaks read.
        findings: Rule id to number of secrets replaced.
        dropped: Lines removed by the action ``drop-record``.
        withheld: Lines replaced by a placeholder because something failed.
    """

    bytes_in: int = 0
    bytes_out: int = 0
    lines: int = 0
    findings: Counter[str] = msgspec.field(default_factory=Counter)
    dropped: int = 0
    withheld: int = 0

    def count(self, spans: Iterable[Span], rule_id: Callable[[int], str]) -> None:
        """Count the findings *spans*; *rule_id* says what the rule of an index is called."""
        for _, _, rule in spans:
            self.findings[rule_id(rule)] += 1


def placeholder(line: bytes, error: Exception) -> bytes:
    """Return what stands for a line that could not be redacted: its size and the reason."""
    reason = type(error).__name__
    if line.lstrip()[:1] == b"{":
        return msgspec.json.encode(
            {
                "level": "error",
                "logger": "redactor",
                "message": "record withheld",
                "reason": reason,
                "bytes": len(line),
            }
        )
    return f"redactor: record withheld: {reason} ({len(line)} bytes)".encode()

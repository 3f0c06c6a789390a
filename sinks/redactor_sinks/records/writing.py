"""Lines of JSON, of the kind that ``read`` understands best."""

from __future__ import annotations

import msgspec

__all__ = ["summary_line"]


def summary_line(text: str) -> bytes:
    """Return a warning of the sink itself as a line."""
    return msgspec.json.encode({"level": "warning", "logger": "redactor", "message": text})

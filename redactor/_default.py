"""One-off use of the default redactor."""

from __future__ import annotations

from functools import cache
from typing import Any

from redactor._redactor import Redactor

__all__ = ["redact"]


@cache
def _default() -> Redactor:
    return Redactor()


def redact(value: Any) -> Any:
    """
    Redact *value* with the ``standard`` preset.

    Args:
        value: A ``str`` is redacted as text, ``bytes`` as log lines, anything else as a record.

    Returns:
        The redacted value; the same object when there is nothing to redact.
    """
    if isinstance(value, str):
        return _default().text(value)
    if isinstance(value, bytes):
        return _default().lines(value)
    return _default().record(value)

"""Values of fields, as something that every encoder takes."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["plain_value", "well_formed"]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
#: What is nested deeper than this is written as JSON.
_DEPTH = 16


def plain_value(value: Any, depth: int = 0) -> Any:
    """
    Return *value* as text, number, bool, bytes, nothing, or lists and dicts of these.

    An encoder that fails reports the value that it failed on: none of ours is to fail. An integer
    of more than 64 bits becomes its digits, a lone surrogate a question mark.
    """
    if isinstance(value, str):
        return well_formed(value)
    if value is None or isinstance(value, (bool, float, bytes)):
        return value
    if isinstance(value, int):
        return value if _SMALLEST <= value <= _LARGEST else str(value)
    if depth >= _DEPTH:
        return _as_json(value)
    if isinstance(value, dict):
        return {
            well_formed(str(name)): plain_value(item, depth + 1) for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [plain_value(item, depth + 1) for item in value]
    return well_formed(str(value))


def well_formed(text: str) -> str:
    """Return *text* without lone surrogates, which no UTF-8 has."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _as_json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode("utf-8", "replace")
    except (TypeError, ValueError, OverflowError, RecursionError):
        return f"<{type(value).__name__}>"

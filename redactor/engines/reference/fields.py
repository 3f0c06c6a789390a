r"""Fields of a multipart form (RFC 7578) whose line breaks are written as escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.engines.reference import values
from redactor.engines.reference.judge import text_end, value_is_secret
from redactor.engines.reference.keys import KEY_BYTES, KEY_LIMIT
from redactor.engines.reference.names import names_of
from redactor.engines.reference.quoting import quote_escape_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.packs.ruleset import Ruleset

__all__ = ["MARK", "escaped_fields"]

MARK = b"form-data; name="
_NAME_BYTES = KEY_BYTES | frozenset(b"[]")
_HEADER = b"Content-"
#: Headers between the name and the value, and the bytes of one.
_HEADERS = 3
_HEADER_SIZE = 200
_BACKSLASHES = 15


def escaped_fields(
    data: bytes, low: int, high: int, ruleset: Ruleset
) -> Iterator[tuple[int, int, int]]:
    """Yield ``(start, end, rule)`` of each sensitive field in the line ``data[low:high]``."""
    at = data.find(MARK, low, high)
    while at >= 0:
        at += len(MARK)
        found = _field(data, at, high)
        if found is not None:
            name, start = found
            end = text_end(data, start, high)
            for rule in names_of(name, ruleset):
                span = value_is_secret(data, start, end, rule)
                if span is not None:
                    yield (*span, rule.index)
                    break
        at = data.find(MARK, at, high)


def _field(data: bytes, at: int, high: int) -> tuple[bytes, int] | None:
    """Read the quoted name at *at*, and find where its value starts."""
    escape = quote_escape_at(data, at, high)
    if not escape:
        opening = values.quote_at(data, at, high)
        if opening is None:
            return None
        escape = data[at : opening[0]]
    start = at + len(escape)
    end = start
    stop = min(high, start + KEY_LIMIT)
    while end < stop and data[end] in _NAME_BYTES:
        end += 1
    if end == start or not data.startswith(escape, end, high):
        return None
    at = _break_end(data, end + len(escape), high)
    for _ in range(_HEADERS):
        if not at or not data.startswith(_HEADER, at, high):
            break
        stop = min(high, at + _HEADER_SIZE)
        while at < stop and data[at] != 0x5C:
            at += 1
        at = _break_end(data, at, high)
    at = _break_end(data, at, high) if at else 0
    return (data[start:end], at) if at else None


def _break_end(data: bytes, at: int, high: int) -> int:
    r"""Return where the line break ``\r\n`` or ``\n``, with any backslashes, ends, or 0."""
    end = _letter_end(data, at, high, 0x72)
    return _letter_end(data, end or at, high, 0x6E)


def _letter_end(data: bytes, at: int, high: int, letter: int) -> int:
    end = at
    while end < high and data[end] == 0x5C and end - at < _BACKSLASHES:
        end += 1
    return end + 1 if at < end < high and data[end] == letter else 0

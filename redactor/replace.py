"""
Replacing spans by markers, so that nothing of a secret is left and a valid line stays valid.

A marker inside a JSON string is just text. Where a secret stood as a bare JSON number the marker
must be a string: it is written with the quotes that the key beside it has, however many
backslashes they carry, and covers the number whole.
"""

from __future__ import annotations

from redactor.bytesets import DIGITS, SPACES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor.spans import Span

__all__ = ["StringState", "is_number_byte", "replace"]

_NUMBER = DIGITS | frozenset(b"+-.eE")
_NUMBER_START = DIGITS | frozenset(b"-")
_BACKSLASH = 0x5C
_QUOTES = frozenset(b"\"'")
#: How much white space is looked over between a key, its colon and the number, in bytes.
_REACH = 64


class StringState:
    """
    Where one piece of a line ends, for the next piece: in JSON or not, in a string or not.

    Attributes:
        json: The line starts like JSON.
        inside: The piece ends inside a string.
        escaped: Its last byte escapes the first one of the next piece.
    """

    __slots__ = ("escaped", "inside", "json")

    def __init__(self, line: bytes) -> None:
        self.json = _starts_json(line, 0)
        self.inside = False
        self.escaped = False

    def advance(self, piece: bytes) -> None:
        """Go on over *piece*."""
        if not self.json or not piece:
            return
        body = piece[1:] if self.escaped else piece
        # Backslashes go in pairs from the left, so what is left before a quote escapes it.
        bare = body.replace(b"\\\\", b"")
        self.escaped = bare.endswith(b"\\")
        if bare.replace(b'\\"', b"").count(b'"') % 2:
            self.inside = not self.inside


def is_number_byte(byte: int) -> bool:
    """Say whether *byte* may stand in a JSON number."""
    return byte in _NUMBER


def replace(
    data: bytes,
    spans: Sequence[Span],
    put: Callable[[Span], bytes],
    *,
    low: int = 0,
    state: StringState | None = None,
) -> bytes:
    """
    Return *data* with each span replaced.

    Args:
        data: The text.
        spans: Sorted and disjoint, as ``union`` returns them.
        put: What to write for a span.
        low: What stands before this place is only looked at, and is no part of what is returned.
        state: The state at *low*, where *data* is a piece of a line.
    """
    out: list[bytes] = []
    at = low
    number_end = 0
    strings = _Strings(data, low, state)
    for span in spans:
        start, end, _ = span
        if start < at:
            # The number around an earlier span reached into this one: what is left of it.
            start = at
            if start >= end:
                continue
        quoting = b""
        if data[start] in _NUMBER_START:
            first, last = _number(data, start, end, at, number_end)
            number_end = last
            quoting = _quoting(data, first, last, strings)
            if quoting:
                start, end = first, last
        out.append(data[at:start])
        out.append(quoting + put(span) + quoting)
        at = end
    out.append(data[at:])
    return b"".join(out)


def _number(data: bytes, start: int, end: int, low: int, known: int) -> tuple[int, int]:
    """
    Widen a span to the number literal around it.

    *known* is where the literal around the span before ended: spans of one literal end with it.
    """
    end = max(end, known)
    while start > low and data[start - 1] in _NUMBER:
        start -= 1
    while end < len(data) and data[end] in _NUMBER:
        end += 1
    return start, end


def _quoting(data: bytes, start: int, end: int, strings: _Strings) -> bytes:
    """Return the quotes that a marker for the bare number ``data[start:end]`` needs, or nothing."""
    at = _back_over_spaces(data, start)
    if at == 0:
        return b""
    before = data[at - 1]
    if before == 0x3A:
        at = _back_over_spaces(data, at - 1)
        if at == 0 or data[at - 1] not in _QUOTES:
            return b""
        first = at - 1
        while first > 0 and data[first - 1] == _BACKSLASH and at - first < _REACH:
            first -= 1
        return data[first:at] if _value_ends(data, end, b",}]") else b""
    if before in b"[," and _value_ends(data, end, b",]") and strings.outside(start):
        return b'"'
    return b""


def _back_over_spaces(data: bytes, at: int) -> int:
    stop = max(0, at - _REACH)
    while at > stop and data[at - 1] in SPACES:
        at -= 1
    return at


def _value_ends(data: bytes, at: int, closers: bytes) -> bool:
    stop = min(len(data), at + _REACH)
    while at < stop and data[at] in SPACES:
        at += 1
    return at == len(data) or data[at] in closers or data[at] in b"\r\n\\"


def _starts_json(data: bytes, at: int) -> bool:
    while at < len(data) and data[at] in SPACES:
        at += 1
    return at < len(data) and data[at] in b"[{"


class _Strings:
    """Knows whether a place is outside the strings of a JSON line. Asked in rising order only."""

    def __init__(self, data: bytes, low: int, state: StringState | None) -> None:
        self.data = data
        self.at = low
        if state is None:
            self.inside = False
            self.json = _starts_json(data, 0)
        else:
            self.at += state.escaped
            self.inside = state.inside
            self.json = state.json

    def outside(self, place: int) -> bool:
        data = self.data
        line = data.rfind(b"\n", self.at, place) + 1
        if line > 0:
            self.at = line
            self.inside = False
            self.json = _starts_json(data, line)
        if not self.json:
            return False
        at = self.at
        while at < place:
            byte = data[at]
            if byte == _BACKSLASH:
                at += 1
            elif byte == 0x22:
                self.inside = not self.inside
            at += 1
        self.at = at
        return not self.inside

"""
Text in base64 or hexadecimal digits, found by what it decodes to.

It is looked for in runs of letters and digits: base64 of ASCII text is nearly always one. Where the
first characters of a run decode to text, at one of the places where a group may start, the text is
followed in both directions for as long as it is one. What decodes to anything else is left at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import regex

from redactor.bytesets import ALNUM
from redactor.engines.reference.decoded import Decoded
from redactor.engines.reference.pieces import SAME

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LEAST", "blobs_in", "may_hold_alike", "may_hold_text"]

#: The shortest run that is looked at, in bytes.
LEAST = 20
#: Its first bytes that must decode to ASCII text, and where they may start.
_HEAD = 16
_SHIFTS = range(4)

_RUN = regex.compile(rb"[A-Za-z0-9]{20,}+")
_ASCII_TEXT = frozenset((*range(0x20, 0x7F), 0x09, 0x0A, 0x0D))
_TEXT = _ASCII_TEXT | frozenset(range(0x80, 0x100))


class _Code(NamedTuple):
    """A group of *chars* characters, of *bits* each, stands for whole bytes."""

    values: dict[int, int]
    bits: int
    chars: int
    padding: bytes

    def group(self, data: bytes, at: int, high: int) -> tuple[bytes, int]:
        """Decode the group at *at*: its bytes, and how many characters it has."""
        value = count = 0
        while count < self.chars and at + count < high and data[at + count] in self.values:
            value = value << self.bits | self.values[data[at + count]]
            count += 1
        spare = count * self.bits % 8
        return (value >> spare).to_bytes(count * self.bits // 8, "big"), count


_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE64 = _Code(
    {byte: value for value, byte in enumerate(_LETTERS + b"+/")} | {0x2D: 62, 0x5F: 63},
    bits=6, chars=4, padding=b"=",
)  # fmt: skip
_HEX = _Code(
    {byte: int(chr(byte), 16) for byte in b"0123456789abcdefABCDEF"},
    bits=4, chars=2, padding=b"",
)  # fmt: skip


def _group(code: _Code, place: int, table: bytes) -> bytes:
    """
    Return a class of what may stand at *place* in a group of ASCII text: letters and digits.

    They are written as in *table*.
    """
    # The first bits of a byte that starts in this character are the last ones of that.
    known = (place + 1) * code.bits % 8
    spare = 8 - known
    members = bytearray()
    for byte in sorted(ALNUM & code.values.keys()):
        first = (code.values[byte] << spare) & 0xFF
        if not known or not _ASCII_TEXT.isdisjoint(range(first, first + (1 << spare))):
            members.append(byte)
    return b"[%b]" % bytes(members).translate(table)


def _heads(table: bytes) -> re.Pattern[bytes]:
    """
    Return what a run begins with that may hold text: a filter, on each character for itself.

    What stands before the text is lazy, so that each shift is tried.
    """
    # Written out: a repeat of a group takes twice the time.
    codes = (
        b"".join(_group(code, place % code.chars, table) for place in range(_HEAD))
        for code in (_HEX, _BASE64)
    )
    return re.compile(b"[A-Za-z0-9]{0,%d}?(?:%b)" % (len(_SHIFTS) - 1, b"|".join(codes)))


_head = _heads(bytes(range(256))).match
_head_alike = _heads(SAME).match


def may_hold_text(run: bytes) -> bool:
    """Say whether ``blobs_in`` may find something in the run of letters and digits *run*."""
    return len(run) >= LEAST and _head(run) is not None


def may_hold_alike(runs: list[bytes]) -> bool:
    """Say whether it may in one that is written like one of *runs* in pieces."""
    return any(map(_head_alike, [run for run in runs if len(run) >= LEAST]))


def blobs_in(data: bytes, low: int, high: int) -> Iterator[Decoded]:
    """Yield the texts in base64 or hexadecimal digits in the line ``data[low:high]``, decoded."""
    done = low
    for run in _RUN.finditer(data, low, high):
        first, last = run.span()
        first = max(first, done)
        while last - first >= LEAST:
            region = _region(data, first, done, high)
            if region is None:
                break
            code, start, done = region
            yield _decoded(data, start, done, code)
            first = done


def _region(data: bytes, first: int, low: int, high: int) -> tuple[_Code, int, int] | None:
    """Return the longest text that the run at *first* starts: its code, its start and its end."""
    best: tuple[_Code, int, int] | None = None
    for code in (_HEX, _BASE64):
        for shift in _SHIFTS:
            if not _starts_text(data, first + shift, code, high):
                continue
            start, end = _extent(data, first + shift, low, high, code)
            if best is None or end - start > best[2] - best[1]:
                best = code, start, end
    return best


def _starts_text(data: bytes, at: int, code: _Code, high: int) -> bool:
    return all(
        _is_text(code.group(data, place, high), code, _ASCII_TEXT)
        for place in range(at, at + _HEAD, code.chars)
    )


def _is_text(group: tuple[bytes, int], code: _Code, members: frozenset[int]) -> bool:
    text, count = group
    return count == code.chars and members.issuperset(text)


def _extent(data: bytes, at: int, low: int, high: int, code: _Code) -> tuple[int, int]:
    start = at
    while start - code.chars >= low and _is_text(
        code.group(data, start - code.chars, high), code, _ASCII_TEXT
    ):
        start -= code.chars
    end = at + _HEAD
    group = code.group(data, end, high)
    while _is_text(group, code, _TEXT):
        end += code.chars
        group = code.group(data, end, high)
    # What follows in the alphabet of the code may be no part of it: only letters and digits are.
    count = 0
    while count < code.chars and end + count < high and data[end + count] in ALNUM:
        count += 1
    text, count = code.group(data, end, end + count)
    if text and count < code.chars and _TEXT.issuperset(text):
        # The last bytes of base64, with what it may be padded with.
        stop = end + code.chars
        end += count
        while end < min(stop, high) and data[end : end + 1] == code.padding:
            end += 1
    return start, end


def _decoded(data: bytes, start: int, end: int, code: _Code) -> Decoded:
    out = bytearray()
    starts: list[int] = []
    ends: list[int] = []
    for at in range(start, end, code.chars):
        text, _ = code.group(data, at, end)
        out += text
        starts.extend([at] * len(text))
        ends.extend([min(at + code.chars, end)] * len(text))
    return Decoded(bytes(out), starts, ends)

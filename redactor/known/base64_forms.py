"""
What a value looks like somewhere inside base64 text.

Three bytes become four characters, so that a value has three forms: by where it starts in its group
of three. Characters that hold bits of the value alone are the same whatever stands beside it; those
at the edges hold bits of a neighbour too, and can be one of a few.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Core", "cores"]

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_TO_URL = bytes.maketrans(b"+/", b"-_")
#: Fewer characters than these say too little: they stand in other base64 text by chance.
_SHORTEST = 6


class Core(NamedTuple):
    """
    The characters of one alignment that are always the same.

    Attributes:
        text: These characters.
        before: The characters that can stand right before them; empty where the value starts with
            a character of its own.
        after: The same behind them.
    """

    text: bytes
    before: bytes
    after: bytes

    def __repr__(self) -> str:
        return f"<Core of {len(self.text)} characters>"


def cores(data: bytes) -> Iterator[Core]:
    """Yield the forms of *data* in the standard alphabet and in that of URLs."""
    for shift in range(3):
        encoded = b64encode(bytes(shift) + data + bytes(2))
        first_bit, last_bit = 8 * shift, 8 * (shift + len(data))
        first, last = -(-first_bit // 6), last_bit // 6
        if last - first < _SHORTEST:
            continue
        before = after = b""
        own = 6 * first - first_bit
        if own:
            low = _STANDARD.index(encoded[first - 1]) & ((1 << own) - 1)
            before = _members(place for place in range(64) if place & ((1 << own) - 1) == low)
        own = last_bit - 6 * last
        if own:
            high = _STANDARD.index(encoded[last]) >> (6 - own)
            after = _members(place for place in range(64) if place >> (6 - own) == high)
        text = encoded[first:last]
        yield Core(text, before, after)
        yield Core(text.translate(_TO_URL), before, after)


def _members(places: Iterator[int]) -> bytes:
    standard = bytes(_STANDARD[place] for place in places)
    return bytes(sorted({*standard, *standard.translate(_TO_URL)}))

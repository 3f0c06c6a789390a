"""What the checks of numbers share: taking the digits, and weighted sums over them."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SEPARATORS", "only_digits", "repeated", "weighted"]

#: What people write between the groups of a number.
SEPARATORS = b" .-/"


def only_digits(value: bytes, *sizes: int, skip: bytes = SEPARATORS) -> bytes:
    """
    Return *value* without the bytes of *skip*, if only ASCII digits are left, and one of *sizes*.

    Otherwise the empty value, so that one test tells both.

    >>> only_digits(b"756.0731", 7), only_digits(b"756.0731", 8), only_digits(b"756x", 4)
    (b'7560731', b'', b'')
    """
    kept = value.translate(None, skip)
    return kept if len(kept) in sizes and kept.isdigit() else b""


def weighted(digits: bytes, weights: Iterable[int]) -> int:
    """
    Return the sum of digit times weight over as many *digits* as there are *weights*.

    Any byte counts as its code less that of ``0``.

    >>> weighted(b"1239", (7, 3, 1))
    16
    """
    return sum(map(mul, (byte - 0x30 for byte in digits), weights))


def repeated(digits: bytes) -> bool:
    """Say whether *digits* is one byte again and again: checksums pass on it, nobody has it."""
    return len(set(digits)) == 1

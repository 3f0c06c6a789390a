"""What the checks of numbers share: taking the digits, and weighted sums over them."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SEPARATORS", "only_digits", "repeated", "verhoeff", "weighted"]

_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)

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


def verhoeff(digits: bytes) -> bool:
    """
    Say whether the last of *digits* is the check digit of J. Verhoeff: the product of the turned
    digits in the group D5 is 0.

    >>> verhoeff(b"2363"), verhoeff(b"2364")
    (True, False)
    """
    product = 0
    for place, byte in enumerate(reversed(digits)):
        digit = byte - 0x30
        for _ in range(place % 8):  # the turn has order 8
            digit = _TURN[digit]
        product = _dihedral(product, digit)
    return product == 0


def _dihedral(left: int, right: int) -> int:
    """Multiply in D5: 0 to 4 are the turns of a pentagon, 5 to 9 its reflections."""
    turn = left + right if left < 5 else left - right
    return turn % 5 + (0 if (left < 5) == (right < 5) else 5)

"""
How random a value is, in whole numbers.

Both engines must agree on every value, so the logarithms are rounded to 1/65536 once and all sums
are of integers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from redactor.bytesets import DIGITS, LETTERS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["at_least", "entropy_at_least", "mixed"]

#: Bytes of a value that are looked at.
LOOKED_AT = 1024
_LOG2 = [0, *(round(math.log2(count) * 65536) for count in range(1, LOOKED_AT + 1))]


def at_least(bits: str) -> Callable[[bytes], bool]:
    """
    Return a check that a value has at least *bits* of Shannon entropy a byte.

    Raises:
        KeyError: *bits* is not a number with one decimal, such as ``3.0``.
    """
    whole, _, tenth = bits.partition(".")
    if not (whole.isdigit() and len(tenth) == 1 and tenth.isdigit()):
        raise KeyError(f"entropy:{bits}")
    tenths = int(whole) * 10 + int(tenth)
    return lambda value: entropy_at_least(value, tenths)


def entropy_at_least(value: bytes, tenths: int) -> bool:
    """Say whether *value* has at least *tenths* tenths of a bit of Shannon entropy a byte."""
    value = value[:LOOKED_AT]
    size = len(value)
    if size == 0:
        return False
    total = size * _LOG2[size] - sum(count * _LOG2[count] for count in map(value.count, set(value)))
    return total * 10 >= tenths * 65536 * size


def mixed(value: bytes) -> bool:
    """Say whether *value* has a digit and a letter."""
    return any(byte in DIGITS for byte in value) and any(byte in LETTERS for byte in value)

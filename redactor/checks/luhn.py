"""The Luhn check of ISO/IEC 7812-1, annex B."""

from __future__ import annotations

__all__ = ["luhn", "luhn_digits"]

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: bytes) -> bool:
    """
    Say whether the last of *digits* is the Luhn digit of the others.

    Args:
        digits: ASCII digits only, at least two.

    >>> luhn(b"4111111111111111"), luhn(b"4111111111111112")
    (True, False)
    """
    total = 0
    double = False
    for byte in reversed(digits):
        digit = byte - 0x30
        total += _DOUBLED[digit] if double else digit
        double = not double
    return total % 10 == 0


def luhn_digits(value: bytes) -> bool:
    """Apply ``luhn`` to the digits of *value*, whatever stands between them."""
    digits = bytes(byte for byte in value if 0x30 <= byte <= 0x39)
    return len(digits) > 1 and luhn(digits)

"""Checks of the numbers of South Africa."""

from __future__ import annotations

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import only_digits

__all__ = ["za_id"]


def za_id(value: bytes) -> bool:
    """
    Check a South African identity number: the day of birth, citizenship 0 to 2, and Luhn.

    https://www.gov.za/services/personal-identification/apply-identity-document
    """
    digits = only_digits(value, 13, skip=b" ")
    if not digits or not 1 <= int(digits[2:4]) <= 12 or not 1 <= int(digits[4:6]) <= 31:
        return False
    return digits[10] in b"012" and luhn(digits)

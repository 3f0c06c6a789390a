"""Checks of the numbers of Austria, Hungary, Latvia, Luxembourg and the states of Yugoslavia."""

from __future__ import annotations

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import only_digits, repeated, verhoeff, weighted

__all__ = ["at_svnr", "hu_taj", "hu_tax_id", "lu_matricule", "lv_personas_kods", "si_emso"]


def at_svnr(value: bytes) -> bool:
    """
    Check an Austrian social insurance number: its fourth digit is a weighted sum modulo 11.

    https://www.sozialversicherung.at/
    """
    digits = only_digits(value, 10)
    if not digits or digits[0] == 0x30 or not _date(digits[4:6], digits[6:8], months=15):
        return False
    return weighted(digits, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == digits[3] - 0x30


def hu_taj(value: bytes) -> bool:
    """
    Check a Hungarian TAJ number of social insurance: weights 3 and 7, modulo 10.

    https://www.neak.gov.hu/
    """
    digits = only_digits(value, 9)
    if not digits or repeated(digits):
        return False
    return weighted(digits, (3, 7) * 4) % 10 == digits[8] - 0x30


def hu_tax_id(value: bytes) -> bool:
    """
    Check a Hungarian tax number of a person: starts with 8, weights 1 to 9, modulo 11.

    https://nav.gov.hu/
    """
    digits = only_digits(value, 10)
    if not digits or digits[0] != 0x38 or repeated(digits):
        return False
    return weighted(digits, range(1, 10)) % 11 == digits[9] - 0x30


def lu_matricule(value: bytes) -> bool:
    """
    Check a Luxembourg matricule: the date, a Luhn digit and one of Verhoeff over the same digits.

    https://guichet.public.lu/
    """
    digits = only_digits(value, 13)
    if not digits or digits[:2] not in {b"18", b"19", b"20"}:
        return False
    date = _date(digits[6:8], digits[4:6])
    return date and luhn(digits[:12]) and verhoeff(digits[:11] + digits[12:])


def lv_personas_kods(value: bytes) -> bool:
    """
    Check a Latvian personal code: the date and a weighted sum modulo 11; none of both from 32 on.

    https://www.pmlp.gov.lv/
    """
    digits = only_digits(value, 11)
    if not digits:
        return False
    if digits[:2] == b"32":
        return not repeated(digits[2:])
    if not _date(digits[:2], digits[2:4]) or digits[6] not in b"012":
        return False
    return (1 + weighted(digits, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10 == digits[10] - 0x30


def si_emso(value: bytes) -> bool:
    """
    Check a Slovene EMSO, which is the JMBG of Yugoslavia: the date, a weighted sum modulo 11.

    https://www.gov.si/
    """
    digits = only_digits(value, 13)
    if not digits or not _date(digits[:2], digits[2:4]) or digits[4] not in b"09":
        return False
    return -weighted(digits, (7, 6, 5, 4, 3, 2) * 2) % 11 % 10 == digits[12] - 0x30


def _date(day: bytes, month: bytes, *, months: int = 12) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= months

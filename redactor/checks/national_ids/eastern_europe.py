"""Checks of the numbers of the Baltic states, the Balkans, Czechia, Slovakia and Turkey."""

from __future__ import annotations

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import only_digits, repeated, weighted

__all__ = ["bg_egn", "cz_rodne_cislo", "ee_isikukood", "gr_amka", "ro_cnp", "tr_tckn"]


def bg_egn(value: bytes) -> bool:
    """
    Check a Bulgarian EGN: a weighted sum modulo 11, months up to 52.

    https://www.grao.bg/esgraon.html
    """
    digits = only_digits(value, 10, skip=b" ")
    if not digits or not _day_and_month(int(digits[4:6]), int(digits[2:4]), (0, 20, 40)):
        return False
    return weighted(digits, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == digits[9] - 0x30


def cz_rodne_cislo(value: bytes) -> bool:
    """
    Check a Czech or Slovak rodne cislo of ten digits: a multiple of 11, months of women from 51 on.

    https://www.mvcr.cz/clanek/rodne-cislo.aspx
    """
    digits = only_digits(value, 10, skip=b" /")
    if not digits or not _day_and_month(int(digits[4:6]), int(digits[2:4]), (0, 20, 50, 70)):
        return False
    return int(digits[:9]) % 11 % 10 == digits[9] - 0x30


def ee_isikukood(value: bytes) -> bool:
    """
    Check an Estonian or Lithuanian personal code: a weighted sum modulo 11, in two stages.

    https://www.riigiteataja.ee/akt/13263209
    """
    digits = only_digits(value, 11, skip=b" ")
    if not digits or digits[0] not in b"12345678":
        return False
    if not _day_and_month(int(digits[5:7]), int(digits[3:5]), (0,)):
        return False
    check = weighted(digits, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weighted(digits, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return check == digits[10] - 0x30


def gr_amka(value: bytes) -> bool:
    """
    Check a Greek AMKA: the day of birth, and Luhn.

    https://www.amka.gr/
    """
    digits = only_digits(value, 11, skip=b" ")
    if not digits or not _day_and_month(int(digits[:2]), int(digits[2:4]), (0,)):
        return False
    return luhn(digits)


def ro_cnp(value: bytes) -> bool:
    """
    Check a Romanian CNP: a weighted sum modulo 11.

    https://legislatie.just.ro/Public/DetaliiDocument/58498
    """
    digits = only_digits(value, 13, skip=b" ")
    if not digits or digits[0] == 0x30:
        return False
    if not _day_and_month(int(digits[5:7]), int(digits[3:5]), (0,)):
        return False
    check = weighted(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (1 if check == 10 else check) == digits[12] - 0x30


def tr_tckn(value: bytes) -> bool:
    """
    Check a Turkish identity number: two check digits over the digits before them.

    https://www.nvi.gov.tr/
    """
    digits = only_digits(value, 11, skip=b" ")
    if not digits or digits[0] == 0x30 or repeated(digits):
        return False
    first = (weighted(digits, (7, 0) * 4 + (7,)) - weighted(digits, (0, 1) * 4)) % 10
    second = weighted(digits, (1,) * 10) % 10
    return (first, second) == (digits[9] - 0x30, digits[10] - 0x30)


def _day_and_month(day: int, month: int, shifts: tuple[int, ...]) -> bool:
    """Say whether this is a day of a month to which one of *shifts* was added."""
    return 1 <= day <= 31 and any(1 <= month - shift <= 12 for shift in shifts)

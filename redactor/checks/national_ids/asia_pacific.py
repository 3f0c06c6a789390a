"""Checks of the numbers of Israel, India, China, Korea, Singapore, Thailand and Australia."""

from __future__ import annotations

from datetime import date

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import (
    SEPARATORS,
    only_digits,
    repeated,
    verhoeff,
    weighted,
)

__all__ = [
    "au_medicare",
    "au_tfn",
    "cn_resident_id",
    "il_id",
    "in_aadhaar",
    "kr_rrn",
    "sg_nric",
    "th_id",
]


def in_aadhaar(value: bytes) -> bool:
    """
    Check an Indian Aadhaar number: the product of its turned digits in the group D5 is 0.

    https://uidai.gov.in/en/ (J. Verhoeff, Error Detecting Decimal Codes, 1969)
    """
    digits = only_digits(value, 12, skip=b" -")
    if not digits or digits[0] in b"01" or repeated(digits):
        return False
    return verhoeff(digits)


def cn_resident_id(value: bytes) -> bool:
    """
    Check a Chinese resident identity number: GB 11643, which is ISO 7064 MOD 11-2, and its date.

    https://openstd.samr.gov.cn/ (GB 11643-1999)
    """
    kept = value.translate(None, SEPARATORS).upper()
    if len(kept) != 18 or not kept[:17].isdigit():
        return False
    try:
        date(int(kept[6:10]), int(kept[10:12]), int(kept[12:14]))
    except ValueError:
        return False
    total = weighted(kept, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return kept[17] == b"10X98765432"[total % 11]


def au_tfn(value: bytes) -> bool:
    """
    Check an Australian tax file number of nine or eight digits: a weighted sum modulo 11.

    https://www.ato.gov.au/individuals-and-families/tax-file-number
    """
    digits = only_digits(value, 8, 9)
    if not digits or repeated(digits):
        return False
    weights = (10, 7, 8, 4, 6, 3, 5, 1) if len(digits) == 8 else (1, 4, 3, 7, 5, 8, 6, 9, 10)
    return weighted(digits, weights) % 11 == 0


def au_medicare(value: bytes) -> bool:
    """
    Check an Australian Medicare card number, with the person's place on the card or without.

    https://www.servicesaustralia.gov.au/medicare-card
    """
    digits = only_digits(value, 10, 11, skip=b" -/")
    if not digits or digits[0] not in b"23456":
        return False
    return weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8:9])


def sg_nric(value: bytes) -> bool:
    """
    Check a number of Singapore's NRIC or FIN of the series S, T, F and G: a letter modulo 11.

    https://www.ica.gov.sg/
    """
    kept = value.upper()
    if len(kept) != 9 or kept[0] not in b"STFG" or not kept[1:8].isdigit():
        return False
    place = (weighted(kept[1:8], (2, 7, 6, 5, 4, 3, 2)) + 4 * (kept[0] in b"TG")) % 11
    return kept[8] == (b"JZIHGFEDCBA" if kept[0] in b"ST" else b"XWUTRQPNMLK")[place]


def th_id(value: bytes) -> bool:
    """
    Check a Thai identity number: weights 13 to 2, modulo 11.

    https://www.bora.dopa.go.th/
    """
    digits = only_digits(value, 13, skip=b" -")
    if not digits or digits[0] not in b"12345678" or repeated(digits):
        return False
    return (11 - weighted(digits, range(13, 1, -1)) % 11) % 10 == digits[12] - 0x30


def kr_rrn(value: bytes) -> bool:
    """
    Check a Korean resident registration number: the date, a weighted sum modulo 11.

    Numbers given since October 2020 have no check digit: those born since then need none.

    https://www.mois.go.kr/
    """
    digits = only_digits(value, 13, skip=b" -")
    if not digits or not 1 <= int(digits[4:6]) <= 31 or not 1 <= int(digits[2:4]) <= 12:
        return False
    if digits[6] in b"3478" and digits[:4] >= b"2010":
        return not repeated(digits[7:])
    check = (11 - weighted(digits, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return check == digits[12] - 0x30


def il_id(value: bytes) -> bool:
    """
    Check an Israeli identity number, the Teudat Zehut: Luhn over nine digits.

    https://www.gov.il/
    """
    digits = only_digits(value, 9, skip=b" -")
    return bool(digits) and not repeated(digits) and luhn(digits)

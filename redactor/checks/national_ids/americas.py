"""Checks of the numbers of the United States, Canada, Mexico, Brazil and Chile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import only_digits, repeated, weighted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "br_cnpj",
    "br_cpf",
    "ca_sin",
    "cl_rut",
    "mx_curp",
    "us_aba",
    "us_itin",
    "us_mbi",
    "us_npi",
    "us_ssn",
]

#: Two specimen cards, two finger exercises.
_NEVER_SSN = frozenset({b"078051120", b"219099999", b"123456789", b"987654321"})
_MBI_LETTERS = frozenset(b"ACDEFGHJKMNPQRTUVWXY")
#: What stands in a place of an MBI: a digit, a letter, either.
_MBI = {
    "9": frozenset(b"0123456789"),
    "A": _MBI_LETTERS,
    "X": _MBI_LETTERS | frozenset(b"0123456789"),
}


def us_ssn(value: bytes) -> bool:
    """
    Check a US Social Security number: no check digit, but areas that are never given.

    https://www.ssa.gov/employer/randomization.html
    """
    digits = only_digits(value, 9, skip=b" -")
    if not digits or repeated(digits) or digits in _NEVER_SSN:
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in {b"000", b"666"} and area < b"900" and group != b"00" and serial != b"0000"


def us_itin(value: bytes) -> bool:
    """
    Check a taxpayer number of the IRS for individuals: no check digit, but groups that are given.

    https://www.irs.gov/irm/part3/irm_03-021-263r
    """
    digits = only_digits(value, 9, skip=b" -")
    if not digits or digits[0] != 0x39 or repeated(digits):
        return False
    group = int(digits[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94


def us_mbi(value: bytes) -> bool:
    """
    Check an identifier of a Medicare beneficiary: digits and letters have their places.

    https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format
    """
    kept = value.translate(None, b" -").upper()
    if len(kept) != 11 or kept[0] == 0x30:
        return False
    return all(byte in _MBI[kind] for byte, kind in zip(kept, "9AX9AX9AA99", strict=True))


def mx_curp(value: bytes) -> bool:
    """
    Check a Mexican CURP: the date, and a check digit modulo 10 over values of all characters.

    https://www.gob.mx/curp/
    """
    kept = value.upper()
    if len(kept) != 18 or not kept.isalnum() or not (kept[4:10] + kept[17:]).isdigit():
        return False
    if not 1 <= int(kept[8:10]) <= 31 or not 1 <= int(kept[6:8]) <= 12:
        return False
    # Ñ stands between N and O: what comes behind it counts one more.
    values = (byte - 0x30 if byte < 0x41 else byte - 0x37 + (byte > 0x4E) for byte in kept)
    total = sum(number * (18 - place) for place, number in enumerate(values) if place < 17)
    return -total % 10 == kept[17] - 0x30


def ca_sin(value: bytes) -> bool:
    """
    Check a Canadian Social Insurance number: Luhn, no first digit 0 or 8.

    https://www.canada.ca/en/employment-social-development/services/sin.html
    """
    digits = only_digits(value, 9, skip=b" -")
    return bool(digits) and digits[0] not in b"08" and luhn(digits)


def br_cpf(value: bytes) -> bool:
    """
    Check a Brazilian CPF: two check digits modulo 11.

    https://www.gov.br/receitafederal/pt-br/assuntos/meu-cpf
    """
    digits = only_digits(value, 11, skip=b".-")
    if not digits or repeated(digits):
        return False
    first = _brazilian(digits, range(10, 1, -1))
    second = _brazilian(digits, range(11, 1, -1))
    return (first, second) == divmod(int(digits[9:]), 10)


def br_cnpj(value: bytes) -> bool:
    """
    Check a Brazilian CNPJ, with letters since 2026: two check digits modulo 11.

    https://www.gov.br/receitafederal/pt-br/acesso-a-informacao/acoes-e-programas/programas-e-atividades/cnpj-alfanumerico
    """
    kept = value.translate(None, b"./-").upper()
    if len(kept) != 14 or not (kept.isalnum() and kept[12:].isdigit()) or repeated(kept):
        return False
    first = _brazilian(kept, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    second = _brazilian(kept, (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    return (first, second) == divmod(int(kept[12:]), 10)


def cl_rut(value: bytes) -> bool:
    """
    Check a Chilean RUT: a check character modulo 11.

    https://www.sii.cl/
    """
    kept = value.translate(None, b". -").upper()
    digits = kept[:-1]
    if len(digits) not in {7, 8} or not digits.isdigit() or repeated(digits):
        return False
    check = -weighted(digits[::-1], (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return kept[-1:] == (b"K" if check == 10 else b"%d" % check)


def us_aba(value: bytes) -> bool:
    """
    Check a routing number of a bank in the United States: weights 3, 7, 1, and the ranges in use.

    https://www.aba.com/about-us/routing-number
    """
    digits = only_digits(value, 9, skip=b" -")
    if not digits or repeated(digits):
        return False
    start = int(digits[:2])
    given = start <= 12 or 21 <= start <= 32 or 61 <= start <= 72 or start == 80
    return given and weighted(digits, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0


def us_npi(value: bytes) -> bool:
    """
    Check a National Provider Identifier: Luhn with the prefix 80840 of ISO 7812.

    https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand
    """
    digits = only_digits(value, 10, skip=b" -")
    return bool(digits) and digits[0] in b"12" and luhn(b"80840" + digits)


def _brazilian(digits: bytes, weights: Iterable[int]) -> int:
    remainder = weighted(digits, weights) % 11
    return 0 if remainder < 2 else 11 - remainder

"""Checks of the numbers of the United States, Canada and Brazil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import only_digits, repeated, weighted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["br_cnpj", "br_cpf", "ca_sin", "us_ssn"]

#: Two specimen cards, two finger exercises.
_NEVER_SSN = frozenset({b"078051120", b"219099999", b"123456789", b"987654321"})


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


def _brazilian(digits: bytes, weights: Iterable[int]) -> int:
    remainder = weighted(digits, weights) % 11
    return 0 if remainder < 2 else 11 - remainder

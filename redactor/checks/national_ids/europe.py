"""Checks of the numbers of Europe."""

from __future__ import annotations

from collections import Counter
from itertools import cycle

from redactor.checks.luhn import luhn
from redactor.checks.national_ids.digits import SEPARATORS, only_digits, repeated, weighted

__all__ = [
    "be_national_number",
    "ch_ahv",
    "de_steuerid",
    "es_dni",
    "fi_hetu",
    "fr_nir",
    "ie_pps",
    "it_codice_fiscale",
    "nl_bsn",
    "no_fodselsnummer",
    "pl_pesel",
    "pt_nif",
    "se_personnummer",
    "uk_nhs",
    "uk_nino",
]


def uk_nino(value: bytes) -> bool:
    """
    Check a UK National Insurance number: no check digit, but prefixes that are never given.

    https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
    """
    kept = value.translate(None, b" ").upper()
    return (
        len(kept) == 9
        and kept[0] in b"ABCEGHJKLMNOPRSTWXYZ"
        and kept[1] in b"ABCEGHJKLMNPRSTWXYZ"
        and kept[:2] not in {b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"}
        and kept[2:8].isdigit()
        and kept[8] in b"ABCD"
    )


def uk_nhs(value: bytes) -> bool:
    """
    Check a number of the NHS: its last digit makes a weighted sum vanish modulo 11.

    https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    digits = only_digits(value, 10, skip=b" -")
    if not digits or repeated(digits):
        return False
    return -weighted(digits, range(10, 1, -1)) % 11 == int(digits[9:])


def ie_pps(value: bytes) -> bool:
    """
    Check an Irish personal public service number, with its second letter or without.

    https://www.gov.ie/en/service/12e6de-get-a-personal-public-service-pps-number/
    """
    kept = value.translate(None, SEPARATORS)
    digits, letter, second = kept[:7], kept[7:8], kept[8:]
    places = {b"": 0, b"T": 0, b"X": 0, **{b"WABCDEFGHI"[n : n + 1]: n for n in range(10)}}
    if len(digits) != 7 or not digits.isdigit() or not letter or second not in places:
        return False
    total = weighted(digits, range(8, 1, -1)) + 9 * places[second]
    return letter[0] == b"WABCDEFGHIJKLMNOPQRSTUV"[total % 23]


def de_steuerid(value: bytes) -> bool:
    """
    Check a German tax identification number: ISO 7064 MOD 11,10, one digit two or three times.

    https://www.bzst.de/EN/Private_individuals/Tax_identification_number/tax_identification_number_node.html
    """
    digits = only_digits(value, 11)
    if digits[:1] in {b"", b"0"}:
        return False
    first = digits[:10]
    *others, most = sorted(Counter(first).values())
    if most not in {2, 3} or max(others) > 1:
        return False
    if any(bytes((byte,)) * 3 in first for byte in set(first)):
        return False
    product = 10
    for byte in first:
        product = 2 * ((product + byte - 0x30) % 10 or 10) % 11
    return (11 - product) % 10 == int(digits[10:])


def fr_nir(value: bytes) -> bool:
    """
    Check a French NIR: a key modulo 97, where Corsica's departments 2A and 2B count 19 and 18.

    https://www.insee.fr/fr/metadonnees/definition/c1409
    """
    kept = value.translate(None, b" .-")
    corsica = {b"2A": b"19", b"2B": b"18"}.get(kept[5:7])
    if corsica:
        kept = kept[:5] + corsica + kept[7:]
    if not only_digits(kept, 15, skip=b"") or kept[0] not in b"12378":
        return False
    return 97 - int(kept[:13]) % 97 == int(kept[13:])


def es_dni(value: bytes) -> bool:
    """
    Check a Spanish DNI or NIE: the letter tells the number modulo 23.

    https://www.interior.gob.es/opencms/es/servicios-al-ciudadano/tramites-y-gestiones/dni/calculo-del-digito-de-control-del-nif-nie/
    """
    kept = value.translate(None, b" -").upper()
    first = {b"X": b"0", b"Y": b"1", b"Z": b"2"}.get(kept[:1], kept[:1])
    digits = first + kept[1:8]
    if len(kept) != 9 or not digits.isdigit() or int(digits) == 0:
        return False
    return kept[8] == b"TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]


_FISCAL_ODD = (
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
)  # fmt: skip


def it_codice_fiscale(value: bytes) -> bool:
    """
    Check an Italian fiscal code: the last letter is a sum modulo 26 (decree of 23 December 1976).

    https://www.agenziaentrate.gov.it/portale/web/english/nse/individuals/tax-identification-number-for-foreign-citizens
    """
    kept = value.translate(None, SEPARATORS).upper()
    if len(kept) != 16 or not kept.isalnum():
        return False
    orders = [byte - (0x30 if byte < 0x41 else 0x41) for byte in kept]
    total = sum(_FISCAL_ODD[order] for order in orders[:15:2]) + sum(orders[1:15:2])
    return kept[15] == 0x41 + total % 26


def nl_bsn(value: bytes) -> bool:
    """
    Check a Dutch citizen service number: the test of eleven.

    https://www.rvig.nl/bsn
    """
    digits = only_digits(value, 8, 9, skip=b" .").rjust(9, b"0")
    return not repeated(digits) and weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def be_national_number(value: bytes) -> bool:
    """
    Check a Belgian national register number: modulo 97, with a 2 in front for births since 2000.

    https://www.ibz.rrn.fgov.be/en/national-register/
    """
    digits = only_digits(value, 11, skip=b".- ")
    if not digits or digits[6:9] == b"000":
        return False
    number, key = int(digits[:9]), int(digits[9:])
    return key in {97 - number % 97, 97 - (2_000_000_000 + number) % 97}


def pl_pesel(value: bytes) -> bool:
    """
    Check a Polish PESEL: a weighted sum modulo 10; the month tells the century.

    https://www.gov.pl/web/gov/czym-jest-numer-pesel
    """
    digits = only_digits(value, 11)
    if not digits or not _day_and_month(int(digits[4:6]), int(digits[2:4]) % 20):
        return False
    return -weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10 == int(digits[10:])


def se_personnummer(value: bytes) -> bool:
    """
    Check a Swedish personal or coordination number: Luhn; the latter adds 60 to the day.

    https://www.skatteverket.se/servicelankar/otherlanguages/englishengelska.4.12815e4f14a62bc048f4edc.html
    """
    digits = only_digits(value, 10, 12, skip=b"-+")[-10:]
    if not digits or not _day_and_month(int(digits[4:6]) % 60, int(digits[2:4])):
        return False
    return luhn(digits)


def fi_hetu(value: bytes) -> bool:
    """
    Check a Finnish personal identity code: the last character tells the number modulo 31.

    https://dvv.fi/en/personal-identity-code
    """
    digits = value[:6] + value[7:10]
    if len(value) != 11 or not digits.isdigit() or value[6] not in b"-+ABCDEFUVWXY":
        return False
    if not _day_and_month(int(digits[:2]), int(digits[2:4])) or int(digits[6:]) < 2:
        return False
    return value[10] == b"0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]


_NIF_PREFIXES = frozenset(b"45 70 71 72 74 75 77 78 79 90 91 98 99".split())


def pt_nif(value: bytes) -> bool:
    """
    Check a Portuguese tax number: a weighted sum modulo 11, first digits that are given.

    https://info.portaldasfinancas.gov.pt/
    """
    digits = only_digits(value, 9, skip=b" ")
    if not digits or (digits[0] not in b"123568" and digits[:2] not in _NIF_PREFIXES):
        return False
    return -weighted(digits, range(9, 1, -1)) % 11 % 10 == int(digits[8:])


def ch_ahv(value: bytes) -> bool:
    """
    Check a Swiss AHV number: an EAN-13 with the country's number 756.

    https://www.zas.admin.ch/zas/en/home/partenaires-et-institutions-/navs13.html
    """
    digits = only_digits(value, 13, skip=b". ")
    if not digits.startswith(b"756"):
        return False
    return -weighted(digits[:12], cycle((1, 3))) % 10 == int(digits[12:])


def no_fodselsnummer(value: bytes) -> bool:
    """
    Check a Norwegian national identity or D number: two check digits modulo 11.

    https://www.skatteetaten.no/en/person/national-registry/identitetsnummer/
    """
    digits = only_digits(value, 11, skip=b" ")
    if not digits or not _day_and_month(int(digits[:2]) % 40, int(digits[2:4]) % 40):
        return False
    first = -weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    second = -weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return first == int(digits[9:10]) and second == int(digits[10:])


def _day_and_month(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12

"""Checks of personal data: bank accounts, phone numbers, addresses of people and machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.bytesets import ALNUM

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS", "email", "ipv4_public", "ipv6_public", "mod97", "phone_e164"]

#: Last labels that are no domain: units of systemd, and endings of file names with an ``@``.
_NO_DOMAIN = frozenset(
    b"automount avif bmp cjs css device gif git html ico jpeg jpg js json jsx map mjs mount path "
    b"png scope service slice socket svg swap target timer ts tsx webp".split()
)


def mod97(value: bytes) -> bool:
    """
    Check an IBAN (ISO 13616): moved four to the end, letters as numbers, remainder 1 modulo 97.

    Spaces and dashes between the groups are passed over.
    """
    kept = bytes(byte for byte in value if byte in ALNUM).upper()
    if len(kept) < 15:
        return False
    remainder = 0
    for byte in kept[4:] + kept[:4]:
        number = byte - 0x30 if byte < 0x41 else byte - 0x37
        remainder = (remainder * (100 if number > 9 else 10) + number) % 97
    return remainder == 1


def phone_e164(value: bytes) -> bool:
    """
    Check a number of ITU-T E.164: a plus, then 8 to 15 digits that do not start with 0.

    With fewer than three different digits it is a filler or a bit pattern.
    """
    digits = bytes(byte for byte in value if 0x30 <= byte <= 0x39)
    if value[:1] != b"+" or not 8 <= len(digits) <= 15:
        return False
    return digits[0] != 0x30 and len(set(digits)) > 2


def ipv4_public(value: bytes) -> bool:
    """
    Say whether *value* is an IPv4 address that others can reach, so one that may tell a person.

    Not so the special ranges of RFC 6890, from private networks to broadcast, except those kept
    for documentation; nor what ends in ``.0.0.0``, which is the version of a browser.
    """
    parts = value.split(b".")
    if len(parts) != 4 or not all(part.isdigit() and len(part) <= 3 for part in parts):
        return False
    first, second, third, last = (int(part) for part in parts)
    if max(first, second, third, last) > 255 or (second, third, last) == (0, 0, 0):
        return False
    return not (
        first in (0, 10, 127)
        or first >= 224
        or (first == 100 and 64 <= second <= 127)
        or (first == 172 and 16 <= second <= 31)
        or (first, second) in ((169, 254), (192, 168))
    )


def ipv6_public(value: bytes) -> bool:
    """
    Say whether *value* is a global unicast IPv6 address (RFC 4291), not one for documentation.

    Global unicast is 2000::/3 so far, 2001:db8::/32 is for documentation (RFC 3849).
    """
    if not value.isascii() or b"%" in value:
        return False
    # Only the strict preset asks: the others do not wait for the import.
    from ipaddress import AddressValueError, IPv6Address

    try:
        address = int(IPv6Address(value.decode("ascii")))
    except AddressValueError:
        return False
    return address >> 125 == 0b001 and address >> 96 != 0x2001_0DB8


def email(value: bytes) -> bool:
    """
    Say whether *value* is an address of RFC 5322 rather than a unit, a file or a repository.

    ``%40`` counts as ``@``: so it stands in a URL.
    """
    local, _, domain = value.replace(b"%40", b"@").partition(b"@")
    if not local or local == b"git" or local.startswith(b"."):
        return False
    if not domain or b"@" in domain or b".." in domain:
        return False
    return domain.rpartition(b".")[2].lower() not in _NO_DOMAIN


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "email": email,
    "ipv4-public": ipv4_public,
    "ipv6-public": ipv6_public,
    "mod97": mod97,
    "phone-e164": phone_e164,
}

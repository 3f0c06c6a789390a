"""Checks of addresses and keys of wallets."""

from __future__ import annotations

import hashlib

from redactor.checks.keccak import keccak256

__all__ = ["base58check", "bech32", "eip55"]

_BASE58 = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_BASE58 = 128

_CHARACTERS = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
#: What is left over of a sound address: of BIP 173, of BIP 350.
_SOUND = frozenset((1, 0x2BC830A3))
_LONGEST = 90


def bech32(value: bytes) -> bool:
    """
    Check an address in Bech32 or Bech32m: its last six characters are a checksum of the others.

    https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
    """
    text = value.lower()
    if len(value) > _LONGEST or value not in (text, value.upper()):
        return False
    prefix, one, data = text.rpartition(b"1")
    if not one or not prefix or len(data) < 6 or any(byte not in _CHARACTERS for byte in data):
        return False
    values = [byte >> 5 for byte in prefix] + [0] + [byte & 31 for byte in prefix]
    values += map(_CHARACTERS.index, data)
    checksum = 1
    for number in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ number
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                checksum ^= generator
    return checksum in _SOUND


def base58check(value: bytes) -> bool:
    """
    Check a text in Base58Check: its last four bytes start the SHA-256 of the SHA-256 of the others.

    Addresses of Bitcoin, keys in the wallet import format and extended keys are written so.

    https://github.com/bitcoin/bips/blob/master/bip-0178.mediawiki
    """
    if len(value) > _LONGEST_BASE58 or any(byte not in _BASE58 for byte in value):
        return False
    number = 0
    for byte in value:
        number = number * 58 + _BASE58.index(byte)
    zeros = len(value) - len(value.lstrip(b"1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, checksum = data[:-4], data[-4:]
    digest = hashlib.sha256(hashlib.sha256(body).digest()).digest()
    return len(body) > 0 and checksum == digest[:4]


def eip55(value: bytes) -> bool:
    """
    Check an address of Ethereum whose letters are capitals where a Keccak-256 of it says so.

    One in small letters or in capitals alone has no checksum, and fails.

    https://eips.ethereum.org/EIPS/eip-55
    """
    digits = value[2:]
    if value[:2] != b"0x" or len(digits) != 40 or digits in (digits.lower(), digits.upper()):
        return False
    lower = digits.lower()
    if any(byte not in b"0123456789abcdef" for byte in lower):
        return False
    nibbles = keccak256(lower).hex()
    return all(
        not 0x61 <= small <= 0x66 or (byte != small) == (nibble >= "8")
        for byte, small, nibble in zip(digits, lower, nibbles[:40], strict=True)
    )

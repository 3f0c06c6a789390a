"""Checks of addresses of wallets."""

from __future__ import annotations

__all__ = ["bech32"]

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

"""
Telling random text from names: what a secret of an unknown kind looks like.

A secret is made by a random generator, a name by people. Names are words, and the letters of words
follow each other in few ways: of 676 pairs of letters, 230 make up nine tenths of the words that
programs are written in. In random letters only a third of the pairs are among them.
"""

from __future__ import annotations

from itertools import pairwise

from redactor.bytesets import ALNUM, DIGITS, LETTERS
from redactor.checks.encodings import decode_base64
from redactor.checks.entropy import entropy_at_least
from redactor.checks.words import LETTER_PAIRS

__all__ = ["high_entropy", "random"]

#: Bytes of a value that are looked at.
_LOOKED_AT = 256
_HEX_LOWER = frozenset(b"0123456789abcdef")
_HEX_UPPER = frozenset(b"0123456789ABCDEF")
#: Least length of a random part: of any letters and digits, of hexadecimal ones, of letters alone.
_PART, _HEX_PART, _LETTERS_PART = 12, 24, 16
#: Up to this length, the tenths of bits of entropy a byte that a random part has at least.
_TENTHS = ((15, 27), (19, 30), (31, 32), (_LOOKED_AT, 36))
_BASE64_SIGNS = ALNUM | frozenset(b"+/_-=")
_PAIRS = frozenset(
    (ord(first) - 0x61) * 26 + ord(second) - 0x61
    for first, seconds in LETTER_PAIRS.items()
    for second in seconds
)
_NO_HEX = bytes(byte for byte in range(256) if byte not in b"0123456789ABCDEFabcdef")
#: What a digest, a public key, an image or an address of IPFS starts with.
_PUBLIC = (
    *(b"sha1-", b"sha256-", b"sha384-", b"sha512-", b"AAAA", b"iVBORw0KGgo", b"9j/4", b"R0lGOD"),
    b"Qm",
)


def random(value: bytes) -> bool:
    """
    Say whether *value* holds what a random generator made, so that it can be a secret.

    Not so paths, addresses, UUIDs, numbers, versions, times, and names of words in any writing.
    """
    value = _without_percent(value[:_LOOKED_AT])
    if len(value) < 16 or value[0] in b"/.~" or b"://" in value or _is_file(value):
        return False
    parts = [value[start:end] for start, end in _parts(value)]
    return any(map(_random_part, parts)) or _random_pieces(value, parts)


def high_entropy(value: bytes) -> bool:
    """
    Say whether *value* is so random that it needs no name to be taken for a secret.

    It has capitals, small letters and digits, and is neither base64 of a text nor a digest nor a
    public key. A long hexadecimal number is nearly always an id or a digest.
    """
    value = value[:_LOOKED_AT].rstrip(b"=")
    digits, capitals, small = (
        _count(value, low, high) for low, high in ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A))
    )
    if digits < 2 or capitals < 3 or small < 3 or value.startswith(_PUBLIC):
        return False
    if not entropy_at_least(value, 40) or _wordy(value) or _in_order(value):
        return False
    words = sum(end - start for start, end in _parts(value) if _is_word(value[start:end]))
    return words * 4 <= len(value) and not _encodes_text(value)


def _without_percent(value: bytes) -> bytes:
    """Return *value* with each percent escape replaced by one sign."""
    if 0x25 not in value:
        return value
    out = bytearray()
    at = 0
    while at < len(value):
        escaped = value[at] == 0x25 and len(value[at + 1 : at + 3].strip(_NO_HEX)) == 2
        out.append(0x2B if escaped else value[at])
        at += 3 if escaped else 1
    return bytes(out)


def _is_file(value: bytes) -> bool:
    """Say whether *value* ends like the name of a file: a dot and up to five small letters."""
    ending = value[value.rfind(b".") + 1 :]
    return 1 <= len(ending) <= 5 and all(0x61 <= byte <= 0x7A for byte in ending)


def _parts(value: bytes) -> list[tuple[int, int]]:
    """Return the runs of letters and digits."""
    parts: list[tuple[int, int]] = []
    at = 0
    while at < len(value):
        if value[at] not in ALNUM:
            at += 1
            continue
        start = at
        while at < len(value) and value[at] in ALNUM:
            at += 1
        parts.append((start, at))
    return parts


def _random_pieces(value: bytes, parts: list[bytes]) -> bool:
    """Say whether *value* is base64 whose few signs cut it into parts too short for themselves."""
    whole = b"".join(parts)
    signs = len(value.rstrip(b"=")) - len(whole)
    if not 0 < signs * 8 <= len(value) or any(byte not in _BASE64_SIGNS for byte in value):
        return False
    kinds = (_count(whole, 0x30, 0x39), _count(whole, 0x41, 0x5A), _count(whole, 0x61, 0x7A))
    return min(kinds) >= 2 and not any(map(_is_word, parts)) and _random_part(whole)


def _count(text: bytes, low: int, high: int) -> int:
    return sum(low <= byte <= high for byte in text)


def _random_part(part: bytes) -> bool:
    size = len(part)
    digits = _count(part, 0x30, 0x39)
    if size < _PART or digits == size:
        return False
    if all(byte in _HEX_LOWER for byte in part) or all(byte in _HEX_UPPER for byte in part):
        return size >= _HEX_PART and digits > 0 and entropy_at_least(part, 28)
    if digits == 0 and size < _LETTERS_PART:
        return False
    least = next(tenths for longest, tenths in _TENTHS if size <= longest)
    if not entropy_at_least(part, least) or _wordy(part) or _in_order(part):
        return False
    total, _ = _letter_pairs(part)
    return total >= 6 or _turns(part) >= 4


def _wordy(text: bytes) -> bool:
    """Say whether the letters of *text* follow each other as in words."""
    total, usual = _letter_pairs(text)
    if total < 6:
        return False
    return usual * 4 >= total * 3 if total < 10 else usual * 20 >= total * 13


def _letter_pairs(text: bytes) -> tuple[int, int]:
    """Count the pairs of letters in *text*, and the usual ones; a capital starts a new word."""
    total = usual = 0
    before = 0
    for byte in text:
        if byte in LETTERS and before in LETTERS and not (before >= 0x61 and byte < 0x61):
            total += 1
            usual += ((before | 0x20) - 0x61) * 26 + (byte | 0x20) - 0x61 in _PAIRS
        before = byte
    return total, usual


def _in_order(text: bytes) -> bool:
    """Say whether most bytes of *text* are the next one after the byte before, as in alphabets."""
    nexts = sum(other == one + 1 for one, other in pairwise(text))
    return nexts * 2 > len(text)


def _turns(text: bytes) -> int:
    """Count where digits end and letters begin, and the other way round."""
    return sum((one in DIGITS) != (other in DIGITS) for one, other in pairwise(text))


def _is_word(part: bytes) -> bool:
    """Say whether *part* is a word in small letters, the first one possibly a capital."""
    if len(part) < 4 or not all(0x61 <= byte <= 0x7A for byte in part[1:]):
        return False
    total, usual = _letter_pairs(part)
    return part[0] in LETTERS and usual * 4 >= total * 3


def _encodes_text(value: bytes) -> bool:
    """Say whether *value* is base64 of printable text."""
    decoded = decode_base64(value[: len(value) // 4 * 4])
    if decoded is None:
        return False
    printable = sum(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in decoded)
    return printable * 10 >= len(decoded) * 9

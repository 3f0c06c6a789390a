"""Base64 of RFC 4648, both alphabets, with or without padding."""

from __future__ import annotations

import binascii

from redactor.bytesets import ALNUM

__all__ = ["decode_base64", "is_base64"]

_BOTH = ALNUM | frozenset(b"+/-_")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def decode_base64(value: bytes) -> bytes | None:
    """Decode *value*, or return ``None`` when it is not base64."""
    body = value.rstrip(b"=")
    if len(value) - len(body) > 2 or len(body) % 4 == 1 or not body:
        return None
    if any(byte not in _BOTH for byte in body):
        return None
    padded = body.translate(_TO_STANDARD) + b"=" * (-len(body) % 4)
    return binascii.a2b_base64(padded)


def is_base64(value: bytes) -> bool:
    """Say whether *value* decodes."""
    return decode_base64(value) is not None

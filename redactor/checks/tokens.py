"""Checks of vendor tokens: published checksums, decodable headers."""

from __future__ import annotations

import binascii

from redactor.checks.encodings import decode_base64

__all__ = ["github_crc32", "gitlab_crc32", "grafana_crc32", "jwt"]

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_DIGITS = 6
_BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_ROUTABLE_DIGITS = 7


def github_crc32(value: bytes) -> bool:
    """
    Check a GitHub or npm token: its last six digits are the CRC-32 of the rest, in base 62.

    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    body = value[value.find(b"_") + 1 :]
    if len(body) <= _CHECKSUM_DIGITS:
        return False
    number = binascii.crc32(body[:-_CHECKSUM_DIGITS])
    expected = ""
    while number:
        number, digit = divmod(number, 62)
        expected = _BASE62[digit] + expected
    return body[-_CHECKSUM_DIGITS:] == expected.rjust(_CHECKSUM_DIGITS, "0").encode()


def gitlab_crc32(value: bytes) -> bool:
    """
    Check a routable GitLab token: its last seven digits are the CRC-32 of the rest, in base 36.

    https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
    """
    body, checksum = value[:-_ROUTABLE_DIGITS], value[-_ROUTABLE_DIGITS:]
    number = binascii.crc32(body)
    expected = bytearray()
    for _ in range(_ROUTABLE_DIGITS):
        number, digit = divmod(number, 36)
        expected.append(_BASE36[digit])
    return bool(body) and checksum == bytes(reversed(expected))


def grafana_crc32(value: bytes) -> bool:
    """
    Check a token of a Grafana service account: behind its last ``_`` is the CRC-32 of the rest.

    The checksum is in hexadecimal digits, its lowest byte first.

    https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go
    """
    body, _, checksum = value.rpartition(b"_")
    expected = binascii.crc32(body).to_bytes(4, "little").hex()
    return bool(body) and checksum == expected.encode()


def jwt(value: bytes) -> bool:
    """
    Check a JSON Web Token (RFC 7519): its first part decodes to a JOSE header.

    A header is an object with one of the members ``alg``, ``typ`` and ``enc``.
    """
    decoded = decode_base64(value.partition(b".")[0][:4096])
    if decoded is None or not decoded.startswith(b"{"):
        return False
    return any(member in decoded for member in (b'"alg"', b'"typ"', b'"enc"'))

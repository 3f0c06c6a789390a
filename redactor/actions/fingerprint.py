"""
Keyed fingerprints: the same secret gets the same mark, and nobody without the key can guess it.

HMAC-SHA-256 (RFC 2104) with a key of its own for each rule, derived from the configured one, cut
to 64 bits. A card number has so few possible values that an unkeyed hash of it is the number: there
is no unkeyed form.
"""

from __future__ import annotations

import os

from redactor.bytesets import ALNUM
from redactor.errors import PolicyError
from redactor.markers import marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hmac import HMAC
    from typing import NoReturn

__all__ = ["Fingerprint"]

#: Least length of the key, in bytes.
KEY_MINIMUM = 16
#: Length of a fingerprint, in hexadecimal digits.
DIGITS = 16


class Fingerprint:
    """
    Writes fingerprints with one key.

    Args:
        key: At least 16 bytes.
        key_id: Goes into each marker, so that a change of key can be told: 1 to 16 letters and
            digits.

    Raises:
        PolicyError: The key is too short, or its id is no such text.
    """

    __slots__ = ("_key", "key_id")

    def __init__(self, key: bytes, key_id: str = "k1") -> None:
        if len(key) < KEY_MINIMUM:
            raise PolicyError(
                "hmac key",
                f"it has {len(key)} bytes, fewer than {KEY_MINIMUM}",
                "Make one with: openssl rand -hex 32",
            )
        if not (key_id.isalnum() and key_id.isascii() and len(key_id) <= 16):
            raise PolicyError(
                "hmac.key_id", "it is not 1 to 16 letters and digits", 'Write: key_id = "k1"'
            )
        self._key = key
        self.key_id = key_id

    def __repr__(self) -> str:
        return f"Fingerprint(key_id={self.key_id!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Fingerprint holds a key and is never written to a pickle")

    @classmethod
    def from_sources(cls, environment: str, file: str, key_id: str) -> Fingerprint:
        """
        Read the key from the environment variable or the file so named.

        Raises:
            PolicyError: Neither holds a key.
        """
        if environment:
            value = os.environ.get(environment, "")
            if not value:
                raise PolicyError(
                    f"hmac.key_env: {environment}",
                    "the environment variable is not set",
                    "Set it, or name another one",
                )
            return cls(value.encode("utf-8", "surrogateescape"), key_id)
        if file:
            from pathlib import Path

            try:
                content = Path(file).read_bytes().strip()
            except OSError as error:
                raise PolicyError(
                    f"hmac.key_file: {file}",
                    f"it cannot be read ({error.strerror})",
                    "Check the path and its permissions",
                ) from None
            return cls(content, key_id)
        raise PolicyError(
            "hmac", "the action needs a key", "Set hmac.key_env or hmac.key_file in the policy"
        )

    def of(self, rule: str, secret: bytes) -> str:
        """Return the fingerprint of *secret* under *rule*: 16 hexadecimal digits."""
        # Few policies fingerprint: the others do not wait for OpenSSL at every start.
        import hashlib
        import hmac

        own = hmac.digest(self._key, b"redactor/1/" + rule.encode(), hashlib.sha256)
        # The grouping of a number is no part of it.
        bare = bytes(byte for byte in secret if byte in ALNUM) if _is_grouped(secret) else secret
        return hmac.digest(own, bare, hashlib.sha256).hex()[:DIGITS]

    def running(self, rule: str) -> RunningFingerprint:
        """Return what makes the fingerprint of a document that comes in pieces."""
        import hashlib
        import hmac

        own = hmac.digest(self._key, b"redactor/1/" + rule.encode(), hashlib.sha256)
        return RunningFingerprint(self.key_id, hmac.new(own, digestmod=hashlib.sha256))

    def writer(self, rule: str) -> Callable[[bytes], bytes]:
        """Return a function from a secret to its marker."""
        return lambda secret: marker(rule, self.key_id, self.of(rule, secret)).encode()


class RunningFingerprint:
    """
    A fingerprint in the making: that of ``Fingerprint.of`` for all pieces together.

    Attributes:
        key_id: That of the key.
    """

    __slots__ = ("_mac", "key_id")

    def __init__(self, key_id: str, mac: HMAC) -> None:
        self.key_id = key_id
        self._mac = mac

    def copied(self) -> RunningFingerprint:
        """Return another one that has taken the same pieces."""
        return RunningFingerprint(self.key_id, self._mac.copy())

    def add(self, piece: bytes) -> None:
        """Take the next *piece*."""
        self._mac.update(piece)

    def digits(self) -> str:
        """Return the fingerprint: 16 hexadecimal digits."""
        return self._mac.hexdigest()[:DIGITS]


def _is_grouped(secret: bytes) -> bool:
    return all(0x30 <= byte <= 0x39 or byte in b" -._+\t" for byte in secret)

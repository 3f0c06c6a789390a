"""Fingerprints of leaks: of the secret, with a key, and of what stands around it."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING

from redactor.actions import Fingerprint

if TYPE_CHECKING:
    from redactor.policy import Policy

__all__ = ["content_of", "fingerprint_of"]

#: What changes from line to line: numbers, hexadecimal ids, times, and what redaction left.
_CHANGING = r"[0-9a-fA-F]{8,}|[0-9]+(?:[.:,/T-][0-9]+)*|\s+"
_DIGITS = 16


def fingerprint_of(policy: Policy, key: bytes | None = None) -> Fingerprint:
    """
    Return what fingerprints secrets in a run.

    Its key is that of the policy; without one, made up for this run: leaks can be compared within
    the run only, and nobody can try out values later.

    Args:
        policy: Its ``hmac`` may name a key.
        key: The key of the run, where several processes are part of it.

    Raises:
        PolicyError: The policy names a key that cannot be read.
    """
    hmac = policy.hmac
    if hmac.key_env or hmac.key_file:
        return Fingerprint.from_sources(hmac.key_env, hmac.key_file, hmac.key_id)
    return Fingerprint(key or secrets.token_bytes(32), "run")


def content_of(redacted: str) -> str:
    """
    Return the fingerprint of a record that was redacted: 16 hexadecimal digits.

    Numbers, ids and times do not count, so that the same line logged tomorrow has the same one.
    """
    bare = re.sub(_CHANGING, "0", redacted)
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

"""The table of checks: the name that a rule gives, and the function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.checks import (
    encodings,
    entropy,
    national_ids,
    personal,
    randomness,
    secrecy,
    tokens,
    wallets,
)
from redactor.checks.luhn import luhn_digits

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECKS"]

CHECKS: dict[str, Callable[[bytes], bool]] = {
    "base58check": wallets.base58check,
    "base64": encodings.is_base64,
    "bech32": wallets.bech32,
    "eip55": wallets.eip55,
    "github-crc32": tokens.github_crc32,
    "gitlab-crc32": tokens.gitlab_crc32,
    "grafana-crc32": tokens.grafana_crc32,
    "high-entropy": randomness.high_entropy,
    "jwt": tokens.jwt,
    "luhn": luhn_digits,
    "mixed": entropy.mixed,
    "not-placeholder": secrecy.not_placeholder,
    "npm-crc32": tokens.github_crc32,
    "random": randomness.random,
    "secret": secrecy.looks_secret,
    "spoken": secrecy.spoken,
    "unmasked": secrecy.unmasked,
    **national_ids.CHECKS,
    **personal.CHECKS,
}

"""Telling random text from names."""

from __future__ import annotations

import base64
import string
from random import Random

import pytest

from redactor.checks.randomness import high_entropy, random

_BASE62 = string.ascii_letters + string.digits
_ALPHABETS = {
    "letters and digits": _BASE62,
    "small letters and digits": string.ascii_lowercase + string.digits,
    "base32": string.ascii_uppercase + "234567",
    "hexadecimal": "0123456789abcdef",
    "base64": _BASE62 + "+/",
    "base64 for URLs": _BASE62 + "-_",
}


def made(alphabet: str, size: int, count: int = 500) -> list[bytes]:
    source = Random(7)
    return ["".join(source.choices(alphabet, k=size)).encode() for _ in range(count)]


@pytest.mark.parametrize("name", _ALPHABETS)
@pytest.mark.parametrize("size", [24, 32, 43])
def test_random_text_is_told(name: str, size: int) -> None:
    """
    Of what a generator makes, in any of the usual alphabets, more than nine in ten are told.
    """
    values = made(_ALPHABETS[name], size)

    assert sum(map(random, values)) > 0.93 * len(values)


def test_random_base64_needs_no_name() -> None:
    """
    Of 256 random bits in base64 more than nine in ten are told without a name.
    """
    values = made(_ALPHABETS["base64 for URLs"], 43)

    assert sum(map(high_entropy, values)) > 0.95 * len(values)


@pytest.mark.parametrize(
    "value",
    [
        "550e8400-e29b-41d4-a716-446655440000",
        "arn:aws:kms:eu-central-1:123456789012:key/550e8400-e29b-41d4-a716-446655440000",
        "2026-01-31T08:06:03.123456Z",
        "20260131T080603.123456Z",
        "uploads/2026/01/IMG_20260131T080603.jpg",
        "avatars/q7Zx80alphaQ9mW2vB5n.png",
        "orders-service-7d9f8b6c5d-x2x4z",
        "v1.2.3-rc.1+build.20260131",
        "user:1234:profile:settings",
        "OrderStatusUpdatedHandlerV2",
        "com.example.orders.OrderStatusUpdated2Handler",
        "MAX_RETRY_ATTEMPTS_EXCEEDED_42",
        "https://x.example/q7Zx80alphaQ9mW2vB5n",
        "/var/backups/q7Zx80alphaQ9mW2vB5n",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "1234567890123456789012345678",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa1b",
        "9f86d081884c7d65",
        "a-b-c-d-e-f-g-h-1-2-3-4-5-6",
        "q7Zx80alphaQ9mW",
    ],
)
def test_names_are_left_alone(value: str) -> None:
    """
    UUIDs, times, paths, files, versions, identifiers and short hashes are not random.
    """
    assert not random(value.encode())
    assert not high_entropy(value.encode())


@pytest.mark.parametrize(
    "value",
    [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "AAAAB3NzaC1yc2EAAAADAQABAAABgQC7Zx80alphaQ9mW2vB5n",
        base64.b64encode(b"GET /api/v1/orders HTTP/1.1 accepted").decode(),
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "static/OrderStatusUpdated/Handler/Version2/Test01/Page",
    ],
)
def test_what_is_public_needs_a_name(value: str) -> None:
    """
    Digests, public keys, base64 of a text and alphabets are no secrets by themselves.
    """
    assert not high_entropy(value.encode())


def test_a_check_looks_at_a_bounded_start() -> None:
    """
    C7: what stands behind the first 256 bytes changes nothing.
    """
    for value in (b"words only " * 30, made(_BASE62, 300, 1)[0]):
        assert random(value[:256]) == random(value[:256] + b"q7Zx80alphaQ9mW2vB5n" * 10)

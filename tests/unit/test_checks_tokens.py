"""The checksums of vendor tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.checks.tokens import gitlab_crc32, grafana_crc32

#: Made up, in two parts: a code host takes no part of them for real ones.
ROUTABLE = (
    "glpat-" + "bzo1CnU6MTNnAAECAwQFBgcICQoLDA0ODxA.01.0z",
    "acme_" + "bzo1CnU6MTNnAAECAwQFBgcICQoLDA0ODxA.0z",
)
SERVICE = "glsa" + "_HOruNAb7SOiCdshU7algkrq7FDsNSLAa"


def _in_base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text.rjust(7, "0")


@pytest.mark.parametrize("body", ROUTABLE)
def test_a_routable_token_ends_in_its_checksum(body: str) -> None:
    """
    With a version or without, and with any prefix.
    """
    checksum = {ROUTABLE[0]: 0x9D709E61, ROUTABLE[1]: 0x4760828C}[body]
    token = (body + _in_base36(checksum)).encode()

    assert gitlab_crc32(token)
    assert not gitlab_crc32(token[:-1])
    assert not gitlab_crc32(token[:10] + b"x" + token[10:])
    assert not gitlab_crc32(token.upper())


def test_a_service_account_token_ends_in_its_checksum() -> None:
    """
    Its lowest byte comes first.
    """
    token = SERVICE.encode() + b"_ff147a9e"

    assert grafana_crc32(token)
    assert not grafana_crc32(token[:-1])
    assert not grafana_crc32(token.upper())
    assert not grafana_crc32(token.replace(b"_", b"-"))


@given(st.binary(max_size=40))
def test_any_bytes_may_be_asked_about(value: bytes) -> None:
    """
    No byte makes a check fail.
    """
    gitlab_crc32(value)
    grafana_crc32(value)

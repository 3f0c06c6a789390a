"""Addresses of wallets, on the vectors of their standards and on their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.checks.wallets import bech32

#: From BIP 173 and BIP 350.
SOUND = (
    "A12UEL5L",
    "a12uel5l",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
)
UNSOUND = (
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4",
    "pzry9x0s0muk",
    "1pzry9x0s0muk",
    "x1b4n0q5v",
    "li1dgmt3",
    "",
    "1",
)


@pytest.mark.parametrize("value", SOUND)
def test_sound_addresses_pass(value: str) -> None:
    """The checksum of both standards holds, in small letters or in capitals."""
    assert bech32(value.encode())


@pytest.mark.parametrize("value", UNSOUND)
def test_unsound_addresses_fail(value: str) -> None:
    """A wrong character, mixed case and a missing part are refused."""
    assert not bech32(value.encode())


@given(place=st.integers(3, 41), character=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_any_changed_character_fails(place: int, character: str) -> None:
    """One changed character never goes unseen."""
    value = SOUND[4].lower()
    changed = value[:place] + character + value[place + 1 :]

    assert bech32(changed.encode()) == (changed == value)

"""Addresses of wallets, on the vectors of their standards and on their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.checks.wallets import base58check, bech32, eip55

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


#: From EIP-55.
CAPITALS = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
#: Addresses, keys in the wallet import format, an extended key of BIP 32.
BASE58 = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "1111111111111111111114oLvT2",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617",
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
)


@pytest.mark.parametrize("value", CAPITALS[1:])
def test_capitals_of_an_address_are_its_checksum(value: str) -> None:
    """
    They hold as the standard writes them, and in no other way.
    """
    assert eip55(value.encode())
    assert not eip55(value.lower().encode())
    assert not eip55(b"0x" + value[2:].upper().encode())
    assert not eip55(value.swapcase().encode())
    assert not eip55(value[:-1].encode())
    assert not eip55(value.encode()[:-1] + b"g")


def test_an_address_in_one_case_has_no_checksum() -> None:
    """
    One whose letters are all capitals tells nothing, though the standard allows it.
    """
    assert not eip55(CAPITALS[0].encode())


@pytest.mark.parametrize("value", BASE58)
def test_base58_texts_end_in_their_checksum(value: str) -> None:
    """
    They hold, and not with another character or a character less.
    """
    other = "3" if value[-1] == "2" else "2"

    assert base58check(value.encode())
    assert not base58check(value[:-1].encode())
    assert not base58check((value[:-1] + other).encode())
    assert not base58check((value[:-1] + "0").encode())


@pytest.mark.parametrize("value", ["", "1", "1111", "O", "z" * 129])
def test_what_is_too_short_or_too_long_for_base58_fails(value: str) -> None:
    """
    There must be something before the checksum.
    """
    assert not base58check(value.encode())


@given(value=st.binary(max_size=60), place=st.sampled_from([*CAPITALS, *BASE58]))
def test_any_bytes_may_be_asked_about(value: bytes, place: str) -> None:
    """
    No byte makes a check fail.
    """
    for text in (value, place.encode()[:20] + value, b"0x" + value):
        eip55(text)
        base58check(text)

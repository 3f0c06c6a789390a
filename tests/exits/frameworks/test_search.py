"""The search for planted secrets finds them however they are written."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from tests.exits.frameworks.planted import Planted

SECRET = Planted("search").password("p")


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        f"password={quote(SECRET, safe='')}&page=2",
        f"password={quote_plus(SECRET).replace('%2F', '%2f')}&page=2",
        f"next={quote(quote(SECRET, safe=''), safe='')}",
        json.dumps(json.dumps({"password": SECRET})),
        SECRET.replace("/", "\\/"),
        base64.b64encode(f"a:{SECRET}:z".encode()).decode(),
        base64.b64encode(f"ab:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"abc:{SECRET}".encode()).decode(),
        SECRET.encode().hex(),
        SECRET[: len(SECRET) // 2] + "...",
        "..." + SECRET[len(SECRET) // 2 :],
    ],
)
def test_a_planted_secret_is_found_in_each_form(written: str) -> None:
    """
    Raw, percent-encoded once and twice, in JSON in JSON, in base64 at each place, in hex, cut off.
    """
    planted = Planted("search")
    planted.password("p")

    assert {"p": ["log"]} == planted.leaked_into({"log": f"12 {written} 13".encode()})
    assert {} == planted.leaked_into({"log": b"12 password=[redacted:password] 13"})


@pytest.mark.parametrize("separator", ["", " ", "-", "+", "%20"])
def test_a_planted_card_is_found_with_each_separator(separator: str) -> None:
    """
    A card counts as found however its groups are parted.
    """
    planted = Planted("search")
    groups = planted.card("c", " ").split()

    assert {"c": ["log"]} == planted.found_in({"log": separator.join(groups).encode()})

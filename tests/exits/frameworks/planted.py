"""Made-up secrets, each unique, and the search for them in what left a program."""

from __future__ import annotations

import base64
import html
import json
import random
import string
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Planted"]

_ALNUM = string.ascii_letters + string.digits
_WORDS = ("Falcon", "Harbor", "Juniper", "Lantern", "Meadow", "Nutmeg", "Saffron", "Walnut")


class Planted:
    """
    The secrets of one run of one program.

    Each has a name that says where it was planted; the same name gives the same value, and two
    names never do.

    Args:
        run: Goes into the values, so that two runs share none.
    """

    def __init__(self, run: str) -> None:
        self.values: dict[str, str] = {}
        self._run = run

    def password(self, name: str) -> str:
        """One that a person makes up; it needs an escape in an address and in JSON."""
        rng = self._rng(name)
        return self._plant(name, f"{rng.choice(_WORDS)}/{_text(rng, 7)}+{rng.randint(10, 99)}!")

    def plain_password(self, name: str) -> str:
        """One of letters and digits, for places where others would have to be escaped."""
        rng = self._rng(name)
        return self._plant(name, f"{rng.choice(_WORDS)}{rng.randint(1000, 9999)}{_text(rng, 6)}")

    def token(self, name: str) -> str:
        """An opaque one; nothing but a name beside it tells what it is."""
        return self._plant(name, _text(self._rng(name), 32))

    def card(self, name: str, separator: str = "") -> str:
        """A card number with a valid check digit."""
        rng = self._rng(name)
        digits = "4" + "".join(rng.choices(string.digits, k=14))
        total = 0
        for place, digit in enumerate(reversed(digits)):
            doubled = int(digit) * (2 - place % 2)
            total += doubled - 9 * (doubled > 9)
        digits += str(-total % 10)
        return self._plant(name, separator.join(digits[at : at + 4] for at in range(0, 16, 4)))

    def jwt(self, name: str) -> str:
        """A signed JSON web token."""
        rng = self._rng(name)
        payload = {"sub": _text(rng, 12), "iat": 1700000000 + rng.randrange(10**7)}
        parts = [
            json.dumps(part, separators=(",", ":")).encode()
            for part in ({"alg": "HS256", "typ": "JWT"}, payload)
        ]
        signed = [*parts, rng.randbytes(32)]
        text = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in signed)
        return self._plant(name, text)

    def github(self, name: str) -> str:
        """An access token in a code host's form."""
        return self._plant(name, "gh" + "p_" + _text(self._rng(name), 36))

    def stripe(self, name: str) -> str:
        """A key in a payment service's form."""
        return self._plant(name, "sk_" + "live_" + _text(self._rng(name), 40))

    def telegram(self, name: str) -> str:
        """The token of a chat bot."""
        rng = self._rng(name)
        return self._plant(name, f"{rng.randint(10**9, 9 * 10**9)}:AA" + _text(rng, 33))

    def aws_id(self, name: str, prefix: str = "AKIA") -> str:
        """The id of a cloud key."""
        letters = string.ascii_uppercase + "234567"
        return self._plant(name, prefix + "".join(self._rng(name).choices(letters, k=16)))

    def base64_key(self, name: str, size: int) -> str:
        """Random bytes in base64."""
        return self._plant(name, base64.b64encode(self._rng(name).randbytes(size)).decode())

    def basic(self, name: str, user: str) -> str:
        """What a header with a user and a password says; the password is planted."""
        return "Basic " + base64.b64encode(f"{user}:{self.password(name)}".encode()).decode()

    def private_key(self, name: str) -> str:
        """A key file of many lines. Each line is a secret of its own."""
        body = base64.b64encode(self._rng(name).randbytes(600)).decode()
        lines = [body[at : at + 64] for at in range(0, 768, 64)]
        for number, line in enumerate(lines):
            self._plant(f"{name} line {number}", line)
        head, foot = (f"-----{word} PRIVATE KEY-----" for word in ("BEGIN", "END"))
        return "\n".join([head, *lines, foot, ""])

    def found_in(self, written: Mapping[str, bytes]) -> dict[str, list[str]]:
        """Return for each secret that is whole in *written*, in any form, where it is."""
        return _found(written, {name: _forms(value) for name, value in self.values.items()})

    def leaked_into(self, written: Mapping[str, bytes]) -> dict[str, list[str]]:
        """Return for each secret of which half is in *written*, in any form, where it is."""
        return _found(written, {name: _halves(value) for name, value in self.values.items()})

    def _rng(self, name: str) -> random.Random:
        return random.Random(f"{self._run} {name}")

    def _plant(self, name: str, value: str) -> str:
        self.values[name] = value
        return value


def _text(rng: random.Random, length: int) -> str:
    # A digit and a letter at the least: a random word alone is no secret to anybody.
    return "".join(rng.choices(_ALNUM, k=length - 2)) + rng.choice("aeiou") + rng.choice("2357")


def _found(
    written: Mapping[str, bytes], wanted: Mapping[str, Iterable[bytes]]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, forms in wanted.items():
        where = [place for place, data in written.items() if any(form in data for form in forms)]
        if where:
            found[name] = where
    return found


def _halves(value: str) -> set[bytes]:
    """Return the forms of both halves of *value*; of all of it where half would be too short."""
    if len(value) < 16 or value.replace(" ", "").isdigit():
        return _forms(value)
    return _forms(value[: len(value) // 2]) | _forms(value[len(value) // 2 :])


def _forms(value: str) -> set[bytes]:
    """Return the ways to write *value* that people and programs use."""
    texts = {value}
    if value.replace(" ", "").isdigit():
        digits = value.replace(" ", "")
        groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
        texts |= {digits, " ".join(groups), "-".join(groups), "+".join(groups)}
    for _ in range(2):
        for text in tuple(texts):
            percent = {quote(text, safe=""), quote_plus(text), quote(text)}
            texts |= percent | {_lower_escapes(form) for form in percent}
            texts |= {json.dumps(text)[1:-1], repr(text)[1:-1], html.escape(text)}
            texts |= {text.replace("/", "\\/")}
    data = value.encode()
    forms = {text.encode() for text in texts}
    forms |= {data.hex().encode(), data.hex().upper().encode()}
    for shift in range(3):
        # Only the characters that no neighbour has a part in.
        encoded = base64.b64encode(b"\0" * shift + data)
        first = (shift * 8 + 5) // 6
        last = (shift + len(data)) * 8 // 6
        forms |= {encoded[first:last], encoded[first:last].translate(_URL_SAFE)}
    return forms


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _lower_escapes(percent: str) -> str:
    """Return *percent* with lower-case escapes."""
    head, *rest = percent.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])

"""
Made-up secrets: no card, account, person or document has them.

Each comes from the random generator of the system, so that no two runs and no two calls share one,
and is built so that an excerpt of it can be told as well.
"""

from __future__ import annotations

import secrets
import string
import zlib
from typing import NamedTuple

__all__ = ["Document", "Person", "card", "document", "excerpts_of", "password", "person", "token"]

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
#: Prefixes that the schemes keep for tests, and the lengths of their numbers.
_CARDS = {
    "visa": ("400000", 16),
    "mastercard": ("555555", 16),
    "amex": ("378282", 15),
    "discover": ("601111", 16),
}
_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
#: Of a longer value each piece of this length counts by itself. A shorter literal of letters and
#: digits is looked for as a whole word only.
_PIECE = 12
#: Kinds of documents, and how a line of each is written.
_LINES = {
    "text": "The agreement with {name} of {place} stays in force until {day}.",
    "csv": "{name};{place};{day};1",
    "json": '{{"name": "{name}", "place": "{place}", "day": "{day}"}},',
    "html": "<tr><td>{name}</td><td>{place}</td><td>{day}</td></tr>",
}
_PLACES = ("Northgate", "Millbrook", "Ashford Bridge", "Eastwell", "Long Meadow")
_FRAMES = {
    "text": ("", ""),
    "csv": ("name;place;day;count\n", ""),
    "json": ("[\n", "{}]\n"),
    "html": ("<!doctype html>\n<html><body><table>\n", "</table></body></html>\n"),
}


class Person(NamedTuple):
    """
    A made-up person.

    Attributes:
        name: First and last name.
        email: Address in a domain that is kept for examples (RFC 2606).
        phone: Number in the range that is kept for fiction (Ofcom), with its country.
        street: Street and number.
        birth: Date of birth, ``YYYY-MM-DD``.
    """

    name: str
    email: str
    phone: str
    street: str
    birth: str

    @property
    def telling(self) -> tuple[str, ...]:
        """What is of this person and of nobody else: a date alone is not."""
        first, last = self.name.split()
        return self.name, first, last, self.email, self.phone, self.street


class Document(NamedTuple):
    """
    A made-up document.

    Attributes:
        text: All of it.
        kind: ``text``, ``csv``, ``json`` or ``html``.
        marks: Words that stand nowhere else, one in each of its lines.
    """

    text: str
    kind: str
    marks: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


def card(brand: str = "visa") -> str:
    """
    Return a card number whose check digit is right.

    *brand* is ``visa``, ``mastercard``, ``amex`` or ``discover``.

    Raises:
        KeyError: There is no such brand here.
    """
    prefix, length = _CARDS[brand]
    body = prefix + "".join(secrets.choice(string.digits) for _ in range(length - len(prefix) - 1))
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (1 if place % 2 else 2)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)


def password() -> str:
    """Return a password of small and capital letters, digits and a sign."""
    return f"{_word(4).capitalize()}-{_word(3)}{secrets.randbelow(9000) + 1000}"


def token(kind: str = "opaque") -> str:
    """
    Return a token: ``opaque``, or in the form of ``github`` or of a ``jwt``.

    Raises:
        ValueError: There is no such kind.
    """
    if kind == "opaque":
        return secrets.token_hex(20)
    if kind == "github":
        body = "".join(secrets.choice(_BASE62) for _ in range(30))
        return "ghp" + "_" + body + _base62(zlib.crc32(body.encode()), 6)
    if kind == "jwt":
        return ".".join(("eyJhbGciOiJIUzI1NiJ9", _claims(), secrets.token_urlsafe(32)))
    raise ValueError(f"token: there is no kind {kind!r}. Use opaque, github or jwt.")


def person() -> Person:
    """Return a person."""
    first, last = _word(4).capitalize(), _word(5).capitalize()
    return Person(
        name=f"{first} {last}",
        email=f"{first}.{last}@example.com".lower(),
        phone=f"+44 7700 900{secrets.randbelow(1000):03d} ext {secrets.randbelow(9000) + 1000}",
        street=f"{secrets.randbelow(200) + 1} {_word(5).capitalize()} Street",
        birth=f"{1940 + secrets.randbelow(60)}-{secrets.randbelow(12) + 1:02d}-"
        f"{secrets.randbelow(28) + 1:02d}",
    )


def document(kind: str = "text", lines: int = 20) -> Document:
    """
    Return a document of *lines* lines: ``text``, ``csv``, ``json`` or ``html``.

    Raises:
        KeyError: There is no such kind.
    """
    marks: list[str] = []
    written: list[str] = []
    for number in range(lines):
        name, place = _word(6).capitalize(), _PLACES[number % len(_PLACES)]
        marks.append(name)
        day = f"{2020 + number % 6}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        written.append(_LINES[kind].format(name=name, place=place, day=day) + "\n")
    head, end = _FRAMES[kind]
    return Document(head + "".join(written) + end, kind, tuple(marks))


def excerpts_of(value: str) -> list[str]:
    """Return the pieces of *value* by which an excerpt of 23 characters or more is told."""
    if len(value) < 2 * _PIECE:
        return []
    return [value[at : at + _PIECE] for at in range(0, len(value) - _PIECE + 1, _PIECE)]


def _word(syllables: int) -> str:
    return "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(syllables))


def _base62(number: int, width: int) -> str:
    digits = ""
    while len(digits) < width:
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits


def _claims() -> str:
    import base64

    claims = f'{{"sub":"{secrets.token_hex(8)}","scope":"{_word(4)}"}}'
    return base64.urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()

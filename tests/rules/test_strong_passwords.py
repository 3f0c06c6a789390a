"""
Passwords as password managers make them, of letters, digits and all punctuation, go whole.

Punctuation is what the text around a password is written with. So most of these are about where a
value ends.
"""

from __future__ import annotations

import html
import json
import re
import string
from base64 import b64encode
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Redactor

_LETTERS = string.ascii_letters + string.digits + string.punctuation
_MARKER = re.compile(r"\[redacted:[a-z-]+\]")
_COUNT = 400


def _doubled(password: str, mark: str) -> str:
    return password.replace(mark, mark * 2)


#: How a password stands in a text, and in how many of a hundred some of it may be left. Without
#: quotes nothing tells a comma or a bracket of the password from one of the text.
TEXTS: dict[str, tuple[Callable[[str], str], float]] = {
    "json": (lambda word: json.dumps({"user": "bob", "password": word, "n": 1}), 0.5),
    "json in json": (lambda word: json.dumps({"m": json.dumps({"password": word})}), 0.5),
    "repr": (lambda word: repr({"user": "bob", "password": word, "n": 1}), 1),
    "arguments": (lambda word: f"login(user='bob', password={word!r})", 1),
    "pairs": (lambda word: f"[('password', {word!r}), ('user', 'bob')]", 1),
    "assignment": (lambda word: f"    password = {word!r}", 1),
    "repr in json": (lambda word: json.dumps({"m": repr({"password": word})}), 3),
    "json in repr": (lambda word: repr({"m": json.dumps({"password": word, "n": 1})}), 3),
    "bytes": (lambda word: repr(json.dumps({"password": word, "n": 1}).encode()), 3),
    "logfmt": (lambda word: f"user=bob password={json.dumps(word)} n=1", 2),
    "url": (lambda word: f"see postgres://app:{quote(word, safe='')}@db/x ok", 0.5),
    "form": (lambda word: f"user=bob&{urlencode({'password': word})}&x=1", 1),
    "element": (lambda word: f"<password>{html.escape(word)}</password>", 1),
    "attribute": (lambda word: f'<user password="{html.escape(word)}"/>', 2),
    "sql": (lambda word: f"UPDATE users SET password='{_doubled(word, chr(39))}' WHERE id=1", 4),
    "connection": (lambda word: f'Server=db;Password="{_doubled(word, chr(34))}";Database=x', 4),
    "environment": (lambda word: f"DB_PASSWORD={word}", 16),
    "bare": (lambda word: f"user=bob password={word} n=1", 18),
    "yaml": (lambda word: f"password: {word}", 18),
}


def passwords(seed: int) -> list[str]:
    random = Random(seed)
    return [
        "".join(random.choice(_LETTERS) for _ in range(random.choice((8, 10, 12, 16, 20, 32))))
        for _ in range(_COUNT)
    ]


def is_left(redacted: str, before: str, after: str) -> bool:
    """Say whether between *before* and *after* more than markers and a quote is left."""
    if not _MARKER.search(redacted):
        return True
    if not redacted.startswith(before) or not redacted.endswith(after):
        return False  # more than the password is gone
    middle = redacted[len(before) : len(redacted) - len(after)]
    return len(_MARKER.sub("", middle).strip("\"'\\")) > 1


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_of_it_is_left(redactor: Redactor, name: str) -> None:
    write, allowed = TEXTS[name]
    before, after = write("Zq").split("Zq")
    left = sum(is_left(redactor.text(write(word)), before, after) for word in passwords(7))
    assert left <= allowed * _COUNT / 100


def test_in_a_field_of_a_record_nothing_of_any_is_left(redactor: Redactor) -> None:
    shown = [redactor.record({"password": word})["password"] for word in passwords(8)]
    assert set(shown) == {"[redacted:password]"}


@pytest.mark.parametrize(
    "text",
    [
        "f(password=)",
        "GET /login?password=&user=bob",
        '{"msg": "wrong password=", "n": 1}',
        '{"msg": "no password:"}, {"n": 1}',
        "password='', user='bob'",
        "secret=<secret hidden>",
        'token = request.headers["token"]',
        "password = get_password()",
        "password = os.getenv('PASSWORD', default)",
        '"password": "SecretStr(\'**********\')"',
        "password=(see the wiki)",
        "password={",
        "tokens=[",
    ],
)
def test_the_text_around_no_password_stays(redactor: Redactor, text: str) -> None:
    assert redactor.text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("login(password=abc7)", "login(password=[redacted:password])"),
        ("?password=abc7&x=1", "?password=[redacted:password]&x=1"),
        ('{"m": "password=abc7"}, 5', '{"m": "password=[redacted:password]"}, 5'),
        ("<b>password=abc7</b>", "<b>password=[redacted:password]</b>"),
        ("sid=1;password=abc7;Secure", "sid=1;password=[redacted:password];Secure"),
        ("[password=abc7],x", "[password=[redacted:password]],x"),
        ("password='ab''cd7' x", "password='[redacted:password]' x"),
        ("password='ab7', b=''", "password='[redacted:password]', b=''"),
    ],
)
def test_the_text_around_a_password_stays(redactor: Redactor, text: str, expected: str) -> None:
    assert redactor.text(text) == expected


@pytest.mark.parametrize("name", ["api_key", "access_token", "token", "X-Auth-Token"])
def test_no_key_in_base64_is_left(redactor: Redactor, name: str) -> None:
    """One in sixty-four begins like a path."""
    random = Random(5)
    keys = [b64encode(random.randbytes(size)).decode() for size in (16, 24, 32, 48) * 60]
    keys += [f"/{key[1:]}" for key in keys[::8]]
    for key in keys:
        for text in (json.dumps({name: key}), f"{name}={key}", repr({name: key}), f"{name}: {key}"):
            assert key[4:] not in redactor.text(text)
        assert redactor.record({name: key})[name] != key


@pytest.mark.parametrize(
    "text",
    [
        "token=/srv/app/tokens/current",
        "token: ~/.config/app/token-2026",
        '{"token": "./secrets/Token7/latest.json"}',
        "api_key=/run/secrets/API_KEY_2",
        "token=/var/lib/docker/9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_a_path_under_the_name_of_a_key_stays(redactor: Redactor, text: str) -> None:
    assert redactor.text(text) == text

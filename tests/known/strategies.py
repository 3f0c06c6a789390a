"""Values that are registered, and the ways in which programs write them. All are made up."""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LABEL", "MARKER", "VALUES", "WAYS", "base64_around", "random_value"]

LABEL = "vault"
MARKER = "[redacted:known-value:vault]"

#: What a secret is like to the value.
VALUES: dict[str, str] = {
    "letters and digits": "Zx80alphaQ9bcdefghij",
    "a short one": "hunter22",
    "a very short one": "kQ7x",
    "digits": "4815162342",
    "signs": "p@ss/w0rd+=&%#!",
    "quotes": 'it\'s "Zx80" <b>',
    "backslashes": "a\\n9\\\\Zx\\u0041",
    "spaces": "correct horse battery staple",
    "other letters": "pässwört-Ω-80",
    "outside the basic plane": "Zx80\U0001f600alpha",
    "base64": "q83vEjRWeJCrze8SNFZ4kA==",
    "a UUID": "8d5f2c1e-7b3a-4c6d-9e0f-1a2b3c4d5e6f",
    "a backslash at the end": "Zx80alphaQ9\\",
    "long": "".join(random.Random(7).choices("ABCDEFGHabcdefgh0123456789+/=-", k=2000)),
}


def _go(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _php(text: str) -> str:
    return json.dumps(text)[1:-1].replace("/", "\\/")


#: A way of writing to what it makes of a text; none adds anything around it.
WAYS: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "json": lambda text: json.dumps(text)[1:-1],
    "json, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json twice": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "json with escaped slashes": _php,
    "json for HTML": _go,
    "repr": lambda text: repr(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "repr inside a repr": lambda text: _inside(repr(repr(text))),
    "ascii": lambda text: ascii(text)[1:-1],
    "shell": lambda text: shlex.quote("; " + text)[3:-1],
    "SQL": lambda text: text.replace("'", "''"),
    "percent": quote,
    "percent, all": lambda text: quote(text, safe=""),
    "percent, small": lambda text: _small(quote(text, safe="")),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "query": lambda text: urlencode({"q": text})[2:],
    "every byte as percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "html": html.escape,
    "html, text": lambda text: html.escape(text, quote=False),
    "markupsafe": lambda text: (
        html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    ),
    "hex": lambda text: text.encode().hex(),
    "hex in capitals": lambda text: text.encode().hex().upper(),
    "base64": lambda text: base64_around(text.encode(), 0)[1],
    "base64, one byte before": lambda text: base64_around(text.encode(), 1)[1],
    "base64, two bytes before": lambda text: base64_around(text.encode(), 2)[1],
    "base64 of URLs": lambda text: base64_around(text.encode(), 1, url=True)[1],
    r"\x": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    r"\u": lambda text: "".join(
        f"\\u{unit:04x}" for unit in memoryview(text.encode("utf-16-le")).cast("H")
    ),
}


def _inside(text: str) -> str:
    """Return *text* without two pairs of quotes around it, the inner ones escaped or not."""
    size = 3 if text[1] == "\\" else 2
    return text[size:-size]


def _small(text: str) -> str:
    head, *rest = text.split("%")
    return head + "".join("%" + part[:2].lower() + part[2:] for part in rest)


def base64_around(data: bytes, shift: int, *, url: bool = False) -> tuple[str, str, str]:
    """
    Write *data* as base64 with *shift* and some more bytes before it and some behind it.

    Returns:
        The characters before those that hold bits of *data*, these, and those behind them.
    """
    before = b"~~~" + b"\x5a" * shift
    encode = base64.urlsafe_b64encode if url else base64.b64encode
    written = encode(before + data + b"}~~~~").decode()
    first = 8 * len(before) // 6
    last = -(-8 * (len(before) + len(data)) // 6)
    return written[:first], written[first:last], written[last:]


def random_value(rng: random.Random) -> str:
    """Return a value of a random alphabet and length."""
    alphabet = rng.choice(
        ("abc", "0123456789", "abcDEF019", "aZ9/+=", "aZ9'\"\\&<> ", "aé𝟎 ", "ab\n", "A-z_.")
    )
    return "".join(rng.choices(alphabet, k=rng.choice((4, 5, 7, 8, 11, 12, 16, 40, 700))))

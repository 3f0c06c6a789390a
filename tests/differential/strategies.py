"""
Texts on which two engines are likely to part: log lines, near misses, encodings, broken bytes.

``texts`` is for hypothesis, which makes a failing text small; ``mutated`` is for the long fuzz run,
which needs speed.
"""

from __future__ import annotations

import base64
import html
import json
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from hypothesis import strategies as st

from redactor.packs import Ruleset, load_builtin, pack_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

__all__ = ["FRAGMENTS", "KEYS", "examples", "mutated", "ruleset", "texts"]

#: Pieces of text at which the grammar of keys, values, cards, blocks and escapes turns.
FRAGMENTS: tuple[bytes, ...] = (
    b'"', b"'", b"`", b'""', b"''", b"\\", b'\\"', b'\\\\\\"', b"=", b"==", b"=>", b":", b":=",
    b"://", b"\n", b"\r\n", b" ", b"  ", b"\t", b",", b", ", b";", b"&", b"|", b"?", b"!", b"#",
    b"[", b"]", b"(", b")", b"{", b"}", b"<", b">", b"</", b"<![CDATA[", b"]]>", b"/", b"-", b"_",
    b".", b"+", b"*", b"@", b"~", b"$", b"^", b"%", b"25", b"%3D", b"%3a", b"%253D", b"%22",
    b"%2522", b"%26", b"%5D", b"%20", b"\\u003d", b"\\u0022", b"\\x22", b"\\x27", b"\\n", b"\\t",
    b"\\u0026", b"\\U0001F600", b"\x1b[0m", b"\x1b[1;31m", b"&quot;", b"&#34;", b"&#x27;",
    b"password", b"passwd", b"pwd", b"Password", b"userPassword", b"db-pass", b"secret", b"token",
    b"apiKey", b"API_KEY", b"key", b"auth", b"Authorization", b"Cookie: ", b"Set-Cookie", b"cvv",
    b"pin", b"value", b"name", b"data", b"new_", b"user", b"id", b"order_id", b"trace", b"card ",
    b"visa", b"exp 12/27", b"cvc2 ", b"Bearer ", b"Basic ", b"Digest ", b"b'", b"SecretStr('",
    b"null", b"true", b"None", b"***", b"xxxx", b"hunter2-Zx9", b"s3cr3t!", b"self.password",
    b"${PASSWORD}", b"{{ secret }}", b"<redacted>", b"[redacted:card]", b"[redacted:", b"required",
    b"4111111111111111", b"4111 1111 1111 1111", b"4111-1111-1111-1111", b"5500005555555559",
    b"378282246310005", b"4111", b"1111", b"123", b"0", b"1.", b"7f9c2ba4-e88f-11ee-b5b5-",
    b"=2512101", b"^DOE/JANE^25121011000", b"\xc2\xa0", b"\xef\xbc\x94", b"\xe2\x80\x8b", b"\xc2",
    b"\xef\xbc", b"\xff", b"\x00", b"\x7f", b"-----BEGIN PRIVATE KEY-----",
    b"-----END PRIVATE KEY-----", b"-----BEGIN RSA PRIVATE KEY-----\n", b"Private-Lines: 8\n",
    b"\\u0034", b"\\u003", b"\\uff14", b"\\ud835\\udfd2", b"\\ud835", b"\\x34", b"\\/", b"\\u200b",
    b"%34", b"%2534", b"%EF%BC%94", b"%E2%80%8B", b"%C2%A0", b"%40", b"%2F", b"%0A", b"&#52;",
    b"&#x34;", b"&#0052;", b"&#", b"&amp;", b"&amp;#52;", b"&nbsp;", b"&colon;", b"&equals;",
    b"&lt;", b"&gt;", b"&#10;", b"&zwnj;", b";", b"cGFzc3dvcmQ9SHVudGVyMnp6",
    b"70617373776f72643d48756e746572327a7a",
    b"NDExMTExMTExMTExMTExMQ==", b"=", b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldY", b"/", b"_",
    b"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n",
    b"Proc-Type: 4,ENCRYPTED\n", b'Content-Disposition: form-data; name="password"\r\n\r\n',
    b"Content-Type: text/plain\r\n", b"eyJhbGciOiJIUzI1NiJ9.", b"AKIA", b"ghp_", b"sk_live_",
    b"<!DOCTYPE html>", b"<html>\n", b"</html>", b"<p>", b"</p>", b"<?xml version=", b"{\\rtf1",
    b"}\n", b"%PDF-1.7", b"%%EOF", b"PK\x03\x04", b"JVBERi0", b"From: a@b.cc\n", b"Subject: x",
    b"MIME-Version: 1.0\n", b"WEBVTT\n", b"00:00:01.000 --> 00:", b'msgid "', b"},{", b'[{"id": "',
    b"a,b,c\n", b"\\u0436\\u0438 ", b"the bridge was old and nobody wanted to pay for it. " * 7,
    b"body", b"content=", b"x" * 330, b"\xe6\xa1\xa5\xe6\xa2\x81" * 60,
    b"[document text/html 3 KB]", b"[document ",
    b"\npassword: |\n", b"token: >-\r\n", b"\n  secret:\n", b"\n    ", b"\n  - ",
    b"  name: DB_PASSWORD\n", b'"password: |\\n  ', b"\\n  token:\\n    ", b"\\\\n  ",
    b"\x1b[36m", b")=(", b":[", b"shop_key=", b"q7Zx80alphaQ9mW2", b"9f86d081884c7d659a2feaa0",
)  # fmt: skip

#: Keys that a text may be a value of, in a structured record.
KEYS: tuple[str | None, ...] = (
    None, None, None, "password", "api_token", "authorization", "Cookie", "card_number",
    "order_id", "value", "message", "pin", "client_secret2", "", "p\u00e4sswort", "\ud800",
    "p\udcd0\udcb0ssword", "x\udcffpassword",
)  # fmt: skip


@cache
def ruleset() -> Ruleset:
    """All rules of all packs: what no policy exceeds."""
    return Ruleset.compile([rule for name in pack_names() for rule in load_builtin(name).rules])


@cache
def examples() -> tuple[bytes, ...]:
    """The examples of all rules: texts that are found, and near misses."""
    return tuple(
        example.text.encode()
        for rule in ruleset().sources
        for example in (*rule.match, *rule.ignore)
    )


def _in_json(text: bytes) -> bytes:
    return json.dumps({"message": text.decode("latin-1")}).encode()


def _in_query(text: bytes) -> bytes:
    return b"GET /cb?next=" + quote(text, safe="").encode() + b"&x=1 HTTP/1.1"


def _some(change: str) -> Callable[[bytes], bytes]:
    """Write every letter and digit, or every third one, in the way that *change* formats it."""
    every = re.compile(rb"[A-Za-z0-9]")
    third = re.compile(rb"(?<=[^%&\\\\][^%&\\\\])[A-Za-z0-9]")

    def wrap(text: bytes) -> bytes:
        unit = third if len(text) % 2 else every
        return unit.sub(lambda found: (change % found[0][0]).encode(), text)

    return wrap


_WRAPPERS: tuple[Callable[[bytes], bytes], ...] = (
    _some("\\u%04x"),
    _some("\\\\u%04X"),
    _some("\\x%02x"),
    _some("%%%02X"),
    _some("%%25%02x"),
    _some("&#%d;"),
    _some("&#x%x;"),
    _some("%%26%%23%d%%3B"),
    lambda text: html.escape(text.decode("latin-1")).encode(),
    lambda text: _in_json(text).replace(b"/", b"\\/"),
    lambda text: quote(text, safe="").encode(),
    base64.b64encode,
    lambda text: b'{"x": "' + base64.urlsafe_b64encode(text).rstrip(b"=") + b'"}',
    lambda text: b"Zx1" + base64.b64encode(base64.b64encode(text)) + b"/usr/lib",
    lambda text: base64.b64encode(b'{"id": 1, "text": "' + text + b'"}'),
    lambda text: b"0x" + text.hex().encode(),
    lambda text: b"id=" + text.hex().upper().encode() + text,
    lambda text: base64.b64encode(_some("%%%02X")(text)),
    lambda text: b"\xe2\x80\x8b".join(text[at : at + 5] for at in range(0, len(text), 5)),
    lambda text: text,
    _in_json,
    lambda text: _in_json(_in_json(text)),
    _in_query,
    lambda text: quote(_in_query(text)).encode(),
    lambda text: repr(text).encode(),
    lambda text: b"2026-03-02 10:11:12,345 INFO app " + text + b" took 12ms",
    lambda text: b'level=info msg="' + text.replace(b'"', b'\\"') + b'" user=ana',
    lambda text: text.replace(b"=", b": "),
    lambda text: b"<password>" + text + b"</password>",
    lambda text: text.replace(b" ", b"\xc2\xa0").replace(b"4", b"\xef\xbc\x94"),
    lambda text: text.upper(),
    lambda text: b"-----BEGIN EC PRIVATE KEY-----\n" + text + b"\n-----END EC PRIVATE KEY-----",
)


def texts() -> st.SearchStrategy[bytes]:
    """Return texts of a few pieces, each an example, a fragment or bytes of any kind, wrapped."""
    piece = st.one_of(
        st.integers(0, len(examples()) - 1).map(lambda place: examples()[place]),
        st.sampled_from(FRAGMENTS),
        st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(b"".join),
        st.binary(max_size=12),
        st.text(alphabet="0123456789 -.", min_size=10, max_size=24).map(str.encode),
    )
    joined = st.lists(piece, min_size=1, max_size=6).map(b"".join)
    return st.tuples(st.sampled_from(_WRAPPERS), joined).map(lambda pair: pair[0](pair[1]))


def mutated(random: Random) -> bytes:
    """Return an example with a few random changes."""
    text = random.choice(examples())
    for _ in range(random.randint(0, 4)):
        at = random.randint(0, len(text))
        end = min(len(text), at + random.randint(0, 8))
        change = random.random()
        if change < 0.35:
            text = text[:at] + random.choice(FRAGMENTS) + text[at:]
        elif change < 0.55:
            text = text[:at] + random.choice(FRAGMENTS) + text[end:]
        elif change < 0.65:
            text = text[:at] + text[end:]
        elif change < 0.75:
            text = text[:at] + bytes([random.randrange(256)]) + text[end:]
        elif change < 0.85:
            other = random.choice(examples())
            text = text[:at] + other[random.randint(0, len(other)) :]
        elif change < 0.92:
            text = text[:at] + text[at:end] * random.randint(2, 40) + text[end:]
        else:
            text = random.choice(_WRAPPERS)(text)
    return text

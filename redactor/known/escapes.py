"""
How one text looks once a program has written it: in JSON, in a repr, in a URL, in HTML, in hex.

Each function yields literals, the likely ones first; some are the same, and many are the text
itself. What an encoder leaves alone differs, so each has the sets of the encoders that people use.
"""

from __future__ import annotations

import html
import json
from functools import cache
from typing import TYPE_CHECKING

from redactor.bytesets import ALNUM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["every_byte", "in_json", "written"]

#: What encoders of URLs leave alone beside letters and digits: Python's ``quote``, RFC 3986,
#: ``encodeURIComponent``, Java and HTML forms, none, whole addresses.
_URL_SAFE = (b"-._~/", b"-._~", b"-._~!'()*", b"-._*", b"", b"-._~!'()*;,/?:@&=+$#[]%")
#: Characters that JSON encoders write as ``\u00XX`` for the sake of HTML: Go and Jackson,
#: templates, Gson, .NET.
_JSON_UNSAFE = ("<>&", "<>&'", "<>&'=", "<>&'+\"`")
#: What stands for the quotes in HTML and XML.
_HTML_QUOTES = (("&#x27;", "&quot;"), ("&#39;", "&#34;"), ("&#39;", "&quot;"), ("&apos;", "&quot;"))
#: What nginx writes as it is.
_PRINTED = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')


def written(text: str) -> Iterator[str]:
    """Yield *text* as programs write it among other text, *text* itself first."""
    yield text
    once = list(dict.fromkeys(in_json(text)))
    yield from once
    yield from _repr(text)
    percent = list(dict.fromkeys(_percent(text)))
    yield from percent
    yield from _html(text)
    for inner in once:
        yield json.dumps(inner)[1:-1]
    for inner in percent:
        yield inner.replace("%", "%25")
    yield from _quoted(text)


def every_byte(data: bytes, text: str | None) -> Iterator[str]:
    """Yield *data* with every byte as a number and, where it is *text*, every character."""
    for template in ("%%%02X", "%%%02x", r"\x%02x", r"\x%02X", r"\\x%02x", r"\\x%02X"):
        yield _escaped(data, template, b"")
    # Characters outside the basic plane are two of these, as JSON writes them.
    units = (text or "").encode("utf-16-be", "surrogatepass")
    for template in (r"\u%04x", r"\u%04X", r"\\u%04x", r"\\u%04X"):
        pairs = zip(units[::2], units[1::2], strict=True)
        yield "".join(template % (high << 8 | low) for high, low in pairs)


def in_json(text: str) -> Iterator[str]:
    """Yield *text* as encoders of JSON write it inside a string."""
    for ascii_only in (True, False):
        body = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield body
        yield body.replace("/", r"\/")
        yield _capital_escapes(body)
        for unsafe in _JSON_UNSAFE:
            marked = body.replace(r"\"", "\\u0022") if '"' in unsafe else body
            for char in unsafe.replace('"', ""):
                marked = marked.replace(char, f"\\u{ord(char):04x}")
            yield marked
            yield _capital_escapes(marked)


def _capital_escapes(body: str) -> str:
    r"""Write the digits of each ``\uXXXX`` in capitals."""
    head, *rest = body.split("\\u")
    return head + "".join("\\u" + part[:4].upper() + part[4:] for part in rest)


def _repr(text: str) -> Iterator[str]:
    data = text.encode("utf-8", "surrogatepass")
    for body in (repr(text)[1:-1], ascii(text)[1:-1], repr(data)[2:-1]):
        bare = body.replace(r"\'", "'")
        once = list(_quotes(bare))
        yield from once
        for inner in once:
            yield from _quotes(inner.replace("\\", r"\\"))
    yield _escaped(data, r"\x%02X", _PRINTED)


def _quotes(body: str) -> Iterable[str]:
    """Write *body* in each kind of quotes: which ones depends on what else is in the string."""
    return body, body.replace("'", r"\'"), body.replace('"', r"\"")


def _percent(text: str) -> Iterator[str]:
    data = text.encode("utf-8", "surrogatepass")
    for safe in _URL_SAFE:
        for template in ("%%%02X", "%%%02x"):
            body = _escaped(data, template, safe + bytes(ALNUM))
            yield body
            yield body.replace("%20", "+")


def _html(text: str) -> Iterator[str]:
    body = html.escape(text, quote=False)
    yield body
    for single, double in _HTML_QUOTES:
        yield body.replace("'", single).replace('"', double)


def _quoted(text: str) -> Iterable[str]:
    """Write *text* as a shell and SQL quote it."""
    return (
        text.replace("'", "'\"'\"'"),
        text.replace("'", "'\\''"),
        text.replace("'", "''"),
    )


def _escaped(data: bytes, template: str, keep: bytes) -> str:
    """Write each byte of *data* that is not one of *keep* by *template*."""
    return "".join(map(_table(template, keep).__getitem__, data))


@cache
def _table(template: str, keep: bytes) -> tuple[str, ...]:
    return tuple(chr(byte) if byte in keep else template % byte for byte in range(256))

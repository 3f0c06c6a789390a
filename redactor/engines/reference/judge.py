"""Judging the value of a sensitive key: is it a secret, and which part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from redactor.bytesets import ALNUM
from redactor.checks.secrecy import is_benign, looks_secret
from redactor.engines.reference.keys import QUOTES
from redactor.engines.reference.values import parameter_at

if TYPE_CHECKING:
    from redactor.packs.compiled import PairRule

__all__ = ["JUDGED", "is_quoted", "text_end", "value_is_secret"]

#: Bytes of a value that decide whether it is a secret.
JUDGED = 256

_SCHEME = regex.compile(rb"[A-Za-z][A-Za-z0-9\-]{1,24}(?:[ +]|%(?:25){0,4}20)[ +]?")
_SPACE = regex.compile(rb"(?:[ +]|%(?:25){0,4}20)[ +]?$")
_ONE_TOKEN_SCHEMES = frozenset(
    (b"basic", b"bearer", b"token", b"apikey", b"negotiate", b"ntlm", b"key", b"jwt")
)
_MANY_TOKEN_SCHEMES = frozenset(
    (
        b"digest",
        b"aws4-hmac-sha256",
        b"aws4-hmac-sha512",
        b"oauth",
        b"hawk",
        b"mac",
        b"sharedkey",
        b"hmac",
        b"signature",
        b"aws",
    )
)
_TOKEN_BYTES = ALNUM | frozenset(b"._~+/=-%:!|$")


def value_is_secret(data: bytes, start: int, end: int, rule: PairRule) -> tuple[int, int] | None:
    """Return the secret's span in the value ``data[start:end]`` of a key of *rule*, or ``None``."""
    mode = rule.value
    value = data[start : min(end, start + JUDGED)]
    quoted = is_quoted(data, start)
    if mode == "any":
        if is_benign(value, quoted=quoted) or (len(value) < 2 and not value.isdigit()):
            return None
        return start, end
    if mode == "secret":
        return (start, end) if looks_secret(value, quoted=quoted) else None
    if mode == "header":
        return _header_secret(data, start, end)
    if mode == "text":
        return None if is_benign(value, quoted=quoted) or len(value) < 4 else (start, end)
    match = rule.matches(data, start, end)
    if match is None:
        return None
    if match < end and data[match] in ALNUM:
        return None
    return start, match


def is_quoted(data: bytes, start: int) -> bool:
    """Say whether the value at *start* stands in quotes, or is all of a field or an element."""
    if start == 0 or data[start - 1] in QUOTES:
        return True
    return data[start - 1] == 0x3E and data[max(0, start - 2) : start - 1] not in (b"=", b"-")


def _header_secret(data: bytes, start: int, high: int) -> tuple[int, int] | None:
    """
    Return the credentials in the value of an ``Authorization`` header, without the scheme.

    Judged on the first bytes: the end is looked for only when the value is a secret, so that a
    line of nothing but header names costs no more than its length.
    """
    scheme = _SCHEME.match(data, start, high)
    if scheme:
        name = _SPACE.sub(b"", scheme[0]).lower()
        if name in _MANY_TOKEN_SCHEMES:
            if is_benign(data[scheme.end() : min(high, scheme.end() + JUDGED)]):
                return None
            end = text_end(data, scheme.end(), high)
            return (scheme.end(), end) if end > scheme.end() else None
        if name in _ONE_TOKEN_SCHEMES:
            start = scheme.end()
            head = data[start : _token_end(data, start, min(high, start + JUDGED))]
            if len(head) < 4 or is_benign(head):
                return None
            return start, _token_end(data, start, high)
    if looks_secret(data[start : _token_end(data, start, min(high, start + JUDGED))]):
        return start, _token_end(data, start, high)
    return None


def _token_end(data: bytes, at: int, high: int) -> int:
    while at < high and data[at] in _TOKEN_BYTES:
        if data[at] == 0x25 and parameter_at(data, at, high):
            break
        at += 1
    return at


def text_end(data: bytes, at: int, high: int) -> int:
    """The end of a header's text: the line's, or a quote or escaped break that closes it."""
    while at < high:
        byte = data[at]
        if byte == 0x0D:
            return at
        if byte == 0x5C and at + 1 < high and data[at + 1] in b"nr\"'\\":
            return at
        if byte in QUOTES and (at + 1 >= high or data[at + 1] in b" \t\r,;:)]}>"):
            return at
        at += 1
    return high

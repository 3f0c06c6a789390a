"""
Texts and records to test with: real log templates, made-up secrets, near misses, encodings, noise.

All secrets are made up; the card numbers are the networks' published test numbers.
"""

from __future__ import annotations

import gzip
import json
import random
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

__all__ = [
    "CARDS",
    "EXAMPLES",
    "PLANTED",
    "RULES",
    "TEMPLATES",
    "cut",
    "cuts",
    "example_logs",
    "json_documents",
    "json_records",
    "log_bytes",
    "log_lines",
    "logs",
    "luhn_complete",
    "planted_lines",
    "records",
    "secrets",
    "slice_of",
]

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "logs"
RULES = ROOT / "rules"

#: The networks' published test numbers: brand to number.
CARDS: dict[str, str] = {
    "visa": "4111111111111111",
    "visa-13": "4222222222222",
    "mastercard": "5555555555554444",
    "mastercard-2": "2223003122003222",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "diners": "30569309025904",
    "jcb": "3530111333300000",
    "maestro": "6759649826438453",
    "unionpay": "6200000000000005",
}

#: Made-up secrets that the redactor must find in every template of ``TEMPLATES``.
PLANTED: tuple[str, ...] = (
    "4111111111111111",
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "378282246310005",
    # In two parts, so that a code host's scanner does not take them for real ones.
    "glpat-Zx80alphaQ9bcdefghij",
    "AKIAMGIHAFEESMCEHI6U",
    "password=Zx8-0alpha",
    "api_key=Zx80alphaQ9",
    "postgres://app:Zx8-0alpha@db/x",
    "Authorization: Bearer Zx80alphaQ9bcdefghij",
)

NEAR_MISSES: tuple[str, ...] = (
    "4111111111111112",
    "order_id=4111111111111111",
    "0.4111111111111111",
    "41111111-1111-4111-1111-111111111111",
    "9c4e4111111111111111aa03be11d0f2",
    "1763798763123456",
    "password=***",
    "password: required",
    "password=${DB_PASSWORD}",
    "password_length=12",
    "Failed password for root from 10.0.0.1 port 22",
    "token_count=120",
    "max_tokens=4096",
    "primary_key=7",
    "monkey=banana",
    "passenger=bob",
    "ghp_short",
    "AKIA",
    "eyJhbGciOiJIUzI1NiJ9",
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "[redacted:card]",
    "[redacted:",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)

#: Lines of real programs with a place for a value.
TEMPLATES: tuple[str, ...] = (
    '203.0.113.9 - - [22/Nov/2026:08:21:07 +0000] "GET /pay?q={}&x=1 HTTP/1.1" 200 512 "-" "curl"',
    '{{"time":"2026-11-22T08:21:07.123Z","level":"info","msg":"got {}","ms":17}}',
    '{{"level": "info", "body": "{{\\"note\\": \\"{}\\"}}", "n": 1}}',
    'level=info ts=2026-11-22T08:21:07Z msg="got {}" dur=17ms',
    "2026-11-22 08:21:07,123 INFO app.views: got {} for user 7",
    "2026-11-22 08:21:07.123 UTC [4711] app@shop DETAIL:  Failing row contains (7, {}, t).",
    "ValueError: cannot parse '{}'",
    'INFO:     203.0.113.9:51234 - "POST /login?next={} HTTP/1.1" 303 See Other',
    "[2026-11-22 08:21:07,123: INFO/MainProcess] Task x[9b1] args: ('{}',) kwargs: {{}}",
    "+ curl -s -H 'X-Note: {}' https://shop.example/x",
    "  note: {}",
    "{}",
)


def luhn_complete(prefix: str, length: int, rng: random.Random) -> str:
    """Return a random number of *length* digits that starts with *prefix* and passes Luhn."""
    body = prefix + "".join(rng.choice("0123456789") for _ in range(length - 1 - len(prefix)))
    total = 0
    for place, char in enumerate(reversed(body)):
        digit = int(char)
        if place % 2 == 0:
            digit = digit * 2 - 9 if digit > 4 else digit * 2
        total += digit
    return body + str(-total % 10)


@cache
def example_logs() -> dict[str, bytes]:
    """Return every log of ``examples/logs`` by its name, those under ``rotated`` unpacked."""
    found = {path.name: path.read_bytes() for path in sorted(EXAMPLES.glob("*.log"))}
    for path in sorted((EXAMPLES / "rotated").glob("*.gz")):
        found[path.name.removesuffix(".gz")] = gzip.decompress(path.read_bytes())
    return found


def slice_of(log: bytes, lines: int, seed: int = 0) -> bytes:
    """Return *lines* consecutive lines of *log*, from a seeded place in it."""
    every = log.splitlines(keepends=True)
    start = random.Random(seed).randrange(max(1, len(every) - lines + 1))
    return b"".join(every[start : start + lines])


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Cut *data* at *places*, which are sorted."""
    edges = [0, *places, len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def cuts(size: int, most: int = 12) -> st.SearchStrategy[list[int]]:
    """Places to cut a text of *size* bytes at, some of them more than once."""
    return st.lists(st.integers(0, size), max_size=most).map(sorted)


_alphabet = st.characters(codec="utf-8")
_words = st.sampled_from(
    ["user", "ok", "7", "GET", "/x", "id=7", "200", "-", "ms", "é", "１", "\u200b", "\u00a0", "'"]
)

_CARD_SHAPES = ("{0}{1}{2}{3}", "{0} {1} {2} {3}", "{0}-{1}-{2}-{3}", "{0}.{1}.{2}.{3}")


@st.composite
def _cards(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(sorted(CARDS.values())))
    if len(number) != 16:
        return number
    shape = draw(st.sampled_from(_CARD_SHAPES))
    return shape.format(number[:4], number[4:8], number[8:12], number[12:])


_keys = st.sampled_from(
    ["password", "userPassword", "db-pass", "api_key", "token", "client_secret", "pin", "cvv"]
)
_values = st.text(st.sampled_from("abcXYZ0189-_.!%+/=,;:)]}\"'&\\ é"), min_size=1, max_size=24)


@st.composite
def _pairs(draw: st.DrawFn) -> str:
    key, value = draw(_keys), draw(_values)
    form = draw(
        st.sampled_from(
            ["{k}={v}", "{k}: {v}", '"{k}": "{v}"', "'{k}': '{v}'", "{k}={v!r}", "?{k}={v}&x=1",
             "{k}%3D{v}", '\\"{k}\\":\\"{v}\\"', "<{k}>{v}</{k}>", "--{k} {v}", "{k} => {v}",
             "({k!r}, {v!r})", "[{k}={v}]", "{k}=[{v}]"]
        )
    )  # fmt: skip
    return form.format(k=key, v=value)


@cache
def _rule_examples() -> tuple[str, ...]:
    from redactor.packs import load_builtin, pack_names

    return tuple(
        example.text
        for name in pack_names()
        for rule in load_builtin(name).rules
        for example in (*rule.match[:2], *rule.ignore[:1])
    )


def secrets() -> st.SearchStrategy[str]:
    """Secrets and what only looks like one, in the forms that logs hold them in."""
    return st.one_of(
        st.sampled_from(PLANTED),
        _cards(),
        _pairs(),
        st.deferred(lambda: st.sampled_from(_rule_examples())),
        st.sampled_from(NEAR_MISSES),
    )


def _encode(text: str, how: str) -> str:
    if how == "json":
        return json.dumps(text)[1:-1]
    if how == "json-twice":
        return json.dumps(json.dumps(text)[1:-1])[1:-1]
    if how == "percent":
        return quote(text, safe="", errors="surrogatepass")
    if how == "repr":
        return repr(text)
    return text


@st.composite
def log_lines(draw: st.DrawFn) -> str:
    """A log line as a program would write it: a template with a secret, a near miss or noise."""
    pieces = draw(
        st.lists(st.one_of(secrets(), _words, st.text(_alphabet, max_size=12)), max_size=4)
    )
    how = draw(st.sampled_from(["", "", "json", "json-twice", "percent", "repr"]))
    value = _encode(draw(st.sampled_from([" ", ",", "", "&", ";", "\t"])).join(pieces), how)
    return (
        draw(st.sampled_from(TEMPLATES))
        .replace("{{", "{")
        .replace("}}", "}")
        .replace("{}", value, 1)
    )


_PEM_BODY = [
    "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3+LQmlQ",
    "Yx2eqzDV+xeG8kx==",
]
_PEM = "\n".join(["-----BEGIN PRIVATE KEY-----", *_PEM_BODY, "-----END PRIVATE KEY-----"])
_MULTIPART = 'Content-Disposition: form-data; name="password"\r\n\r\nhunter2zz\r\n--x--'
_blocks = st.sampled_from(
    [
        _PEM,
        _PEM.replace("\n", "\r\n"),
        _PEM.replace("\n", "\n\n"),
        _PEM.rpartition("\n")[0],
        "-----BEGIN PRIVATE KEY-----",
        "\n".join(f"2026-11-22 INFO {line}" for line in _PEM.split("\n")),
        _PEM.replace("\n", "\\n"),
        _MULTIPART,
    ]
)


@st.composite
def log_bytes(draw: st.DrawFn) -> bytes:
    """A log of a few lines as bytes: lines, blocks over several lines, any bytes, any ends."""
    parts = draw(
        st.lists(
            st.one_of(
                log_lines().map(_to_bytes),
                log_lines().map(_to_bytes),
                _blocks.map(str.encode),
                st.binary(max_size=24),
            ),
            max_size=6,
        )
    )
    ends = draw(
        st.lists(
            st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\0\n"]),
            min_size=len(parts),
            max_size=len(parts),
        )
    )
    log = b"".join(part + end for part, end in zip(parts, ends, strict=True))
    return log if draw(st.booleans()) else log.rstrip(b"\n")


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def logs() -> st.SearchStrategy[bytes]:
    """Generated logs, and short slices of the example logs."""
    return st.one_of(
        log_bytes(),
        st.builds(
            slice_of,
            st.sampled_from(sorted(example_logs())).map(lambda name: example_logs()[name]),
            st.integers(1, 8),
            st.integers(0, 10_000),
        ),
    )


def planted_lines() -> st.SearchStrategy[tuple[str, str]]:
    """A line with a secret in it, and the part of it that must not come out."""
    bare = {
        secret: secret.rpartition("=")[2].rpartition(" ")[2] if "=" in secret else secret
        for secret in PLANTED
    }
    return st.builds(
        lambda template, secret: (
            template.replace("{{", "{").replace("}}", "}").replace("{}", secret, 1),
            bare[secret],
        ),
        st.sampled_from(TEMPLATES),
        st.sampled_from(PLANTED),
    )


_names = st.one_of(
    st.sampled_from(
        ["msg", "level", "password", "api_key", "card", "order_id", "trace_id", "ts", "user",
         "cvv", "exp", "pin", "authorization", "body", "name", "value", "é", ""]
    ),
    st.text(_alphabet, max_size=6),
    st.sampled_from(sorted(CARDS.values())),
)  # fmt: skip
_numbers = st.one_of(
    st.integers(-(10**6), 10**6),
    st.sampled_from([int(number) for number in CARDS.values()]),
    st.sampled_from([-4111111111111111, 4111111111111112, 1763798763123456, 10**40, 123, 1230]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([4111111111111111.0, 0.4111111111111111, 4.111111111111111e15]),
)
_leaves = st.one_of(
    st.none(), st.booleans(), _numbers, secrets(), log_lines(), st.text(_alphabet, max_size=20)
)


def json_documents() -> st.SearchStrategy[Any]:
    """Anything that ``json.dumps`` can write, with JSON inside strings inside it."""
    return st.recursive(
        _leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(_names, inner, max_size=4),
            inner.map(json.dumps),
            st.builds(lambda value: json.dumps(value, separators=(",", ":")), inner),
            st.lists(_numbers, max_size=5),
        ),
        max_leaves=12,
    )


def json_records() -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects: the records of JSON lines."""
    return st.dictionaries(_names, json_documents(), max_size=6)


def records() -> st.SearchStrategy[Any]:
    """Records of a program: what JSON can hold, and tuples, sets, bytes and other keys besides."""
    return st.recursive(
        st.one_of(_leaves, st.binary(max_size=12), secrets().map(_to_bytes)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.tuples(inner, inner),
            st.dictionaries(
                st.one_of(_names, st.integers(), secrets(), st.binary(max_size=6)),
                inner,
                max_size=4,
            ),
            st.frozensets(st.one_of(_names, st.integers()), max_size=3),
        ),
        max_leaves=12,
    )

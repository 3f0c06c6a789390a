"""A secret inside base64 or hexadecimal digits is found, and what holds it is replaced."""

from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Redactor


def _standard(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _for_urls(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


#: Ways to write bytes.
CODES: dict[str, Callable[[bytes], str]] = {
    "base64": _standard,
    "base64 for URLs": _for_urls,
    "base64 of base64": lambda data: _standard(_standard(data).encode()),
    "base64 three deep": lambda data: _standard(_standard(_standard(data).encode()).encode()),
    "base64 of percent": lambda data: _standard(b"".join(b"%%%02X" % byte for byte in data)),
    "base64 of hexadecimal digits": lambda data: _standard(data.hex().encode()),
    "hexadecimal digits": bytes.hex,
    "hexadecimal digits in capitals": lambda data: data.hex().upper(),
    "hexadecimal digits of base64": lambda data: _standard(data).encode().hex(),
}
#: Texts with a secret, with what must not be there when what is left is decoded.
TEXTS: dict[str, str] = {
    '{"user": "ana", "password": "Hunter2zz", "page": 3}': "Hunter2zz",
    '{"q":"a?b>c","password":"Hunter2zz"}': "Hunter2zz",
    '{"name": "Jos\u00e9 \u6797", "card": "4111111111111111"}': "4111111111111111",
    "user=ana&password=Hunter2zz&page=3": "Hunter2zz",
    "4111111111111111": "4111111111111111",
    "postgres://ana:Hunter2zz@db.test/shop": "Hunter2zz",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n": (
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    ),
}
LINES = ('{{"payload":"{}","n":1}}', "state={}&n=1", "data:application/json;base64,{}", "/v1/{}/x")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:24])
@pytest.mark.parametrize("line", LINES)
def test_a_secret_in_encoded_text_is_found(
    redactor: Redactor, code: str, text: str, line: str
) -> None:
    """
    A text with a secret is never let out in base64 or hexadecimal digits, three deep.
    """
    written = CODES[code](text.encode())
    whole = CODES[code](TEXTS[text].encode()).rstrip("=")

    out = redactor.text(line.format(written))

    assert "[redacted:" in out
    assert whole[4:-4] not in out
    assert out.startswith(line.partition("{}")[0].format())
    assert out.endswith(line.rpartition("{}")[2].format())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # What is left decodes to {"user":"ana","password" and ,"page":3}
        (
            f'{{"p":"{_standard(b"""{"user":"ana","password":"Hunter2zz","page":3}""")}"}}',
            '{"p":"eyJ1c2VyIjoiYW5hIiwicGFzc3dvcmQi[redacted:password]LCJwYWdlIjozfQ=="}',
        ),
        (f"card {_standard(b'4111111111111111')} ok", "card [redacted:card] ok"),
        (f"card {_for_urls(b'4111111111111111')} ok", "card [redacted:card] ok"),
        (
            f"0x{b'password=Hunter2zz&n=1'.hex()}",
            f"0x{b'password='.hex()}[redacted:password]{b'&n=1'.hex()}",
        ),
        (f"\\x{b'4111111111111111'.hex()}", "\\x[redacted:card]"),
        (f"id v1/{_standard(b'password=Hunter2zz')}", "id v1/cGFzc3dvcmQ9[redacted:password]"),
        (
            "chain "
            + _standard(b"-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n"),
            "chain [redacted:private-key]",
        ),
    ],
)
def test_the_groups_that_hold_a_secret_are_replaced(
    redactor: Redactor, line: str, expected: str
) -> None:
    """
    Whole groups go, with the padding behind the last one; the rest decodes to what it did.
    """
    assert expected == redactor.text(line)


def _harmless() -> list[str]:
    rng = random.Random(7)
    lines = [
        f'{{"next": "{_standard(b"""{"id": 1763798763, "sort": "created", "dir": "desc"}""")}"}}',
        f"Authorization-Info: {_standard(b'sub=ana;scope=read;exp=1763798763')}",
        f"icon data:image/svg+xml;base64,{_standard(b'<svg xmlns=1><path d=2/></svg>')}",
        f"frame {b'GET /health HTTP/1.1'.hex()} received",
        "/usr/lib/python3/dist/packages/requests/adapters/transport/connection",
        "AbstractAnnotationConfigDispatcherServletInitializer started",
        "SELECT count(*) FROM configurationsettingshistory WHERE id = 12345678901234567890123",
    ]
    for _ in range(200):
        data = rng.randbytes(rng.randint(16, 64))
        lines += [f"sha {data.hex()}", f"etag {_standard(data)}", f"ref {_for_urls(data)}"]
    return lines


def test_encoded_text_without_a_secret_loses_nothing(redactor: Redactor) -> None:
    """
    Cursors, hashes, ids, pictures, paths and long names stay as they are, to the byte.
    """
    harmless = _harmless()

    assert harmless == [redactor.text(line) for line in harmless]


_WRITERS = st.sampled_from(sorted(CODES)).map(CODES.__getitem__)


@given(secret=secrets(), write=_WRITERS, head=st.sampled_from(["", "v1.", "/a/", "Zx1"]))
def test_encoded_text_is_redacted_once_and_for_all(
    redactor: Redactor, secret: str, write: Callable[[bytes], str], head: str
) -> None:
    """
    The second pass over what is left of an encoded text changes nothing, and JSON stays JSON.
    """
    written = head + write(secret.encode("utf-8", "surrogatepass"))
    for text in (f"x {written} y", json.dumps({"a": written, "list": [written, 1]})):
        once = redactor.text(text)
        assert once is redactor.text(once)
    json.loads(once)


@given(secret=secrets(), write=_WRITERS, seed=st.integers(0, 1000))
def test_no_way_of_cutting_encoded_text_changes_the_output(
    redactor: Redactor, secret: str, write: Callable[[bytes], str], seed: int
) -> None:
    """
    A log with encoded text, cut in the middle of it too, comes out as when it is fed whole.
    """
    written = write(secret.encode("utf-8", "surrogatepass"))
    log = f"a\n{written}\nx {written} y\n".encode()
    at = random.Random(seed).randint(0, len(log))
    stream = redactor.stream()

    assert redactor.lines(log) == stream.feed(log[:at]) + stream.feed(log[at:]) + stream.finish()

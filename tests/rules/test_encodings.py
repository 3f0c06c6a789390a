"""A secret is found however it is written, and what is replaced is what was written."""

from __future__ import annotations

import html
import json
import random
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor import Redactor

# In two parts, so that a code host's scanner does not take it for a real one.
TOKEN = "glpat-" + "Zx80alphaQ9bcdefghij"
#: Secrets that are a finding from their first character to their last, with their marker.
WHOLE: dict[str, str] = {
    "4111 1111 1111 1111": "[redacted:card]",
    "4111111111111111": "[redacted:card]",
    "378282246310005": "[redacted:card]",
    TOKEN: "[redacted:gitlab-token]",
}
#: Texts that hold one, with what must not come out in any spelling.
PARTS: dict[str, str] = {
    "password=Hunter2zz": "Hunter2zz",
    '{"user": "ana", "password": "Hunter2zz", "n": 1}': "Hunter2zz",
    "postgres://ana:Hunter2zz@db.test/shop": "Hunter2zz",
    "<login><password>Hunter2zz</password></login>": "Hunter2zz",
    "Authorization: Bearer Zx80alphaQ9bcdefghij": "Zx80alphaQ9bcdefghij",
}


def _each(write: str) -> Callable[[str], str]:
    return lambda text: "".join(write.format(ord(char)) for char in text)


def _digits(write: str) -> Callable[[str], str]:
    return lambda text: "".join(
        write.format(ord(char)) if char.isdigit() else char for char in text
    )


def _percent(text: str) -> str:
    return quote(text, safe="")


def _other(put: str, found: str = "aeopcxyABEKMHOPCTX") -> Callable[[str], str]:
    return lambda text: text.translate(str.maketrans(found, put))


def _styled(capital: int, small: int) -> Callable[[str], str]:
    table = {ord("A") + at: capital + at for at in range(26)}
    table |= {ord("a") + at: small + at for at in range(26)}
    return lambda text: text.translate(table)


#: Letters of Cyrillic that look like Latin ones.
_CYRILLIC = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
)


def _other_escaped(text: str) -> str:
    written = _other(_CYRILLIC)(text)
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in written)


#: Ways to write characters.
ESCAPES: dict[str, Callable[[str], str]] = {
    "JSON escapes": _each("\\u{:04x}"),
    "JSON escapes in capitals": _each("\\u{:04X}"),
    "JSON escapes of digits": _digits("\\u{:04x}"),
    "JSON escapes in JSON": _each("\\\\u{:04x}"),
    "JSON escapes three deep": _each("\\\\\\\\u{:04x}"),
    "hexadecimal escapes": _each("\\x{:02x}"),
    "long escapes": _each("\\U{:08x}"),
    "percent": _percent,
    "percent of all": _each("%{:02X}"),
    "percent of percent": lambda text: _percent(_percent(text)),
    "percent of percent of percent": lambda text: _percent(_percent(_percent(text))),
    "percent of percent of all": _each("%25{:02x}"),
    "decimal entities": _each("&#{};"),
    "decimal entities with zeros": _each("&#{:05};"),
    "hexadecimal entities": _each("&#x{:x};"),
    "entities of entities": _each("&amp;#{};"),
    "entities in percent": _each("%26%23{}%3B"),
    "percent in JSON escapes": _each("\\u0025{:02x}"),
    "entities with names": html.escape,
    "escaped slashes": lambda text: text.replace("/", "\\/"),
    "zero-width spaces": "\u200b".join,
    "zero-width joiners as escapes": "\\u200d".join,
    "zero-width spaces in percent": lambda text: _percent("\u200b".join(text)),
    "soft hyphens as entities": "&shy;".join,
    "Cyrillic letters": _other(_CYRILLIC),
    "Cyrillic letters as escapes": _other_escaped,
    "Greek letters": _other("\u03bf\u03c1\u0391\u0392\u0395", "opABE"),
    "full-width letters": _styled(0xFF21, 0xFF41),
    "mathematical letters": _styled(0x1D5D4, 0x1D5EE),
    "circled letters": _styled(0x24B6, 0x24D0),
}


@pytest.mark.parametrize("form", ESCAPES)
@pytest.mark.parametrize("secret", WHOLE)
def test_a_secret_in_escapes_is_replaced_as_it_is_written(
    redactor: Redactor, form: str, secret: str
) -> None:
    """
    What is replaced is what the secret is written as: nothing of it stays, nothing beside it goes.
    """
    written = ESCAPES[form](secret)

    for line in ("paid with {}, thanks", '{{"text": "it is {}.", "n": 1}}', "q={}", "<p>{}</p>"):
        expected = line.format(WHOLE[secret])
        assert expected == redactor.text(line.format(written))


@pytest.mark.parametrize("form", ESCAPES)
@pytest.mark.parametrize("text", PARTS)
def test_nothing_of_a_secret_under_an_escaped_key_is_left(
    redactor: Redactor, form: str, text: str
) -> None:
    """
    A key, a separator and a value may all be written as escapes.
    """
    write = ESCAPES[form]

    out = redactor.text(f"got {write(text)} here")

    assert write(PARTS[text]) not in out
    assert "[redacted:" in out
    assert out.startswith("got ")
    assert out.endswith(" here")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "GET /?k=-----BEGIN%20PRIVATE%20KEY-----%0AMIIEvQIBA%0A-----END%20PRIVATE%20KEY-----",
            "GET /?k=[redacted:private-key]",
        ),
        (
            "next=https%3A%2F%2Fana%3AHunter2zz%40db.test%2Fshop%3Fx%3D1",
            "next=https%3A%2F%2Fana%3A[redacted:url-password]%40db.test%2Fshop%3Fx%3D1",
        ),
        (
            '{"html":"\\u003cpassword\\u003eHunter2zz\\u003c/password\\u003e"}',
            '{"html":"\\u003cpassword\\u003e[redacted:password]\\u003c/password\\u003e"}',
        ),
        (
            "a=1&#38;password&#61;Hunter2zz&#38;n=1",
            "a=1&#38;password&#61;[redacted:password]&#38;n=1",
        ),
        (
            '{"text": "4111\\u00a01111\\u00a01111\\u00a01111 ok"}',
            '{"text": "[redacted:card] ok"}',
        ),
        (
            '{"text": "\\ud835\\udfd2111111111111111 ok"}',
            '{"text": "[redacted:card] ok"}',
        ),
        ("pass\u200bword=Hunter2zz", "pass\u200bword=[redacted:password]"),
        (f"{TOKEN[:9]}\u2060{TOKEN[9:]}.", "[redacted:gitlab-token]."),
    ],
)
def test_escapes_of_real_programs_are_understood(
    redactor: Redactor, line: str, expected: str
) -> None:
    """
    Forms that programs are known to write, with the exact text that comes out.
    """
    assert expected == redactor.text(line)


LOOK_ALIKES: tuple[str, ...] = (
    "GET /search?q=red%20shoes%2C+size%2042&from=%2Fhome%3Fx%3D1&tag=a%26b HTTP/1.1",
    "GET /p?u=https%3A%2F%2Fexample.com%2Fproducts%2Fwireless-headphones%3Fid%3D123456789012",
    '{"uri": "/x?a=1\\u0026b=2\\u0026token_count=3", "html": "\\u003cp\\u003eok\\u003c/p\\u003e"}',
    '{"message": "\\u4f60\\u597d caf\\u00e9 \\ud83d\\ude00 ok", "path": "C:\\\\users\\\\u0041na"}',
    '{"url":"https:\\/\\/example.com\\/category\\/products\\/1234567890123456","n":1}',
    "<p>Tom &amp; Jerry&nbsp;&#8211; 5 &lt; 6 &#38; 7 &gt; 6 &copy; 2026</p>",
    "order_id: &#52;111111111111111",
    "order_id=%34111111111111111",
    "sum 4111%201111%201111%201112",
    "100%25 of 50%20 done, %d items, %s, 7%2",
    "pass\\u0077ord=null&user=ana",
    "caf\u00e9 \u2013 10\u00a0000\u00a0\u20ac \u00b7 \u043f\u0430\u0440\u043e\u043b\u044c",
)


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_escapes_without_a_secret_lose_nothing(redactor: Redactor, line: str) -> None:
    """
    Escapes that hold nothing secret stay as they are, to the byte.
    """
    assert line == redactor.text(line)


_WRITERS = st.sampled_from(sorted(ESCAPES)).map(ESCAPES.__getitem__)


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


@given(secret=secrets().map(_ascii), write=_WRITERS, again=_WRITERS)
def test_what_is_written_in_escapes_is_redacted_once_and_for_all(
    redactor: Redactor, secret: str, write: Callable[[str], str], again: Callable[[str], str]
) -> None:
    """
    The second pass over a text in escapes, and in escapes of escapes, changes nothing.
    """
    for text in (write(secret), again(write(secret))):
        once = redactor.text(f"x {text} y")
        assert once is redactor.text(once)


@given(secret=secrets().map(_ascii), write=_WRITERS, key=st.sampled_from(["text", "password", "q"]))
def test_json_with_escapes_stays_json(
    redactor: Redactor, secret: str, write: Callable[[str], str], key: str
) -> None:
    """
    A JSON string in whatever escapes is a JSON string when a part of it is replaced.
    """
    escaped = "".join(f"\\u{ord(char):04x}" for char in secret)
    for inner in (escaped, json.dumps(write(secret))[1:-1]):
        line = f'{{"{key}":"{inner}","list":["{inner}",12],"n":{{"{key}":"{inner}"}}}}'
        json.loads(redactor.text(line))


@given(secret=secrets().map(_ascii), write=_WRITERS, seed=st.integers(0, 1000))
def test_no_way_of_cutting_escapes_changes_the_output(
    redactor: Redactor, secret: str, write: Callable[[str], str], seed: int
) -> None:
    """
    A log with escapes, cut in the middle of them too, comes out as when it is fed whole.
    """
    log = f"a\n{write(secret)}\nx {write(secret)} y\n".encode()
    at = random.Random(seed).randint(0, len(log))
    stream = redactor.stream()

    assert redactor.lines(log) == stream.feed(log[:at]) + stream.feed(log[at:]) + stream.finish()


# Look-alikes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Password\uff1aHunter2zz", "Password\uff1a[redacted:password]"),
        ("password\uff1dHunter2zz n=1", "password\uff1d[redacted:password] n=1"),
        ("db\uff3fpassword=Hunter2zz", "db\uff3fpassword=[redacted:password]"),
        ('{"p\\u0430ssword": "Hunter2zz"}', '{"p\\u0430ssword": "[redacted:password]"}'),
        ("\u0440\u0430ssword=Hunter2zz", "\u0440\u0430ssword=[redacted:password]"),
    ],
)
def test_look_alikes_in_a_key_do_not_hide_it(redactor: Redactor, line: str, expected: str) -> None:
    """
    A letter or a sign of another script that looks like one of ASCII is read as that.
    """
    assert expected == redactor.text(line)


@pytest.mark.parametrize(
    "key",
    ["p\u0430ssword", "\uff50\uff41\uff53\uff53word", "pass\u200bword", "db\uff3fp\u0430ssword",
     "\U0001d5e3assword"],
)  # fmt: skip
def test_look_alikes_in_a_key_of_a_record_do_not_hide_it(redactor: Redactor, key: str) -> None:
    """
    The same in structured records, at any depth, and where a name stands beside its value.
    """
    assert {"a": [{key: "[redacted:password]"}]} == redactor.record({"a": [{key: "Hunter2zz"}]})
    named = redactor.record({"name": key, "value": "Hunter2zz"})
    assert {"name": key, "value": "[redacted:password]"} == named


@pytest.mark.parametrize(
    "text",
    [
        "\u041e\u0422\u0420: \u043e\u0442\u0432\u0435\u0442 48151623",
        "\u0437\u0430\u043a\u0430\u0437 \u2116 4815 \u0434\u043b\u044f user_17: 99\u20ac ok",
        "\u8017\u65f6\uff1a12ms \u72b6\u6001\uff1aok \u7528\u6237\uff1d42",
    ],
)  # fmt: skip
def test_text_in_its_own_script_is_left_alone(redactor: Redactor, text: str) -> None:
    """
    Words that are all of one script lose nothing, whatever their letters look like.
    """
    assert text == redactor.text(text)
    assert {"\u041e\u0422\u0420": "48151623"} == redactor.record({"\u041e\u0422\u0420": "48151623"})

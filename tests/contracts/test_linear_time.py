"""
C7: the cost is linear in the input, whatever the input.

Measured without a clock. For the reference engine the lines of Python that run are counted; for
both engines the instructions are counted under valgrind, matching of patterns included.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Policy, Redactor
from redactor.engines.reference.gate import _REMEMBERED
from redactor.packs.pattern import PatternSyntaxError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from redactor.field_types import EngineName

ROOT = Path(__file__).resolve().parents[2]
#: What is repeated to make each adversarial input.
BAIT: tuple[str, ...] = (
    "1", "1 ", "1-", "12 ", "1234 ", "4111 1111 1111 1111 ", "4111111111111111", "0x1", "1.", "1e",
    "41111111-1111-4111-", "a", "A", " ", "\t", "\0", "\r",
    "a=", "a:", "a: ", "=", ":", ",", ">", "a,", "a;", "a&",
    "password=", "password: ", "password", "password ", "password = ", "password=a,b",
    "password=a&b",
    "password=(", "password=[", "password=['a',", "password={", 'password="', "password='",
    'password=\\"', "password=%22", "password=&quot;", "password=a\\", "password is ",
    "password: |", "password=b'", "password=SecretStr(", "--password ", "-p", "-u a:", "PASSWORD '",
    "token=", "token ", "key-", "api_key=", "secret_", "passwordpassword=", "x.password.",
    '"', "'", "`", '""', '\\"', '\\\\"', "\\", "\\n", "\\u0022", "\\u00", "\\x22",
    "%", "%2", "%25", "%253D", "%25253D", "%3D", "%22", "&", "&quot;", "&#34;",
    "eyJ", "eyJhbGciOiJ", "eyJhbGciOiJIUzI1NiJ9.", "ghp_", "sk-", "AKIA", "xoxb-", "glpat-", "s.",
    "ya29.", "dG9rZW46", "~", "$2b$", "$argon2id$",
    "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "-----",
    "-----END PRIVATE KEY-----", "PuTTY-User-Key-File-2", "Private-Lines: 1\n",
    "Bearer ", "authorization:", "authorization: ", "authorization: basic ", "cookie: a=",
    "set-cookie: ", "basic ", "x-api-key:",
    "://", "a://", "a:b@", "://a:b@", "//a:b", "?a=b&", "@", "a@", "a@b.", "a@b.cc,",
    "<", "<a>", "</a>", "<password>", "<password ", "<!--", "<![CDATA[",
    "<a ", "<html>", "<?xml version=", "From: ", "from: a@b ", "00:00:01.000 --> 00:", 'msgid "',
    "},{", "[{", "[{'a':", "a, b, ", "JVBERi0", "base64,", "data:text/csv,", "\\u0436", "word ", "w\\n",
    "--", "a\\\\", "{\\rtf1", "%PDF-1", "WEBVTT\n", "<html>\n", "MIME-Version: 1\n", "a,b,c\n",
    "form-data; name=", 'form-data; name="password"', 'form-data; name="password"\n\n',
    "[", "]", "{", "}", "(", ")", '{"a":', '[{"a":', '{"password":', "[[", '["password", ',
    'name="password" ', '"name": "password", "value": ', "value=",
    "[redacted:", "[redacted:card]", "[redacted:a", "password=[redacted:password]",
    "é", "１", "４１１１ ", "\u200b", "4\u200b", "\u00a0", "\ufeff1", "\U0001d7ce",
    "\x1b[32m", "\x1b[", "+1 ", "(555) ", "GB82 ", "::", "1:", "10.0.0.1 ", "fe80::", "AB12 3456 ",
    "%B4111111111111111^", "^", "B4", "4111111111111111=", "4111111111111111 12/30 ",
    "\\u0034", "\\\\u0034", "\\u0034 ", "\\u200b", "\\ud835", "\\ud835\\udfd2", "\\x34", "a\\/",
    "%34", "%34 ", "%2534", "%252534", "%2F", "abcdefgh%2F", "%E2%80%8B", "%E2", "%C2%A0",
    "&#52;", "&#x34;", "&#52; ", "&amp;", "&amp;#52;", "&amp;amp;amp;#52;", "&#", "&lt;", "&nbsp;",
    "cGFzc3dvcmQ9YSBw", "cGFzc3dvcmQ9YSBwYXNzd29yZD1i ", "QUFBQUFBQUFBQUFBQUFB", "UVVGQlFVRkJRVUZC",
    "70617373776f72643d612070 ", "3334333433343334", "70617373776f72643d6120706173", "QUJD_",
    "%26%2352%3B", "&#37;34", "password&#61;a ", "pass\\u0077ord=a ",
    "a\n", "\n", "1\n", "a=\n", "password=\n", "password: a\n", "\\\n", "\r\n",
)  # fmt: skip


def bait(text: str, size: int) -> bytes:
    """Repeat *text* up to *size* bytes."""
    unit = text.encode()
    return unit * (size // len(unit))


def steps(call: Callable[[bytes], Any], data: bytes) -> int:
    """Count the lines of Python that run while *data* is handled."""
    count = 0

    def on_event(_frame: object, _event: str, _argument: object) -> Any:
        nonlocal count
        count += 1
        return on_event

    before = sys.gettrace()
    sys.settrace(on_event)
    try:
        call(data)
    finally:
        sys.settrace(before)
    return count


@cache
def reference() -> Redactor:
    redactor = Redactor(Policy(preset="strict"), engine="reference")
    redactor.lines(bait("password=a ", 2000))  # what is compiled when first used
    return redactor


SIZE = 2_000
GROWTH = 4
#: How much more than proportional the growth may be, and steps that do not count.
SLACK = 1.5
FIXED = 5_000


#: Steps that one byte may cost: bounds that are too wide are linear too, and still too slow.
PER_BYTE = 800


def assert_linear(
    call: Callable[[bytes], Any], small: bytes, large: bytes, growth: int = GROWTH
) -> None:
    for _ in range(2 * _REMEMBERED):
        call(small)  # both are measured when their words are remembered
    first = steps(call, small)

    assert steps(call, large) <= first * growth * SLACK + FIXED
    assert first <= len(small) * PER_BYTE + FIXED


@pytest.mark.parametrize("growth", [2, pytest.param(GROWTH, marks=pytest.mark.slow)])
@pytest.mark.parametrize("text", BAIT, ids=ascii)
def test_finding_is_linear(text: str, growth: int) -> None:
    """
    Twice the input costs at most three times the steps, four times the input at most six times,
    for every adversarial input, and no byte more than a bounded number of them.
    """
    assert_linear(reference().find, bait(text, SIZE), bait(text, SIZE * growth), growth)


@pytest.mark.parametrize(
    "text",
    ["password=a ", "password=a\n", "4111111111111111 ", "[4111111111111111,", '{"cvv": 123, ',
     "-----BEGIN PRIVATE KEY-----\n", "a\n", "\n", "glpat-Zx80alphaQ9bcdefghij,", "\\", '"'],
    ids=ascii,
)  # fmt: skip
def test_redacting_is_linear(text: str) -> None:
    """
    Replacing is linear too, in a text, in a log and in the values of a record.
    """
    redactor = reference()
    for call in (
        redactor.lines,
        lambda data: redactor.text(data.decode()),
        lambda data: redactor.record({"x": data, "list": data.decode().split("1")}),
    ):
        assert_linear(call, bait(text, SIZE), bait(text, SIZE * GROWTH))


@pytest.mark.parametrize("piece", [1, 7, 100])
@pytest.mark.parametrize("text", ["x", "password=a ", "1 ", "a\n", "password=a\n"], ids=ascii)
def test_small_pieces_cost_no_more(text: str, piece: int) -> None:
    """
    A stream in small pieces is linear in the number of pieces, without a line break too.
    """

    def feed(data: bytes) -> None:
        stream = reference().stream()
        for at in range(0, len(data), piece):
            stream.feed(data[at : at + piece])
        stream.finish()

    assert_linear(feed, bait(text, SIZE), bait(text, SIZE * GROWTH))


def nested(depth: int, opening: str, closing: str) -> str:
    return opening * depth + "1" + closing * depth


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"pass":', "}]")])
def test_deep_json_is_linear(opening: str, closing: str) -> None:
    """
    JSON that is nested deep costs no more than JSON that is not.
    """
    size = SIZE // len(opening + closing)
    small = nested(size, opening, closing).encode()
    large = nested(size * GROWTH, opening, closing).encode()

    assert_linear(reference().find, small, large)


def test_deep_and_wide_records_are_linear() -> None:
    """
    Records that are nested deep or hold many keys are walked in linear time.
    """

    def deep(size: int) -> Any:
        record: Any = "password=a"
        for _ in range(size):
            record = [record, {"a": 1}]
        return record

    def walk(data: bytes) -> None:
        reference().record(deep(len(data) // 100))
        reference().record({f"key{number}": "x" for number in range(len(data) // 10)})
        reference().record({f"password=a{number}": "x" for number in range(len(data) // 100)})

    assert_linear(walk, bytes(SIZE), bytes(SIZE * GROWTH))


@pytest.mark.parametrize(
    "pattern",
    ["(?:a+)+b", "(?:a*)*b", "(?:a|a)*b", "(?:a|ab)*c", "(?:[a-z]+)*1", "(?:a?){50}b", "(?:.*)*x",
     "(?:(?:a+)?)+b", "(?:a{1,}){2,}b", "(?:x+x+)+y", "(?:a|b|ab)*c", "(?:[^x]+)+x"],
)  # fmt: skip
def test_patterns_that_backtrack_do_not_load(pattern: str) -> None:
    """
    A pattern of a rule that could take more than linear time is refused when it is loaded.
    """
    with pytest.raises(PatternSyntaxError):
        parse(pattern)


# Under valgrind: all instructions, those of the kernel and of pattern matching included.

_CHILD = """
import sys
from redactor import Policy, Redactor
from redactor.engines.reference.gate import _REMEMBERED
engine, size = sys.argv[1], int(sys.argv[2])
unit = sys.argv[3].encode("utf-8", "surrogateescape")
redactor = Redactor(Policy(preset="strict"), engine=engine)
redactor.lines(b"password=a 4111111111111111")
redactor.lines(unit * (size // len(unit)))
"""


@cache
def _packs() -> tempfile.TemporaryDirectory[str]:
    """A cache that these processes have to themselves: with what others put there counts differ."""
    folder = tempfile.TemporaryDirectory(prefix="redactor-")
    for engine in ("native", "reference"):
        subprocess.run(
            [sys.executable, "-c", _CHILD, engine, "0", "x"],
            env={**os.environ, "REDACTOR_CACHE": folder.name},
            check=engine == "reference",
            capture_output=True,
        )
    return folder


@cache
def instructions(engine: str, size: int, text: str) -> int:
    """Count the instructions of a process that redacts *text* repeated up to *size* bytes."""
    done = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no",
         "--cachegrind-out-file=/dev/null", sys.executable, "-c", _CHILD, engine, str(size), text],
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'sinks'}",
            "PYTHONHASHSEED": "0",
            "REDACTOR_CACHE": _packs().name,
        },
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    line = next(line for line in done.stderr.splitlines() if "I" in line and "refs:" in line)
    return int(line.rpartition(":")[2].replace(",", ""))


#: Instructions by which two starts of the interpreter may differ.
NOISE = 8_000_000
#: One of each kind: what tells a scanner's loops apart.
_HARD = (
    "1", "1 ", "1.", "4111 1111 1111 1111 ", "a=", "password=", "password: ", "password='",
    "password=(", "token=", '"', "\\", "%25", "%253D", "eyJ", "eyJhbGciOiJ", "xoxb-", "key-",
    "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Bearer ", "authorization:", "://", "a:b@",
    "<a>", "form-data; name=", "[", '{"a":', "[redacted:card]", "é", "a\n", "password=a\n",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
@pytest.mark.parametrize("text", _HARD, ids=ascii)
def test_instructions_are_linear(engine_name: EngineName, text: str) -> None:
    """
    Ten times the input costs at most fifteen times the instructions, above what starting costs.
    """
    size = 20_000 if engine_name == "native" else 4_000
    start = instructions(engine_name, 0, "x")

    small = instructions(engine_name, size, text) - start
    large = instructions(engine_name, size * 10, text) - start

    assert large <= max(small, NOISE) * 15

"""C4: the output of a stream is the same bytes for every way of cutting its input."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import windows as windows_module
from tests.strategies import cut, cuts, example_logs, log_bytes, logs, slice_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redactor import Redactor

PEM = (
    b"2026-11-22 INFO start\n-----BEGIN RSA PRIVATE KEY-----\n"
    + b"MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3+LQmlQ\n" * 3
    + b"Yx2eqzDV+xeG8kx==\n-----END RSA PRIVATE KEY-----\n2026-11-22 INFO done\n"
)
TEXTS: dict[str, bytes] = {
    "a PEM block": PEM,
    "a PEM block with CRLF": PEM.replace(b"\n", b"\r\n"),
    "a PEM block with blank lines": PEM.replace(b"\n", b"\n\n"),
    "a PEM block without its end": PEM[: PEM.index(b"-----END")] + b"2026-11-22 INFO done\n",
    "a PEM block at the end": PEM[: PEM.index(b"Yx2")],
    "a PEM block without a line break at the end": PEM[: PEM.index(b"Yx2") - 1],
    "a PEM block in records": PEM.replace(b"\n", b"\n2026-11-22 app: "),
    "an escaped PEM block": b'{"key": "' + PEM.strip().replace(b"\n", b"\\n") + b'"}\n',
    "a PuTTY key": (
        b"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n"
        b"AAAAIGZha2VmYWtlZmFrZWZha2VmYWtlZmFrZWZha2VmYWtl\nPrivate-MAC: 00ff\nok\n"
    ),
    "a form": (
        b'--x\r\nContent-Disposition: form-data; name="password"\r\nContent-Type: text/plain\r\n'
        b"\r\nhunter2zz\r\n--x--\r\nok\n"
    ),
    "texts of lines in YAML": (
        b"db:\r\n  password: |\r\n    one\r\n\r\n    two: |\r\n      x\r\n  user: bob\r\n"
        b"token: >\n  see\n  name: DB_PASSWORD\n  value: hunter2\n  q7Zx80alphaQ9mW2\n  ab\nok\n"
        b"tls_key: |\n  x y\n  " + PEM[22:].replace(b"\n", b"\n  ") + b"\n  z\n"
        b"token: |\n  text\n  password: |\n    one\n  two\nsecret:\n  password: |\n    one\n"
    ),
    "values below their names in YAML": (
        b"db:\n  password:\n    Zx8-0alpha\n  passwords:\n    - Zx8-0alpha\n    - 'x y'\n"
        b"    - a: b\nsecret:\n  - $x=>\n  - q7Zx80alphaQ9mW2\npassword:\n"
        b'  form-data; name="password"\n\n  x1y\ncard: |\n  191070244324473\ncard:\n'
        b"  191070244324473\npassword:\n  191070244324473\n"
        b"password: |\n  x1\n  name: DB_PASSWORD\nvalue: hunter2\nsecret: |\n  x1\n  card: |\n"
        b"191070244324473\ntoken: |\n  x\n  card:\n  191070244324473\n"
    ),
    "characters of several bytes": "paid ４１１１１１１１１１１１１１１１ é \U0001d7ce\n".encode()
    * 2,
    "escapes": b'{"a": "\\u0022password\\u0022: \\u0022hunter2\\u0022", "b": "x\\\\n"}\r\n' * 2,
    "percent escapes": b"GET /?q=password%253Dhunter2%2526x%253D1&token=Zx80alphaQ9bc HTTP/1.1\n",
    "invalid UTF-8": b"password=\xff\xfe\xc3(\n\xe2\x80 4111\xc2\xa01111\xc2\xa01111\xc2\xa01111\n",
    "zero bytes": b"a\0password=hunter2\0b\n\0\n",
    "no line break at the end": b"first\npassword=hunter2",
    "only line breaks": b"\n\r\n\n\r\n\r",
    "colours": b"\x1b[32mpassword=hunter2\x1b[0m ok\n",
    "nothing": b"",
}


def filtered(redactor: Redactor, pieces: Iterable[bytes]) -> bytes:
    """Feed *pieces* to a stream and return all that comes out."""
    stream = redactor.stream()
    out = [stream.feed(piece) for piece in pieces]
    out.append(stream.finish())
    return b"".join(out)


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make lines of a few hundred bytes count as giant ones."""
    monkeypatch.setattr(windows_module, "WINDOW", 160)
    monkeypatch.setattr(windows_module, "AHEAD", 96)
    monkeypatch.setattr(windows_module, "CONTEXT", 64)


@pytest.mark.parametrize("name", TEXTS)
def test_a_cut_at_every_place_changes_nothing(redactor: Redactor, name: str) -> None:
    """
    Cut once at every place, and byte by byte: the output is that of the whole input.
    """
    data = TEXTS[name]
    expected = filtered(redactor, [data])

    for at in range(len(data) + 1):
        assert expected == filtered(redactor, [data[:at], data[at:]]), at
    assert expected == filtered(redactor, (data[at : at + 1] for at in range(len(data))))
    assert expected == filtered(redactor, data.splitlines(keepends=True))
    assert expected == redactor.lines(data)


@given(data=st.data(), log=logs())
def test_no_way_of_cutting_changes_the_output(
    redactor: Redactor, data: st.DataObject, log: bytes
) -> None:
    """
    Any log cut at any places comes out as when it is fed whole.
    """
    places = data.draw(cuts(len(log)))

    assert filtered(redactor, [log]) == filtered(redactor, cut(log, places))


@given(data=st.data(), log=log_bytes())
@pytest.mark.usefixtures("small_windows")
def test_no_way_of_cutting_giant_lines_changes_the_output(
    redactor: Redactor, data: st.DataObject, log: bytes
) -> None:
    """
    Lines that are looked at in windows come out the same whatever the pieces were.
    """
    giant = log.replace(b"\n", b" ", 4) + log
    places = data.draw(cuts(len(giant)))

    assert filtered(redactor, [giant]) == filtered(redactor, cut(giant, places))


def _random_pieces(log: bytes, rng: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(log):
        size = rng.choice((1, 3, 17, 100, 1000, 10_000))
        yield log[at : at + size]
        at += size


@pytest.mark.parametrize("name", sorted(example_logs()))
def test_no_way_of_cutting_an_example_log_changes_the_output(redactor: Redactor, name: str) -> None:
    """
    A slice of each example log, cut at random places, comes out as when it is fed whole.
    """
    rng = random.Random(name)
    log = slice_of(example_logs()[name], 120, seed=len(name))
    expected = filtered(redactor, [log])

    for _ in range(3):
        assert expected == filtered(redactor, _random_pieces(log, rng))


@pytest.mark.parametrize("name", sorted(example_logs()))
@pytest.mark.usefixtures("small_windows")
def test_no_way_of_cutting_an_example_log_changes_its_giant_lines(
    redactor: Redactor, name: str
) -> None:
    """
    A slice of each example log, most of its lines looked at in windows, comes out the same.
    """
    rng = random.Random(name)
    log = slice_of(example_logs()[name], 60, seed=len(name))
    expected = filtered(redactor, [log])

    for _ in range(3):
        assert expected == filtered(redactor, _random_pieces(log, rng))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(example_logs()))
def test_no_way_of_cutting_a_whole_example_log_changes_the_output(
    redactor: Redactor, name: str
) -> None:
    """
    Each whole example log, cut at random places, comes out as when it is fed whole.
    """
    rng = random.Random(name)
    log = example_logs()[name]
    expected = filtered(redactor, [log])

    for _ in range(5):
        assert expected == filtered(redactor, _random_pieces(log, rng))


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("shift", range(0, 320, 3))
def test_a_secret_at_every_place_of_a_giant_line_is_found(redactor: Redactor, shift: int) -> None:
    """
    Wherever the edge of a window falls, a secret across it is found whole.
    """
    for secret in (b"4111 1111 1111 1111", b"password=Zx8-0alpha ", b"glpat-Zx80alphaQ9bcdefghij"):
        line = b"at " + b"x " * (shift // 2) + b"x" * (shift % 2) + b" " + secret + b" y" * 300

        out = filtered(redactor, [line + b"\n"])

        assert b"1111" not in out
        assert b"Zx8" not in out
        assert out.endswith(b" y" * 250 + b"\n")


def test_a_line_comes_out_as_soon_as_it_is_complete(redactor: Redactor) -> None:
    """
    A stream holds no complete line back: a slow producer sees each one at once.
    """
    stream = redactor.stream()

    assert b"" == stream.feed(b"password=hun")
    assert b"password=[redacted:password]\n" == stream.feed(b"ter2\nnext")
    assert b"next ok\n" == stream.feed(b" ok\n")
    assert b"" == stream.finish()


@pytest.mark.usefixtures("small_windows")
def test_a_giant_line_comes_out_in_bounded_memory(redactor: Redactor) -> None:
    """
    Of a line without an end, no more than a window, what is looked ahead and the last piece are
    held back.
    """
    stream = redactor.stream()
    limit = redactor_limit()
    held = 0
    for _ in range(200):
        held += 100 - len(stream.feed(b"x y z 1234 " * 9 + b"."))
        assert held <= limit + 100
    stream.finish()


def redactor_limit() -> int:
    return windows_module.WINDOW + windows_module.AHEAD


@pytest.mark.usefixtures("small_windows")
@given(log=log_bytes())
def test_what_comes_out_in_windows_is_stable(redactor: Redactor, log: bytes) -> None:
    """
    The planted card of a giant line is gone wherever the edges of the windows fall.
    """
    line = log.replace(b"\n", b" ") + b" 4111 1111 1111 1111 " + b"." * 300

    assert b"1111 1111" not in filtered(redactor, [line])

"""Known values in streams: the output depends neither on the cuts nor on the edges of windows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor, Stats, windows
from tests.known.strategies import LABEL, MARKER, VALUES, WAYS
from tests.strategies import cut, cuts, log_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.field_types import EngineName

VALUE = "Zx80alphaQ9+bcdef"
KEY = (
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3+LQmlQ\n"
    "XYwZmlaZ2VyZ2VydGhlcmV3YXNhdGltZXdoZW5rZXlzd2VyZW1hZGVvZnN0b25l\n"
    "Yx2eqzDV+xeG8kx==\n"
    "-----END PRIVATE KEY-----"
)
SHORT = "hunter22"


@pytest.fixture(scope="module")
def knowing(engine_name: EngineName) -> Redactor:
    """A redactor that knows a token, a short word, a private key and a text of two lines."""
    redactor = Redactor(engine=engine_name)
    redactor.known.register(VALUE, LABEL)
    redactor.known.register(SHORT, "word")
    redactor.known.register(KEY, "key")
    redactor.known.register("first-line-of-a-secret-text\nsecond-line-of-a-secret-text", "text")
    return redactor


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make lines of a few hundred bytes count as giant ones."""
    monkeypatch.setattr(windows, "WINDOW", 160)
    monkeypatch.setattr(windows, "AHEAD", 96)
    monkeypatch.setattr(windows, "CONTEXT", 64)


def filtered(redactor: Redactor, pieces: Iterable[bytes]) -> bytes:
    stream = redactor.stream()
    return b"".join([*(stream.feed(piece) for piece in pieces), stream.finish()])


TEXTS = {
    "each form": "".join(f"{way}: {write(VALUE)};\n" for way, write in WAYS.items()),
    "one after the other": f"{VALUE}{VALUE}\n{VALUE}{VALUE[:9]}\n{VALUE[:9]}{VALUE}\n",
    "a word": f"{SHORT} x{SHORT} {SHORT}x \\n{SHORT} _{SHORT}-\n{SHORT}",
    "a key": f"start\n{KEY}\nend\n",
    "a key in records": f"a: {KEY}\n".replace("\n", "\n2026-11-22 app: "),
    "a key with other breaks": KEY.replace("\n", "\r\n") + "\r\n",
    "a key with escaped breaks": KEY.replace("\n", "\\n") + " end\n",
    "lines of a secret": "x first-line-of-a-secret-text\nsecond-line-of-a-secret-text y\n",
    "beside other secrets": f"password={VALUE} card 4111111111111111{VALUE}4111111111111111\n",
    "JSON": f'{{"a": "{VALUE}", "b": [{SHORT}], "password": "{SHORT}"}}\n',
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=[pytest.mark.slow] if each == "each form" else []) for each in TEXTS],
)
def test_a_cut_at_every_place_changes_nothing(knowing: Redactor, name: str) -> None:
    """
    Cut once at every place, and byte by byte: the output is that of the whole input.
    """
    data = TEXTS[name].encode()
    expected = filtered(knowing, [data])

    assert VALUE.encode() not in expected
    assert expected == knowing.lines(data)
    for at in range(len(data) + 1):
        assert expected == filtered(knowing, [data[:at], data[at:]]), at
    assert expected == filtered(knowing, (data[at : at + 1] for at in range(len(data))))


@pytest.mark.parametrize("name", TEXTS)
def test_what_comes_out_is_redacted_once_and_for_all(knowing: Redactor, name: str) -> None:
    """
    The second pass over a log with known values in it is the identity.
    """
    once = knowing.lines(TEXTS[name].encode())

    assert once is knowing.lines(once)
    assert once.decode() == knowing.text(once.decode())


_planted = st.lists(
    st.one_of(
        log_bytes(),
        st.sampled_from([text.encode() for text in TEXTS.values()]),
        st.sampled_from([write(VALUE).encode() for write in WAYS.values()]),
        st.sampled_from([VALUE.encode(), SHORT.encode(), KEY.encode(), b"\n", b" ", b"x", b"7"]),
    ),
    max_size=6,
).map(b"".join)


@given(data=st.data(), log=_planted)
def test_no_way_of_cutting_changes_the_output(
    knowing: Redactor, data: st.DataObject, log: bytes
) -> None:
    """
    Any log with known values in it, cut at any places, comes out as when it is fed whole.
    """
    places = data.draw(cuts(len(log)))

    assert filtered(knowing, [log]) == filtered(knowing, cut(log, places))


@given(data=st.data(), log=_planted)
@pytest.mark.usefixtures("small_windows")
def test_no_way_of_cutting_giant_lines_changes_the_output(
    knowing: Redactor, data: st.DataObject, log: bytes
) -> None:
    """
    Lines that are looked at in windows come out the same whatever the pieces were.
    """
    giant = log.replace(b"\n", b" ") + b" " + log
    places = data.draw(cuts(len(giant)))

    assert filtered(knowing, [giant]) == filtered(knowing, cut(giant, places))


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("way", [way for way in WAYS if len(WAYS[way](VALUE)) <= 96])
def test_a_value_at_every_place_of_a_giant_line_is_removed(knowing: Redactor, way: str) -> None:
    """
    Wherever the edge of a window falls, a value across it goes whole, and nothing around it.
    """
    written = WAYS[way](VALUE).encode()
    for shift in range(0, 320, 3):
        before, after = b". " * (shift // 2) + b"." * (shift % 2) + b" ", b" -" * 300

        out = filtered(knowing, [before + written + after + b"\n"])

        assert before + MARKER.encode() + after + b"\n" == out, shift


@pytest.mark.usefixtures("small_windows")
def test_a_run_of_values_in_a_giant_line_is_removed(engine_name: EngineName) -> None:
    """
    A value again and again, over many windows, leaves nothing of itself.
    """
    redactor = Redactor(engine=engine_name)
    value = VALUES["letters and digits"]
    redactor.known.register(value, LABEL)
    out = filtered(redactor, [b"a " + value.encode() * 40 + b" b\n"]).decode()

    assert out.startswith("a ")
    assert out.endswith(" b\n")
    assert set() == set(out[2:-3].replace(MARKER, ""))


def test_a_value_counts_in_a_stream_that_is_open(engine_name: EngineName) -> None:
    """
    A value that is registered while a stream is open is removed from the next line on, and comes
    out again once it is forgotten.
    """
    redactor = Redactor(engine=engine_name)
    stream = redactor.stream()

    assert b"a Zx80alpha\n" == stream.feed(b"a Zx80alpha\n")
    redactor.known.register("Zx80alpha", LABEL)
    assert f"b {MARKER}\n".encode() == stream.feed(b"b Zx80alpha\n")
    redactor.known.forget("Zx80alpha")
    assert b"c Zx80alpha\n" == stream.feed(b"c Zx80alpha\n")


def test_findings_are_counted_by_their_rule(engine_name: EngineName) -> None:
    """
    The statistics of a stream count known values together, beside the rules.
    """
    redactor = Redactor(engine=engine_name)
    redactor.known.register("Zx80alphaQ9", "a")
    redactor.known.register("Yw71betaR8z", "b")
    stats = Stats()
    stream = redactor.stream(stats)
    stream.feed(b"Zx80alphaQ9 Yw71betaR8z\nZx80alphaQ9 password=hunter2\n" + b"- " * 700_000)
    stream.feed(b"Zx80alphaQ9 \n")
    stream.finish()

    assert {"known-value": 4, "password": 1} == stats.findings


@pytest.mark.parametrize("size", [1 << 20, 3 << 20])
def test_values_in_giant_lines_of_the_real_size_are_removed(
    engine_name: EngineName, size: int
) -> None:
    """
    A long value across the edges of windows of a line of megabytes goes.
    """
    redactor = Redactor(engine=engine_name)
    value = VALUES["long"].encode()
    redactor.known.register(VALUES["long"], LABEL)
    rng = random.Random(size)
    places = [*rng.sample(range(0, size, 8192), 5), (1 << 20) - 1000, size]
    line = bytearray(b". " * (size // 2))
    for place in sorted(places, reverse=True):
        line[place:place] = b" " + value + b" "
    out = redactor.lines(bytes(line) + b"\n")

    assert len(places) <= out.count(MARKER.encode()) <= len(places) + 2
    assert out.replace(MARKER.encode(), b"").strip(b". \n") == b""

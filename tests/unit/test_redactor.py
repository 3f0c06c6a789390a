"""The front door: ``redact``, ``Redactor`` and its streams."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

import redactor as package
from redactor import EngineError, Finding, Redactor, Stats
from redactor.engines import make_engine, native_available
from redactor.packs import Ruleset, load_builtin
from tests.strategies import example_logs, slice_of

if TYPE_CHECKING:
    from redactor.field_types import EngineName


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("password=hunter2", "password=[redacted:password]"),
        (b"password=hunter2\nok\n", b"password=[redacted:password]\nok\n"),
        ({"password": "hunter2"}, {"password": "[redacted:password]"}),
        (["password=hunter2"], ["password=[redacted:password]"]),
        (4111111111111111, "[redacted:card]"),
        (None, None),
    ],
)
def test_redact_takes_anything(value: Any, expected: Any) -> None:
    """
    ``redact`` takes a text, a log as bytes, or a record.
    """
    assert expected == package.redact(value)


def test_the_public_names_are_there() -> None:
    """
    Each name of ``__all__`` is there, and they are sorted.
    """
    assert sorted(package.__all__) == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize(
    "text", ["", "ok", "user 7 logged in", "é１ ok", "\ud800", "a\nb\n", "Failed password for bob"]
)
def test_a_clean_text_comes_back_as_itself(redactor: Redactor, text: str) -> None:
    """
    A text, a log or a record without a secret comes back as the same object.
    """
    data = text.encode("utf-8", "surrogatepass")

    assert redactor.text(text) is text
    assert redactor.lines(data) is data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("ok", ()),
        ("é password=hunter2", (Finding("password", 11, 18),)),
        ("\U0001d7ce password=hunter2", (Finding("password", 11, 18),)),
        ("\ud800 password=hunter2", (Finding("password", 11, 18),)),
        (
            "got password=hunter2, card 4111111111111111",
            (Finding("password", 13, 20), Finding("card", 27, 43)),
        ),
    ],
)
def test_findings_are_places_in_characters(
    redactor: Redactor, text: str, expected: tuple[Finding, ...]
) -> None:
    """
    The findings of a ``str`` are in characters and in order; a clean text has the empty tuple.
    """
    assert expected == redactor.find(text)


def test_findings_of_bytes_are_places_in_bytes(redactor: Redactor) -> None:
    """
    The findings of ``bytes`` are in bytes, whatever the encoding.
    """
    assert (Finding("password", 12, 19),) == redactor.find("é password=hunter2".encode())
    assert (Finding("password", 11, 18),) == redactor.find(b"\xff password=hunter2")


def test_findings_know_the_key_of_a_value(redactor: Redactor) -> None:
    """
    With a key, what is a secret only because of its name is found too.
    """
    assert () == redactor.find("hunter2")
    assert (Finding("password", 0, 7),) == redactor.find("hunter2", key="db_password")
    assert () == redactor.find("4111111111111111", key="order_id")
    assert (Finding("card", 0, 16),) == redactor.find("4111111111111111", key="n")


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (b"", b""),
        (b"\n", b"\n"),
        (b"password=hunter2", b"password=[redacted:password]"),
        (b"password=hunter2\r\n", b"password=[redacted:password]\r\n"),
        (b"a\r\npassword=hunter2\r\nb", b"a\r\npassword=[redacted:password]\r\nb"),
        (b"\xff\xfe x password=hunter2 \xff\n", b"\xff\xfe x password=[redacted:password] \xff\n"),
        (b"\0\0x password=hunter2 \0\n", b"\0\0x password=[redacted:password] \0\n"),
        (b"x password=hunter2 y\n\n\n", b"x password=[redacted:password] y\n\n\n"),
        (b"\rx password=hunter2 y\r", b"\rx password=[redacted:password] y\r"),
    ],
)
def test_bytes_and_line_ends_are_kept(redactor: Redactor, log: bytes, expected: bytes) -> None:
    """
    Whatever stands around a secret in a log is kept: line ends, NUL, invalid UTF-8.
    """
    assert expected == redactor.lines(log)


def test_a_private_key_is_one_finding_over_lines(redactor: Redactor) -> None:
    """
    A private key in armour becomes one marker, from BEGIN to END, with the break behind it.
    """
    log = b"a\n-----BEGIN PRIVATE KEY-----\nMIIB\nqg==\n-----END PRIVATE KEY-----\nb\n"
    stats = Stats()
    stream = redactor.stream(stats)

    assert b"a\n[redacted:private-key]\nb\n" == stream.feed(log) + stream.finish()
    assert redactor.text(log.decode()) == redactor.lines(log).decode()


def test_statistics_count_what_went_through(redactor: Redactor) -> None:
    """
    A stream counts bytes in and out, line breaks and findings by rule, in pieces as at once.
    """
    log = b"ok\npassword=hunter2\n4111111111111111 5555555555554444\nlast"
    counted: list[Stats] = []
    for size in (1, 5, 1000):
        stats = Stats()
        stream = redactor.stream(stats)
        out = b"".join(stream.feed(log[at : at + size]) for at in range(0, len(log), size))
        out += stream.finish()
        counted.append(stats)

        assert len(log) == stats.bytes_in
        assert len(out) == stats.bytes_out
        assert 3 == stats.lines
        assert {"password": 1, "card": 2} == stats.findings
        assert (0, 0) == (stats.dropped, stats.withheld)


@pytest.mark.parametrize("name", ["nginx-access.log", "batch-job.log", "structlog.log"])
def test_statistics_do_not_depend_on_chunking(redactor: Redactor, name: str) -> None:
    """
    What is counted is the same for every way of cutting the input.
    """
    log = slice_of(example_logs()[name], 100)
    counts = []
    for size in (13, 1000, len(log)):
        stats = Stats()
        stream = redactor.stream(stats)
        for at in range(0, len(log), size):
            stream.feed(log[at : at + size])
        stream.finish()
        counts.append((stats.bytes_in, stats.bytes_out, stats.lines, dict(stats.findings)))

    assert [counts[0]] * 3 == counts


def test_a_redactor_is_shared_between_threads(redactor: Redactor) -> None:
    """
    Many threads use one redactor and each gets what one alone gets.
    """
    log = slice_of(example_logs()["structlog.log"], 40)
    expected = redactor.lines(log)
    wrong: list[bytes] = []

    def work() -> None:
        for _ in range(3):
            out = redactor.lines(log)
            if out != expected:
                wrong.append(out)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_the_engine_is_named(redactor: Redactor, engine_name: EngineName) -> None:
    """
    Which engine runs is no secret.
    """
    assert engine_name == redactor.engine


def test_the_engine_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    ``REDACTOR_ENGINE`` chooses the engine; an argument goes before it; an unknown one is refused.
    """
    ruleset = Ruleset.compile(load_builtin("cards").rules)
    monkeypatch.setenv("REDACTOR_ENGINE", "reference")
    assert "reference" == make_engine(ruleset).name

    monkeypatch.setenv("REDACTOR_ENGINE", "fast")
    assert "reference" == make_engine(ruleset, "reference").name
    with pytest.raises(EngineError) as caught:
        make_engine(ruleset)
    assert "REDACTOR_ENGINE=fast: there is no such engine. Use native or reference." == str(
        caught.value
    )


def test_the_native_engine_is_the_default_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Without a choice the native engine runs where it is installed, else the reference engine.
    """
    monkeypatch.delenv("REDACTOR_ENGINE", raising=False)

    assert ("native" if native_available() else "reference") == Redactor().engine


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Asking for the native engine where it is not installed says how to install it.
    """
    monkeypatch.setitem(__import__("sys").modules, "redactor_core", None)

    with pytest.raises(EngineError) as caught:
        Redactor(engine="native")

    assert (
        "engine native: the package 'redactor-core' is not installed. "
        "Install it with: pip install 'redactor-pipeline[native]'."
    ) == str(caught.value)

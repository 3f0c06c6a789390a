"""Actions: what stands in the place of a secret."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import pytest

from redactor import Policy, PolicyError, Redactor, Stats
from redactor.actions import Fingerprint
from redactor.policy import Hmac

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor.field_types import EngineName

KEY = "0123456789abcdef0123456789abcdef"
VARIABLE = "REDACTOR_TEST_KEY"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Hmac:
    """A key in the environment."""
    monkeypatch.setenv(VARIABLE, KEY)
    return Hmac(key_env=VARIABLE, key_id="k7")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("got 4111111111111111 ok", "got [redacted:card:****1111] ok"),
        ("got 4111 1111 1111 1234 ok", "got 4111 1111 1111 1234 ok"),
        ("got 5555-5555-5555-4444 ok", "got [redacted:card:****4444] ok"),
        ("login password=hunter2 ok", "login password=[redacted:password] ok"),
        ("login password=hunter2hunt ok", "login password=[redacted:password] ok"),
        ("login password=hunter2hunte ok", "login password=[redacted:password:****unte] ok"),
        ("login password=!!!!!!!!!!!!!!abcd ok", "login password=[redacted:password] ok"),
        ("card ４１１１１１１１１１１１１１１１", "card [redacted:card]"),
        ('{"card": 4111111111111111}', '{"card": "[redacted:card:****1111]"}'),
    ],
)
def test_a_mask_shows_the_last_four(
    build: Callable[..., Redactor], text: str, expected: str
) -> None:
    """
    A mask shows the last four letters or digits of a value of twelve or more, and nothing of a
    shorter one.
    """
    assert expected == build(actions={"default": "mask"}).text(text)


def test_a_fingerprint_is_a_keyed_hash(build: Callable[..., Redactor], key: Hmac) -> None:
    """
    A fingerprint is HMAC-SHA-256 under a key derived for the rule, cut to 64 bits, with the key's
    id in the marker.
    """
    own = hmac.digest(KEY.encode(), b"redactor/1/password", hashlib.sha256)
    expected = hmac.digest(own, b"hunter2", hashlib.sha256).hex()[:16]

    redacted = build(actions={"default": "hmac"}, hmac=key).text("login password=hunter2 ok")

    assert f"login password=[redacted:password:k7:{expected}] ok" == redacted


def test_a_fingerprint_is_the_same_for_the_same_secret() -> None:
    """
    One secret has one fingerprint, another secret another one.
    """
    fingerprint = Fingerprint(KEY.encode())

    assert fingerprint.of("card", b"4111111111111111") == fingerprint.of(
        "card", b"4111111111111111"
    )
    assert fingerprint.of("card", b"4111111111111111") != fingerprint.of(
        "card", b"5555555555554444"
    )


def test_the_grouping_of_a_number_is_no_part_of_its_fingerprint() -> None:
    """
    A card number has one fingerprint in all groupings.
    """
    fingerprint = Fingerprint(KEY.encode())
    forms = (b"4111111111111111", b"4111 1111 1111 1111", b"4111-1111-1111-1111")

    assert 1 == len({fingerprint.of("card", form) for form in forms})


def test_each_rule_has_fingerprints_of_its_own() -> None:
    """
    The same text under two rules has two fingerprints: they cannot be joined.
    """
    fingerprint = Fingerprint(KEY.encode())

    assert fingerprint.of("card", b"4111111111111111") != fingerprint.of(
        "password", b"4111111111111111"
    )


def test_another_key_gives_another_fingerprint() -> None:
    """
    A fingerprint depends on the key.
    """
    assert Fingerprint(b"a" * 16).of("card", b"1") != Fingerprint(b"b" * 16).of("card", b"1")


def test_no_fingerprint_is_a_plain_hash() -> None:
    """
    No unkeyed hash of a card number, of any common kind, is its fingerprint.
    """
    written = Fingerprint(b"\0" * 16).of("card", b"4111111111111111")

    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s", "sha3_256"):
        assert written not in hashlib.new(name, b"4111111111111111").hexdigest()


def test_the_key_can_be_in_a_file(
    build: Callable[..., Redactor], tmp_path: Path, key: Hmac
) -> None:
    """
    The key is read from a file without the line break at its end; it is the same key.
    """
    path = tmp_path / "key"
    path.write_text(KEY + "\n", "ascii")
    from_file = build(actions={"default": "hmac"}, hmac=Hmac(key_file=str(path), key_id="k7"))
    from_environment = build(actions={"default": "hmac"}, hmac=key)

    assert from_environment.text("card 4111111111111111") == from_file.text("card 4111111111111111")


def test_the_file_of_the_key_is_found_from_the_policy(
    build: Callable[..., Redactor], tmp_path: Path, key: Hmac
) -> None:
    """
    The path of the key's file is relative to the folder of the policy, as all paths in it.
    """
    (tmp_path / "own.key").write_text(KEY, "ascii")
    redactor = build(
        actions={"default": "hmac"},
        hmac=Hmac(key_file="own.key", key_id="k7"),
        base=str(tmp_path),
    )

    assert build(actions={"default": "hmac"}, hmac=key).text("pin=1234") == redactor.text(
        "pin=1234"
    )


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (
            (VARIABLE, "", "k1"),
            (
                f"hmac.key_env: {VARIABLE}: the environment variable is not set. "
                "Set it, or name another one."
            ),
        ),
        (
            ("", "none.key", "k1"),
            (
                "hmac.key_file: none.key: it cannot be read (No such file or directory). "
                "Check the path and its permissions."
            ),
        ),
        (
            ("", "", "k1"),
            "hmac: the action needs a key. Set hmac.key_env or hmac.key_file in the policy.",
        ),
    ],
    ids=["environment", "file", "neither"],
)
def test_there_is_no_fingerprint_without_a_key(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    sources: tuple[str, str, str],
    message: str,
) -> None:
    """
    Where the key is missing the program does not start: there is no unkeyed form.
    """
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(PolicyError) as caught:
        Fingerprint.from_sources(*sources)

    assert message == str(caught.value)


def test_a_redactor_does_not_start_without_its_key(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    A redactor whose policy asks for fingerprints is not built without the key.
    """
    monkeypatch.delenv(VARIABLE, raising=False)
    policy = Policy(actions={"card": "hmac"}, hmac=Hmac(key_env=VARIABLE))

    with pytest.raises(PolicyError):
        Redactor(policy, engine=engine_name)


@pytest.mark.parametrize("key_id", ["", "k 1", "a" * 17, "k-1", "é", "[", "k:1"])
def test_the_id_of_a_key_is_letters_and_digits(key_id: str) -> None:
    """
    The id of a key fits into a marker: 1 to 16 letters and digits.
    """
    with pytest.raises(PolicyError) as caught:
        Fingerprint(KEY.encode(), key_id)

    assert 'hmac.key_id: it is not 1 to 16 letters and digits. Write: key_id = "k1".' == str(
        caught.value
    )


def test_drop_field_removes_the_field(build: Callable[..., Redactor]) -> None:
    """
    In a record the nearest field goes, with its key; where there is none, a marker stands.
    """
    redactor = build(actions={"password": "drop-field"})

    assert {"user": "bob"} == redactor.record({"user": "bob", "password": "hunter2"})
    assert {"a": {"n": 1}} == redactor.record({"a": {"password": "hunter2", "n": 1}})
    assert {"n": 1} == redactor.record({"msg": "got password=hunter2 ok", "n": 1})
    assert {"n": 1} == redactor.record({"a": [7, "got password=hunter2 ok"], "n": 1})
    assert {"n": 1} == redactor.record({"got password=hunter2 ok": 7, "n": 1})
    assert "got password=[redacted:password] ok" == redactor.text("got password=hunter2 ok")
    assert "[redacted:withheld:field]" == redactor.record("got password=hunter2 ok")
    assert {"card": "[redacted:card]"} == redactor.record({"card": "4111111111111111"})


def test_drop_record_removes_the_record(build: Callable[..., Redactor]) -> None:
    """
    A record with such a finding anywhere is gone: ``None`` for a record, no line for a line, the
    bare marker for a text.
    """
    redactor = build(actions={"card": "drop-record"})
    stats = Stats()
    stream = redactor.stream(stats)

    assert redactor.record({"a": [{"b": 4111111111111111}], "n": 1}) is None
    assert redactor.record({4111111111111111: 1}) is None
    assert "[redacted:card]" == redactor.text("got 4111111111111111 ok")
    out = stream.feed(b"a\ngot 4111111111111111 ok\r\nb password=hunter2\n4111111111111111")
    assert b"a\nb password=[redacted:password]\n" == out + stream.finish()
    assert 2 == stats.dropped
    assert {"a": 1} == redactor.record({"a": 1})


def test_dropping_goes_before_replacing(build: Callable[..., Redactor]) -> None:
    """
    A record with both kinds of finding is dropped, whatever the order of the fields.
    """
    redactor = build(actions={"card": "drop-record", "password": "drop-field"})

    assert redactor.record({"password": "hunter2", "n": 4111111111111111}) is None
    assert redactor.record({"n": 4111111111111111, "password": "hunter2"}) is None

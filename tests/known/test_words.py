"""What is not removed: words that logs are full of, and parts of other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor import KnownValues, Redactor
from redactor.known.worth import looks_random, worth
from tests.strategies import example_logs

if TYPE_CHECKING:
    from redactor.field_types import EngineName

#: Values of variables that are named like secrets, and must not take words out of logs.
COMMON = (
    "production", "development", "postgres", "postgresql", "localhost", "true", "False", "null",
    "changeme", "changeme123", "password", "Password1!", "admin", "admin123", "root", "secret",
    "rabbitmq", "guest", "redis1", "minioadmin", "my-secret-token", "test-password", "us-east-1",
    "eu-central-1", "db_password", "postgres:postgres", "example", "your-api-key", "xxxxxxxx",
    "********", "${DB_PASSWORD}", "{{ vault_password }}", "<redacted>", "1234567", "12345",
    "2024-01-01", "10.0.0.12", "10.0.0.12:5432", "db.internal.example", "db.internal:5432",
    "https://vault.example/v1", "/etc/tls/server.key", "~/.ssh/id_rsa", "./run.sh",
    "config/master.key", "application/json", "aaaaaaaaaaaa", "arn:aws:iam::123456789012:role/x",
    "hunter2", "short",
)  # fmt: skip
#: Values that are worth it.
SECRETS = (
    "hunter2hunter2", "hunter22", "S3cr3t!", "Tr0ub4dor&3", "correct-horse-battery-staple",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "12345678",
    "8d5f2c1e-7b3a-4c6d-9e0f-1a2b3c4d5e6f", "/9j4AAQ/SkZ1JRg8k2+Qw", "P@ssw0rd9", "pässwört80",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "correct horse battery staple",
)  # fmt: skip


@pytest.mark.parametrize("value", COMMON)
def test_common_words_are_not_taken_from_the_environment(value: str) -> None:
    """
    Words, paths, addresses, dates, templates and what is too short are not worth it.
    """
    assert not worth(value)
    assert not looks_random(value)


@pytest.mark.parametrize("value", SECRETS)
def test_secrets_are_taken_from_the_environment(value: str) -> None:
    """
    Eight characters of any kind, or six of three kinds, are worth it.
    """
    assert worth(value)


def knowing(engine_name: EngineName, *values: str) -> Redactor:
    redactor = Redactor(engine=engine_name, known=KnownValues())
    for value in values:
        redactor.known.register(value, "w")
    return redactor


@pytest.mark.parametrize(
    ("value", "text", "hits"),
    [
        ("hunter22", "hunter22 'hunter22' hunter22, (hunter22) _hunter22_ é.hunter22é", 6),
        ("hunter22", "xhunter22 hunter22x 1hunter22 hunter220", 0),
        ("hunter22", r"\nhunter22 \thunter22 %3Dhunter22 \u0022hunter22 \x27hunter22", 5),
        ("hunter22", "\x1b[32mhunter22\x1b[0m", 1),
        ("4815162342", "481516234200 14815162342 0x4815162342", 0),
        ("4815162342", "4815162342 n=4815162342;", 2),
        ("swordfish", "swordfishes aswordfish", 0),
        ("kQ7!", "xkQ7! kQ7!x", 1),
        ("kQ7!", "kQ7! (kQ7!)", 2),
        ("aB3xK9mQ", "xaB3xK9mQx", 1),
        ("p@ssword", "xp@sswordx", 1),
        ("hunter22hunt", "xhunter22huntx", 1),
    ],
)
def test_short_words_count_as_whole_words(
    engine_name: EngineName, value: str, text: str, hits: int
) -> None:
    """
    Under twelve letters and digits, not of all three kinds, a value is removed as a word and is no
    part of another one; escapes before it are no part of the word.
    """
    redactor = knowing(engine_name, value)

    assert hits == sum(finding.rule == "known-value" for finding in redactor.find(text))


def test_what_is_no_form_stays(engine_name: EngineName) -> None:
    """
    Text that is only like a value, or a part of one, stays as it is and the very object.
    """
    redactor = knowing(engine_name, "Zx80alphaQ9bcdefghij", "hunter22")
    for text in (
        "Zx80alphaQ9bcdefghi",
        "x80alphaQ9bcdefghij",
        "ZX80ALPHAQ9BCDEFGHIJ",
        "Zx80alphaQ9 bcdefghij",
        "hunter 22",
        "WngwMGFscGhh",
        "",
        "Zx80",
    ):
        assert text is redactor.text(text)


@pytest.mark.parametrize("name", sorted(example_logs()))
def test_values_of_a_program_change_nothing_in_logs_of_others(
    redactor: Redactor, engine_name: EngineName, name: str
) -> None:
    """
    With some secrets registered, the example logs come out as without.
    """
    log = b"".join(example_logs()[name].splitlines(keepends=True)[:100])
    own = knowing(engine_name, *SECRETS, "kQ7x", "4711", "Zx81")

    assert redactor.lines(log) == own.lines(log)


def test_parts_of_markers_are_no_findings(engine_name: EngineName) -> None:
    """
    Values that markers are made of leave the markers whole.
    """
    redactor = knowing(
        engine_name, "redacted", "known-value", "card", "password", "[redacted:card]"
    )
    text = "[redacted:card] [redacted:known-value:w] [redacted:password:k1:0123456789abcdef]"

    assert text is redactor.text(text)
    assert "password=[redacted:password] [redacted:card]" == redactor.text(
        "password=[redacted:password] 4111111111111111"
    ).replace("[redacted:known-value:w]", "password")
    assert "[redacted:known-value:w] is [redacted:known-value:w]" == redactor.text(
        "card is redacted"
    )

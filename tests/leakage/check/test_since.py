"""``--since``: a growing log is looked at once, whatever rotation does to it."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from tests.leakage.check.conftest import CLEAN, LINE, SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.leakage.check.conftest import Done

BEGIN = b"-----BEGIN RSA " + b"PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0m3Tq0J3mXW9Yk3Xw9c1n7yD2bqkq0h2\n"
END = b"5v8x1z4A7D0G3J6M9P2S5V8Y1b4e7h0k3n6q9t2w5z8C1F4I\n-----END RSA " + b"PRIVATE KEY-----\n"


@pytest.fixture
def log(folder: Path) -> Path:
    """A log with three lines, the second of which leaks."""
    path = folder / "a.log"
    path.write_bytes(CLEAN + LINE + CLEAN)
    return path


@pytest.fixture
def again(run: Callable[..., Done]) -> Callable[..., Done]:
    """Look at what was added since the last call."""
    return lambda *paths: run(*(paths or ("a.log",)), "--since", "state")


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_only_what_was_added_is_looked_at(log: Path, again: Callable[..., Done]) -> None:
    """
    The second run sees the lines that came since, under their numbers in the file.
    """
    assert ["a.log:2 password"] == again().places
    assert (0, 0) == ((done := again()).code, done.report["records"])

    append(log, CLEAN + LINE)

    done = again()
    assert ["a.log:5 password"] == done.places
    assert 2 == done.report["records"]


def test_a_line_that_was_not_whole_is_looked_at_again(
    log: Path, again: Callable[..., Done]
) -> None:
    """
    A line that was being written is read from its start the next time.
    """
    log.write_bytes(CLEAN + LINE[:40])
    again()
    append(log, LINE[40:])

    assert ["a.log:2 password"] == again().places


@pytest.mark.parametrize("cut", [len(BEGIN), len(BEGIN) - 20, 34, 10])
def test_a_key_that_was_not_whole_is_looked_at_again(
    cut: int, log: Path, again: Callable[..., Done]
) -> None:
    """
    A block over several lines is read from its first line the next time.
    """
    key = BEGIN + END
    log.write_bytes(CLEAN + key[:cut])
    again()
    append(log, key[cut:] + CLEAN)

    done = again()
    assert ["a.log:2 private-key"] == done.places
    assert (0, 0) == ((done := again()).code, done.report["records"])


def test_a_log_that_was_emptied_is_read_from_its_start(
    log: Path, again: Callable[..., Done]
) -> None:
    """
    A file of the same number that is shorter, or starts otherwise, is another log.
    """
    again()
    with log.open("r+b") as file:  # as logrotate does with copytruncate
        file.truncate(0)
        file.write(LINE)
    assert ["a.log:1 password"] == again().places

    with log.open("r+b") as file:
        file.truncate(0)
        file.write(CLEAN.replace(b"12 ms", b"13 ms") + LINE * 9)
    done = again()
    assert (9, 10) == (done.report["leaks"][0]["count"], done.report["records"])


@pytest.mark.parametrize("given", [("a.log",), ("a.log", "a.log.1"), ("a.log*",)])
def test_the_rest_of_a_rotated_log_is_looked_at(
    given: tuple[str, ...], log: Path, again: Callable[..., Done]
) -> None:
    """
    What was written between the last run and the rotation is found beside the new file.
    """
    again(*given[:1])
    append(log, LINE)
    log.rename(log.with_name("a.log.1"))
    log.write_bytes(CLEAN)

    assert ["a.log.1:4 password"] == again(*given).places
    assert 0 == again(*given).code


def test_a_log_whose_rest_is_gone_is_told_of(log: Path, again: Callable[..., Done]) -> None:
    """
    Where the old file is not beside the new one, a note says that its rest was not looked at.
    """
    again()
    (log.parent / "away").mkdir()
    log.rename(log.parent / "away/a.log")
    log.write_bytes(CLEAN)

    assert "a.log was replaced since the last run" in again().report["notes"][0]


def test_packed_files_are_looked_at_once(folder: Path, again: Callable[..., Done]) -> None:
    """
    An archive that has not changed is not unpacked again; one that has is.
    """
    (folder / "a.log").write_bytes(gzip.compress(LINE))
    assert ["a.log:1 password"] == again().places
    assert (0, 0) == ((done := again()).code, done.report["records"])

    (folder / "a.log").write_bytes(gzip.compress(CLEAN + LINE))
    assert ["a.log:2 password"] == again().places


def test_a_damaged_file_is_trouble_each_time(folder: Path, again: Callable[..., Done]) -> None:
    """
    What could not be looked at is not remembered as read.
    """
    (folder / "a.log").write_bytes(gzip.compress(CLEAN * 99)[:-9])

    assert [2, 2] == [again().code, again().code]


def test_other_rules_look_at_everything_again(
    log: Path, again: Callable[..., Done], run: Callable[..., Done]
) -> None:
    """
    What a new rule would have found in old lines is not passed over.
    """
    again()

    assert ["a.log:2 password"] == run("a.log", "--since", "state", "--preset", "strict").places


def test_the_state_holds_nothing_of_the_log_and_is_the_owners(
    log: Path, again: Callable[..., Done]
) -> None:
    """
    Its fingerprints are of redacted lines, and nobody else reads it.
    """
    again()
    state = log.with_name("state")
    first = state.read_bytes()
    state.unlink()
    log.write_bytes(log.read_bytes().replace(SECRET.encode(), b"z" * len(SECRET)))
    again()

    assert 0o600 == state.stat().st_mode & 0o777
    assert first == state.read_bytes()


def test_a_file_that_is_no_state_is_left_as_it_is(log: Path, run: Callable[..., Done]) -> None:
    """
    A log that is named as the state by mistake is not overwritten.
    """
    before = log.read_bytes()

    done = run("a.log", "--since", "a.log")

    assert 2 == done.code
    assert "it is no state of redactor check" in done.err
    assert before == log.read_bytes()


def test_a_time_leaves_out_files_that_have_not_changed_since(
    log: Path, run: Callable[..., Done]
) -> None:
    """
    A span, a day or a moment compares with when the file was last changed.
    """
    old = log.with_name("old.log")
    old.write_bytes(LINE)
    os.utime(old, (1_700_000_000, 1_700_000_000))

    for since in ("2h", "1d", "2024-01-01", "2024-01-01T10:00+02:00"):
        assert ["a.log"] == run("a.log", "old.log", "--since", since).report["sources"], since
    assert 2 == len(run("a.log", "old.log", "--since", "2023-01-01").report["sources"])

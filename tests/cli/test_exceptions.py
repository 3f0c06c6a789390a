"""Exceptions on the command line: what let something pass, what is over, what is of no use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, bytes, bytes]]

CARD, OTHER = b"4111111111111111", b"5500005555555559"
POLICY = """
[[exceptions]]
reason = "test cards"
rules = ["card"]
values = ["4111111111111111"]

[[exceptions]]
reason = "the probe"
path = "probe.**"

[[exceptions]]
reason = "an old incident"
values = ["5500005555555559"]
until = 2020-02-29
"""


@pytest.fixture(autouse=True)
def _policy(tmp_path: Path) -> None:
    (tmp_path / "redactor.toml").write_text(POLICY)


def test_filter_counts_what_passed_and_names_what_is_of_no_use(run: Run) -> None:
    """
    Statistics say how much exceptions let pass, and which of those in force let nothing pass.
    """
    log = CARD + b"\n" + OTHER + b"\n"

    code, out, err = run("filter", "--stats", data=log)
    as_json = run("filter", "--stats=json", data=log)[2]

    assert (code, out) == (0, CARD + b"\n[redacted:card]\n")
    assert b"  1 findings let pass by exceptions\n" in err
    assert b"  exceptions[1] let nothing pass: the probe\n" in err
    assert b"exceptions[2]" not in err
    assert json.loads(as_json)["let_pass"] == [1, 0, 0]


def test_check_names_what_is_over(run: Run) -> None:
    """
    An exception after its last day is named with the day and the reason; the policy holds.
    """
    code, out, _ = run("config", "check")

    assert code == 0
    assert out.splitlines()[1:] == [b"exceptions[2] ended on 2020-02-29: an old incident"]


def test_check_of_a_sample_names_what_is_of_no_use(run: Run, tmp_path: Path) -> None:
    """
    Lines of JSON are records to it, so that paths are followed; other lines are texts.
    """
    (tmp_path / "app.log").write_text('{"probe": {"password": "hunter2"}}\n{broken\nplain\n')

    code, out, _ = run("config", "check", "--sample", "app.log")

    assert code == 0
    assert out.splitlines()[2:] == [b"exceptions[0] let nothing pass: test cards"]


def test_a_sample_that_cannot_be_read_is_named(run: Run) -> None:
    """
    A missing sample is a mistake with its file and its reason.
    """
    code, _, err = run("config", "check", "--sample", "none.log")

    assert code != 0
    assert b"none.log: it cannot be read (No such file or directory). " in err


def test_explain_says_which_exception_let_what_pass(run: Run) -> None:
    """
    A finding that passes is shown as refused, with the reason of the policy.
    """
    code, out, _ = run("explain", data=b"paid " + CARD + b"\n")

    assert code == 0
    assert out.splitlines()[0] == (
        b"line 1, column 6: card refused: 16 bytes: digits: an exception lets it pass: test cards"
    )
    assert CARD not in out


def test_a_fingerprint_of_the_command_is_one_of_an_exception(run: Run, tmp_path: Path) -> None:
    """
    What ``config fingerprint`` prints lets the value pass, without the value in the policy.
    """
    (tmp_path / "hmac.key").write_text("k" * 32)
    key = '[hmac]\nkey_file = "hmac.key"\n'
    (tmp_path / "redactor.toml").write_text(key)

    code, out, _ = run("config", "fingerprint", "--rule", "card", data=OTHER + b"\n")
    mark = out.decode().strip()
    exception = f'[[exceptions]]\nreason = "x"\nrules = ["card"]\nfingerprints = ["{mark}"]\n'
    (tmp_path / "redactor.toml").write_text(key + exception)

    assert code == 0
    assert OTHER not in out
    assert run("filter", data=CARD + b" " + OTHER + b"\n")[1] == b"[redacted:card] " + OTHER + b"\n"


def test_a_fingerprint_needs_a_rule_and_a_key(run: Run) -> None:
    """
    A rule that is none and a policy without a key are named.
    """
    no_rule = run("config", "fingerprint", "--rule", "crad", data=CARD)
    no_key = run("config", "fingerprint", "--rule", "card", data=CARD)

    assert [no_rule[0], no_key[0]] == [2, 2]
    assert b"Did you mean 'card'?" in no_rule[2]
    assert b"hmac: the action needs a key. " in no_key[2]


def test_show_lists_exceptions_and_paths_without_values(run: Run, tmp_path: Path) -> None:
    """
    The policy in force shows what each exception is about, and none of the values.
    """
    (tmp_path / "redactor.toml").write_text(POLICY + '[fields]\n"a.*" = "drop-field"\n')

    out = run("config", "show")[1].decode()

    assert "paths: a.* drop-field" in out
    assert "card and 1 values: test cards" in out
    assert "1 values until 2020-02-29 (over): an old incident" in out
    assert CARD.decode() not in out

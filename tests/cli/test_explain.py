from __future__ import annotations

import json
import os
import re
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor import Redactor
from redactor.explain import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, bytes, bytes]]

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def reference() -> Redactor:
    return Redactor(engine="reference")


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        (
            "order 4111 1111 1111 1112 shipped",
            "card",
            "the last digit does not fit the others (Luhn)",
        ),
        ("trace 1111111111111117", "card", "no issuer of cards has numbers of this length that"),
        ("0.4111111111111111", "card", "it stands behind a decimal point"),
        ("9c4e4111111111111111aa03be11d0f2", "card", "it is part of a hexadecimal id"),
        ("order_id=4111111111111111", "card", "it is named as an id, and no card word is near"),
        ("password=${DB_PASSWORD}", "password", "the value is a constant, a mask, a template"),
        ("password: required", "password", "a sentence goes on after it"),
        ("api_key=production", "api-key", "the value is not random enough"),
        ("cvv=12", "card-security-code", "the value has not the form of the rule"),
        ("xgh" + "p_16C7e42F292c6912E7710c838347Ae178B4a", "github-token", "longer on its left"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a_x", "github-token", "longer on its right"),
    ],
)
def test_refusals_say_what_refused(reference: Redactor, text: str, rule: str, reason: str) -> None:
    """
    A candidate that was let pass is named with its rule and the step that refused it.
    """
    explanation = explain(reference, text.encode())

    assert explanation.findings == ()
    assert any(item.rule == rule and reason in item.reason for item in explanation.refused), (
        explanation.refused
    )


def test_findings_are_those_of_the_redactor(reference: Redactor) -> None:
    """
    What is explained as found is what is redacted, in every example log.
    """
    for path in sorted((EXAMPLES / "logs").glob("*.log")):
        data = b"".join(path.read_bytes().splitlines(keepends=True)[:60])

        findings = explain(reference, data).findings

        found = [(item.rule, item.start, item.start + item.length) for item in findings]
        assert sorted(found) == sorted(reference.find(data))


def test_what_is_found_is_not_refused_too(reference: Redactor) -> None:
    """
    A candidate inside a finding does not pass, and is not listed as refused.
    """
    for path in sorted((EXAMPLES / "logs").glob("*.log")):
        data = b"".join(path.read_bytes().splitlines(keepends=True)[:60])
        findings, refused = explain(reference, data, near_misses_only=False)
        covered = {at for item in findings for at in range(item.start, item.start + item.length)}

        for item in refused:
            assert covered.isdisjoint(range(item.start, item.start + item.length))


def test_places_count_characters_and_lines(reference: Redactor) -> None:
    """
    Columns are counted in characters from 1, lengths in bytes, the start in bytes of the whole.
    """
    data = "one\r\né\U0001f600 password=hünter2\n".encode()

    [item] = explain(reference, data).findings

    assert (item.rule, item.line, item.column, item.length) == ("password", 2, 13, 8)
    assert data[item.start : item.start + item.length] == "hünter2".encode()
    assert item.shape == "8 bytes: digits, letters and other"


def test_text_output(run: Run) -> None:
    """
    Each item is a line with rule, place, size and kinds of characters; the last line sums up.
    """
    code, out, err = run(
        "explain", data=b"login password=hunter2 ok\norder 4111 1111 1111 1112 shipped\n"
    )

    assert (code, err) == (0, b"")
    assert out.decode() == (
        "line 1, column 16: password found: 7 bytes: digits and letters\n"
        "line 2, column 7: card refused: 19 bytes: digits and spaces: "
        "the last digit does not fit the others (Luhn)\n"
        "standard input: 1 found, 1 refused, engine reference\n"
    )


def test_json_output(run: Run) -> None:
    """
    --format json gives the same as one object.
    """
    code, out, _ = run("explain", "--format", "json", "--text", "password=hunter2 cvv=12")

    explained = json.loads(out)
    assert code == 0
    assert explained["findings"] == [
        {"rule": "password", "line": 1, "column": 10, "start": 9, "length": 7,
         "kinds": ["digits", "letters"]}
    ]  # fmt: skip
    assert [item["refused_by"] for item in explained["refused"]] == ["value"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_planted_secret_is_printed(run: Run, form: str) -> None:
    """
    Of the secrets planted in the example logs, none of eight characters or more is printed.
    """
    planted = json.loads((EXAMPLES / "planted.json").read_text("utf-8"))
    # Finding is the same for both forms: one file is enough for the other.
    names = ("nginx-access.log", "structlog.log", "celery-worker.log")
    for name in names if form == "text" else names[1:2]:
        code, out, err = run("explain", "--all", "--format", form, str(EXAMPLES / "logs" / name))

        printed = (out + err).decode()
        values = {"".join(entry["value"]) for entry in planted[name]}
        assert code == 0
        assert len(values) > 10
        assert not [value for value in values if len(value) >= 8 and value in printed]


def test_reveal_needs_a_terminal(run: Run) -> None:
    """
    With --reveal and standard output in a pipe nothing is explained.
    """
    code, out, err = run("explain", "--reveal", data=b"password=hunter2\n")

    assert (code, out) == (2, b"")
    assert b"--reveal prints secrets, and standard output is no terminal." in err


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals of POSIX")
def test_reveal_prints_the_secret_on_a_terminal(
    start: Callable[..., object], tmp_path: Path
) -> None:
    """
    On a terminal --reveal adds the secret, with control characters escaped.
    """
    (tmp_path / "a.log").write_bytes(b'password="hunt\x1b[2J2"\n')
    master, slave = os.openpty()
    process = start("explain", "--reveal", "a.log", stdout=slave).popen  # type: ignore[attr-defined]
    os.close(slave)
    out = b""
    while select.select([master], [], [], 60)[0]:
        try:
            piece = os.read(master, 1000)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(master)

    assert process.wait(60) == 0
    assert b"hunt\\x1b[2J2" in out
    assert b"\x1b[2J" not in out


def test_too_many_arguments_are_not_repeated(run: Run) -> None:
    """
    A text given without --text by mistake is not printed back.
    """
    code, _, err = run("explain", "a", "hunter2", "hunter3")

    assert code == 2
    assert b"there are too many arguments" in err
    assert not re.search(rb"hunter\d", err)


def test_a_missing_file_is_an_input_error(run: Run) -> None:
    """
    A file that cannot be read gives exit code 3.
    """
    code, out, err = run("explain", "nope.log")

    assert (code, out) == (3, b"")
    assert err.startswith(b"redactor: nope.log: it cannot be opened")


def test_explaining_imports_no_click() -> None:
    """
    The logic can be used without the command line.
    """
    import subprocess

    path = os.pathsep.join(entry for entry in sys.path if entry)
    program = "import sys, redactor.explain; sys.exit('click' in sys.modules)"
    assert subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": path}, check=False
    ).returncode == 0  # fmt: skip

"""
The examples of ``examples/frameworks``: programs as people write them, and two lines.

Each runs as it is, gets a secret in every usual place, and all that it wrote is searched: standard
output and error, its log files, its mails, and what a Sentry on a loopback address was sent.
"""

from __future__ import annotations

import ast
import re
from contextlib import ExitStack
from email import message_from_bytes
from fnmatch import fnmatch
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.exits.frameworks.clients import CLIENTS
from tests.exits.frameworks.example import Run
from tests.exits.frameworks.planted import Planted
from tests.exits.frameworks.programs import EXAMPLES, Programs, wait_until
from tests.exits.frameworks.receivers import SentryStub
from tests.exits.frameworks.web import SERVERS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exits.frameworks.example import Example

_ALL = (*SERVERS, *CLIENTS)
_each = pytest.mark.parametrize("example", _ALL, ids=lambda example: example.name.replace(" ", "-"))


def _run(example: Example, folder: Path, *, installed: bool) -> tuple[Planted, dict[str, bytes]]:
    """Return what was planted, and all that left: output to bytes."""
    missing = [module for module in example.needs if find_spec(module) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; pip install --group examples")
    planted = Planted(example.name)
    with ExitStack() as until:
        sentry = SentryStub()
        until.callback(sentry.stop)
        programs = Programs(folder / "run", installed=installed)
        until.callback(programs.stop)

        def written() -> dict[str, bytes]:
            files = programs.written(example.not_logs)
            decoded = {
                f"{name} decoded": _mail_texts(data)
                for name, data in files.items()
                if name.startswith("mails/")
            }
            return {**files, **decoded, "sentry": sentry.stored}

        example.drive(Run(programs, planted, sentry, until))
        wait_until(lambda: not _missing(example, written()), lambda: _missing(example, written()))
        programs.stop()
        return planted, written()


def _missing(example: Example, written: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return the harmless texts that did not come out, with where they should have."""
    return [
        (output, mark)
        for output, marks in example.marks.items()
        for mark in marks
        if mark.encode() not in _of(output, written)
    ]


def _mail_texts(data: bytes) -> bytes:
    """Return the parts of the mails in a file of Django, without the encoding of mails."""
    parts = [
        part.get_payload(decode=True)
        for mail in data.split(b"-" * 79 + b"\n")
        for part in message_from_bytes(mail).walk()
        if not part.is_multipart()
    ]
    return b"\n".join(part for part in parts if isinstance(part, bytes))


def _of(output: str, written: dict[str, bytes]) -> bytes:
    return b"\n".join(data for name, data in written.items() if fnmatch(name, output))


@pytest.mark.slow
@_each
def test_no_planted_secret_leaves_and_the_rest_does(example: Example, tmp_path: Path) -> None:
    """
    With the two lines nothing planted is in anything that left, whole or by half, raw or
    encoded; request ids, status codes, names and places in tracebacks are.
    """
    planted, written = _run(example, tmp_path, installed=True)

    assert {} == planted.leaked_into(written)
    assert [] == _missing(example, written)
    assert [] == re.findall(rb".*\[redacted:withheld.*", b"\n".join(written.values()))


@pytest.mark.slow
@_each
def test_without_the_two_lines_each_planted_secret_leaves(example: Example, tmp_path: Path) -> None:
    """
    The same run of the same program without ``install()`` leaks all of them, through each output:
    the search looks where they are.
    """
    planted, written = _run(example, tmp_path, installed=False)
    found = planted.found_in(written)

    assert [] == [name for name in planted.values if name not in found]
    for output in example.marks:
        assert any(fnmatch(name, output) for places in found.values() for name in places), output


@_each
def test_an_example_has_two_lines_of_ours(example: Example) -> None:
    """
    An example imports the library and calls ``install()`` before anything else, and that is all.
    """
    tree = ast.parse((EXAMPLES / example.source).read_text("utf-8"))
    _, first, second, *_ = (ast.unparse(node) for node in tree.body)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]

    assert "import redactor" == first
    assert second in ("redactor.install()", "redactor.install(streams=True)")
    assert 1 == sum(name.id == "redactor" for name in names)

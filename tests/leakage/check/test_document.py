"""The page on ``redactor check`` says what the command has."""

from __future__ import annotations

import re
from pathlib import Path

from redactor.cli.check import check_command
from redactor.leakage.report import FORMS

PAGE = (Path(__file__).resolve().parents[3] / "docs/check.md").read_text("utf-8")


def part(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_options_are_those_of_the_command() -> None:
    """
    The table of options has each option, and no other.
    """
    real = {name for item in check_command.params for name in item.opts if name.startswith("-")}
    cells = re.findall(r"^\| (.+?) \| ", part("Options"), re.MULTILINE)
    listed = {name for cell in cells for name in re.findall(r"(?<!\w)--?[a-z][a-z-]*", cell)}

    assert real | {"-h", "--help"} == listed


def test_the_forms_are_those_of_the_reports() -> None:
    """
    The table of reports has each form, in their order.
    """
    assert list(FORMS) == re.findall(r"^\| `(\w+)` \|", part("Reports"), re.MULTILINE)

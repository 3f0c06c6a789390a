"""The page on the kernel is held to the crate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "core" / "src"


def part(name: str) -> str:
    """Return what stands between two marks of the page."""
    page = (ROOT / "docs/kernel.md").read_text("utf-8")
    return page.partition(f"<!-- {name}: begin -->")[2].partition(f"<!-- {name}: end -->")[0]


def test_the_page_lists_every_module() -> None:
    """
    The table of modules has each file and folder of the crate, and no other.
    """
    listed = set(re.findall(r"`([\w/]+(?:\.rs)?)`", part("modules")))
    there = {path.name + "/" * path.is_dir() for path in SOURCES.iterdir()}

    assert there == listed


def test_unsafe_code_is_where_the_page_says_and_has_its_reason() -> None:
    """
    Only the files that the page names have unsafe code; above each block is why it is sound.
    """
    named = set(re.findall(r"`([\w/]+\.rs)`", part("unsafe").partition("|")[0]))
    with_unsafe = set()
    for path in SOURCES.rglob("*.rs"):
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            if not re.search(r"\bunsafe\b", line.partition("//")[0]):
                continue
            with_unsafe.add(path.relative_to(SOURCES).as_posix())
            if re.search(r"\bunsafe \{", line):
                above = lines[max(0, number - 4) : number]
                assert any("// SAFETY:" in one for one in above), f"{path.name}:{number + 1}"

    assert named == with_unsafe


def test_the_pictures_are_those_of_their_script() -> None:
    """
    The pictures of the page are what ``python -m bench.kernel_pictures`` draws.
    """
    pytest.importorskip("redactor_core")
    from bench.drawing import themes
    from bench.kernel_pictures import PICTURES

    for theme in themes:
        for name, draw in PICTURES.items():
            kept = (ROOT / f"docs/kernel-{name}-{theme.name}.svg").read_text("utf-8")
            assert draw(theme) == kept, name

"""
The zoo: programs that leak, each in a way that people do, and each with a twin that does not.

A line that leaks ends with ``# leak: EXIT FIELD``; the field is left out where the text has none.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
_MARK = re.compile(r"# leak: (\w+) ?(\S*)$")
_DEFAULT = ("programs",)
#: Programs with libraries that only the group ``examples`` installs.
_SLOW = "with_frameworks"


def names_in(folder: str) -> list[str]:
    """List the programs of a folder."""
    return sorted(path.stem for path in (HERE / folder).glob("*.py"))


def marked(folder: str, name: str) -> tuple[int, str, str]:
    """Return line, exit and field of the leak in a program."""
    lines = (HERE / folder / f"{name}.py").read_text("utf-8").splitlines()
    found = [
        (number, mark[1], mark[2])
        for number, line in enumerate(lines, 1)
        if (mark := _MARK.search(line))
    ]
    assert 1 == len(found), f"{name}: one line leaks"
    return found[0]


def is_installed(folder: str, name: str) -> bool:
    """Say whether all that a program imports is there."""
    tree = ast.parse((HERE / folder / f"{name}.py").read_bytes())
    modules = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    if "django_connection" in ast.dump(tree):
        modules.add("django")
    return all(importlib.util.find_spec(module) for module in modules - {"support"})


def run(folder: str, names: list[str], target: Path) -> dict[str, Any]:
    """Run programs and their twins under the leakage test; return its report."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "each_program.py", "--leakage", "-q",
            f"--leakage-report=json={target}", "--rootdir=.", "-c", os.devnull,
            "-p", "no:cacheprovider", "-W", "default", "--log-level=DEBUG",
        ],
        cwd=HERE,
        env={**os.environ, "ZOO_FOLDER": folder, "ZOO_NAMES": ",".join(names)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert target.exists(), done.stdout + done.stderr
    report: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return report


@pytest.fixture(scope="module", params=[*_DEFAULT, pytest.param(_SLOW, marks=pytest.mark.slow)])
def folder(request: pytest.FixtureRequest) -> str:
    """Each folder of programs."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def reports(
    folder: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """All leaks of a folder, by the test that ran."""
    by_test: dict[str, list[dict[str, Any]]] = {}
    names = [name for name in names_in(folder) if is_installed(folder, name)]
    if names:
        report = run(folder, names, tmp_path_factory.mktemp("zoo") / "report.json")
        assert [] == report["trouble"]
        for leak in report["leaks"]:
            by_test.setdefault(leak.get("test", ""), []).append(leak)
    return by_test


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        *((folder, name) for folder in _DEFAULT for name in names_in(folder)),
        *(pytest.param(_SLOW, name, marks=pytest.mark.slow) for name in names_in(_SLOW)),
    ],
    scope="module",
)
def test_the_leak_is_found_and_its_twin_is_clean(
    reports: dict[str, list[dict[str, Any]]], folder: str, name: str
) -> None:
    """
    Each program leaks at its marked line, through the exit and in the field that stand there, and
    nowhere else; nothing is found in its twin.
    """
    if not is_installed(folder, name):
        pytest.skip("not installed; pip install --group examples")
    line, exit_name, field = marked(folder, name)
    leaks = reports.get(f"each_program.py::test_leaky[{name}]", [])

    sites = {(leak["site"]["path"], leak["site"]["line"]) for leak in leaks}
    assert {(f"{folder}/{name}.py", line)} == sites
    assert exit_name in {leak["exit"] for leak in leaks}
    if field:
        assert field in {leak["field"] for leak in leaks}
    assert [] == reports.get(f"each_program.py::test_clean[{name}]", [])


def test_the_zoo_is_large_enough() -> None:
    """
    There are forty programs and more.
    """
    assert 40 <= sum(len(names_in(folder)) for folder in (*_DEFAULT, _SLOW))


def test_nothing_is_found_outside_of_the_programs(
    reports: dict[str, list[dict[str, Any]]],
) -> None:
    """
    Each leak is told as one of the test that ran.
    """
    assert [] == [leak for test, leaks in reports.items() for leak in leaks if not test]

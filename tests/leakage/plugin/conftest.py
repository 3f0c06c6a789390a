"""Runs of pytest in a folder of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.leakage.plugin.running import HEAD, SECRET, Ran

if TYPE_CHECKING:
    from tests.leakage.plugin.running import Run


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """See ``Run``."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_tests(tests: str, *options: str, ini: str = "", own_process: bool = False) -> Ran:
        pytester.makepyfile(test_shop=HEAD + tests)
        pytester.makeini(f"[pytest]\n{ini}")
        target = pytester.path / "report.json"
        given = (
            "--leakage",
            f"--leakage-report=json={target}",
            "-p",
            "no:cacheprovider",
            "-Wdefault",
        )
        way = pytester.runpytest_subprocess if own_process else pytester.runpytest_inprocess
        result = way(*given, *options)
        written = target.read_text("utf-8") if target.exists() else '{"leaks": []}'
        ran = Ran(result, json.loads(written))
        assert SECRET not in ran.text
        assert SECRET not in written
        return ran

    return run_tests

"""Runs of pytest in a folder of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

#: What must not come out of any report of a run.
SECRET = "hunter" + "2zz"
#: A module that logs it, to which tests are added.
HEAD = f"""
    import base64, logging, os, pathlib, subprocess, sys, threading, warnings
    import pytest

    SECRET = "hunter" + "2zz"
    log = logging.getLogger("shop")
"""


class Ran(NamedTuple):
    """
    What a run did.

    Attributes:
        result: Of pytester.
        report: The report as JSON.
    """

    result: pytest.RunResult
    report: dict[str, Any]

    @property
    def text(self) -> str:
        """All that it printed."""
        return self.result.stdout.str() + self.result.stderr.str()

    @property
    def leaks(self) -> list[tuple[str, str, str]]:
        """Rule, exit and test of each leak, sorted."""
        return sorted(
            (leak["rule"], leak["exit"], leak.get("test", "").partition("::")[2])
            for leak in self.report["leaks"]
        )


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run tests with ``--leakage``; whatever it prints or writes holds no secret."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_tests(tests: str, *options: str, ini: str = "", own_process: bool = False) -> Ran:
        pytester.makepyfile(test_shop=HEAD + tests)
        pytester.makeini(f"[pytest]\n{ini}")
        target = pytester.path / "report.json"
        given = ("--leakage", f"--leakage-report=json={target}", "-p", "no:cacheprovider", "-Wdefault")
        way = pytester.runpytest_subprocess if own_process else pytester.runpytest_inprocess
        result = way(*given, *options)
        written = target.read_text("utf-8") if target.exists() else '{"leaks": []}'
        ran = Ran(result, json.loads(written))
        assert SECRET not in ran.text
        assert SECRET not in written
        return ran

    return run_tests

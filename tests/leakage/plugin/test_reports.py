"""What pytest itself shows of a test, and the reports that are written."""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from redactor.leakage.report import FORMS

if TYPE_CHECKING:
    from tests.leakage.plugin.running import Run


def test_a_failed_test_shows_no_secret(run: Run) -> None:
    """
    Not in assertions, arguments, variables, causes, captured output, nor in JUnit's file of pytest;
    what a reader learns from them is a leak of its own.
    """
    ran = run(
        """
    def check(password):
        assert {"password": password} == {}

    def test_asserts():
        print("password=", SECRET)
        check(SECRET)

    def test_raises():
        try:
            raise ValueError("password=" + SECRET)
        except ValueError as error:
            raise RuntimeError("no") from error
    """,
        "--showlocals",
        "--junit-xml=junit.xml",
        "-o",
        "junit_logging=all",
        "-rA",
    )

    ran.result.assert_outcomes(failed=2)
    assert {"report", "stdout"} == {leak["exit"] for leak in ran.report["leaks"]}
    ran.result.stdout.fnmatch_lines(["E*AssertionError: *[[]redacted:password[]]*"])


def test_the_file_of_pytest_for_ci_servers_holds_no_secret(
    run: Run, pytester: pytest.Pytester
) -> None:
    """
    ``--junit-xml`` is written from the reports that were cleaned.
    """
    ran = run(
        """
    def test_leaks():
        log.warning("password=%s", SECRET)
        print("password=", SECRET)
    """,
        "--junit-xml=junit.xml",
        "-o",
        "junit_logging=all",
    )

    text = (pytester.path / "junit.xml").read_text("utf-8")
    assert "hunter" + "2zz" not in text
    assert "[redacted:password]" in text
    assert 2 == len(ran.leaks)


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("text", "github")])
def test_reports_are_written(run: Run, pytester: pytest.Pytester, form: str) -> None:
    """
    In each form that is asked for, without the secret, where the option says or beside the run.
    """
    ran = run(
        """
    def test_leaks():
        log.warning("password=%s", SECRET)
    """,
        f"--leakage-report={form}",
        f"--leakage-report={form}=out/again.{form}",
    )

    ending = {"junit": "xml"}.get(form, form)
    written = (pytester.path / f"leakage-report.{ending}").read_text("utf-8")
    assert "hunter" + "2zz" not in written
    assert "test_shop.py" in written
    assert (pytester.path / "out" / f"again.{form}").exists()
    if form == "junit":
        assert "1" == ET.fromstring(written)[0].get("failures")
    ran.result.stdout.fnmatch_lines([f"{form} report: *leakage-report.{ending}"])


def test_a_clean_run_says_so(run: Run) -> None:
    """
    With what was looked at, and by which engine.
    """
    ran = run("""
    def test_clean():
        log.warning("user=%s", "bob")
    """)

    ran.result.assert_outcomes(passed=1)
    ran.result.stdout.fnmatch_lines(
        ["leakage: every exit is watched, * rules, * engine", "no leaks; * looked at*"]
    )


def test_nothing_of_the_watch_stays_behind(run: Run) -> None:
    """
    After the run all hooks are gone.
    """
    before = logging.Logger.callHandlers, logging.Handler.format
    run("""
    def test_clean():
        pass
    """)

    assert before == (logging.Logger.callHandlers, logging.Handler.format)

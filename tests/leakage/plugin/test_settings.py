"""Switching the leakage test on and off, and letting leaks pass."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.leakage.plugin.running import Run

LEAKY = """
    def test_leaks():
        log.warning("password=%s", SECRET)
"""


def test_it_is_off_unless_asked_for(pytester: pytest.Pytester) -> None:
    """
    Nothing is watched, said or even imported.
    """
    pytester.makepyfile("""
    import sys

    def test_prints():
        print("password=", "hunter" + "2zz")
        assert "redactor.leakage.pytest_plugin" in sys.modules
        loaded = {name for name in sys.modules if name.startswith(("redactor.", "msgspec"))}
        assert loaded == {"redactor.leakage", "redactor.leakage.pytest_plugin"}
    """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)
    assert "leakage" not in result.stdout.str()


def test_its_modules_are_imported_as_they_are_installed(run: Run) -> None:
    """
    Assertions are rewritten in the module that is the plugin, and in no other of the library.

    Nor in those that are imported late.
    """
    ran = run(
        """
    def test_loaders():
        import redactor.records
        import redactor.stream
        loaders = {
            name: type(module.__loader__).__name__
            for name, module in sys.modules.items()
            if name.startswith("redactor.")
        }
        assert "redactor.leakage.watch" in loaders
        rewritten = {name for name in loaders if loaders[name] == "AssertionRewritingHook"}
        assert rewritten <= {"redactor.leakage", "redactor.leakage.pytest_plugin"}
    """,
        own_process=True,
    )

    ran.result.assert_outcomes(passed=1)


def test_the_finder_of_its_modules_goes_with_the_run(pytester: pytest.Pytester) -> None:
    """
    A program that runs pytest imports as before when that is done.
    """
    before = list(sys.meta_path)
    pytester.makepyfile("def test_nothing(): pass")

    pytester.runpytest_inprocess("--leakage").assert_outcomes(passed=1)

    assert before == sys.meta_path


def test_the_setting_switches_it_on_and_the_option_off(pytester: pytest.Pytester) -> None:
    """
    ``leakage = true``, and ``--no-leakage`` for one run.
    """
    pytester.makepyfile("def test_leaks(): print('password=', 'hunter' + '2zz')")
    pytester.makeini("[pytest]\nleakage = true\n")

    pytester.runpytest_inprocess().assert_outcomes(failed=1)
    pytester.runpytest_inprocess("--no-leakage").assert_outcomes(passed=1)


def test_a_mark_lets_leaks_of_a_rule_pass(run: Run) -> None:
    """
    Of that rule only; the reason stands in the summary.
    """
    ran = run("""
    @pytest.mark.leakage_allowed("password", reason="it is the point of the test")
    def test_allowed():
        log.warning("password=%s", SECRET)

    @pytest.mark.leakage_allowed("card", reason="it is the point of the test")
    def test_another_rule():
        log.warning("password=%s", SECRET)
    """)

    ran.result.assert_outcomes(passed=1, failed=1)
    assert [("password", "logging", "test_another_rule")] == ran.leaks
    assert 1 == len(ran.report["allowed"])
    ran.result.stdout.fnmatch_lines(["allowed, 1 leak: it is the point of the test"])


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ('"password"', "*leakage_allowed: it has no reason. Write: *"),
        ('"password", reason=" "', "*leakage_allowed: it has no reason. Write: *"),
        ('"passwort", reason="x"', "*there is no rule 'passwort'. Did you mean *password*"),
    ],
)
def test_a_mark_needs_a_rule_and_a_reason(run: Run, mark: str, problem: str) -> None:
    """
    A test whose mark has no reason, or names no rule, does not run.
    """
    ran = run(f"""
    @pytest.mark.leakage_allowed({mark})
    def test_allowed():
        pass
    """)

    ran.result.assert_outcomes(errors=1)
    ran.result.stdout.fnmatch_lines([problem])


@pytest.mark.parametrize(
    "setting",
    [
        "leakage_allow_rules = password: ticket 12",
        "leakage_allow_paths = test_s*.py: ticket 12",
        "leakage_allow_exits = logging: ticket 12",
    ],
)
def test_a_setting_lets_leaks_pass(run: Run, setting: str) -> None:
    """
    Of a rule, of a place in the program, of an exit.
    """
    ran = run(LEAKY, ini=setting)

    ran.result.assert_outcomes(passed=1)
    assert [] == ran.leaks
    ran.result.stdout.fnmatch_lines(["allowed, 1 leak: ticket 12"])


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("leakage_allow_rules = password", "*leakage_allow_rules: password: it has no reason.*"),
        ("leakage_allow_rules = passwort: x", "*passwort: there is no such name. Did you mean*"),
        ("leakage_allow_exits = loging: x", "*loging: there is no such name. Did you mean*"),
        ("leakage_policy = none.toml", "*none.toml*"),
    ],
)
def test_a_mistake_in_a_setting_stops_the_run(run: Run, setting: str, problem: str) -> None:
    """
    With the setting, what is wrong with it, and what to do.
    """
    ran = run(LEAKY, ini=setting)

    assert pytest.ExitCode.USAGE_ERROR == ran.result.ret
    ran.result.stderr.fnmatch_lines([problem])


def test_an_unknown_form_stops_the_run(run: Run) -> None:
    """
    With the forms that there are.
    """
    ran = run(LEAKY, "--leakage-report=jason")

    assert pytest.ExitCode.USAGE_ERROR == ran.result.ret
    ran.result.stderr.fnmatch_lines(["*there is no form 'jason'. Did you mean*json*There are: *"])


def test_a_policy_says_what_counts(run: Run, pytester: pytest.Pytester) -> None:
    """
    The one that the setting names, or that of the project; without one, all packs.
    """
    both = """
    def test_password():
        log.warning("password=%s", SECRET)

    def test_address():
        log.warning("mail to bob.miller@shop.example.org")
    """
    assert ["email", "password"] == [leak[0] for leak in run(both).leaks]

    (pytester.path / "own.toml").write_text('disable = ["password"]\n', "utf-8")
    assert [] == run(both, ini="leakage_policy = own.toml").leaks

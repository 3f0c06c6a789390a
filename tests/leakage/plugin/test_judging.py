"""A test that lets a secret out fails, and no other does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.leakage.plugin.running import Run


def environment() -> dict[str, str]:
    """The variables of this process, but for the one that pytest changes itself."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def test_the_test_that_leaks_fails_and_no_other(run: Run) -> None:
    """
    The failure says rule, exit, file and line, and how to let it pass; the run says it once more.
    """
    ran = run("""
    def test_leaks():
        log.warning("password=%s", SECRET)

    def test_is_clean():
        log.warning("user=%s", "bob")
    """)

    ran.result.assert_outcomes(failed=1, passed=1)
    assert [("password", "logging", "test_leaks")] == ran.leaks
    ran.result.stdout.fnmatch_lines(
        [
            "leaked: password through logging",
            "test_shop.py:8 in test_leaks: password through logging (critical)",
            '*@pytest.mark.leakage_allowed("password", reason="...")',
            "*password=[[]redacted:password[]]",
            "*= leakage =*",
            "1 leak in 1 place; *",
            "FAILED test_shop.py::test_leaks - leaked: password through logging",
        ]
    )


@pytest.mark.parametrize(
    ("exit_name", "statement"),
    [
        ("stdout", "print('password=', SECRET)"),
        ("stderr", "print('password=', SECRET, file=sys.stderr)"),
        ("stdout", "os.write(1, b'password=' + SECRET.encode() + b'\\n')"),
        ("stdout", "subprocess.run(['sh', '-c', f'echo password={SECRET}'], check=True)"),
        ("warnings", "warnings.warn('password=' + SECRET)"),
        ("logging", "log.info('x', extra={'password': SECRET})"),
        ("logging", "log.info('%s', {'a': [{'password': SECRET}]})"),
    ],
)
def test_each_exit_is_watched(run: Run, exit_name: str, statement: str) -> None:
    """
    Logs, standard streams of this process and of programs that it starts, warnings.
    """
    ran = run(
        f"""
    def test_leaks():
        {statement}
    """,
        "--log-level=DEBUG",
    )

    ran.result.assert_outcomes(failed=1, warnings=1 if exit_name == "warnings" else 0)
    assert [("password", exit_name, "test_leaks")] == ran.leaks


def test_what_a_test_captures_has_left(run: Run) -> None:
    """
    The fixtures ``capsys`` and ``caplog`` look at what leaves; they do not keep it in.
    """
    ran = run("""
    def test_prints(capsys):
        print("password=", SECRET)
        assert SECRET in capsys.readouterr().out

    def test_logs(caplog):
        log.warning("password=%s", SECRET)
        assert SECRET in caplog.text
    """)

    assert [
        ("password", "logging", "test_logs"),
        ("password", "stdout", "test_prints"),
    ] == ran.leaks


def test_what_a_test_collects_has_not_left(run: Run) -> None:
    """
    A warning that ``pytest.warns`` takes goes nowhere; nor does a record that no handler gets.
    """
    ran = run("""
    def test_warns():
        with pytest.warns(UserWarning):
            warnings.warn("password=" + SECRET)

    def test_no_handler():
        logger = logging.Logger("nobody")
        logger.addHandler(logging.NullHandler())
        logger.warning("password=%s", SECRET)
    """)

    ran.result.assert_outcomes(passed=2)
    assert [] == ran.leaks


def test_leaks_of_fixtures_and_threads_are_those_of_the_test(run: Run) -> None:
    """
    Before the test, in it, after it, and in a thread that it starts.
    """
    ran = run("""
    @pytest.fixture
    def before():
        log.warning("password=%s", SECRET)

    @pytest.fixture
    def after():
        yield
        log.warning("password=%s", SECRET)

    def test_before(before):
        pass

    def test_after(after):
        pass

    def test_thread():
        thread = threading.Thread(target=log.warning, args=("password=%s", SECRET))
        thread.start()
        thread.join()

    def test_clean():
        pass
    """)

    ran.result.assert_outcomes(failed=2, passed=2, errors=1)
    assert ["test_after", "test_before", "test_thread"] == [leak[2] for leak in ran.leaks]


def test_a_leak_while_no_test_runs_fails_the_run(run: Run) -> None:
    """
    What a module logs when it is imported is of no test; the run fails all the same.
    """
    ran = run("""
    log.warning("password=%s", SECRET)

    def test_clean():
        pass
    """)

    ran.result.assert_outcomes(passed=1)
    assert pytest.ExitCode.TESTS_FAILED == ran.result.ret
    assert [("password", "logging", "")] == ran.leaks
    ran.result.stdout.fnmatch_lines(["    while no test was running"])


@pytest.mark.parametrize(
    "outcome", ["pytest.skip('no')", "pytest.xfail('no')", "raise ValueError('no')"]
)
def test_a_test_that_leaks_has_failed_whatever_else_it_did(run: Run, outcome: str) -> None:
    """
    Also a test that is skipped, or whose failure is expected.
    """
    ran = run(f"""
    def test_leaks():
        log.warning("password=%s", SECRET)
        {outcome}
    """)

    ran.result.assert_outcomes(failed=1)
    assert [("password", "logging", "test_leaks")] == ran.leaks


def test_children_are_watched_and_the_environment_is_put_back(
    run: Run,
) -> None:
    """
    A Python that a test starts is watched from its first line, with the line of its own program.
    """
    before = environment()
    ran = run("""
    def test_child():
        path = pathlib.Path("child.py")
        path.write_text("import logging, sys\\nlogging.warning('password=%s', sys.argv[1])\\n")
        subprocess.run([sys.executable, str(path), SECRET], check=True, stderr=subprocess.PIPE)
    """)

    assert [("password", "logging", "test_child")] == ran.leaks
    assert {"path": "child.py", "line": 2, "function": "<module>"} == ran.report["leaks"][0]["site"]
    assert before == environment()


@pytest.mark.slow
def test_workers_find_what_one_process_finds(run: Run) -> None:
    """
    With ``pytest -n 2`` the same leaks come out, with the same fingerprints for the same secret.
    """
    tests = """
    @pytest.mark.parametrize("number", range(4))
    def test_leaks(number):
        log.warning("password=%s", SECRET)

    def test_child():
        program = "import logging, sys; logging.warning('password=%s', sys.argv[1])"
        subprocess.run([sys.executable, "-c", program, SECRET], check=True, stderr=-3)
    """
    alone = run(tests, own_process=True)
    together = run(tests, "-n", "2", own_process=True)

    assert alone.leaks == together.leaks
    assert 5 == len(together.leaks)
    assert 1 == len({leak["fingerprint"] for leak in together.report["leaks"]})
    together.result.assert_outcomes(failed=5)


def test_a_program_that_guards_its_exits_is_clean(run: Run, pytester: pytest.Pytester) -> None:
    """
    What ``redactor.install()`` takes out has not left. What it cannot know is still found: a canary
    is not known to it.
    """
    pytester.makeconftest("import redactor\nredactor.install()\n")
    ran = run(
        """
    def test_guarded():
        log.warning("password=%s", SECRET)

    def test_canary(leak_canaries):
        log.warning("order %s", leak_canaries.token())
    """,
        own_process=True,
    )

    ran.result.assert_outcomes(passed=1, failed=1)
    assert [("known-value", "logging", "test_canary")] == ran.leaks


def test_secrets_of_the_process_are_found_wherever_they_come_out(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Those of its environment, and those that the program registers.
    """
    monkeypatch.setenv("SHOP_API_KEY", "zq81-Kd93-" + "Vw27-Pm60")
    ran = run("""
    def test_environment():
        print("calling with", os.environ["SHOP_API_KEY"])

    def test_registered():
        import redactor
        redactor.register("my" + "-own-Value-81", "mine")
        print("value my" + "-own-Value-81")
    """)

    assert [
        ("known-value", "stdout", "test_environment"),
        ("known-value", "stdout", "test_registered"),
    ] == ran.leaks


def test_a_record_that_cannot_be_looked_at_fails_the_run(run: Run) -> None:
    """
    The program goes on; the run is not green, and says of what type the error was and no more.
    """
    ran = run("""
    class Hostile(str):
        def __str__(self):
            raise ValueError(SECRET)

    def test_hostile():
        record = logging.LogRecord("x", 30, __file__, 1, Hostile("x"), (), None)
        record.__dict__["message"] = None
        logger = logging.Logger("hostile")
        logger.addHandler(type("Own", (logging.Handler,), {"emit": lambda self, record: None})())
        logger.handle(record)
    """)

    ran.result.assert_outcomes(passed=1)
    assert pytest.ExitCode.TESTS_FAILED == ran.result.ret
    ran.result.stdout.fnmatch_lines(["trouble: some records were not looked at (ValueError)"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [("-s",), ("--capture=sys",), ("-p", "no:logging"), ("-p", "no:warnings"), ("-o", "log_cli=1")],
)
def test_other_ways_to_run_find_the_same(
    run: Run, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without capture, without pytest's own handlers, with logs on the terminal.
    """
    monkeypatch.setattr("tests.leakage.plugin.conftest.SECRET", "not shown by pytest itself")
    ran = run(
        """
    def test_logs():
        logger = logging.Logger("own")
        logger.addHandler(logging.StreamHandler())
        logger.warning("password=%s", SECRET)

    def test_prints():
        print("password=", SECRET)
    """,
        *options,
        own_process=True,
    )

    assert [
        ("password", "logging", "test_logs"),
        ("password", "stdout", "test_prints"),
    ] == ran.leaks

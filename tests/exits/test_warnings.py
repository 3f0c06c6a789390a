"""Warnings leave without secrets, and are recorded and raised as before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.exits.running import CARD, SECRET, run

if TYPE_CHECKING:
    from pathlib import Path

CLEAN = {
    "plain": "warnings.warn('look out')",
    "category": "warnings.warn('old', DeprecationWarning)",
    "instance": "class Own(UserWarning):\n    def __str__(self): return 'own'\nwarnings.warn(Own(1))",
    "explicit": "warnings.warn_explicit('there', UserWarning, 'file.py', 7)",
    "line": "warnings.showwarning('m', UserWarning, 'f.py', 7, line='the line')",
    "file": "warnings.showwarning('m', UserWarning, 'f.py', 7, file=sys.stdout)",
    "format": "warnings.formatwarning = lambda *a: repr(a[1:]) + '\\n'\nwarnings.warn('formatted')",
    "once": "warnings.simplefilter('once')\nfor _ in 'ab': warnings.warn('twice')",
    "replaced": "warnings.showwarning = lambda *a: print(*a[1:], str(a[0]))\nwarnings.warn('shown')",
    "logged": "import logging\nlogging.basicConfig()\nlogging.captureWarnings(True)\nwarnings.warn('x')",
    "error": "warnings.simplefilter('error')\nwarnings.warn('raised')",
    "syntax": "compile('1 is 1', 'x.py', 'exec')",
    "resource": "open(sys.argv[0])",
    "at exit": "kept = open(sys.argv[0])\nsys.kept = kept",
    "none": "sys.stderr = None\nwarnings.warn('lost')",
}


@pytest.mark.parametrize(
    "options", [(), pytest.param(("-X", "tracemalloc=3"), marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", CLEAN)
def test_without_secrets_all_is_as_before(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    """
    What is written, and how the program ends, is the same with and without ``install()``; with the
    place where an object was made, too.
    """
    program = "import sys, warnings\nif sys.argv[1] == 'on':\n    import redactor\n"
    program += "    redactor.install()\n" + CLEAN[name] + "\n"

    off, on = (
        run(program, tmp_path, switch, code=None, options=("-W", "default", *options))
        for switch in ("off", "on")
    )

    same = re.compile(r"0x[0-9a-f]+")
    assert (same.sub("0x", off.err), off.out, off.code) == (same.sub("0x", on.err), on.out, on.code)


def test_message_and_source_have_no_secret(tmp_path: Path) -> None:
    """
    The message, its arguments, and literals in the line of source.
    """
    program = f"""
        import redactor, warnings
        redactor.install()
        class Own(UserWarning):
            def __init__(self, user, password):
                super().__init__(user)
                self.user, self.password = user, password
            def __str__(self): return f"{{self.user}} logs in with {{self.password}}"
        warnings.warn("password={SECRET}")
        warnings.warn(Own("ada", "{SECRET}".upper().lower())); "password={SECRET}"
        warnings.warn(UserWarning({{"password": "{SECRET}", "card": "{CARD}"}}))
        warnings.warn_explicit("password={SECRET}", DeprecationWarning, "/a?password={SECRET}", 7)
    """

    err = run(program, tmp_path, options=("-W", "default")).err

    without_source = re.sub(r"(?m)^  warnings\.warn\(Own.*\n", "", err)
    assert SECRET not in without_source
    assert CARD not in err
    assert (
        'UserWarning: password=[redacted:password]\n  warnings.warn("password=[redacted:pass' in err
    )
    assert "Own: ada logs in with [redacted:password]\n" in err
    assert "DeprecationWarning: password=[redacted:password]\n" in err


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_function_of_the_program_gets_it_without_secrets(when: str, tmp_path: Path) -> None:
    """
    What took the place of ``showwarning``, before or after, gets a redacted message of the same type
    and the line of source; what it passes on to the function before stays so.
    """
    install = "import redactor; redactor.install()"
    program = f"""
        import sys, warnings
        {install if when == "after" else ""}
        before = warnings.showwarning
        def show(message, category, filename, lineno, file=None, line=None):
            print(repr(message), category.__name__, isinstance(message, UserWarning), message.args)
            print(warnings.formatwarning(message, category, filename, lineno, line), end="")
            before(message, category, filename, lineno, file, line)
        warnings.showwarning = show
        {install if when == "before" else ""}
        warnings.warn("password={SECRET}")
        warnings.warn("nothing to see")
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert "UserWarning('password=[redacted:password]') UserWarning True " in ran.out
    assert '  warnings.warn("password=[redacted:password]")\n' in ran.out
    assert '  warnings.warn("nothing to see")\n' in ran.out
    assert 1 == ran.err.count("UserWarning: password=[redacted:password]\n")


def test_recorded_warnings_are_the_programs_own(tmp_path: Path) -> None:
    """
    ``catch_warnings(record=True)``, ``pytest.warns`` and filters that raise see the warning itself,
    wherever ``install()`` is called; after the block the exit is guarded.
    """
    program = f"""
        import warnings
        import pytest
        import redactor
        message = UserWarning("password={SECRET}")
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            redactor.install()
            warnings.warn(message)
        assert seen[0].message is message
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            warnings.warn(message)
        assert seen[0].message is message
        with pytest.warns(UserWarning, match="password={SECRET}") as caught:
            warnings.warn(message)
        assert caught[0].message is message
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                warnings.warn(message)
            except UserWarning as error:
                assert error is message
        warnings.simplefilter("always")
        warnings.warn(message, stacklevel=9)
        redactor.uninstall()
        redactor.install()
        warnings.warn(message, stacklevel=9)
        print("same")
    """

    ran = run(program, tmp_path)

    assert "same\n" == ran.out
    assert re.fullmatch(r"(\S+ UserWarning: password=\[redacted:password\]\n){2}", ran.err)


def test_a_test_run_of_pytest_is_not_disturbed(tmp_path: Path) -> None:
    """
    ``recwarn``, ``pytest.warns`` and ``-W error`` work in a test run in which ``install()`` is called.
    """
    (tmp_path / "test_it.py").write_text(
        "import warnings, pytest, redactor\n"
        "def test_one(recwarn):\n"
        "    redactor.install()\n"
        "    warnings.warn('one')\n"
        "    assert str(recwarn.pop().message) == 'one'\n"
        "def test_two():\n"
        "    with pytest.raises(UserWarning, match='two'): warnings.warn('two')\n"
        "    with pytest.warns(UserWarning, match='three'): warnings.warn('three')\n"
        "    redactor.uninstall()\n"
    )
    program = """
        import pytest, sys
        sys.exit(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider", "test_it.py"]))
    """

    assert "2 passed" in run(program, tmp_path).out


def test_warnings_that_are_logged_are_guarded_by_logging(tmp_path: Path) -> None:
    """
    With ``logging.captureWarnings`` they go through a logger, message and source line.
    """
    program = f"""
        import logging, redactor, warnings
        redactor.install()
        logging.captureWarnings(True)
        logging.basicConfig(filename="kept.log")
        warnings.warn("password={SECRET}")
    """
    ran = run(program, tmp_path)
    kept = (tmp_path / "kept.log").read_text()

    assert SECRET not in kept + ran.both
    assert "UserWarning: password=[redacted:password]\n" in kept


def test_resources_with_secrets_in_their_names(tmp_path: Path) -> None:
    """
    The text of an unclosed file, and with ``tracemalloc`` the source that opened it.
    """
    program = f"""
        import redactor
        redactor.install()
        open("a?password={SECRET}", "w")
        kept = open("b?password={SECRET}", "w")
    """
    err = run(program, tmp_path, options=("-W", "default", "-X", "tracemalloc=5")).err

    assert SECRET not in err
    assert 2 == err.count("ResourceWarning: unclosed file")
    assert "Object allocated at (most recent call last):\n" in err
    assert 'open("a?password=[redacted:password]", "w")' in err


@pytest.mark.parametrize("broken", ["text", "record", "both"])
@pytest.mark.parametrize("replaced", [False, True])
def test_when_redaction_fails_a_placeholder_leaves(
    broken: str,
    replaced: bool,
    tmp_path: Path,  # one of two ways
) -> None:
    """
    Place, category and reason leave in place of the message; the program goes on.
    """
    breaking = "; ".join(
        f"guard.{name} = fail" for name in ("text", "record") if broken in (name, "both")
    )
    show = "warnings.showwarning = lambda *args: print(*args)" if replaced else ""
    program = f"""
        import redactor, warnings
        guard = redactor.install()
        def fail(*_): raise LookupError("password={SECRET}")
        {breaking}
        {show}
        warnings.warn("password={SECRET}")
        warnings.warn("password={SECRET}")
        print("went on", sum(guard.failures.values()) > 0)
    """
    ran = run(program, tmp_path, options=("-W", "always"))

    assert SECRET not in ran.both
    assert ran.out.endswith("went on True\n")
    assert "[redacted:withheld:LookupError]" in ran.both or "went on" in ran.out
    assert 2 == ran.both.count("UserWarning") + ran.both.count("user warnings")
    for name in ("warnings", "tracebacks"):
        assert ran.err.count(f"redactor: {name}: a record was withheld because of Look") <= 1


def test_a_message_that_warns_ends(tmp_path: Path) -> None:
    """
    A warning whose text warns again, and a function that warns, come to an end.
    """
    program = f"""
        import redactor, warnings
        redactor.install()
        class Warns(UserWarning):
            def __str__(self):
                warnings.warn("again password={SECRET}", stacklevel=9)
                return "password={SECRET}"
        def show(message, *args):
            warnings.showwarning = before
            warnings.warn(f"shown {{message}}", stacklevel=9)
        before, warnings.showwarning = warnings.showwarning, show
        warnings.warn(Warns(), stacklevel=9)
    """
    err = run(program, tmp_path).err

    assert SECRET not in err
    assert "shown again password=[redacted:password]" in err
    assert "Warns: password=[redacted:password]" in err

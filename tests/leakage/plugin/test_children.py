"""Processes that a test starts are part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.leakage.children import Environment
from redactor.leakage.children.spool import Spool
from redactor.leakage.leaks import Leak, Site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.leakage.plugin.running import Run

CHILD = """
    def child(program, **options):
        path = pathlib.Path("child.py")
        path.write_text(program)
        return subprocess.run(
            [sys.executable, str(path), SECRET], capture_output=True, text=True, **options
        )
"""


def test_a_child_that_is_killed_has_left_what_it_found(run: Run) -> None:
    """
    A leak is there as soon as it was found; so is that of a child's child.
    """
    ran = run(
        CHILD
        + """
    def test_killed():
        child("import os, sys; print('password=', sys.argv[1], flush=True); os.abort()")

    def test_grandchild():
        child("import subprocess, sys; subprocess.run([sys.executable, '-c', \\
            'import sys; print(f\\"password={sys.argv[1]}\\")', sys.argv[1]])")
    """,
    )

    assert ["test_grandchild", "test_killed"] == [leak[2] for leak in ran.leaks]
    assert {"stdout"} == {leak[1] for leak in ran.leaks}


def test_what_a_child_would_do_at_its_start_is_done(run: Run) -> None:
    """
    A ``sitecustomize`` of the program's own runs, and the path is as it would be.
    """
    ran = run(
        CHILD
        + """
    def test_start(tmp_path, monkeypatch):
        (tmp_path / "sitecustomize.py").write_text("import sys; sys.own = True")
        before = os.environ["PYTHONPATH"]
        monkeypatch.setenv("PYTHONPATH", before + os.pathsep + str(tmp_path))
        done = child("import sys; print(sys.own, [p for p in sys.path if 'startup' in p])")
        assert (done.stdout, done.stderr) == ("True []\\n", "")
    """,
    )

    ran.result.assert_outcomes(passed=1)


def test_canaries_are_known_in_children(run: Run) -> None:
    """
    Those that there are when the child starts.
    """
    ran = run("""
    def test_child(leak_canaries):
        program = "import sys; print('order', sys.argv[1])"
        arguments = [sys.executable, "-c", program, leak_canaries.token()]
        subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)
    """)

    assert [("known-value", "stdout", "test_child")] == ran.leaks


def test_a_child_that_could_not_be_watched_is_told(run: Run) -> None:
    """
    It runs all the same, and the summary says it.
    """
    ran = run(
        CHILD
        + """
    def test_child():
        folder = pathlib.Path("hidden/redactor")
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise ImportError")
        path = os.environ["PYTHONPATH"] + os.pathsep + str(folder.parent.absolute())
        done = child("print('runs')", env={**os.environ, "PYTHONPATH": path})
        assert done.stdout == "runs\\n"
    """,
    )

    ran.result.assert_outcomes(passed=1)
    ran.result.stdout.fnmatch_lines(["trouble: a child process (*) was not watched: ImportError"])


def test_the_environment_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Also where a variable was not set before.
    """
    monkeypatch.delenv("PYTHONPATH", raising=False)
    environment = Environment(tmp_path)
    environment.set()
    environment.restore()

    with pytest.raises(KeyError):
        monkeypatch.delenv("PYTHONPATH")


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    """
    Each leak comes back once, and whole.
    """
    spool = Spool(tmp_path)
    leak = Leak(rule="card", exit="stdout", site=Site("a.py", 3, "f"))
    spool.put(leak)
    (file,) = tmp_path.glob("*.leaks")
    line = file.read_bytes()
    file.write_bytes(line + line[:20])

    assert [leak] == spool.leaks()
    file.write_bytes(line + line)
    assert [leak] == spool.leaks()
    assert [] == spool.leaks()


def test_the_folder_is_of_the_user_alone(tmp_path: Path) -> None:
    """
    What stands in it is no secret, and nobody else's business either.
    """
    spool = Spool(tmp_path)
    spool.put(Leak(rule="card"))
    spool.put_canaries([("a", "canary.card")])

    assert {0o600} == {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}

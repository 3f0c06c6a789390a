"""Which files are looked at, and how the run ends."""

from __future__ import annotations

import gzip
import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from redactor.cli import main
from tests.leakage.check.conftest import CLEAN, LINE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.leakage.check.conftest import Done


def test_clean_files_end_with_0(folder: Path, run: Callable[..., Done]) -> None:
    """
    Without a leak and without trouble the code is 0.
    """
    (folder / "a.log").write_bytes(CLEAN * 3)

    done = run("a.log")

    assert (0, [], 3, len(CLEAN) * 3) == (
        done.code,
        done.places,
        done.report["records"],
        done.report["bytes"],
    )


def test_an_empty_file_is_clean(folder: Path, run: Callable[..., Done]) -> None:
    """
    A file without a byte is looked at too.
    """
    (folder / "a.log").touch()

    done = run("a.log")

    assert (0, 0, ["a.log"]) == (done.code, done.report["records"], done.report["sources"])


@pytest.mark.parametrize("missing", ["gone.log", "gone/*.log", "gone/**"])
def test_what_is_not_there_is_trouble(missing: str, folder: Path, run: Callable[..., Done]) -> None:
    """
    A path or a pattern that means nothing is no clean log: the code is 2.
    """
    (folder / "a.log").write_bytes(CLEAN)

    done = run("a.log", missing)

    assert 2 == done.code
    assert ["a.log"] == done.report["sources"]
    assert 1 == len(done.report["trouble"])


def test_a_leak_counts_more_than_trouble(folder: Path, run: Callable[..., Done]) -> None:
    """
    With both, the code is 1, and the report tells of both.
    """
    (folder / "a.log").write_bytes(LINE)

    done = run("gone.log", "a.log")

    assert (1, 1, 1) == (done.code, len(done.places), len(done.report["trouble"]))


def test_folders_patterns_and_files_are_looked_at_once_each(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    Folders are read with all that is below them, links to folders are not followed, and a file
    that is meant twice is read once.
    """
    (folder / "logs/deep/er").mkdir(parents=True)
    (folder / "logs/.git").mkdir()
    for name in ("logs/a.log", "logs/deep/er/b.log", "logs/.git/c.log", "logs/deep/d [1].log"):
        (folder / name).write_bytes(LINE)
    (folder / "logs/loop").symlink_to(folder / "logs")
    (folder / "logs/again.log").symlink_to(folder / "logs/a.log")
    os.mkfifo(folder / "logs/pipe")

    expected = ["logs/a.log", "logs/deep/d [1].log", "logs/deep/er/b.log"]
    for arguments in (
        ("logs",),
        ("logs", "logs/a.log", "logs/**/*.log"),
        ("logs/**/*.log",),
        (str(folder / "logs"),),
    ):
        assert expected == sorted(run(*arguments).report["sources"]), arguments
    assert ["logs/deep/d [1].log"] == run("logs/deep/d [1].log").report["sources"]


def test_what_is_excluded_is_not_looked_at(folder: Path, run: Callable[..., Done]) -> None:
    """
    A pattern excludes by the name of a file, of a folder, or by the path.
    """
    for name in ("logs/a.log", "logs/b.txt", "logs/old/c.log", "logs/new/d.log"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(LINE)

    done = run("logs", "--exclude", "*.txt", "--exclude", "old", "--exclude", "logs/new/*")

    assert ["logs/a.log"] == done.report["sources"]


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_looked_at(
    packed: bool,  # noqa: FBT001  # pytest passes by name
    folder: Path,
    run: Callable[..., Done],
) -> None:
    """
    ``-`` is standard input, packed or not.
    """
    data = CLEAN + LINE
    (folder / "in").write_bytes(gzip.compress(data) if packed else data)
    saved = os.dup(0)
    reader, writer = os.pipe()
    try:
        os.write(writer, (folder / "in").read_bytes())
        os.close(writer)
        os.dup2(reader, 0)
        done = run("-")
    finally:
        os.dup2(saved, 0)
        os.close(saved)
        os.close(reader)

    assert ["standard input:2 password"] == done.places


def test_a_file_that_may_not_be_read_is_trouble(folder: Path, run: Callable[..., Done]) -> None:
    """
    What cannot be opened is told with the system's reason.
    """
    path = folder / "loop.log"
    path.symlink_to(path)

    done = run("loop.log")

    assert 2 == done.code
    assert "symbolic links" in done.report["trouble"][0]


@pytest.mark.skipif(sys.platform != "linux", reason="a file that fails when it is read")
def test_a_file_that_fails_when_it_is_read_is_trouble(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    An error of the disk ends the file, not the run.
    """
    (folder / "a.log").write_bytes(LINE)

    done = run("/proc/self/mem", "a.log")

    assert ["a.log:1 password"] == done.places
    assert ["/proc/self/mem: it cannot be read (Input/output error)"] == [
        text.partition(". ")[0] for text in done.report["trouble"]
    ]


def test_a_terminal_sees_progress(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    On a terminal, standard error shows how far the run is.
    """

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    (folder / "a.log").write_bytes(CLEAN * 20_000)
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)

    assert 0 == run("a.log").code
    assert "redactor check" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_secrets_of_the_environment_are_looked_for_when_asked(
    folder: Path, run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    ``--environment`` finds the value of a secret variable where no rule would.
    """
    monkeypatch.setenv("SHOP_PASSWORD", "quiet-" + "marble-41-otter")
    (folder / "a.log").write_bytes(b"sent quiet-marble-41-otter to the shop\n")

    assert 0 == run("a.log").code
    done = run("a.log", "--environment")
    assert ["a.log:1 known-value"] == done.places
    assert "marble" not in done.out


@pytest.mark.parametrize("action", ["mask", "drop-record", "drop-field"])
def test_the_actions_of_the_policy_do_not_count(
    action: str, folder: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """
    A report shows no part of a secret, and no record is dropped from it.
    """
    (folder / "redactor.toml").write_text(f'[actions]\ndefault = "{action}"\n')
    (folder / "a.log").write_bytes(b"paid with 4111 1111 1111 1111 today\n")

    assert 1 == main(["check", "a.log"])
    assert b"    | paid with [redacted:card] today\n" in capfdbinary.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "Missing argument 'PATH...'"),
        (("a", "--report", "leaks.html"), "Write it as FORM=FILE"),
        (("a", "--max-unpacked", "much"), "Write it as 500MB or 16GiB"),
        (("a", "--expires", "soon"), "Write it as 2027-01-31 or 90d"),
        (("a", "--update-baseline", "--expires", "2020-01-31"), "it has come already"),
        (("a", "--update-baseline", "--expires", "0d"), "it has come already"),
        (("a", "--expires", "90d"), "Add --update-baseline"),
        (("a", "--reason", "SHOP-7"), "Add --update-baseline"),
        (("a", "--since", "7days"), "Write it as 2h, 7d or 2027-01-31"),
        (("a", "--since", "2027-02-31"), "Write it as 2h, 7d or 2027-01-31"),
        (("a", "--baseline", "gone.json"), "baseline gone.json: it cannot be read"),
        (("a", "--since", "."), "state .: it cannot be read"),
        (("a", "-o", "a/b.json"), "report a/b.json: it cannot be written"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_the_remedy(
    arguments: tuple[str, ...], problem: str, folder: Path, run: Callable[..., Done]
) -> None:
    """
    What cannot be used is told in one sentence.
    """
    (folder / "a").write_bytes(LINE)

    done = run(*arguments)

    assert 2 == done.code
    assert problem in done.err

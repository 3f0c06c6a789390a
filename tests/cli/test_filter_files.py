"""The filter with a file sink: rotation, renamed files, and a hangup that does not stop it."""

from __future__ import annotations

import gzip
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    Run = Callable[..., tuple[int, bytes, bytes]]
    Start = Callable[..., Any]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files are rotated on POSIX only")

SECRET = b"login password=hunter2 ok\n"
CLEAN = b"login password=[redacted:password] ok\n"


def test_options_stand_behind_the_path(run: Run, tmp_path: Path) -> None:
    """
    --to takes the options of a file sink; a wrong one is refused before anything is read.
    """
    assert run("filter", "--to", "file:app.log?max_size=1KB", data=SECRET * 100) == (0, b"", b"")
    files = sorted(tmp_path.glob("app.log*"))
    assert len(files) == 4
    assert max(file.stat().st_size for file in files) <= 1000
    assert b"".join(file.read_bytes() for file in files) == CLEAN * 100

    code, _, err = run("filter", "--to", "file:b.log?evry=day", data=SECRET)
    assert code == 2
    assert err.startswith(
        b"redactor: file:b.log: evry: there is no such option. Did you mean 'every'? Use one of: "
    )
    assert not (tmp_path / "b.log").exists()


def test_options_are_keys_of_a_sink_in_the_policy(run: Run, tmp_path: Path) -> None:
    """
    The same options as in an address, with their units; what is said in both places is refused.
    """
    policy = tmp_path / "redactor.toml"
    policy.write_text(
        '[[sinks]]\nto = "file:app.log"\nmax_size = "1KB"\ncompress = "gzip"\nkeep = "14d"\n'
    )
    assert run("filter", data=SECRET * 100) == (0, b"", b"")
    files = sorted(tmp_path.glob("app.log*"))
    assert len(files) == 4
    assert (
        b"".join(
            gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            for file in files
        )
        == CLEAN * 100
    )

    policy.write_text('[[sinks]]\nto = "file:b.log?every=day"\nevery = "hour"\n')
    code, _, err = run("filter", data=SECRET)
    assert code == 2
    assert b"file:b.log: every: it is given twice. Give it in the address or as a key." in err


def test_an_input_with_options_is_still_an_input(run: Run, tmp_path: Path) -> None:
    """
    Options do not hide that the file is being read.
    """
    (tmp_path / "app.log").write_bytes(SECRET)
    code, _, err = run("filter", "app.log", "--to", "file:app.log?max_size=1MB")

    assert code == 2
    assert b"it is an input and an output at once" in err


def test_a_hangup_opens_files_anew_and_the_filter_goes_on(start: Start, tmp_path: Path) -> None:
    """
    The signal that logrotate's postrotate sends: what comes after it is in the new file.
    """
    path = tmp_path / "app.log"
    process = start("filter", "--to", "file:app.log", "--to", "-")
    for number in range(3):
        process.feed(b"%d " % number + SECRET)
        process.until(b"%d " % number + CLEAN)
        path.rename(tmp_path / f"app.log.{number}")
        os.kill(process.pid, signal.SIGHUP)
        time.sleep(0.05)
    process.feed(b"3 " + SECRET)
    process.close_input()

    code, _, err = process.end()
    assert (code, err) == (0, b"")
    files = [*(f"app.log.{number}" for number in range(3)), "app.log"]
    assert [(tmp_path / file).read_bytes() for file in files] == [
        b"%d " % number + CLEAN for number in range(4)
    ]


def test_a_full_disk_is_said_once_and_ends_with_the_count(run: Run) -> None:
    """
    The lines that had no room are counted at the end, and the exit code says so.
    """
    code, _, err = run("filter", "--to", "file:/dev/full?held=1KB", data=SECRET * 1000)

    assert code == 4
    messages = err.decode().splitlines()
    assert len(messages) == 2
    assert messages[0].startswith("redactor: file:/dev/full: it cannot be written (No space left")
    assert messages[1].startswith("redactor: file:/dev/full: 1000 lines could not be written and")

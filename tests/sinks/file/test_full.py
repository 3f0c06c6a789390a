"""A full disk, a lost permission, a limit: said once, held back, gone on with, counted."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from redactor.sinks import DeliveryError, FileSink
from redactor_sinks.file import FileOptions
from tests.sinks.file.writers import is_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINE = b'{"level":"info","n":%6d,"text":"' + b"x" * 60 + b'"}\n'


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    if not is_root():
        pytest.skip("mounting needs root; the CI has it")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting is not permitted here; the CI may")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _write(sink: FileSink, numbers: range) -> list[DeliveryError]:
    errors: list[DeliveryError] = []
    for number in numbers:
        try:
            sink.write(_LINE % number)
        except DeliveryError as error:
            errors.append(error)
    return errors


def _equation(sink: FileSink) -> None:
    counts = sink.counts
    assert counts.accepted == counts.written + counts.held + counts.shed


def test_a_full_disk_is_said_once_and_nothing_is_lost(small_disk: Path) -> None:
    """
    Lines that find no room wait in memory, in order; when there is room, they go on by themselves.
    """
    path = small_disk / "app.log"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 900_000)
    sink = FileSink(path)
    errors = _write(sink, range(5000))

    assert len(errors) == 1
    assert str(errors[0]) == (
        f"file:{path}: it cannot be written (No space left on device). Lines are held back in "
        "memory and written when it can be again: make room or give access. What is over the "
        "bound is shed and counted."
    )
    assert not errors[0].final
    assert sink.counts.held > 300_000
    _equation(sink)

    ballast.unlink()
    while sink.counts.held:  # nobody writes: it goes on by itself
        time.sleep(0.01)
    assert _write(sink, range(5000, 5010)) == []
    sink.close()
    assert path.read_bytes() == b"".join(_LINE % number for number in range(5010))
    _equation(sink)


def test_two_writers_on_a_full_disk_lose_nothing(small_disk: Path) -> None:
    """
    Whatever part of a line each of them left when the disk filled up, both have all their lines.
    """
    path = small_disk / "app.log"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 700_000)
    sinks = [FileSink(path) for _ in range(2)]
    for number in range(6000):
        with contextlib.suppress(DeliveryError):
            sinks[number % 2].write(_LINE % number)
    assert all(sink.counts.held for sink in sinks)
    ballast.unlink()
    for sink in sinks:
        sink.close()

    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.startswith(b"{") and line.endswith(b"}\n")]
    assert sorted(whole) == [_LINE % number for number in range(6000)]
    assert len(lines) - len(whole) <= 2  # what stood there when it was full


@pytest.mark.parametrize("form", ["json", "text"])
def test_what_is_shed_is_counted_and_said_in_the_log(small_disk: Path, form: str) -> None:
    """
    Over the bound the newest lines go; where they are missing a line says how many, in the form
    of the log.
    """
    path = small_disk / "app.log"
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1_000_000)
    line = _LINE if form == "json" else b"line %6d " + b"x" * 80 + b"\n"
    sink = FileSink(path, FileOptions(held=50_000))
    errors = []
    for number in range(3000):
        try:
            sink.write(line % number)
        except DeliveryError as error:
            errors.append(error)
    assert len(errors) == 1
    assert sink.counts.held <= 50_000
    _equation(sink)
    ballast.unlink()
    with pytest.raises(DeliveryError, match="lines were shed while it could not be") as caught:
        sink.flush()
    sink.write(line % 9999)
    sink.close()

    lines = path.read_bytes().splitlines(keepends=True)
    kept = len(lines) - 2
    assert lines[:kept] == [line % number for number in range(kept)]
    assert lines[-1] == line % 9999
    assert caught.value.lines == 3000 - kept
    missing = sum(len(line % number) for number in range(kept, 3000))
    assert sink.counts.shed == missing
    if form == "text":
        assert lines[kept] == (
            f"redactor: records shed: the file could not be written ({3000 - kept} lines, "
            f"{missing} bytes)\n".encode()
        )
    else:
        record = json.loads(lines[kept])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record.pop("time"))
        assert record == {
            "level": "warning",
            "logger": "redactor",
            "message": "records shed",
            "reason": "the file could not be written",
            "lines": 3000 - kept,
            "bytes": missing,
        }


def test_what_is_still_held_at_the_end_is_reported_as_lost(small_disk: Path) -> None:
    """
    Closing says how many lines are lost; all before them are in the file.
    """
    path = small_disk / "app.log"
    (small_disk / "ballast").write_bytes(b"x" * 1_000_000)
    sink = FileSink(path)
    _write(sink, range(3000))
    with pytest.raises(DeliveryError, match="lines could not be written and are lost") as caught:
        sink.close()

    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    assert whole == [_LINE % number for number in range(len(whole))]
    assert caught.value.lines == 3000 - len(whole)
    assert caught.value.final
    _equation(sink)


def test_a_limit_of_the_process_is_a_full_disk(tmp_path: Path) -> None:
    """
    A write that is cut by RLIMIT_FSIZE is gone on with in the middle of its line.
    """
    program = (
        "import resource, sys\n"
        "from redactor.sinks import DeliveryError, open_sink\n"
        "sink = open_sink(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, -1))\n"
        "errors = 0\n"
        "for number in range(300):\n"
        "    try: sink.write(b'line %d\\n' % number)\n"
        "    except DeliveryError: errors += 1\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\n"
        "sink.close()\n"
        "print(errors)\n"
    )
    path = tmp_path / "app.log"
    assert resource.RLIMIT_FSIZE >= 0
    done = subprocess.run(
        [sys.executable, "-c", program, f"file:{path}"], capture_output=True, check=False
    )

    assert (done.stdout, done.stderr) == (b"1\n", b"")
    assert path.read_bytes() == b"".join(b"line %d\n" % number for number in range(300))


def test_a_folder_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    """
    Lines wait while there is no folder to make the file in.
    """
    folder = tmp_path / "logs"
    folder.mkdir()
    sink = FileSink(folder / "app.log")
    sink.write(b"one\n")
    folder.rename(tmp_path / "elsewhere")
    sink.reopen()
    with pytest.raises(DeliveryError, match="No such file or directory"):
        sink.write(b"two\n")
    folder.mkdir()
    while sink.counts.held:
        time.sleep(0.01)
    sink.close()

    assert (folder / "app.log").read_bytes() == b"two\n"
    assert (tmp_path / "elsewhere/app.log").read_bytes() == b"one\n"


def test_without_descriptors_lines_wait(tmp_path: Path) -> None:
    """
    A process that is out of descriptors keeps the file it has, and opens the new one later.
    """
    sink = FileSink(tmp_path / "app.log")
    sink.write(b"one\n")
    (tmp_path / "app.log").rename(tmp_path / "app.log.1")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    sink.reopen()
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        with pytest.raises(DeliveryError, match="Too many open files"):
            sink.write(b"two\n")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    sink.close()

    assert (tmp_path / "app.log").read_bytes() == b"two\n"


@pytest.mark.parametrize(("sync", "forced"), [("never", 0), ("rotation", 1), ("write", 3)])
def test_lines_are_forced_to_disk_as_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: str, forced: int
) -> None:
    """
    never: not at all; rotation: when a file is left; write: before each write returns.
    """
    calls: list[int] = []
    monkeypatch.setattr(os, "fdatasync", calls.append)
    sink = FileSink(tmp_path / "app.log", FileOptions(sync=sync))  # type: ignore[arg-type]
    for _ in range(2):
        sink.write(b"line\n")
    sink.close()

    assert len(calls) == forced


def test_lines_are_forced_to_disk_at_an_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Beside the writer, and only when there is something new.
    """
    calls: list[int] = []
    monkeypatch.setattr(os, "fdatasync", calls.append)
    sink = FileSink(tmp_path / "app.log", FileOptions(sync="interval", sync_every=0.02))
    sink.write(b"line\n")
    while not calls:
        time.sleep(0.01)
    time.sleep(0.1)
    assert len(calls) == 1
    sink.write(b"line\n")
    while len(calls) < 2:
        time.sleep(0.01)
    sink.close()


def test_a_disk_that_refuses_to_force_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The call whose lines could not be forced to disk says so; it is not tried as if it had worked.
    """

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", broken)
    sink = FileSink(tmp_path / "app.log", FileOptions(sync="write"))
    with pytest.raises(DeliveryError, match="it cannot be forced to disk") as caught:
        sink.write(b"line\n")
    assert not caught.value.final
    sink.close()

    assert (tmp_path / "app.log").read_bytes() == b"line\n"

"""Rotation by size and time, packing, and logrotate itself: no line is lost, none is doubled."""

from __future__ import annotations

import gzip
import os
import pathlib
import re
import shutil
import stat
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from redactor import InputError
from redactor.sinks import DeliveryError, FileSink, open_sink
from redactor_sinks.file import FileOptions, packing
from redactor_sinks.file.periods import end_of
from tests.sinks.file.writers import expected, files_of, lines_of, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sinks.file.writers import Writer

    MakeWriter = Callable[..., Writer]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files are rotated on POSIX only")


def test_a_file_never_grows_over_its_size(tmp_path: Path) -> None:
    """
    Each file has whole lines, at most the size, in order; the mode stays.
    """
    path = tmp_path / "app.log"
    path.touch(0o640)
    path.chmod(0o640)
    sink = open_sink(f"file:{path}?max_size=1KB")
    for number in range(500):
        sink.write(b"line %d\n" % number)
    sink.close()

    files = files_of(tmp_path)
    assert len(files) == 5
    assert all(0 < file.stat().st_size <= 1000 for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o640}
    assert lines_of(tmp_path) == [b"line %d\n" % number for number in range(500)]
    assert all(
        re.fullmatch(r"app\.log\.\d{8}T\d{6}\.\d{6}Z(-\d)?", file.name) for file in files[:-1]
    )


def test_a_line_longer_than_the_size_has_a_file_of_its_own(tmp_path: Path) -> None:
    """
    A line is never cut for a limit, also when it comes in pieces of a mebibyte, and gets one line
    break only.
    """
    sink = FileSink(tmp_path / "app.log", FileOptions(max_size=100))
    sink.write(b"before\n")
    sink.write(b"x" * 3_000_000)
    sink.write(b"\n")
    sink.close()
    sink = FileSink(tmp_path / "app.log", FileOptions(max_size=100))
    sink.write(b"after\n")
    sink.close()

    assert [unpacked(file) for file in files_of(tmp_path)] == [
        b"before\n", b"x" * 3_000_000 + b"\n", b"after\n",
    ]  # fmt: skip


@pytest.mark.parametrize("compress", ["", "&compress=gzip", "&compress=zstd"])
def test_several_processes_that_rotate_lose_nothing(
    writer: MakeWriter, tmp_path: Path, compress: str
) -> None:
    """
    Four processes rotate and pack one log hundreds of times: each line is there exactly once.
    """
    address = f"file:{tmp_path}/app.log?max_size=16KB{compress}"
    writers = [writer(address, name, count=2000) for name in "abcd"]
    for each in writers:
        each.start()
    for each in writers:
        assert each.end() == (1999, b"")
    if compress:
        open_sink(address).close()  # what the last ones left is packed at the next start
        _pack_all(address, tmp_path)

    lines = lines_of(tmp_path)
    assert sorted(lines) == sorted(expected(name, n) for name in "abcd" for n in range(2000))
    files = files_of(tmp_path)
    assert 50 < len(files) < 120  # full ones: no process rotates what another has just begun
    if compress:
        assert {file.suffix for file in files[:-1]} == {
            {"gzip": ".gz", "zstd": ".zst"}[compress[10:]]
        }


def _pack_all(address: str, folder: Path) -> None:
    sink = open_sink(address)
    while any(re.search(r"Z(-\d+)?$", file.name) for file in folder.iterdir()):
        time.sleep(0.01)
    sink.close()


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 25))]
)
def test_killed_processes_that_rotate_and_pack_lose_nothing(
    writer: MakeWriter, tmp_path: Path, seed: int
) -> None:
    """
    Kill -9 while files are rotated and packed: each accepted line is in one of the files, and no
    unfinished file counts.
    """
    address = f"file:{tmp_path}/app.log?max_size=200KB&compress=gzip"
    victims = [writer(address, name, count=10**6, size=3000, many=50) for name in "kl"]
    survivor = writer(address, "s", count=2000, size=3000, many=50)
    for each in (*victims, survivor):
        each.start()
    for index, victim in enumerate(victims):
        victim.wait_for(500 + 700 * index + 100 * seed)
        victim.kill()
        victim.end()
    survivor.end()

    lines = [
        line
        for file in files_of(tmp_path)
        if file.suffix != ".part" and not file.with_name(file.name + ".gz").exists()
        for line in unpacked(file).splitlines(keepends=True)
    ]
    found = set(lines)
    for each in (*victims, survivor):
        assert all(expected(each.name, n, 3000) in found for n in range(each.accepted + 1))


def test_a_file_with_a_writer_is_not_packed(tmp_path: Path) -> None:
    """
    Packing waits until the last writer has left the file; meanwhile its lines go into it.
    """
    slow = FileSink(tmp_path / "app.log")
    slow.write(b"one\n")
    rotated = tmp_path / "app.log.20260101T000000.000000Z"
    (tmp_path / "app.log").rename(rotated)

    assert not packing.pack(str(rotated), "gzip")
    slow.close()
    assert packing.pack(str(rotated), "gzip")
    assert not packing.pack(str(rotated), "gzip")
    assert gzip.decompress(rotated.with_name(rotated.name + ".gz").read_bytes()) == b"one\n"
    assert not rotated.exists()


def test_packing_keeps_mode_and_time(tmp_path: Path) -> None:
    """
    A packed file is as old as its last line and can be read by the same people.
    """
    rotated = tmp_path / "app.log.20260101T000000.000000Z"
    rotated.write_bytes(b"one\n")
    rotated.chmod(0o640)
    os.utime(rotated, (1_000_000_000, 1_000_000_000))
    packing.pack(str(rotated), "zstd")

    status = (tmp_path / (rotated.name + ".zst")).stat()
    assert (stat.S_IMODE(status.st_mode), status.st_mtime) == (0o640, 1_000_000_000)


@pytest.mark.skipif(shutil.which("zstd") is None, reason="needs the tool zstd")
def test_the_tool_zstd_reads_what_we_pack(tmp_path: Path) -> None:
    """
    The standard tool unpacks the files and finds their checksum right.
    """
    rotated = tmp_path / "app.log.20260101T000000.000000Z"
    rotated.write_bytes(b"line\n" * 500_000)
    packing.pack(str(rotated), "zstd")
    done = subprocess.run(["zstd", "-dc", f"{rotated}.zst"], capture_output=True, check=True)

    assert done.stdout == b"line\n" * 500_000


@pytest.mark.parametrize(
    ("period", "moment", "end"),
    [
        ("minute", "2026-03-01 12:30:59", "2026-03-01 12:31:00"),
        ("hour", "2026-12-31 23:00:00", "2027-01-01 00:00:00"),
        ("day", "2026-02-28 00:00:00", "2026-03-01 00:00:00"),
        ("day", "2026-03-29 01:00:00", "2026-03-30 00:00:00"),  # a day of 23 hours
        ("day", "2026-10-25 12:00:00", "2026-10-26 00:00:00"),  # a day of 25 hours
        ("week", "2026-11-27 03:00:00", "2026-11-30 00:00:00"),
        ("week", "2026-11-30 00:00:00", "2026-12-07 00:00:00"),
        ("month", "2026-12-01 00:00:00", "2027-01-01 00:00:00"),
    ],
)
def test_periods_end_with_local_time(
    monkeypatch: pytest.MonkeyPatch, period: str, moment: str, end: str
) -> None:
    """
    A day ends at local midnight, also when the clock is changed; a week with its Sunday.
    """
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        parse = "%Y-%m-%d %H:%M:%S"
        found = end_of(period, time.mktime(time.strptime(moment, parse)))
        assert time.strftime(parse, time.localtime(found)) == end
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_first_line_of_a_new_day_starts_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Also when the day before was another run's: the file's last line says which day it is of.
    """
    path = tmp_path / "app.log"
    path.write_bytes(b"yesterday\n")
    day = time.time() - 86_400
    os.utime(path, (day, day))
    sink = FileSink(path, FileOptions(every="day"))
    sink.write(b"today\n")
    sink.write(b"still today\n")
    assert [unpacked(file) for file in files_of(tmp_path)] == [
        b"yesterday\n", b"today\nstill today\n",
    ]  # fmt: skip

    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 86_400)
    sink.reopen()
    sink.write(b"tomorrow\n")
    sink.close()
    assert len(files_of(tmp_path)) == 3
    assert path.read_bytes() == b"tomorrow\n"


def test_a_quiet_log_is_rotated_at_the_end_of_its_period(tmp_path: Path) -> None:
    """
    No line is needed for it: what must go after a day goes, and nothing else is in the new file.
    """
    path = tmp_path / "app.log"
    path.write_bytes(b"yesterday\n")
    day = time.time() - 86_400
    os.utime(path, (day, day))
    sink = FileSink(path, FileOptions(every="day", compress="gzip"))
    while not any(file.suffix == ".gz" for file in files_of(tmp_path)):
        time.sleep(0.01)
    sink.close()

    assert path.read_bytes() == b""
    assert sink.counts.rotations == 1


def test_a_rotation_that_fails_is_said_and_lines_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where files cannot be renamed the log grows on; that is said once.
    """
    sink = FileSink(tmp_path / "app.log", FileOptions(max_size=10))

    def refused(self: Path, target: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pathlib.Path, "rename", refused)
    sink.write(b"line one\n")
    with pytest.raises(DeliveryError, match="it cannot be rotated") as caught:
        sink.write(b"line two\n")
    sink.write(b"line three\n")
    sink.close()

    assert not caught.value.final
    assert (tmp_path / "app.log").read_bytes() == b"line one\nline two\nline three\n"


def test_a_link_is_followed_when_its_file_is_rotated(tmp_path: Path) -> None:
    """
    The link stays; the file it names is renamed where it is.
    """
    (tmp_path / "data").mkdir()
    (tmp_path / "app.log").symlink_to(tmp_path / "data/real.log")
    sink = FileSink(tmp_path / "app.log", FileOptions(max_size=10))
    for number in range(3):
        sink.write(b"line %d\n" % number)
    sink.close()

    assert (tmp_path / "app.log").is_symlink()
    assert lines_of(tmp_path / "data", "real.log") == [b"line %d\n" % n for n in range(3)]


def test_a_sink_without_options_starts_no_thread(tmp_path: Path) -> None:
    """
    A plain file costs no thread, and so no warning at a fork.
    """
    import threading

    before = threading.active_count()
    sink = FileSink(tmp_path / "app.log")
    sink.write(b"x\n")
    assert threading.active_count() == before
    sink.close()


# logrotate itself

_LOGROTATE = shutil.which("logrotate", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@pytest.mark.skipif(_LOGROTATE is None, reason="needs the tool logrotate; the CI installs it")
@pytest.mark.parametrize("style", ["create 0640", "nocreate", "create\ncompress\ndelaycompress"])
def test_logrotate_by_rename_loses_nothing(writer: MakeWriter, tmp_path: Path, style: str) -> None:
    """
    Two writers, logrotate many times: each line once, whoever makes the new file. As logrotate's
    manual says, a program that is not told needs ``delaycompress``: it sees the rename a moment
    later.
    """
    address = f"file:{tmp_path}/app.log"
    writers = [writer(address, name, count=40_000, size=30) for name in "ab"]
    config = _config(tmp_path, f"rotate 1000\n{style}\nnodateext\n")
    for each in writers:
        each.start()
    # A writer that is not listened to stops when its pipe is full: it cannot run ahead.
    for number in range(0, 40_000, 4000):
        for each in writers:
            each.wait_for(number)
        _logrotate(config)
    for each in writers:
        assert each.end() == (39_999, b"")

    assert len(files_of(tmp_path)) > 5
    wanted = [expected(name, number, 30) for name in "ab" for number in range(40_000)]
    assert sorted(lines_of(tmp_path)) == sorted(wanted)


@pytest.mark.skipif(_LOGROTATE is None, reason="needs the tool logrotate; the CI installs it")
def test_logrotate_by_copytruncate_is_followed(tmp_path: Path) -> None:
    """
    After the file was copied and emptied, lines start at its beginning: no hole of zeros.

    What is written between logrotate's copy and its truncation is lost by logrotate itself, so
    that nothing is written then.
    """
    sink = FileSink(tmp_path / "app.log")
    config = _config(tmp_path, "rotate 1000\ncopytruncate\nnodateext\n")
    for number in range(30):
        sink.write(b"line %d\n" % number)
        if number % 10 == 9:
            _logrotate(config)
    sink.write(b"end\n")
    sink.close()

    assert (tmp_path / "app.log").read_bytes() == b"end\n"
    assert sorted(lines_of(tmp_path)) == sorted([b"line %d\n" % n for n in range(30)] + [b"end\n"])


def _config(folder: Path, text: str) -> Path:
    folder.chmod(0o755)
    config = folder / "logrotate.conf"
    config.write_text(f"{folder}/app.log {{\nmissingok\n{text}\n}}\n")
    config.chmod(0o644)
    return config


def _logrotate(config: Path) -> None:
    assert _LOGROTATE is not None
    done = subprocess.run(
        [_LOGROTATE, "--force", "--state", str(config.with_name("state")), str(config)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_rotation_is_refused_where_it_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    On a system without these locks the options are refused at the start, not ignored.
    """
    from redactor_sinks.file import sink

    monkeypatch.setattr(sink, "_POSIX", False)
    with pytest.raises(InputError, match="files are rotated on POSIX systems only"):
        open_sink(f"file:{tmp_path}/app.log?every=day")

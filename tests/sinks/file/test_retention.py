"""What is removed, when, and what never is."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from redactor import InputError
from redactor.sinks import FileSink, open_sink
from redactor_sinks.file import FileOptions
from redactor_sinks.file.retention import Retention
from redactor_sinks.file.template import PathTemplate

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="files are looked after on POSIX only")

_HOUR = 3600


def _file(path: Path, age: float, size: int = 10) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * size)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def _run(path: str, **options: object) -> None:
    template = PathTemplate(path, "file") if "{" in path else None
    assert Retention(path, template, FileOptions(**options)).run() is None  # type: ignore[arg-type]


def _stamp(number: int) -> str:
    return f"202601{number:02}T000000.000000Z"


def test_files_go_when_their_last_line_is_too_old(tmp_path: Path) -> None:
    """
    Rotated, packed and sealed ones alike; a file that is not of this log stays, however old.
    """
    for number, age in ((1, 25 * _HOUR), (2, 23 * _HOUR)):
        for suffix in ("", ".gz", ".zst", "-0a1b2c3d.age", "-0a1b2c3d.zst.age", "-2"):
            _file(tmp_path / f"app.log.{_stamp(number)}{suffix}", age)
    others = ["app.log.1", "app.log-20260101", f"other.log.{_stamp(1)}", "app.log.txt", "x"]
    for name in others:
        _file(tmp_path / name, 900 * _HOUR)
    _run(f"{tmp_path}/app.log", keep=24 * _HOUR)

    names = {path.name for path in tmp_path.iterdir()}
    assert {name for name in names if _stamp(1) in name} == {f"other.log.{_stamp(1)}"}
    assert sum(_stamp(2) in name for name in names) == 6
    assert set(others) <= names


def test_tenants_have_ages_of_their_own(tmp_path: Path) -> None:
    """
    Demo tenants 24 hours, those of the plan that has ended 60 days, all others for ever.
    """
    path = f"{tmp_path}/{{plan}}/{{tenant}}.log"
    day = 24 * _HOUR
    rules = {"tenant=demo-*": day, "plan=ended": 60 * day}
    gone = [
        _file(tmp_path / "free" / f"demo-1.log.{_stamp(1)}", 2 * day),
        _file(tmp_path / "ended" / f"demo-2.log.{_stamp(1)}.gz", 2 * day),
        _file(tmp_path / "ended" / f"shop.log.{_stamp(1)}", 61 * day),
        _file(tmp_path / "free/demo-3.log", 2 * day),  # nobody writes to it
    ]
    stay = [
        _file(tmp_path / "free" / f"demo-1.log.{_stamp(2)}", day / 2),
        _file(tmp_path / "ended" / f"shop.log.{_stamp(2)}", 59 * day),
        _file(tmp_path / "free" / f"shop.log.{_stamp(1)}", 900 * day),
        _file(tmp_path / "free/shop.log", 900 * day),
    ]
    _run(path, keep_for=rules)

    assert not any(file.exists() for file in gone)
    assert all(file.exists() for file in stay)


def test_a_file_that_is_open_is_not_removed(tmp_path: Path) -> None:
    """
    A quiet writer's file stays; it goes once it was let go of.
    """
    sink = FileSink(tmp_path / "a.log")
    sink.write(b"x\n")
    path = tmp_path / "a.log"
    os.utime(path, (0, 0))
    _run(f"{tmp_path}/{{tenant}}.log", keep=_HOUR)
    assert path.exists()
    sink.close()
    _run(f"{tmp_path}/{{tenant}}.log", keep=_HOUR)

    assert not path.exists()


def test_the_oldest_go_when_all_are_too_large(tmp_path: Path) -> None:
    """
    The size is that of all rotated files; the live file is never removed for it.
    """
    _file(tmp_path / "app.log", 0, 5000)
    for number in range(1, 9):
        _file(tmp_path / f"app.log.{_stamp(number)}", (9 - number) * _HOUR, 1000)
    _run(f"{tmp_path}/app.log", keep_size=3500)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "app.log", *(f"app.log.{_stamp(number)}" for number in (6, 7, 8)),
    ]  # fmt: skip


def test_unfinished_files_of_the_dead_are_removed(tmp_path: Path) -> None:
    """
    What a killed process was packing goes; what one that lives is packing stays.
    """
    dead = _file(tmp_path / f"app.log.{_stamp(1)}.gz.part", 2 * _HOUR)
    live = _file(tmp_path / f"app.log.{_stamp(2)}.gz.part", 60)
    _run(f"{tmp_path}/app.log", keep_size=1 << 40)

    assert (dead.exists(), live.exists()) == (False, True)


def test_retention_runs_by_itself(tmp_path: Path) -> None:
    """
    At the start, and on, while the sink only sits there; an age implies a period of rotation.
    """
    old = _file(tmp_path / f"app.log.{_stamp(1)}", 25 * _HOUR)
    yesterday = _file(tmp_path / "app.log", 23 * _HOUR)
    sink = open_sink(f"file:{yesterday}?keep=24h")
    while old.exists() or yesterday.stat().st_size:
        time.sleep(0.01)
    sink.close()

    rotated = [path for path in tmp_path.iterdir() if path.name != "app.log"]
    assert [path.read_bytes() for path in rotated] == [b"x" * 10]


def test_links_and_folders_are_left_alone(tmp_path: Path) -> None:
    """
    Nothing outside of the folder is removed through a link.
    """
    target = _file(tmp_path / "elsewhere", 900 * _HOUR)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / f"app.log.{_stamp(1)}").symlink_to(target)
    (logs / f"app.log.{_stamp(2)}").mkdir()
    _run(f"{logs}/app.log", keep=1)

    assert target.exists()
    assert len(list(logs.iterdir())) == 2


def test_a_label_that_the_path_has_not_is_refused(tmp_path: Path) -> None:
    """
    A rule that could never hold is a mistake.
    """
    with pytest.raises(InputError, match="it names a label that the path has not"):
        open_sink(f"file:{tmp_path}/{{tenant}}.log?keep_for=tennant=demo:24h")


def test_a_quiet_tenant_goes_while_the_sink_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A file that nobody writes to is let go of, and removed at its age; the next line makes it anew.
    """
    monkeypatch.setattr("redactor_sinks.file.sink._IDLE", 0.02)
    sink = open_sink(f"file:{tmp_path}/{{tenant}}.log?keep_for=tenant=demo-*:100ms")
    sink.write(b"tenant=demo-1 first\n" + b"tenant=shop first\n")
    while (tmp_path / "demo-1.log").exists():
        time.sleep(0.01)
    sink.write(b"tenant=demo-1 second\n")
    assert (tmp_path / "demo-1.log").read_bytes() == b"tenant=demo-1 second\n"
    sink.close()

    assert (tmp_path / "shop.log").read_bytes() == b"tenant=shop first\n"

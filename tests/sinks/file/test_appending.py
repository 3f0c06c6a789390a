"""Several writers, killed writers, torn lines: what was accepted is there, whole."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.sinks import DeliveryError, FileSink
from redactor_sinks.file import FileOptions, appending
from redactor_sinks.file.appending import AppendFile
from tests.sinks.file.writers import expected, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sinks.file.writers import Writer

    MakeWriter = Callable[..., Writer]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="several writers need POSIX")


def test_lines_of_several_processes_are_never_mixed(writer: MakeWriter, tmp_path: Path) -> None:
    """
    Four processes append to one file at once: each line is there once, whole, in its order.
    """
    writers = [writer(f"file:{tmp_path}/app.log", name, count=3000) for name in "abcd"]
    for each in writers:
        each.start()
    for each in writers:
        assert each.end() == (2999, b"")

    lines = lines_of(tmp_path)
    for name in "abcd":
        own = [line for line in lines if line.startswith(name.encode())]
        assert own == [expected(name, number) for number in range(3000)]
    assert len(lines) == 12_000


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 40))]
)
def test_a_killed_writer_loses_and_tears_nothing(
    writer: MakeWriter, tmp_path: Path, seed: int
) -> None:
    """
    Kill -9 at any moment: each accepted line is there; so is each line of those that live on.

    What the killed one left of a line stands on a line of its own, or is followed by the whole
    line that it was glued to.
    """
    chance = random.Random(seed)
    address = f"file:{tmp_path}/app.log"
    victims = [writer(address, name, count=10**6, size=3000, many=100) for name in "kl"]
    survivor = writer(address, "s", count=3000, size=3000, many=20)
    for each in (*victims, survivor):
        each.start()
    for victim in victims:
        victim.wait_for(chance.randrange(100, 3000))
        victim.kill()
        victim.end()
    assert survivor.end() == (2999, b"")
    with FileSinkAt(tmp_path) as sink:
        sink.write(b"after\n")

    lines = Counter(lines_of(tmp_path))
    for each in (*victims, survivor):
        for number in range(each.accepted + 1):
            assert lines[expected(each.name, number, 3000)] >= 1
    whole = re.compile(rb"[kls] \d+ x*\.\n|after\n")
    torn = [line for line in lines if not whole.fullmatch(line)]
    assert len(torn) <= 2
    assert lines[b"after\n"] == 1


class FileSinkAt:
    """A sink on ``app.log`` of a folder, closed at the end."""

    def __init__(self, folder: Path) -> None:
        self.sink = FileSink(folder / "app.log")

    def __enter__(self) -> FileSink:
        return self.sink

    def __exit__(self, *_: object) -> None:
        self.sink.close()


@pytest.mark.parametrize(("found", "left"), [(b"", b""), (b"a\n", b"a\n"), (b"a\nto", b"a\nto\n")])
def test_a_torn_last_line_gets_a_line_break(tmp_path: Path, found: bytes, left: bytes) -> None:
    """
    The first line after a crash starts a line of its own, and no empty line comes before it.
    """
    (tmp_path / "app.log").write_bytes(found)
    with FileSinkAt(tmp_path) as sink:
        sink.write(b"new\n")
        sink.write(b"newer\n")

    assert (tmp_path / "app.log").read_bytes() == left + b"new\nnewer\n"


def test_a_line_that_others_tore_while_we_wrote_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A writer killed between our look and our write: the line glued to its rest is written again.
    """
    path = tmp_path / "app.log"
    file = AppendFile(str(path), FileOptions())
    file.append(b"zero\n")
    torn = [b"to"]
    write = os.write

    def raced(descriptor: int, data: bytes) -> int:
        if torn:
            with path.open("ab") as other:
                other.write(torn.pop())
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", raced)
    file.append(b"one\ntwo\n")
    file.append(b"three\n")
    file.close()

    assert path.read_bytes() == b"zero\ntoone\ntwo\none\nthree\n"


class _Disk:
    """A file system that takes bytes in pieces, fails, and is written to by others between."""

    def __init__(self, path: Path, plan: list[tuple[str, int]]) -> None:
        self.path = path
        self.plan = plan
        self.others: list[bytes] = []
        self._write = os.write

    def write(self, descriptor: int, data: bytes) -> int:
        kind, amount = self.plan.pop(0) if self.plan else ("all", 0)
        if kind in ("line", "torn"):
            line = b"other %d" % len(self.others)
            with self.path.open("rb") as file:
                glued = not (file.read() or b"\n").endswith(b"\n")
            with self.path.open("ab") as file:
                file.write(b"\n" * glued + line + (b"\n" if kind == "line" else b""))
            self.others.append(line)
        if kind == "short":
            return self._write(descriptor, data[: max(1, amount % (len(data) + 1))])
        if kind == "full":
            raise OSError(28, "No space left on device")
        return self._write(descriptor, data)


_EVENTS = st.tuples(st.sampled_from(["short", "full", "line", "torn", "all"]), st.integers(0, 60))


@given(
    plan=st.lists(_EVENTS, max_size=12),
    batches=st.lists(st.integers(1, 4), min_size=1, max_size=5),
)
def test_each_line_is_whole_whatever_the_disk_does(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[str, int]], batches: list[int]
) -> None:
    """
    Short writes, a full disk and other writers in between, in any order: each accepted line comes
    out whole. It does so once and in its order, unless another writer is killed in between.
    """
    path = tmp_path_factory.mktemp("disk") / "app.log"
    disk = _Disk(path, list(plan))
    sink = FileSink(path)
    number, wanted = 0, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", disk.write)
        patch.setattr(appending, "_PAUSE", 0)
        for batch in batches:
            lines = [
                b"line %d %s.\n" % (each, b"x" * each) for each in range(number, number + batch)
            ]
            number += batch
            wanted += lines
            _swallow(sink.write, b"".join(lines))
        disk.plan = [event for event in disk.plan if event[0] != "full"]
        _swallow(sink.flush)
        _swallow(sink.flush)
    _swallow(sink.close)

    found = path.read_bytes().splitlines(keepends=True)
    assert all(line in found for line in wanted)
    if not any(kind == "torn" for kind, _ in plan):
        assert [line for line in found if line in wanted] == wanted
    assert sink.counts.held == 0
    assert sink.counts.written == sink.counts.accepted == sum(map(len, wanted))
    assert b"\n" not in found


def _swallow(call: Callable[..., None], *arguments: bytes) -> None:
    with contextlib.suppress(DeliveryError):
        call(*arguments)


def test_a_renamed_file_is_left_and_an_emptied_one_written_from_its_start(tmp_path: Path) -> None:
    """
    Both ways of logrotate: after a rename lines go to a new file, after a copy to the start of it.
    """
    path = tmp_path / "app.log"
    sink = FileSink(path)
    sink.write(b"one\n")
    path.rename(tmp_path / "app.log.1")
    sink.reopen()
    sink.write(b"two\n")
    assert path.read_bytes() == b"two\n"
    os.truncate(path, 0)
    sink.write(b"three\n")
    sink.close()

    assert path.read_bytes() == b"three\n"
    assert (tmp_path / "app.log.1").read_bytes() == b"one\n"


def test_a_rename_is_seen_without_being_told(tmp_path: Path) -> None:
    """
    Soon after the file was renamed, lines go to a new one, and none is lost on the way.
    """
    path = tmp_path / "app.log"
    sink = FileSink(path)
    sink.write(b"0\n")
    path.rename(tmp_path / "app.log.1")
    number = 0
    while not path.exists() or not path.stat().st_size:
        number += 1
        sink.write(b"%d\n" % number)
    sink.close()

    both = (tmp_path / "app.log.1").read_bytes() + path.read_bytes()
    assert both == b"".join(b"%d\n" % each for each in range(number + 1))


def test_a_forked_child_writes_its_own_lines_only(tmp_path: Path) -> None:
    """
    The half line that the parent has is written once, by the parent; lines of both are whole.
    """
    path = tmp_path / "app.log"
    program = (
        "import os, sys\n"
        "from redactor.sinks import open_sink\n"
        "sink = open_sink(sys.argv[1])\n"
        "sink.write(b'parent ')\n"
        "pid = os.fork()\n"
        "for number in range(500):\n"
        "    sink.write(b'%s %d\\n' % (b'parent' if pid else b'child', number))\n"
        "if pid: os.waitpid(pid, 0)\n"
        "sink.close()\n"
    )
    subprocess.run([sys.executable, "-c", program, f"file:{path}?max_size=2KB"], check=True)

    lines = lines_of(tmp_path)
    assert [line for line in lines if line.startswith(b"child")] == [
        b"child %d\n" % number for number in range(500)
    ]
    assert [line for line in lines if line.startswith(b"parent")] == [
        b"parent parent 0\n", *(b"parent %d\n" % number for number in range(1, 500))
    ]  # fmt: skip
    assert len(lines) == 1000


def test_devices_and_pipes_are_written_as_they_are(tmp_path: Path) -> None:
    """
    What is no regular file is never looked at, rotated or read.
    """
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    sink = FileSink(pipe, FileOptions(max_size=10))
    for number in range(5):
        sink.write(b"line %d\n" % number)
    sink.close()
    reader.join()

    assert read == [b"".join(b"line %d\n" % number for number in range(5))]
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_hangup_is_taken_by_a_handler_of_the_program(writer: MakeWriter, tmp_path: Path) -> None:
    """
    `reopen` can be called from a signal handler at any moment of a write.
    """
    program = (
        "import os, signal, sys\n"
        "from redactor.sinks import open_sink\n"
        "sink = open_sink(sys.argv[1])\n"
        "signal.signal(signal.SIGHUP, lambda *_: sink.reopen())\n"
        "for number in range(20000):\n"
        "    sink.write(b'%d\\n' % number)\n"
        "    if number == 0: os.write(1, b'ready\\n')\n"
        "sink.close()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, f"file:{tmp_path}/app.log?max_size=1GB"],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    for number in range(50):
        if number % 10 == 0:
            (tmp_path / "app.log").rename(tmp_path / f"app.log.2026{number:02}")
            while process.poll() is None and not (tmp_path / "app.log").exists():
                process.send_signal(signal.SIGHUP)
        if process.poll() is None:
            process.send_signal(signal.SIGHUP)
    assert process.wait() == 0
    process.stdout.close()

    assert sorted(lines_of(tmp_path)) == sorted(b"%d\n" % number for number in range(20_000))

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from redactor.sinks import LokiSink
from redactor_sinks.delivery import Entry, QueueError, Spool
from tests.sinks.fault_server import serving, status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sinks.fault_server import FaultServer

PROGRAM = Path(__file__).with_name("program.py")
#: How long a program may take before a test says that it hangs, in seconds.
PATIENCE = 30

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


class Case:
    """A program, its spool, and the book of what its sink has accepted."""

    def __init__(self, folder: Path, loki: FaultServer) -> None:
        self.spool = folder / "spool"
        self.book = folder / "book"
        self.loki = loki

    def command(self, end: str, *more: str) -> list[str]:
        where = [self.loki.url, str(self.spool), str(self.book)]
        return [sys.executable, str(PROGRAM), *where, end, *more]

    def start(self, end: str, *more: str) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        return subprocess.Popen(
            self.command(end, *more),
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def run(self, end: str, *more: str) -> int:
        process = self.start(end, *more)
        try:
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
        return process.returncode

    @property
    def accepted(self) -> list[str]:
        """What the sink had accepted, in order. A line that is cut was not told to anybody."""
        if not self.book.exists():
            return []
        return self.book.read_text().rpartition("\n")[0].split("\n")

    def deliver_the_rest(self) -> None:
        """Do what the next start does."""
        sink = LokiSink(self.loki.url, spool=self.spool)
        assert sink.delivery.flush(60)
        assert sink.counts().balanced
        sink.close()

    def check(self) -> None:
        """Every accepted record is at the receiver, once, and in the order of its time."""
        by_time = [line for _, _, line in sorted(self.loki.entries)]
        assert set(self.accepted) <= set(by_time)
        assert len(set(by_time)) == len(by_time)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with serving() as loki:
        yield Case(tmp_path, loki)


ENDS = [
    "exit", "close", "sigterm", "kill", "os-exit", "exception", "thread-exit", "interrupt",
    "fork", "mp-fork", "mp-spawn", "mp-forkserver",
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_lost_however_the_process_ends(end: str, case: Case) -> None:
    """
    P1 to P4, C2: whatever was accepted is delivered, by this process or the next one.
    """
    case.run(end, "100")
    case.deliver_the_rest()

    assert 100 == len(case.accepted)
    case.check()
    assert [str(number) for number in range(100)] == [
        line for _, _, line in sorted(case.loki.entries)
    ]


@pytest.mark.parametrize("end", ["exit", "close", "exception", "interrupt", "mp-fork"])
def test_an_orderly_end_delivers_by_itself(end: str, case: Case) -> None:
    """
    Without a next start: the end of the interpreter sends what waits.
    """
    case.run(end, "100")

    assert 100 == len(case.loki.lines)


def test_what_waits_survives_an_outage_and_a_restart(case: Case) -> None:
    """
    Loki is down while the program runs and ends; the next start delivers, in order and once.
    """
    case.loki.rule = lambda _: status(503)
    case.run("exit", "50")
    assert [] == case.loki.lines
    case.loki.rule = lambda _: None
    case.deliver_the_rest()

    assert [str(number) for number in range(50)] == case.loki.lines


def test_forks_under_load_neither_hang_nor_lose(case: Case) -> None:
    """
    C1: parent and children log through one sink, fork after fork.
    """
    assert 0 == case.run("fork-often", "300")
    case.deliver_the_rest()

    assert 300 == len(case.accepted)
    case.check()


def test_two_programs_share_a_spool(case: Case) -> None:
    """
    P9: two processes on one spool; one delivers for both, and its death hands the work over.
    """
    first = case.start("for-ever")
    second = case.start("for-ever")
    case.loki.wait(50)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    seen = len(case.loki.lines)
    case.loki.wait(seen + 50)
    second.send_signal(signal.SIGKILL)
    second.communicate()
    case.deliver_the_rest()

    # Both count from 0: each number is there at least as often as it was accepted.
    lines = case.loki.lines
    assert all(lines.count(number) >= case.accepted.count(number) for number in set(case.accepted))


def _kill_at_random_moments(case: Case, times: int, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(times):
        started = case.book.with_name("book.started")
        started.unlink(missing_ok=True)
        process = case.start("for-ever")
        while not started.exists():
            assert process.poll() is None
            time.sleep(0.002)
        time.sleep(dice.random() * 0.08)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    case.deliver_the_rest()
    lines = case.loki.lines
    accepted = case.accepted
    assert accepted
    assert all(lines.count(number) >= accepted.count(number) for number in set(accepted))
    times_of = [at for _, at, _ in case.loki.entries]
    assert len(set(times_of)) == len(times_of)
    with closing(Spool(next(case.spool.glob("*.spool")))) as spool:
        assert spool.ledger().balanced
        assert 0 == spool.ledger().pending + sum(spool.ledger().shed.values())
        # Twice is only what was in one batch when the process was killed after it was stored.
        assert spool.ledger().accepted == len(case.loki.stored)


def test_a_kill_at_a_random_moment_loses_nothing(case: Case) -> None:
    """
    P2: after each of some kills, what was accepted before it is delivered by the next process.
    """
    _kill_at_random_moments(case, 4, 1)


@pytest.mark.slow
def test_sixty_kills_at_random_moments_lose_nothing(case: Case) -> None:
    """
    P2: the same sixty times on one spool. REDACTOR_KILLS=1000 makes it the soak run.
    """
    _kill_at_random_moments(case, int(os.environ.get("REDACTOR_KILLS", "60")), 2)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("durability", ["system", "disk"])
def test_a_kill_at_each_system_call_of_the_spool_loses_nothing(
    durability: str, tmp_path: Path
) -> None:
    """
    P2: a process that opens a spool, takes records and settles some is killed before each of its
    system calls on the spool's files in turn, whatever they are; the book holds and nothing
    accepted is missing.
    """
    everything = tmp_path / "everything"
    everything.mkdir()
    log = tmp_path / "log"
    assert 0 == _traced(everything, durability, "-o", str(log)).returncode
    calls = set(re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE))
    assert {"openat", "pwrite64", "pread64", "fdatasync", "fcntl", "mmap", "unlink"} <= calls
    moments = 0
    for call in sorted(calls):
        for number in range(1, 400):
            folder = tmp_path / f"{call}{number}"
            folder.mkdir()
            inject = f"inject={call}:signal=KILL:when={number}"
            done = _traced(
                folder, durability, "-o", "/dev/null", "-e", f"trace={call}", "-e", inject
            )
            check_the_spool_after_a_kill(folder)
            shutil.rmtree(folder)
            if done.returncode == 0:
                break  # there is no such call any more
            moments += 1
    assert moments > 200


def _traced(folder: Path, durability: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program of a spool in *folder* under strace, which sees its files only."""
    files = [f"-P{folder / name}" for name in ("a.spool", "a.spool-wal", "a.spool-shm")]
    script = Path(__file__).with_name("spool_program.py")
    return subprocess.run(
        ["strace", "-f", "-qq", *files, *options, sys.executable, str(script), str(folder),
         durability],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def check_the_spool_after_a_kill(folder: Path) -> None:
    book = folder / "book"
    told = book.read_text().rpartition("\n")[0].split("\n") if book.exists() else []
    accepted = {word[1:] for word in told if word[:1] == "+"}
    with closing(Spool(folder / "a.spool")) as spool:
        left = [
            held.entry.payload.decode()
            for name in spool.streams()
            for held in spool.peek(name, 10_000, 1 << 30)
            if held.entry is not None
        ]
        dead = [letter.entry.payload.decode() for letter in spool.dead_letters() if letter.entry]
        assert spool.ledger().balanced
        assert len(left) == spool.ledger().pending
        # What was being settled may be delivered already, or still there: never gone unsettled.
        settled = {word[1:] for word in told if word[:1] in "-~"}
        assert accepted - settled <= {*left, *dead}
        assert sorted(left, key=int) == left
        assert spool.put([Entry(0, '{"a":"b"}', b"1000")], "block")


# The disk.


def _limited(bytes_: int) -> Any:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    return limit


def test_a_spool_at_the_limit_of_its_file_goes_on_in_memory(case: Case) -> None:
    """
    D1, D2: writes fail in the middle of a run; what was accepted arrives all the same.
    """
    path = os.pathsep.join(entry for entry in sys.path if entry)
    process = subprocess.Popen(
        case.command("close", "3000"),
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        stderr=subprocess.PIPE,
        preexec_fn=_limited(120_000),  # noqa: PLW1509  # it takes no lock
    )
    _, err = process.communicate(timeout=PATIENCE)
    case.deliver_the_rest()

    assert 3000 == len(case.accepted)
    assert b"its spool" in err
    case.check()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounting needs root")
def test_a_full_disk_is_told_and_survived(tmp_path: Path) -> None:
    """
    D1: on a tmpfs of one mebibyte that fills, and gets room again; then one that is read-only.
    """
    mount = tmp_path / "small"
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], check=True)
    said: list[str] = []
    try:
        with serving() as loki:
            loki.rule = lambda _: status(503)
            sink = LokiSink(loki.url, spool=mount / "spool", report=said.append)
            for number in range(2000):
                sink.write(b"%d " % number + b"x" * 1000 + b"\n")
            counts = sink.counts()
            assert counts.balanced
            assert counts.in_memory > 0
            subprocess.run(["mount", "-o", "remount,size=32m", mount], check=True)
            sink.write(b"2000 again\n")
            deadline = time.monotonic() + 30
            while sink.counts().in_memory:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            loki.rule = lambda _: None
            assert sink.delivery.flush(60)
            sink.close()
            assert list(range(2001)) == [int(line.split()[0]) for line in loki.lines]
            assert any("the disk is full" in text for text in said)
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        with pytest.raises(QueueError, match=r"it cannot be (opened|written)"):
            Spool(next((mount / "spool").glob("*.spool")))
    finally:
        subprocess.run(["umount", "--lazy", mount], check=True)


def test_a_folder_that_is_none_is_refused_with_the_reason(tmp_path: Path) -> None:
    """
    D6: a spool that was asked for and cannot be made is an error at the start.
    """
    (tmp_path / "file").touch()
    with pytest.raises(QueueError, match="its folder cannot be made"):
        Spool(tmp_path / "file" / "a.spool")


def test_no_secret_is_in_the_spool_or_in_what_is_said(case: Case, tmp_path: Path) -> None:
    """
    D8: after a run of the filter against a Loki that refuses, no file and no message holds one.
    """
    marker = b"hunter2marker"
    case.loki.refuses = lambda line: "bad" in line
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-m", "redactor", "filter", "--to", f"loki:{case.loki.url}",
         "--spool", str(case.spool)],
        input=b"bad: login password=%b ok\nlogin password=%b ok\n" % (marker, marker),
        env={**os.environ, "PYTHONPATH": path, "REDACTOR_ENGINE": "reference"},
        cwd=tmp_path, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert 4 == done.returncode
    assert marker not in done.stdout + done.stderr + kept
    assert b"bad: login password=[redacted:password] ok" in kept
    assert all(marker not in body for _, body in case.loki.requests)

"""Faults of the process and of the disk: rows of the matrix in docs/sinks.md."""

from __future__ import annotations

import gc
import gzip
import os
import random
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
from redactor_sinks.delivery import Entry, Spool
from tests.sinks import power
from tests.sinks.fault_server import Fault, serving
from tests.sinks.test_processes import PATIENCE, Case, check_the_spool_after_a_kill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sinks.fault_server import FaultServer

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with serving() as loki:
        yield Case(tmp_path, loki)


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


# The process.


@pytest.mark.slow
def test_out_of_memory_loses_nothing_that_was_accepted(case: Case) -> None:
    """
    P5: at the limit of its memory a program fails at some call; what was accepted before arrives.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))

    process = subprocess.Popen(
        case.command("hog", "100"),
        env=_environment(),
        stderr=subprocess.PIPE,
        preexec_fn=limit,  # noqa: PLW1509  # it takes no lock
    )
    _, err = process.communicate(timeout=PATIENCE * 2)
    case.deliver_the_rest()

    assert 0 != process.returncode
    assert b"MemoryError" in err
    assert 100 < len(case.accepted)
    case.check()


def test_a_daemon_that_closes_every_descriptor_goes_on(case: Case) -> None:
    """
    P7: after a double fork and the closing of all descriptors the sink opens what it needs anew.
    """
    case.run("daemon", "100")
    ended = case.book.with_name("book.ended")
    deadline = time.monotonic() + PATIENCE
    while not ended.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    case.deliver_the_rest()

    assert 100 == len(case.accepted)
    case.check()


def test_a_process_that_was_suspended_goes_on(case: Case) -> None:
    """
    P8: SIGSTOP in the middle of a request, SIGCONT later; nothing is lost, nothing out of order.
    """
    case.loki.rule = lambda _: Fault("slow", seconds=0.05)
    process = case.start("for-ever")
    case.loki.wait(20)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.0)
    process.send_signal(signal.SIGCONT)
    seen = len(case.loki.lines)
    case.loki.wait(seen + 20)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    case.loki.rule = lambda _: None
    case.deliver_the_rest()

    assert seen + 20 <= len(case.loki.lines)
    case.check()


@pytest.mark.parametrize("kept", [False, True])
def test_what_finalizers_log_neither_hangs_nor_gets_lost(
    kept: bool,  # noqa: FBT001  # a parameter
    loki_: FaultServer,
    tmp_path: Path,
) -> None:
    """
    C4: objects in cycles log as they are collected, in the middle of calls that log.
    """
    sink = LokiSink(loki_.url, spool=tmp_path if kept else "")

    class Dies:
        def __init__(self, number: int) -> None:
            self.number = number
            self.me = self

        def __del__(self) -> None:
            sink.emit(b"%d from a finalizer" % self.number)

    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for number in range(200):
            Dies(number)
            sink.emit(b"%d" % number)
        gc.collect()
    finally:
        gc.set_threshold(*threshold)
    sink.close()

    wanted = {f"{number}{more}" for number in range(200) for more in ("", " from a finalizer")}
    assert wanted == set(loki_.lines)
    assert len(wanted) == len(loki_.lines)
    assert sink.counts().balanced


@pytest.fixture
def loki_() -> Iterator[FaultServer]:
    with serving() as server:
        yield server


def test_a_spool_of_each_earlier_format_is_read(tmp_path: Path) -> None:
    """
    P10: a file that this format's first version wrote: its book, its records, its dead letters.
    """
    path = tmp_path / "loki-old.spool"
    path.write_bytes(gzip.decompress((HERE / "spools" / "format-1.spool.gz").read_bytes()))
    with closing(Spool(path)) as spool:
        assert ("loki:http://localhost:3100", "loki") == spool.about()
        ledger = spool.ledger()
        assert (9, 2, 4, 1, {"dropped by hand": 2}) == (
            ledger.accepted, ledger.delivered, ledger.pending, ledger.dead, ledger.shed,
        )  # fmt: skip
        a, b = '{"job":"a"}', '{"job":"b"}'
        assert [b"a4", b"a5"] == [h.entry.payload for h in spool.peek(a, 9, 999) if h.entry]
        (last,) = [h.entry for h in spool.peek(b, 9, 999) if h.entry][1:]
        assert (b"b2", (("trace_id", "4bf9"),)) == (last.payload, last.attributes)
        (letter,) = spool.dead_letters()
        assert letter.entry is not None
        assert ("status 400", b"a2") == (letter.reason, letter.entry.payload)
        assert spool.put([Entry(0, a, b"a6")], "block")
        assert last.time > 1_700_000_000 * 10**9


# The disk.


@needs_strace
@pytest.mark.slow
@pytest.mark.parametrize("when", ["1", "2", "4", "7", "5+3"])
def test_an_fsync_that_fails_loses_nothing(when: str, case: Case) -> None:
    """
    D3: EIO at an fsync of the spool, once or again and again: records wait in memory, are written
    anew, and all arrive.
    """
    process = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
         "-e", f"inject=fsync,fdatasync:error=EIO:when={when}", *case.command("close", "60")],
        env=_environment(DURABILITY="disk"), capture_output=True, timeout=PATIENCE * 2, check=False,
    )  # fmt: skip
    if not case.accepted:
        # At the start: a spool that cannot be made is an error, not a loss.
        assert b"the disk failed" in process.stderr
        return
    case.deliver_the_rest()

    assert 60 == len(case.accepted)
    case.check()


@needs_strace
@pytest.mark.slow
def test_a_power_cut_at_any_moment_loses_nothing_that_was_fsynced(tmp_path: Path) -> None:
    """
    D5: every moment of a run is played with nothing, all, or a part in any order of what was
    written since the last fsync: the book holds, and what a call accepted is there.
    """
    folder = tmp_path / "run"
    folder.mkdir()
    log = tmp_path / "log"
    files = [f"-P{folder / name}" for name in ("a.spool", "a.spool-wal", "book")]
    subprocess.run(
        ["strace", "-f", "-qq", "-y", "-xx", "-s", "200000", "-e", f"trace={power.CALLS}", *files,
         "-o", str(log), sys.executable, str(HERE / "spool_program.py"), str(folder), "disk"],
        env=_environment(), timeout=PATIENCE, check=True,
    )  # fmt: skip
    done = list(power.steps(log))
    dice = random.Random(5)
    assert sum(step.call == "fdatasync" for step in done) > 10
    assert sum(step.data.startswith(b"+") for step in done) == 6
    for moment in range(1, len(done) + 1):
        choices: list[tuple[Any, bool]] = [(None, False), (None, True), (dice, False)]
        for number, (chance, rest) in enumerate(choices):
            place = tmp_path / f"{moment}-{number}"
            place.mkdir()
            for name, data in power.files_after(done[:moment], chance, rest=rest).items():
                (place / name).write_bytes(data)
            check_the_spool_after_a_kill(place)
            shutil.rmtree(place)


@needs_strace
@pytest.mark.parametrize("durability", ["system", "disk"])
def test_calls_wait_for_the_disk_only_where_that_was_promised(
    durability: str, tmp_path: Path
) -> None:
    """
    D7: a slow disk. With ``system`` no call of a short run waits for an fsync once the spool is
    open; with ``disk`` there is one before each call returns.
    """
    log = tmp_path / "log"
    files = [f"-P{tmp_path / name}" for name in ("a.spool", "a.spool-wal", "book")]
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=write,fdatasync,fsync", *files, "-o", str(log),
         sys.executable, str(HERE / "spool_program.py"), str(tmp_path), durability],
        env=_environment(), timeout=PATIENCE, check=True,
    )  # fmt: skip
    between, seen = [], 0
    for line in log.read_text().splitlines():
        if "sync(" in line:
            seen += 1
        elif '"+' in line:
            between.append(seen)
            seen = 0

    assert 6 == len(between)
    if durability == "system":
        assert [0] * 5 == between[1:]
    else:
        assert all(between)

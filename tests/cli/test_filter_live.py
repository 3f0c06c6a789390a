from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    Start = Callable[..., Any]

SECRET = b"login password=hunter2 ok\n"
CLEAN = b"login password=[redacted:password] ok\n"
#: Lines without a secret are quick, also for the engine in Python.
FILLER = b"nothing to see here, and the next line says the same again\n" * 1000
#: Many times what a pipe holds and what is read at once.
MANY = (SECRET + FILLER) * 40
MANY_CLEAN = (CLEAN + FILLER) * 40

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")


def test_a_line_of_a_slow_producer_comes_out_before_the_next_goes_in(
    start: Start,
) -> None:
    """
    A line is delivered as soon as it is complete, however long the next one takes.
    """
    process = start("filter")
    for number in range(3):
        process.feed(b"%d " % number + SECRET)
        process.until(b"%d " % number + CLEAN)
    process.feed(b"half a line")
    process.close_input()

    code, out, _ = process.end()
    assert code == 0
    assert out.endswith(b"2 " + CLEAN + b"half a line")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_drains_what_was_written(start: Start, number: int, code: int) -> None:
    """
    After a signal everything that the producer had written comes out, then the process ends.
    """
    process = start("filter", "--stats=json")
    process.feed(b"first\n")
    process.until(b"first\n")
    process.feed(SECRET * 2000 + b"password=hunter2")
    os.kill(process.pid, number)

    ended, out, err = process.end()
    assert ended == code
    assert out == b"first\n" + CLEAN * 2000 + b"password=[redacted:password]"
    assert json.loads(err)["findings"] == {"password": 2001}


def test_a_signal_does_not_cut_a_line_that_is_being_written(
    start: Start,
) -> None:
    """
    A line whose end comes right after the signal is taken whole: half a card is no card to a rule.
    """
    process = start("filter")
    process.feed(b"first\n")
    process.until(b"first\n")
    process.feed(b"card 4111 1111 11")
    os.kill(process.pid, signal.SIGTERM)
    process.feed(b"11 1111 ok\nwritten later\n")

    code, out, _ = process.end()
    assert code == 143
    # The next line comes too if it was written before the signal was looked at.
    assert out.removesuffix(b"written later\n") == b"first\ncard [redacted:card] ok\n"


def test_a_signal_ends_a_file_at_a_line(start: Start, tmp_path: Path) -> None:
    """
    While a file is read, a signal ends the output at the end of a line.
    """
    (tmp_path / "big.log").write_bytes(MANY)
    process = start("filter", "big.log")
    process.until(CLEAN)
    os.kill(process.pid, signal.SIGTERM)

    code, out, _ = process.end()
    assert code == 143
    assert out.endswith(b"\n")
    assert MANY_CLEAN.startswith(out)
    assert len(out) < len(MANY_CLEAN)


def test_a_second_signal_ends_at_once(start: Start) -> None:
    """
    When draining hangs because nobody reads, a second signal ends the process.
    """
    process = start("filter")
    process.feed(b"first\n")
    process.until(b"first\n")
    os.set_blocking(process.popen.stdin.fileno(), False)
    written = 0
    while written < 1 << 21:  # more than the pipe to us holds: the process waits in its write
        try:
            written += os.write(process.popen.stdin.fileno(), b"x" * 99 + b"\n")
        except BlockingIOError:
            if process.popen.poll() is not None:
                break
            time.sleep(0.01)
            if not _grows(process.popen):
                break
    os.kill(process.pid, signal.SIGTERM)
    time.sleep(0.2)
    assert process.popen.poll() is None
    os.kill(process.pid, signal.SIGTERM)

    assert process.popen.wait(60) == 143
    assert (
        b"ended by a second signal before everything was delivered" in process.popen.stderr.read()
    )


def _grows(process: Any) -> bool:
    """Say whether the pipe that the process writes to still gets more."""

    def waiting() -> int:
        answer = fcntl.ioctl(process.stdout.fileno(), termios.FIONREAD, b"\0" * 4)
        return int(struct.unpack("i", answer)[0])

    before = waiting()
    time.sleep(0.3)
    return waiting() != before


def test_a_closed_reader_ends_the_filter_quietly(start: Start, tmp_path: Path) -> None:
    """
    When the reader of standard output goes away, the filter ends without a word, with 141.
    """
    (tmp_path / "big.log").write_bytes(MANY)
    process = start("filter", "big.log")
    process.until(CLEAN)
    process.close_output()

    code, _, err = process.end()
    assert (code, err) == (141, b"")


def test_a_closed_reader_does_not_stop_the_other_sinks(start: Start, tmp_path: Path) -> None:
    """
    A sink that is gone does not keep the others from getting the whole log.
    """
    (tmp_path / "big.log").write_bytes(MANY)
    process = start("filter", "big.log", "--to", "-", "--to", "file:all.log")
    process.until(CLEAN)
    process.close_output()

    assert process.end()[0] == 141
    assert (tmp_path / "all.log").read_bytes() == MANY_CLEAN


def test_descriptors_that_do_not_block_lose_nothing(start: Start) -> None:
    """
    With both pipes set to non-blocking by somebody else, every byte still comes out.
    """
    in_reader, in_writer = os.pipe()
    out_reader, out_writer = os.pipe()
    for descriptor in (in_reader, out_writer):
        os.set_blocking(descriptor, False)
    process = start("filter", stdin=in_reader, stdout=out_writer)
    os.close(in_reader)
    os.close(out_writer)

    os.write(in_writer, b"first\n")
    out = b""
    while not out.endswith(b"first\n"):
        out += os.read(out_reader, 100)
    pid = os.fork() if hasattr(os, "fork") else 0
    if pid == 0:  # a producer of its own, so that neither side waits for us
        try:
            os.close(out_reader)
            with os.fdopen(in_writer, "wb") as pipe:
                pipe.write(MANY)
        finally:
            os._exit(0)
    os.close(in_writer)
    pieces = [out]
    while piece := os.read(out_reader, 1 << 16):
        pieces.append(piece)
    os.close(out_reader)
    os.waitpid(pid, 0)

    assert process.popen.wait(60) == 0
    assert b"".join(pieces) == b"first\n" + MANY_CLEAN


def test_the_filter_runs_on_where_signals_are_ignored(start: Start) -> None:
    """
    A signal that was ignored at the start, as by nohup, does not stop the filter.
    """
    process = start("filter", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    process.feed(b"first\n")
    process.until(b"first\n")
    os.kill(process.pid, signal.SIGHUP)
    process.feed(SECRET)
    process.until(CLEAN)
    process.close_input()

    assert process.end()[0] == 0


def test_files_show_their_progress_on_a_terminal(start: Start, tmp_path: Path) -> None:
    """
    With standard error on a terminal, a line there says how much of the files is done.
    """
    (tmp_path / "big.log").write_bytes(MANY)
    master, slave = os.openpty()
    process = start("filter", "big.log", stderr=slave, stdout=subprocess.DEVNULL).popen
    os.close(slave)
    shown = b""
    while True:
        try:
            shown += os.read(master, 1000)
        except OSError:
            break
        if process.poll() is not None and b"100%" in shown:
            break
    os.close(master)

    assert process.wait(60) == 0
    assert b"redactor" in shown
    assert b"100%" in shown


def test_a_line_longer_than_memory_should_hold_passes(start: Start) -> None:
    """
    A line of many mebibytes passes, and secrets at its start, in it and at its end do not.
    """
    process = start("filter", stdout=subprocess.PIPE)
    line = SECRET.strip() + b" word" * 800_000 + b" " + SECRET.strip()
    out, _ = process.popen.communicate(line + b"\n" + line, timeout=60)

    assert out == line.replace(b"hunter2", b"[redacted:password]") + b"\n" + line.replace(
        b"hunter2", b"[redacted:password]"
    )

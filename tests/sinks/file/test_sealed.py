"""Sealed files: the tool ``age`` opens each of them, at any moment, and nobody else does."""

from __future__ import annotations

import contextlib
import gzip
import os
import pathlib
import random
import re
import shutil
import stat
import subprocess
import time
from typing import TYPE_CHECKING

import pyrage
import pytest

from redactor import InputError, MissingExtraError
from redactor.sinks import DeliveryError, FileSink, open_sink
from redactor_sinks import descriptors
from redactor_sinks.file import FileOptions
from tests.sinks.file.writers import expected

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sinks.file.writers import Writer

    MakeWriter = Callable[..., Writer]

_SECRET = b"the patient was seen on Tuesday\n"


class Keys:
    """A pair of keys, made by ``age-keygen`` where it is installed."""

    def __init__(self, folder: Path) -> None:
        identity = pyrage.x25519.Identity.generate()
        self.public = str(identity.to_public())
        self.identity = identity
        self.file = folder / "key.txt"
        self.file.write_text(f"{identity}\n")

    def open(self, path: Path) -> bytes:
        """Open a file as its reader would: with the standard tool, if it is there."""
        if shutil.which("age") is None:
            return bytes(pyrage.decrypt(path.read_bytes(), [self.identity]))
        done = subprocess.run(
            ["age", "--decrypt", "--identity", str(self.file), str(path)],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (path.name, done.stderr)
        return done.stdout


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def _segments(logs: Path) -> list[Path]:
    return sorted(path for path in logs.iterdir() if path.suffix == ".age")


def test_the_standard_tool_opens_what_is_sealed(logs: Path, keys: Keys) -> None:
    """
    Every line, in order, over several segments; each file is for its owner alone.
    """
    sink = open_sink(f"file:{logs}/app.log?seal={keys.public}&segment=10KB")
    lines = [b"line %d\n" % number for number in range(5000)]
    for line in lines:
        sink.write(line)
    sink.close()

    segments = _segments(logs)
    assert len(segments) > 3
    assert b"".join(map(keys.open, segments)) == b"".join(lines)
    assert {stat.S_IMODE(path.stat().st_mode) for path in segments} == {0o600}
    assert all(
        re.fullmatch(r"app\.log\.\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}\.age", path.name)
        for path in segments
    )


def test_nothing_readable_is_ever_on_the_disk(logs: Path, keys: Keys) -> None:
    """
    At no moment is there a file with a byte of a line, whatever its name.
    """
    sink = FileSink(logs / "app.log", FileOptions(seal=(keys.public,), seal_every=0.01))
    for _ in range(50):
        sink.write(_SECRET)
        time.sleep(0.002)
        for path in logs.iterdir():
            with contextlib.suppress(FileNotFoundError):
                assert b"patient" not in path.read_bytes()
    sink.close()

    assert b"".join(map(keys.open, _segments(logs))) == _SECRET * 50


@pytest.mark.parametrize(
    "seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(5, 25))]
)
def test_whatever_is_killed_can_be_opened(
    writer: MakeWriter, logs: Path, keys: Keys, seed: int
) -> None:
    """
    With sync=write a line is sealed before its write returns: after kill -9 at any moment, each
    file opens with the tool, and each accepted line is in one.
    """
    chance = random.Random(seed)
    address = f"file:{logs}/app.log?seal={keys.public}&sync=write&segment=64KB"
    writers = [writer(address, name, count=10**6, many=20) for name in "kl"]
    for each in writers:
        each.start()
    for each in writers:
        each.wait_for(chance.randrange(20, 1500))
        each.kill()
        each.end()
    again = open_sink(address)
    again.write(b"after\n")
    again.close()

    lines = b"".join(map(keys.open, _segments(logs))).splitlines(keepends=True)
    for each in writers:
        own = [line for line in lines if line.startswith(each.name.encode())]
        assert own == [expected(each.name, number) for number in range(len(own))]
        assert len(own) > each.accepted
    assert lines.count(b"after\n") == 1


def test_a_kill_loses_no_more_than_the_interval(writer: MakeWriter, logs: Path, keys: Keys) -> None:
    """
    Without it, what was accepted longer ago than seal_every and one sealing is there.
    """
    address = f"file:{logs}/app.log?seal={keys.public}&seal_every=50ms"
    process = writer(address, "a", count=10**6, many=10)
    process.start()
    process.wait_for(2000)
    first = process.accepted
    segments = _segments(logs)
    before = {path: path.stat().st_mtime_ns for path in segments}
    # Two more sealings began after line `first` was taken: it is in what they wrote.
    changes = 0
    while changes < 2:
        process.wait_for(process.accepted + 100)
        now = {path: path.stat().st_mtime_ns for path in _segments(logs)}
        changes += now != before
        before = now
    process.kill()
    process.end()

    lines = b"".join(map(keys.open, _segments(logs))).splitlines(keepends=True)
    assert lines == [expected("a", number) for number in range(len(lines))]
    assert len(lines) > first


def test_a_sealed_line_waits_no_longer_than_it_is_told(logs: Path, keys: Keys) -> None:
    """
    A quiet log is sealed without another line, and at the end of the program without a close.
    """
    sink = FileSink(logs / "app.log", FileOptions(seal=(keys.public,), seal_every=0.05))
    sink.write(_SECRET)
    while not _segments(logs):
        time.sleep(0.01)
    assert keys.open(_segments(logs)[0]) == _SECRET
    sink.close()

    program = (
        "import sys\nfrom redactor.sinks import open_sink\n"
        f"sink = open_sink(sys.argv[1])\nsink.write({_SECRET!r})\n"
    )
    address = f"file:{logs}/exit.log?seal={keys.public}&seal_every=1h"
    import sys

    subprocess.run([sys.executable, "-c", program, address], check=True)
    ended = [path for path in _segments(logs) if path.name.startswith("exit.log")]
    assert list(map(keys.open, ended)) == [_SECRET]


def test_a_forked_child_seals_its_own_lines_only(logs: Path, keys: Keys) -> None:
    """
    Lines that wait in the parent are sealed once; the child has segments of its own.
    """
    program = (
        "import os, sys\n"
        "from redactor.sinks import open_sink\n"
        "sink = open_sink(sys.argv[1])\n"
        "sink.write(b'before\\n')\n"
        "pid = os.fork()\n"
        "sink.write(b'parent\\n' if pid else b'child\\n')\n"
        "if pid: os.waitpid(pid, 0)\n"
        "sink.close()\n"
    )
    import sys

    address = f"file:{logs}/app.log?seal={keys.public}&seal_every=1h"
    subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, address], check=True
    )

    assert sorted(map(keys.open, _segments(logs))) == [b"before\nparent\n", b"child\n"]


def test_several_keys_open_the_same_file(logs: Path, keys: Keys, tmp_path: Path) -> None:
    """
    Each holder of one of the keys can read alone: age keys, OpenSSH keys, a file of them.
    """
    (tmp_path / "other").mkdir()
    other = Keys(tmp_path / "other")
    ssh = tmp_path / "id"
    named = [keys.public, str(tmp_path / "recipients.txt")]
    listed = f"# the auditors\n\n{other.public}\n"
    if shutil.which("ssh-keygen"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(ssh)]
        subprocess.run(command, check=True)
        listed += ssh.with_suffix(".pub").read_text()
    (tmp_path / "recipients.txt").write_text(listed)
    sink = FileSink(logs / "app.log", FileOptions(seal=tuple(named)))
    sink.write(_SECRET)
    sink.close()

    (segment,) = _segments(logs)
    assert keys.open(segment) == other.open(segment) == _SECRET
    if shutil.which("ssh-keygen") and shutil.which("age"):
        command = ["age", "--decrypt", "--identity", str(ssh), str(segment)]
        done = subprocess.run(command, capture_output=True, check=True)
        assert done.stdout == _SECRET


def test_lines_are_packed_before_they_are_sealed(logs: Path, keys: Keys) -> None:
    """
    The name says how: ``.gz.age`` is opened and then unpacked.
    """
    sink = FileSink(logs / "app.log", FileOptions(seal=(keys.public,), compress="gzip"))
    for _ in range(1000):
        sink.write(_SECRET)
    sink.close()

    (segment,) = _segments(logs)
    assert segment.name.endswith(".gz.age")
    assert gzip.decompress(keys.open(segment)) == _SECRET * 1000
    assert segment.stat().st_size < 2000


def test_a_full_disk_holds_sealed_lines_back(
    logs: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The segment there was stays whole; what comes is held in bounded memory and sealed later.
    """
    full = [False]
    write_all = descriptors.write_all

    def maybe(descriptor: int, data: bytes) -> None:
        if full[0]:
            write_all(descriptor, data[:10])
            raise OSError(28, "No space left on device")
        write_all(descriptor, data)

    monkeypatch.setattr("redactor_sinks.file.sealed.write_all", maybe)
    options = FileOptions(seal=(keys.public,), segment=2000, held=20_000, seal_every=0.01)
    sink = FileSink(logs / "app.log", options)
    sink.write(b"first\n")
    sink.flush()
    full[0] = True
    errors: list[DeliveryError] = []
    for number in range(2000):
        try:
            sink.write(b"line %6d ................\n" % number)
        except DeliveryError as error:
            errors.append(error)
    assert {error.problem for error in errors} <= {
        "it cannot be written (No space left on device)",
        "it cannot be sealed (No space left on device)",
    }
    assert len(errors) <= 2
    assert sink.counts.held <= 20_000
    assert sum(path.stat().st_size for path in logs.iterdir()) < 10_000
    full[0] = False
    with contextlib.suppress(DeliveryError):
        sink.flush()
    with contextlib.suppress(DeliveryError):
        sink.close()

    text = b"".join(map(keys.open, _segments(logs)))
    lines = text.splitlines(keepends=True)
    kept = len(lines) - 2
    wanted = [b"first\n", *(b"line %6d ................\n" % number for number in range(kept))]
    assert lines[:-1] == wanted
    assert re.fullmatch(
        rb"redactor: records shed: .* \(%d lines, .*" % (2000 - kept), lines[-1][:-1]
    )
    assert {path.suffix for path in logs.iterdir()} == {".age"}


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("AGE-SECRET-" + "KEY-1QQQQ", "this is a private key, which does not belong on this host"),
        ("age1qqqq", "it is no public key"),
        ("ssh-ed25519 AAAA", "it is no public key"),
        ("nowhere.txt", "it is neither a public key nor a file of them"),
        ("{empty}", "there is no key in it"),
    ],
)
def test_a_wrong_key_is_refused_and_not_repeated(tmp_path: Path, key: str, message: str) -> None:
    """
    Nothing is opened with a key that is none; a private key is never shown.
    """
    (tmp_path / "empty").write_text("# nobody\n")
    key = key.replace("{empty}", str(tmp_path / "empty"))
    with pytest.raises(InputError) as caught:
        FileSink(tmp_path / "app.log", FileOptions(seal=(key,)))

    assert message in str(caught.value)
    assert "QQQQ" not in str(caught.value).upper()
    assert not (tmp_path / "app.log").exists()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The error says what to install; no line is written in the clear instead.
    """
    import sys

    monkeypatch.setitem(sys.modules, "pyrage", None)
    with pytest.raises(MissingExtraError, match=r"redactor-pipeline\[seal\]"):
        open_sink(f"file:{tmp_path}/app.log?seal=age1x")
    assert list(tmp_path.iterdir()) == []


def test_sealed_lines_end_up_on_disk_before_their_name(
    logs: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With a sync policy a segment is forced to disk before it replaces the one before.
    """
    events: list[str] = []
    fsync, replace = os.fsync, pathlib.Path.replace

    def forced(descriptor: int) -> None:
        events.append("fsync")
        fsync(descriptor)

    def replaced(self: Path, target: str) -> Path:
        events.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", forced)
    monkeypatch.setattr(pathlib.Path, "replace", replaced)
    sink = FileSink(logs / "app.log", FileOptions(seal=(keys.public,), sync="write"))
    sink.write(_SECRET)
    sink.close()

    assert events == ["fsync", "replace", "fsync"]

"""Writers in processes of their own, which say what the sink has accepted."""

from __future__ import annotations

import fcntl
import gzip
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from redactor_sinks.file.sealed import need_zstd

if TYPE_CHECKING:
    from pathlib import Path

#: Writes lines ``NAME NUMBER xxx`` to a sink, several at a time, until there are enough or it is
#: killed. After each write that returned, the number of the last line is printed.
_PROGRAM = """
import os, sys
from redactor.sinks import DeliveryError, open_sink

address, name, count, size, many = sys.argv[1:]
sink = open_sink(address)
os.write(1, b"ready\\n")
sys.stdin.readline()
for number in range(0, int(count), int(many)):
    batch = "".join(
        f"{name} {each} {'x' * (each * 7919 % int(size))}.\\n"
        for each in range(number, number + int(many))
    )
    try:
        sink.write(batch.encode())
    except DeliveryError as error:
        print(error, file=sys.stderr, flush=True)
    os.write(1, b"%d\\n" % (number + int(many) - 1))
try:
    sink.close()
except DeliveryError as error:
    print(error, file=sys.stderr, flush=True)
"""


class Writer:
    """
    A process that writes lines to a file sink.

    Attributes:
        accepted: The number of the last line that is known to be accepted.
    """

    def __init__(self, address: str, name: str, *, count: int, size: int, many: int) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, address, name, str(count), str(size), str(many)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        assert self.process.stdin is not None
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # so that it cannot run far ahead of who listens
            fcntl.fcntl(self.process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        assert self.process.stdout.readline() == b"ready\n", self.process.communicate()
        self.accepted = -1

    def start(self) -> None:
        """Let it write."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()

    def wait_for(self, number: int) -> None:
        """Wait until line *number* was accepted, or it has ended."""
        assert self.process.stdout is not None
        while self.accepted < number:
            line = self.process.stdout.readline()
            if not line:
                return
            self.accepted = int(line)

    def kill(self) -> None:
        """Kill it as the system does when memory is short."""
        self.process.send_signal(signal.SIGKILL)

    def end(self) -> tuple[int, bytes]:
        """Wait for its end. Returns the last line that was accepted, and its messages."""
        out, err = self.process.communicate()
        numbers = [int(line) for line in out.splitlines() if line.strip()]
        self.accepted = max([self.accepted, *numbers])
        return self.accepted, err


def unpacked(path: Path) -> bytes:
    """The lines of a rotated file, however it is packed."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        unpacked: bytes = need_zstd().ZstdDecompressor().decompress(data)
        return unpacked
    return data


def files_of(folder: Path, name: str = "app.log") -> list[Path]:
    """The files of a log, oldest first, the live one last."""
    found = sorted(path for path in folder.iterdir() if path.name.startswith(name + "."))
    return [*found, *([folder / name] if (folder / name).exists() else [])]


def lines_of(folder: Path, name: str = "app.log") -> list[bytes]:
    """All lines of a log, oldest first, with their line breaks."""
    return b"".join(unpacked(path) for path in files_of(folder, name)).splitlines(keepends=True)


def expected(name: str, number: int, size: int = 300) -> bytes:
    """The line *number* of the writer *name*."""
    return f"{name} {number} {'x' * (number * 7919 % size)}.\n".encode()


def is_root() -> bool:
    """Whether file systems may be mounted."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
